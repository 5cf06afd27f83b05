"""What reading a damaged archive raises; Word files, workbooks and what we packed ourselves are archives."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import Final

BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, ValueError, RuntimeError,
                 OSError)  # fmt: skip
"""What zipfile raises on damaged files: `NotImplementedError` stands for a way of packing that it doesn't know,
RuntimeError for a password, ValueError and OSError for places outside of the file."""
