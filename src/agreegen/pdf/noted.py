"""Notes and fields that came along with attached PDFs, told from those that somebody puts on the pages later."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Dictionary, Name, String

if TYPE_CHECKING:
    import pikepdf

KEY: Final = "/AgreegenAttached"


def mark(pdf: pikepdf.Pdf) -> None:
    """Marks the notes and fields of a PDF by what they say."""
    for page in pdf.pages:
        for note in page.obj.get("/Annots", ()):
            if note.get("/Subtype") not in (Name.Link, Name.Popup):
                note[KEY] = String(_digest(note))


def came_along(note: Any) -> bool:
    """Whether a note or field came with an attached PDF and says what it said then."""
    return KEY in note and str(note[KEY]) == _digest(note)


def _digest(note: Any) -> str:
    above = note.get("/Parent")
    owner = above if isinstance(above, Dictionary) and "/V" not in note else note
    said = [str(note.get("/Subtype")), *(str(v) for v in (note.get("/Contents"), owner.get("/V")) if _is_plain(v))]
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:16]


def _is_plain(value: Any) -> bool:
    return isinstance(value, String | Name)
