"""What the codes of findings about the source inside a file mean."""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "X001": "The file holds no source: it wasn't made by agreegen, was made with --no-source, or lost it on the way.",
    "X002": "The text of the file is no longer what was generated from the source inside.",
    "X003": "The file holds a tracked change that nobody has accepted or rejected.",
    "X004": "The source inside is damaged, or isn't the one that was put in.",
    "X005": "The source names a file by a path that isn't safe to write to; it gets another name.",
    "X006": "The text of the file can't be compared with the text that was generated.",
    "X007": "A field of the PDF was filled in.",
}
