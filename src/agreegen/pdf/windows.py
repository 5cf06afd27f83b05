"""Where the programs of Windows itself are, so that nothing on the PATH can take their place."""

from __future__ import annotations

import os
from pathlib import Path


def program(*path: str) -> Path:
    """The file below System32, whether it is there or not."""
    root = os.environ.get("SystemRoot", r"C:\Windows")  # noqa: SIM112 (its name on Windows)
    return Path(root, "System32", *path)
