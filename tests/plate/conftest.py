"""Series of agreements for all tests of plates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from plate_samples import Series, series

if TYPE_CHECKING:
    import pathlib


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def counties(cache: pathlib.Path) -> Series:
    return series("county-coverage", cache)
