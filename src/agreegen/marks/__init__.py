"""Marks on a finished Word document: a watermark, and anchors of signature services at its signature lines."""

from __future__ import annotations

from agreegen.marks.anchors import STYLES, anchored
from agreegen.marks.lines import Block, Entry, blocks
from agreegen.marks.watermark import DRAFT, checked, watermarked, worded

__all__ = ["DRAFT", "STYLES", "Block", "Entry", "anchored", "blocks", "checked", "watermarked", "worded"]
