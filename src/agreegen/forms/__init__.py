"""Forms: an agreement to be filled in by the other side in Word, and filled forms read back into proposals."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agreegen.forms.files import create, read, save
    from agreegen.forms.importing import Imported, imported
    from agreegen.forms.making import Form, blank

__all__ = ["Form", "Imported", "blank", "create", "imported", "read", "save"]

_LATER = {
    **dict.fromkeys(("Form", "blank"), "making"),
    **dict.fromkeys(("create", "read", "save"), "files"),
    **dict.fromkeys(("Imported", "imported"), "importing"),
}
"""Names of modules that are loaded by what needs them."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
