"""Signature fields of a PDF: one on each signature line, named by role, with the lines beside it to fill in.

A signer fills in their own name, title and date, and signs; the signature locks what they filled in. The first may
certify the document (allowing to fill in and sign), the others approve; no order is forced, because agreements are
signed in any. A signature is made with SHA-256 or stronger. Each field stands in the structure tree behind its label,
so that a reader hears “By:” and then the field.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.marks import blocks
from agreegen.pdf import form
from agreegen.pdf.parts import Parts
from agreegen.pdf.places import places
from agreegen.pdf.structure import Structure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agreegen.marks import Block
    from agreegen.pdf.places import Found, Place

FILLED: Final = ("name", "title", "email", "phone", "date")
"""The lines that a signer fills in."""

_DIGESTS: Final = ("SHA256", "SHA384", "SHA512")
_DIGEST_REQUIRED: Final = 64
_PRINTED: Final = 4
_EXISTS: Final = 1


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name within the block's side, what it is called aloud, where it is, whether it is for signing."""

    name: str
    description: str
    place: Place
    signs: bool


def add_fields(pdf: pikepdf.Pdf, docx: bytes, source: bytes = b"") -> tuple[Finding, ...]:
    """Puts a signature field on each signature line of the document, and text fields on the blank lines beside it.

    `source` are the bytes that `pdf` was opened from, if no text and no tag was changed since: this saves writing it.
    D402 if the document has no signature line, D403 for each that isn't found in the PDF.
    """
    found = blocks(Parts(docx).body)
    if not found:
        return (_unsigned(),)
    seen = places(source or _bytes(pdf), found)
    maker = _Maker(pdf)
    problems = []
    for number, block in enumerate(found):
        fields = tuple(_fields(block, number, seen))
        if not any(field.signs for field in fields):
            problems.append(_lost(block))
        else:
            maker.add(block.name.partition(".")[0], fields)
    maker.finish()
    return tuple(problems)


def _bytes(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    plain = pikepdf.StreamDecodeLevel.none
    pdf.save(out, compress_streams=False, stream_decode_level=plain, fix_metadata_version=False)
    return out.getvalue()


def _fields(block: Block, number: int, seen: Found) -> Iterator[Field]:
    """The fields of a block, in the order of its lines."""
    own = block.name.partition(".")[2]
    for i, entry in enumerate(block.entries):
        place = seen.get((number, i))
        if place is None:
            continue
        if entry is block.signature:
            yield Field(own, block.description, place, signs=True)
        elif entry.blank and entry.label.casefold() in FILLED:
            label = entry.label.capitalize()
            yield Field(f"{own}_{label.lower()}", f"{label}. {block.description}", place, signs=False)


class _Maker:
    """The form of a PDF while its fields are made."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._structure = Structure.of(pdf)
        self._form = form.opened(pdf)
        self._sides: dict[str, pikepdf.Object] = {}

    def add(self, side: str, fields: Sequence[Field]) -> None:
        """The fields of one block; its signature locks the others."""
        parent = self._side(side)
        filled = [f"{side}.{field.name}" for field in fields if not field.signs]
        for field in fields:
            widget = self._widget(field, parent)
            if field.signs:
                self._sign(widget, [*filled, f"{side}.{field.name}"])
            else:
                form.text(self._pdf, self._form, widget)
            self._attach(widget, field)

    def finish(self) -> None:
        """Says that there are signature fields, if there are."""
        if self._sides:
            self._form.SigFlags = int(self._form.get("/SigFlags", 0)) | _EXISTS

    def _side(self, side: str) -> pikepdf.Object:
        """The parent of the fields of all blocks of one heading."""
        if side not in self._sides:
            node = self._pdf.make_indirect(Dictionary(T=String(side), Kids=Array([])))
            self._form.Fields.append(node)
            self._sides[side] = node
        return self._sides[side]

    def _widget(self, field: Field, parent: pikepdf.Object) -> pikepdf.Object:
        box = Array([round(value, 2) for value in field.place.box])
        widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, T=String(field.name), TU=String(field.description),
                            Rect=box, F=_PRINTED, P=self._pdf.pages[field.place.page].obj, Parent=parent)  # fmt: skip
        made = self._pdf.make_indirect(widget)
        parent.Kids.append(made)
        return made

    def _sign(self, widget: pikepdf.Object, locked: Sequence[str]) -> None:
        widget.FT = Name.Sig
        widget.AP = Dictionary(N=form.empty(self._pdf, widget))
        fields = Array([String(name) for name in locked])
        lock = Dictionary(Type=Name.SigFieldLock, Action=Name.Include, Fields=fields)
        widget.Lock = self._pdf.make_indirect(lock)
        digests = Array([String(name) for name in _DIGESTS])
        widget.SV = self._pdf.make_indirect(Dictionary(Type=Name.SV, Ff=_DIGEST_REQUIRED, DigestMethod=digests))

    def _attach(self, widget: pikepdf.Object, field: Field) -> None:
        """Puts a widget on its page and into the structure."""
        page = self._pdf.pages[field.place.page].obj
        if "/Annots" not in page:
            page.Annots = Array([])
        page.Annots.append(widget)
        page.Tabs = Name.S
        if self._structure is not None:
            self._structure.add_form(widget, page, field.place.content)


def _unsigned() -> Finding:
    hint = "leave out --signature-fields, or add signature blocks to the master"
    return Finding("D402", Severity.WARNING, Location(part="body"), "the document has no signature line", hint)


def _lost(block: Block) -> Finding:
    message = f"the PDF has no signature field for “{block.description}”: its line isn't found on any page"
    hint = "choose another engine with --pdf-engine, or place the field by hand"
    return Finding("D403", Severity.ERROR, Location(part="body", heading=block.heading), message, hint)
