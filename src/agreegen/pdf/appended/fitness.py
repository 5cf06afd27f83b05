"""Whether an agreement stays accessible (PDF/UA) and fit for archives (PDF/A) with a PDF of others behind it.

What a PDF claims for itself is held to what can be seen without drawing it; without a claim nothing is claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from agreegen.pdf.appended.names import is_set, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.pdf.validation.claims import Claim

_ACCESSIBLE: Final = "ua1"
_ARCHIVAL: Final = ("2", "3")
_PAINTS: Final = frozenset(["Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE"])
_BEGINS: Final = frozenset(("BDC", "BMC"))
_UNSTRUCTURED: Final = frozenset(("/Popup", "/PrinterMark", "/TrapNet"))
_UNDRAWN: Final = frozenset(("/Popup", "/Link"))
_INVISIBLE: Final = 2
_NESTED: Final = 12


def barrier_to_access(pdf: pikepdf.Pdf, claim: Claim, owned: set[int]) -> str:
    """Why the agreement can't claim PDF/UA-1 with this PDF, "" if nothing does; `owned`: keys of owners."""
    if _ACCESSIBLE not in claim.profiles:
        return _said(claim, "PDF/UA-1")
    root: Any = pdf.Root
    marks = root.get("/MarkInfo")
    if not isinstance(marks, Dictionary) or not is_set(marks.get("/Marked")) or is_set(marks.get("/Suspects")):
        return "it says itself that its tags are incomplete"
    if font := _unembedded(pdf):
        return f"its font {font} isn't embedded"
    for number, page in enumerate(pdf.pages, 1):
        if lack := next(filter(None, (_lack(a, owned) for a in items(page.obj.get("/Annots")))), ""):
            return f"a link, field or note on its page {number} has no {lack}"
        if not _Marks().all_marked(page.obj):
            return f"something on its page {number} has no tag"
    return ""


def barrier_to_archives(pdf: pikepdf.Pdf, claim: Claim) -> str:
    """Why the agreement can't claim PDF/A-2 or A-3 with this PDF, "" if nothing stands against it."""
    parts = (*claim.profiles, *(other.removeprefix("PDF/A-") for other in claim.others))
    if not any(name.startswith(_ARCHIVAL) for name in parts):
        return _said(claim, "PDF/A-2 or PDF/A-3")
    if font := _unembedded(pdf):
        return f"its font {font} isn't embedded"
    if not _is_for_screens(pdf):
        return "its colors are meant for print (CMYK)"
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and is_set(form.get("/NeedAppearances")):
        return "its form is drawn anew by each program"
    for number, page in enumerate(pdf.pages, 1):
        for annotation in items(page.obj.get("/Annots")):
            undrawn = str(annotation.get("/Subtype")) not in _UNDRAWN and "/AP" not in annotation
            if undrawn and _has_area(annotation):
                return f"a field or note on its page {number} has no appearance"
    return ""


def _lack(annotation: Any, owned: set[int]) -> str:
    """What an annotation lacks for who can't see it, "" if nothing."""
    kind, above = annotation.get("/Subtype"), annotation.get("/Parent")
    if int(annotation.get("/F", 0)) & _INVISIBLE or str(kind) in _UNSTRUCTURED:
        return ""
    if annotation.get("/StructParent") not in owned:
        return "tag"
    named = "/Contents" in annotation or "/TU" in annotation or (isinstance(above, Dictionary) and "/TU" in above)
    return "description" if kind in (Name.Link, Name.Widget) and not named else ""


def _said(claim: Claim, wanted: str) -> str:
    """What a PDF claims instead of what is wanted, in words."""
    claims = [f"PDF/UA-{n[2:]}" if n.startswith("ua") else f"PDF/A-{n}" for n in claim.profiles]
    named = " and ".join((*claims, *claim.others))
    return f"it says that it is {named}, not {wanted}" if named else f"it doesn't say that it is {wanted}"


def _unembedded(pdf: pikepdf.Pdf) -> str:
    """The name of a font that isn't inside, "" if all are."""
    for font in pdf.objects:
        if not isinstance(font, Dictionary) or font.get("/Type") != Name.Font or font.get("/Subtype") == Name.Type3:
            continue
        if font.get("/Subtype") == Name.Type0:
            continue  # its descendant is looked at
        described = font.get("/FontDescriptor")
        files = ("/FontFile", "/FontFile2", "/FontFile3")
        if not isinstance(described, Dictionary) or not any(key in described for key in files):
            return str(font.get("/BaseFont", "/?"))[1:]
    return ""


def _is_for_screens(pdf: pikepdf.Pdf) -> bool:
    """Whether its colors are those of a screen, or are told with each."""
    for intent in items(pdf.Root.get("/OutputIntents")):
        profile = intent.get("/DestOutputProfile") if isinstance(intent, Dictionary) else None
        if isinstance(profile, Stream) and profile.get("/N") not in (1, 3):
            return False
    return True


def _has_area(annotation: Any) -> bool:
    box = items(annotation.get("/Rect"))
    return len(box) == 4 and (box[0] != box[2] or box[1] != box[3])


class _Marks:
    """The search for what is painted outside of marked content."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def all_marked(self, page: Any) -> bool:
        """Whether everything that a page paints is marked, as content or as decoration."""
        try:
            return self._content(page, page.get("/Resources"), 0)
        except pikepdf.PdfError:
            return False

    def _content(self, content: Any, resources: Any, nested: int) -> bool:
        depth = 0
        for operands, operator in _instructions(content):
            if operator in _BEGINS:
                depth += 1
            elif operator == "EMC":
                depth -= 1
            elif depth <= 0 and (
                operator in _PAINTS or (operator == "Do" and not self._drawn(operands, resources, nested))
            ):
                return False
        return True

    def _drawn(self, operands: Any, resources: Any, nested: int) -> bool:
        """Whether what is drawn outside of a mark is a form that marks all that it paints itself."""
        objects = resources.get("/XObject") if isinstance(resources, Dictionary) else None
        form = objects.get(str(operands[0])) if isinstance(objects, Dictionary) and operands else None
        if not isinstance(form, Stream) or form.get("/Subtype") != Name.Form or nested > _NESTED:
            return False
        if form.objgen not in self._known:
            self._known[form.objgen] = self._content(form, form.get("/Resources", resources), nested + 1)
        return self._known[form.objgen]


def _instructions(content: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(content, Dictionary) and not isinstance(content.get("/Contents"), Array | Stream):
        return  # an empty page
    for instruction in pikepdf.parse_content_stream(content):
        yield instruction.operands, str(instruction.operator)
