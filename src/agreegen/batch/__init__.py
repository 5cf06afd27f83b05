"""Batch: one proposal, or several, for many partners: checked first, made where something changed, accounted for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agreegen.batch.running import LIMIT, Batch, Order, run
    from agreegen.progress import Progress

__all__ = ["LIMIT", "Batch", "Order", "Progress", "run"]


def __getattr__(name: str) -> Any:
    """What makes agreements is loaded when a batch runs, not when its codes or its record are looked at."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.running"), name)
