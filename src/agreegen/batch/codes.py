"""What the codes of findings about batches mean."""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "B001": "Two documents of a batch would be written under the same name.",
    "B002": "A file that a batch wrote was changed since; it isn't replaced without --force.",
    "B003": "The record of the earlier batches in the folder can't be read, and was begun anew.",
}
