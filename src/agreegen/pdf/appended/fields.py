"""Form fields of attached PDFs: renamed, filled ones closed, signatures kept as pictures; put into one form.

A signature holds for the bytes of its own file, so it can't hold in another: what is left of it is how it looks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name, String

from agreegen.late import dataclass
from agreegen.pdf import form
from agreegen.pdf.appended.cleaning import is_widget
from agreegen.pdf.appended.names import is_set, items, text

if TYPE_CHECKING:
    import pikepdf

    from agreegen.pdf.appended.cleaning import Cleaning

_MOST: Final = 50_000
_READ_ONLY: Final = 1
_FONT: Final = re.compile(rb"/([^\s/\[\]()<>{}%]+)(\s+[-+.\d]+\s+Tf)")
_INHERITED: Final = ("/T", "/FT", "/V", "/Ff", "/DA", "/Q", "/TU", "/Opt", "/MaxLen")
_SIGNED: Final = "Signature as it looked"
_PRINT: Final = 4


@dataclass(frozen=True, slots=True)
class Fields:
    """The form of a PDF: one field above all others, fonts by their new names, and what it was like."""

    top: Any = None
    fonts: tuple[tuple[str, Any], ...] = ()
    filled: bool = False
    drawn_later: bool = False
    signable: bool = False
    signed: int = 0


def fields_of(pdf: pikepdf.Pdf, number: int, cleaning: Cleaning) -> Fields:
    """The form of the attached PDF of this number, its fields below `attachment-1` and so on."""
    root: Any = pdf.Root
    found: Any = root.get("/AcroForm")
    if not isinstance(found, Dictionary):
        found = Dictionary()
    cleaning.form(found)
    _adopt(pdf, found)
    tops, terminals = _fields(found)
    for field in [*tops, *terminals]:
        cleaning.triggers(field)
    signed = {f.objgen for f in terminals if _inherited(f, "/FT") == Name.Sig and _inherited(f, "/V") is not None}
    _picture(pdf, signed, cleaning)
    rest = [f for f in terminals if f.objgen not in signed]
    tops = _without(tops, signed)
    if not tops:
        return Fields(signed=len(signed))
    filled = any(_is_filled(f) for f in rest)
    for field in rest if filled else ():
        if _inherited(field, "/FT") != Name.Sig:
            flags = _inherited(field, "/Ff")
            field.Ff = (flags if isinstance(flags, int) else 0) | _READ_ONLY
    fonts = _fonts(pdf, found, number, [*tops, *terminals])
    top = pdf.make_indirect(Dictionary(T=String(f"attachment-{number}"), Kids=Array(tops)))
    for key in ("/DA", "/Q"):
        if key in found:
            top[key] = found[key]
    for field in tops:
        field.Parent = top
    signable = any(_inherited(f, "/FT") == Name.Sig for f in rest)
    return Fields(top, fonts, filled, is_set(found.get("/NeedAppearances")), signable, len(signed))


def add(document: pikepdf.Pdf, fields: Fields) -> None:
    """Adds the fields, whose widgets have come along with the pages, to the form of the document."""
    if fields.top is None:
        return
    own = form.opened(document)
    own.Fields.append(document.copy_foreign(fields.top))
    if fields.fonts and "/DR" not in own:
        own.DR = Dictionary()
    if fields.fonts and "/Font" not in own.DR:
        own.DR.Font = Dictionary()
    for name, font in fields.fonts:
        if (copied := document.copy_foreign(font)) is not None:
            own.DR.Font[name] = copied
    if fields.drawn_later:
        own.NeedAppearances = True
    if fields.signable:
        own.SigFlags = int(own.get("/SigFlags", 0)) | 1


def _fields(found: Any) -> tuple[list[Any], list[Any]]:
    """The fields at the top, and those that hold a value; each once, however often it is listed."""
    tops = [f for f in items(found.get("/Fields")) if isinstance(f, Dictionary) and f.is_indirect]
    seen: set[tuple[int, int]] = set()
    terminals, waiting = [], list(reversed(tops))
    while waiting and len(seen) < _MOST:
        field = waiting.pop()
        if field.objgen in seen:
            continue
        seen.add(field.objgen)
        below = [k for k in items(field.get("/Kids")) if isinstance(k, Dictionary) and k.is_indirect and "/T" in k]
        if below:
            waiting += reversed(below)
        else:
            terminals.append(field)
    return list({f.objgen: f for f in tops}.values()), terminals


def _adopt(pdf: pikepdf.Pdf, found: Any) -> None:
    """Lists the fields on pages that the form forgot; what says no kind is only a picture."""
    tops, terminals = _fields(found)
    known = {one.objgen for one in _all([*tops, *terminals])}
    lost = [w for page in pdf.pages for w in items(page.obj.get("/Annots")) if is_widget(w) and w.objgen not in known]
    for number, widget in enumerate(lost, 1):
        own = {key: value for key in _INHERITED if (value := _inherited(widget, key)) is not None}
        if "/FT" not in own:
            _stamp(widget)
            continue
        if "/Parent" in widget:
            del widget["/Parent"]
        if "/Kids" in widget:
            del widget["/Kids"]
        for key, value in ({"/T": String(f"field-{number}")} | own).items():
            widget[key] = value
        tops.append(widget)
    if lost:
        found.Fields = Array(tops)


def _inherited(field: Any, key: str) -> Any:
    """The value of a field, its own or of one above it."""
    for _ in range(50):
        if key in field:
            return field[key]
        field = field.get("/Parent")
        if not isinstance(field, Dictionary):
            return None
    return None


def _is_filled(field: Any) -> bool:
    value = _inherited(field, "/V")
    if isinstance(value, String):
        return bool(text(value))
    return value is not None and value != Name.Off


def _without(tops: list[Any], signed: set[tuple[int, int]]) -> list[Any]:
    """The fields at the top without those that were signed; one that has nothing else below it goes too."""
    kept = []
    for field in tops:
        below = items(field.get("/Kids"))
        if field.objgen in signed:
            continue
        if any("/T" in k for k in below if isinstance(k, Dictionary)):
            left = _without([k for k in below if isinstance(k, Dictionary)], signed)
            if not left:
                continue
            field.Kids = Array(left)
        kept.append(field)
    return kept


def _picture(pdf: pikepdf.Pdf, signed: set[tuple[int, int]], cleaning: Cleaning) -> None:
    """Makes stamps of the signatures that show something, and takes out the others."""
    for page in pdf.pages if signed else ():
        kept = []
        for widget in items(page.obj.get("/Annots")):
            above = widget.get("/Parent")
            owner = above.objgen if isinstance(above, Dictionary) and "/T" not in widget else widget.objgen
            if not is_widget(widget) or owner not in signed:
                kept.append(widget)
            elif _is_seen(widget):
                _stamp(widget)
                kept.append(widget)
            else:
                cleaning.gone.add(widget.objgen)
        if "/Annots" in page.obj:
            page.obj.Annots = Array(kept)


def _is_seen(widget: Any) -> bool:
    box = items(widget.get("/Rect"))
    shown = widget.get("/AP")
    return len(box) == 4 and box[0] != box[2] and box[1] != box[3] and isinstance(shown, Dictionary) and "/N" in shown


def _stamp(widget: Any) -> None:
    said = text(widget.get("/TU")) or _SIGNED
    kept = ("/Type", "/Rect", "/AP", "/AS", "/P", "/OC", "/StructParent", "/NM", "/M")
    for key in [k for k in widget.keys() if k not in kept]:  # noqa: SIM118 (a PDF object isn't iterated by keys)
        del widget[key]
    widget.Subtype, widget.Contents, widget.F = Name.Stamp, String(said), _PRINT


def _fonts(pdf: pikepdf.Pdf, found: Any, number: int, fields: list[Any]) -> tuple[tuple[str, Any], ...]:
    """The fonts of the form under names of their own, by which the fields then call them."""
    resources = found.get("/DR")
    fonts = resources.get("/Font") if isinstance(resources, Dictionary) else None
    if not isinstance(fonts, Dictionary):
        return ()
    named = {str(key)[1:].encode(): f"A{number}-{str(key)[1:]}" for key in fonts.keys()}  # noqa: SIM118 (as above)

    def renamed(match: re.Match[bytes]) -> bytes:
        name = named.get(match[1])
        return b"/" + name.encode() + match[2] if name else match[0]

    for owner in (found, *_all(fields)):
        look = owner.get("/DA")
        if isinstance(look, String):
            owner.DA = String(_FONT.sub(renamed, bytes(look)))
    return tuple((f"/{named[str(k)[1:].encode()]}", f if f.is_indirect else pdf.make_indirect(f))
                 for k, f in sorted(fonts.items()) if isinstance(f, Dictionary))  # fmt: skip


def _all(fields: list[Any]) -> list[Any]:
    """The fields, what is above them, and their widgets, each once."""
    found: dict[tuple[int, int], Any] = {}
    for field in fields:
        found |= {kid.objgen: kid for kid in items(field.get("/Kids")) if isinstance(kid, Dictionary)}
        above: Any = field
        while isinstance(above, Dictionary) and (above is field or above.objgen not in found):
            found[above.objgen] = above
            above = above.get("/Parent")
    return list(found.values())
