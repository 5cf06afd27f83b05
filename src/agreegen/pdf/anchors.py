"""Anchors of signature services in a tagged PDF: there for the service, not read aloud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import BODY, Parts

if TYPE_CHECKING:
    import pikepdf

NAME: Final = b"EsignAnchor"
"""The style of anchors in a Word document, `marks.lines.ANCHOR`: who finishes a PDF needn't load what puts them in."""

_STYLE: Final = "/Esign Anchor"
_ARTIFACT: Final = b"/Artifact <</Type/Layout>>BDC"
_NAMED: Final = re.compile(rb"/Esign#20Anchor\s*<<\s*/MCID\s+(\d+)\s*>>\s*BDC")
_WHITE: Final = re.compile(rb"(?<!BDC\n)(1 1 1 RG 1 1 1 rg\n(?:BT\n/\S+ 2 Tf\n(?:(?!ET\n).)*ET\n)+)EMC\n", re.DOTALL)
"""What the embedded engine draws at the end of a label: white letters of two points."""


def silenced(pdf: pikepdf.Pdf, docx: bytes) -> int:
    """How many anchors were made artifacts, and so are not read aloud: text that nobody sees isn't content."""
    if pdf.Root.get("/StructTreeRoot") is None or not has_anchors(docx):
        return 0
    return sum(_silence(pdf, page.obj) for page in pdf.pages)


def has_anchors(docx: bytes) -> bool:
    """Whether a Word document has anchors."""
    return NAME in Parts(docx).members[BODY]


def _silence(pdf: pikepdf.Pdf, page: pikepdf.Object) -> int:
    from pikepdf import Array  # noqa: PLC0415 (most documents have none)

    contents = page.get("/Contents")
    total = 0
    for stream in contents if isinstance(contents, Array) else () if contents is None else (contents,):
        data = stream.read_bytes()
        if b" 2 Tf" not in data:
            continue
        removed = {int(found[1]) for found in _NAMED.finditer(data)}
        data = _NAMED.sub(_ARTIFACT, data)
        data, ended = _WHITE.subn(rb"EMC\n" + _ARTIFACT + rb"\n\1EMC\n", data)
        if removed or ended:
            stream.write(data)
            _forget(pdf, page, removed)
            total += len(removed) + ended
    return total


def _forget(pdf: pikepdf.Pdf, page: pikepdf.Object, removed: set[int]) -> None:
    """Takes the elements of these marked contents out of the structure tree."""
    if not removed or "/StructParents" not in page:
        return
    import pikepdf  # noqa: PLC0415 (as above)

    owners = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)[int(page.StructParents)]
    for number in removed:
        element = owners[number]
        if element.get("/S") == pikepdf.Name(_STYLE):
            kids = element.P.K
            place = next(i for i, kid in enumerate(kids) if getattr(kid, "objgen", None) == element.objgen)
            del kids[place]
            owners[number] = None
