"""Forms for all tests, made once."""

from __future__ import annotations

import pytest
from form_samples import form_of


@pytest.fixture(scope="session")
def county_form() -> bytes:
    """The form of the local variant with only what the program asks: smaller than one of every field."""
    return form_of("local-government", every=False)
