"""Plates: agreements that differ in a few words only are set once and printed often."""

from __future__ import annotations

from agreegen.plate.abreast import Steps, abreast
from agreegen.plate.press import Press, Pressed

__all__ = ["Press", "Pressed", "Steps", "abreast"]
