"""Forms: an agreement to be filled in by the other side in Word, and filled forms read back into proposals."""

from __future__ import annotations
