"""Batch: one proposal, or several, for many partners: checked first, made where something changed, accounted for."""

from __future__ import annotations

from agreegen.batch.run import LIMIT, Batch, Order, Progress, run

__all__ = ["LIMIT", "Batch", "Order", "Progress", "run"]
