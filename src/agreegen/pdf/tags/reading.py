"""A structure tree as text: an element a line with what it says, for looking at and for comparing."""

from __future__ import annotations

import ctypes
import io
from typing import TYPE_CHECKING, Any, Final

import pikepdf
import pypdfium2.raw as pdfium

from agreegen.pdf import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    Said = dict[tuple[int, int], str]

_INLINE: Final = ("/Link", "/Reference", "/Figure", "/Span", "/Form")


def dump(pdf: bytes) -> str:
    """The structure tree of any tagged PDF, "" if it has none."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        if "/StructTreeRoot" not in file.Root:
            return ""
        pages = {p.objgen: i for i, p in enumerate(file.pages)}
        said = _said(pdf)
        return "\n".join(line for kid in _kids(file.Root.StructTreeRoot) for line in _lines(kid, "", pages, -1, said))


def artifacts(pdf: bytes) -> list[str]:
    """What each page says outside of the structure."""
    said = _said(pdf)
    return [" ".join(said.get((i, -1), "").split()) for i in range(1 + max((p for p, _ in said), default=-1))]


def _lines(e: Any, indent: str, pages: dict[Any, int], page: int, said: Said) -> Iterator[str]:
    if isinstance(e, int) or "/S" not in e:
        yield indent + _leaf(e, pages, page, said)
        return
    page = pages.get(e.Pg.objgen, page) if "/Pg" in e else page
    kids = list(_kids(e))
    first = next((i for i, k in enumerate(kids) if not _is_inline(k)), len(kids))
    inline = "".join(_inline(k, pages, page, said) for k in kids[:first])
    yield f"{indent}{_head(e)} {' '.join(inline.split())}".rstrip()
    for kid in kids[first:]:
        yield from _lines(kid, indent + "  ", pages, page, said)


def _is_inline(e: Any) -> bool:
    return isinstance(e, int) or "/S" not in e or str(e.S) in _INLINE


def _inline(e: Any, pages: dict[Any, int], page: int, said: Said) -> str:
    if isinstance(e, int) or "/S" not in e:
        return _leaf(e, pages, page, said)
    page = pages.get(e.Pg.objgen, page) if "/Pg" in e else page
    return f"⟦{_head(e)} {''.join(_inline(k, pages, page, said) for k in _kids(e)).strip()}⟧"


def _head(e: Any) -> str:
    return f"{str(e.S)[1:]}{_attributes(e)}"


def _kids(e: Any) -> Iterator[Any]:
    kids = e.get("/K", [])
    yield from kids if isinstance(kids, pikepdf.Array) else [kids]


def _leaf(e: Any, pages: dict[Any, int], page: int, said: Said) -> str:
    if isinstance(e, int):
        return said.get((page, e), "")
    if e.get("/Type") == "/OBJR":
        return f" ⟨{e.Obj.get('/Contents', '')}⟩"
    return said.get((pages.get(e.Pg.objgen, page) if "/Pg" in e else page, int(e.MCID)), "")


def _attributes(e: Any) -> str:
    found = [f"{key[1:]}={e[key]}" for key in ("/Alt", "/ActualText", "/ID", "/Lang") if key in e]
    owned = e.get("/A", {})
    for a in owned if isinstance(owned, pikepdf.Array) else [owned]:
        found += [f"{key[1:]}={_value(a[key])}" for key in sorted(a.keys()) if key not in ("/O", "/BBox")]
    return f" [{', '.join(found)}]" if found else ""


def _value(value: Any) -> str:
    return str(value).lstrip("/")


def _said(pdf: bytes) -> Said:
    """(page, number) -> the text of marked content; -1 for what has no number."""
    found: Said = {}
    with drawn.LOCK:
        document = drawn.opened(pdf)
        try:
            for i in range(len(document)):
                page = pdfium.FPDF_LoadPage(document.raw, i)
                text = pdfium.FPDFText_LoadPage(page)
                for k in range(pdfium.FPDFPage_CountObjects(page)):
                    piece = pdfium.FPDFPage_GetObject(page, k)
                    key = (i, pdfium.FPDFPageObj_GetMarkedContentID(piece))
                    found[key] = found.get(key, "") + _text(piece, text)
                pdfium.FPDFText_ClosePage(text)
                pdfium.FPDF_ClosePage(page)
        finally:
            document.close()
    return found


def _text(piece: Any, page: Any) -> str:
    if pdfium.FPDFPageObj_GetType(piece) != pdfium.FPDF_PAGEOBJ_TEXT:
        return ""
    size = pdfium.FPDFTextObj_GetText(piece, page, None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFTextObj_GetText(piece, page, buffer, size)
    return bytes(buffer)[: max(size - 2, 0)].decode("utf-16-le", "replace")
