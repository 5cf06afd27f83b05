"""What engines can't draw, found in the document before anything is drawn.

NEVER is what no engine draws, or what nothing can prove drawn; LOST is text or meaning that the embedded engine would
lose; LOOK is only looks, which it draws differently and says so.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.pdf import emf, fonts, notes, settled, symbols
from agreegen.pdf.parts import BODY, OFF, Parts, R, W, properties, value
from agreegen.pdf.squeeze import NOTE
from agreegen.pdf.targets import of_numbered, targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml import etree

    from agreegen.pdf.styles import Styles
    from agreegen.pdf.targets import Target
    from agreegen.template.numbering import Numbered

    _Story = tuple[str, etree._Element, list[settled.Marked]]
    _Found = tuple[str, etree._Element, bool]  # feature, first place, whether text or meaning is lost

_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_WPG: Final = "{http://schemas.microsoft.com/office/word/2010/wordprocessingGroup}"
_DGM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V: Final = "{urn:schemas-microsoft-com:vml}"
NEVER: Final[dict[str, str]] = {
    f"{W}altChunk": "an inserted file that Word hasn't taken in yet",
    f"{W}subDoc": "a subdocument, which is a file of its own",
    f"{_C}chart": "a chart, whose words can't be proven",
} | {W + x: "a date or page number of an old kind" for x in (
    "pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong",
)}  # fmt: skip
_COMPUTED: Final = frozenset(
    ("AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM", "MACROBUTTON", "GOTOBUTTON", "SYMBOL", "EQ", "DISPLAYBARCODE")
)
LOST: Final[dict[str, str]] = {
    f"{_M}oMath": "an equation",
    f"{W}txbxContent": "a text box",
    f"{W}object": "an embedded object",
    f"{_DGM}relIds": "a SmartArt diagram",
    f"{W}ruby": "a phonetic guide",
    f"{W}textDirection": "vertical text",
    f"{_V}textpath": "WordArt",
}
LOOK: Final[dict[str, str]] = {
    f"{W}pgBorders": "a page border",
    f"{W}ptab": "an alignment tab",
    f"{W}framePr": "a text frame beside the text",
    f"{W}lvlPicBulletId": "a picture as bullet",
}
_PICTURE_FORMS: Final = ("png", "jpg", "jpeg", "gif", "bmp")
_COUNTED: Final = ("SECTIONPAGES", "SECTION")
_RIGHT_TO_LEFT: Final = range(0x590, 0x900)


@dataclass(frozen=True, slots=True)
class Limit:
    """A feature that an engine doesn't draw, where it is, and whether text or meaning is lost."""

    feature: str
    location: Location
    lost: bool = True


def _beyond(stories: Sequence[_Story]) -> tuple[Limit, ...]:
    """What no engine can draw of a document as it was written, each feature once."""
    found: dict[str, Limit] = {}
    for name, root, fields in stories:
        for e in root.iter(*NEVER):
            feature = NEVER[str(e.tag)]
            found[feature] = found.get(feature) or Limit(feature, place(name, root, e))
        for f in fields:
            if f.name in _COMPUTED and not f.shown:
                feature = f"the number or text of a field {f.name}, which only Word computes"
            elif f.runs_over:
                feature = f"a field {f.name} whose instruction runs over paragraphs"
            else:
                continue
            found[feature] = found.get(feature) or Limit(feature, place(name, root, f.begin))
    return tuple(found.values())


def examined(docx: bytes) -> tuple[Finding, ...]:
    """What no engine can draw. UsageError if this isn't a Word file: LibreOffice would print any bytes as text."""
    parts = Parts(docx)
    assert parts.body is not None
    return said_of_any(parts)


def said_of_any(parts: Parts, numbered: Iterable[Numbered] | None = None) -> tuple[Finding, ...]:
    """The findings about a document whatever the engine: what is beyond all, and references that are out of date.

    `numbered`: its paragraphs with their numbers, if they have been counted.
    """
    stories = [(name, root, settled.fields(root)) for name, root in parts.stories()]
    hint = "put it in as plain text, or as a picture with alternative text"
    refused = [
        Finding("D104", Severity.ERROR, x.location, f"no PDF engine can be trusted with {x.feature}", hint)
        for x in _beyond(stories)
    ]
    return (*refused, *_stale(parts, stories, numbered), *_linked(parts, stories))


def _linked(parts: Parts, stories: Sequence[_Story]) -> Iterator[Finding]:
    """The pictures that are only linked."""
    for name, root, _ in stories:
        inside = None
        for e in root.iter(_A + "blip", _V + "imagedata"):
            inside = parts.targets(name) if inside is None else inside
            relation = e.get(R + "embed") or e.get(R + "id") or e.get(R + "link") or e.get(R + "href")
            if relation and relation not in inside:
                message = "the PDF leaves out a picture that isn't in the document, only a link to it"
                hint = "in Word, put the picture in instead of linking it"
                yield Finding("D106", Severity.WARNING, place(name, root, e), message, hint)


def _stale(parts: Parts, stories: Sequence[_Story], numbered: Iterable[Numbered] | None) -> Iterator[Finding]:
    marks: dict[str, Target] | None = None
    for name, root, fields in stories:
        for f in fields:
            words = f.instruction.split()
            if f.name != "REF" or len(words) < 2 or not {"\\w", "\\r", "\\n"} & set(words):
                continue
            if marks is None:
                marks = targets(parts) if numbered is None else of_numbered(numbered)
            if (target := marks.get(words[1])) is None:
                continue
            number = target.number
            if f.shown and not number.endswith(f.shown.strip().rstrip(".")):
                message = f"the reference shows “{f.shown}”, and what it refers to has the number “{number}”"
                hint = "in Word, press Ctrl+A and F9 to update the fields"
                yield Finding("D105", Severity.WARNING, place(name, root, f.begin), message, hint)


def limits(parts: Parts, styles: Styles) -> tuple[Limit, ...]:
    """The limits that a flattened document runs into; each feature once, at its first place."""
    found: dict[str, Limit] = {}
    for name, root in parts.stories():
        if name.startswith("word/endnotes"):
            continue  # they have been moved into the body
        for feature, e, lost in chain(_elements(parts, name, root), _runs(root, styles)):
            if feature not in found:  # finding a place takes time
                found[feature] = Limit(feature, place(name, root, e), lost)
    numbering = parts.tree("word/numbering.xml")
    if numbering is not None and next(numbering.iter(W + "lvlPicBulletId"), None) is not None:
        found["bullet"] = Limit(LOOK[W + "lvlPicBulletId"], Location(part="lists"), lost=False)
    return tuple(found.values())


def _elements(parts: Parts, name: str, root: etree._Element) -> Iterator[_Found]:
    for e in root.iter(*LOST, *LOOK):
        if e.tag == W + "framePr" and e.get(W + "dropCap", "none") != "none":
            yield "a large first letter as close to its text as Word", e, False
        elif not (e.tag == W + "textDirection" and value_of(e) in ("lrTb", "lrTbV")):
            yield LOST.get(str(e.tag)) or LOOK[str(e.tag)], e, str(e.tag) in LOST
    for e in root.iter(W + "cols"):
        if e.get(W + "num", "1") not in ("", "0", "1"):
            yield "columns of even length, or a line between them", e, False
    for e in root.iter(W + "pgNumType"):
        if (shape := e.get(W + "fmt", "decimal")) != "decimal":
            yield f"page numbers of the kind {shape}", e, True
    references = list(root.iter(W + "footnoteReference"))
    counted = notes.Count(parts, "footnote") if references else None
    for e in references:
        if counted is not None and counted.next(e) == NOTE:
            yield "footnotes that are numbered anew on each page", e, True
        if next(e.iterancestors(W + "tbl"), None) is not None:
            yield "a footnote of a table at the foot of its page, but behind the table", e, False
    yield from _pictures(parts, name, root)
    if name == BODY:
        yield from _fields(root)


def _pictures(parts: Parts, name: str, root: etree._Element) -> Iterator[_Found]:
    targets = parts.targets(name)
    for e in root.iter(_A + "blip", _V + "imagedata"):
        target = targets.get(e.get(R + "embed") or e.get(R + "id") or "", "")
        form = target.rpartition(".")[2].lower()
        if not target:
            continue
        if e.tag == _V + "imagedata":
            yield "a picture of the kind before 2007 that doesn't stand whole in its line", e, True
        elif next(e.iterancestors(_WPG + "wgp"), None) is not None:
            yield "a picture in a group", e, True
        elif form not in _PICTURE_FORMS and not (form == "emf" and emf.is_bitmap(parts.members.get(target, b""))):
            yield f"a picture in {form.upper()} format", e, True


def _fields(root: etree._Element) -> Iterator[_Found]:
    for e in root.iter(W + "instrText", W + "fldSimple"):
        instruction = (e.text if e.tag == W + "instrText" else e.get(W + "instr")) or ""
        word = instruction.split(None, 1)[0].upper() if instruction.strip() else ""
        if word in _COUNTED:
            yield f"a {word} field in the text", e, True


def _runs(root: etree._Element, styles: Styles) -> Iterator[_Found]:
    known: dict[tuple[str, str], str] = {}
    sound: dict[str, set[str]] = {}  # font -> letters that are drawn
    strikes = styles.strikes or next(root.iter(W + "strike", W + "dstrike"), None) is not None
    for t in root.iter(W + "t"):
        r, text = t.getparent(), t.text
        if r is None or not text or (not strikes and text.isascii()):
            continue
        rpr = properties(r)
        for p in reversed(list(t.iterancestors(W + "p"))):
            style = styles.of(p)
            if strikes and (styles.run_on(rpr, style, "strike") or styles.run_on(rpr, style, "dstrike")):
                yield "struck-through text", p, True
            if text.isascii():
                continue
            font = styles.font(rpr, style)
            drawn = sound.setdefault(font, set())
            for c in sorted(set(text) - drawn):
                if (why := known.get((c, font))) is None:
                    why = known[c, font] = _undrawn(c, font)
                if why:
                    yield why, p, True
                else:
                    drawn.add(c)


def _undrawn(c: str, font: str) -> str:
    code = ord(c)
    if code in _RIGHT_TO_LEFT:
        return "text from right to left"
    drawn = code in fonts.coverage(fonts.family(font)) or code in fonts.coverage(fonts.SYMBOLS)
    if drawn or c.isspace() or code in (0xAD, 0x200B, 0x2060, 0xFEFF, 0x2011):
        return ""
    if 0xE000 <= code < 0xF900 or symbols.is_symbol_font(font):
        return f"the sign U+{code:04X} of a symbol font"
    return f"the character {c} (U+{code:04X})"


def value_of(e: etree._Element) -> str:
    """The w:val of an element."""
    found = e.get(W + "val", "")
    return "" if found in OFF else found


def place(name: str, root: etree._Element, e: etree._Element) -> Location:
    """Where an element of a story is, for its author."""
    part = {BODY: "body", "word/footnotes.xml": "footnotes"}.get(name)
    if part is None:
        file = name.rpartition("/")[2].removesuffix(".xml")
        part = f"{file.rstrip('0123456789')} {file.lstrip('abcdefghijklmnopqrstuvwxyz')}".strip()
    p = e if e.tag == W + "p" else next(e.iterancestors(W + "p"), None)
    if p is None:
        return Location(part=part)
    number = next((i for i, x in enumerate(root.iter(W + "p"), 1) if x is p), None)
    text = "".join(t.text or "" for t in p.iter(W + "t"))
    heading = value(p, f"{W}pPr/{W}pStyle") or ""
    return Location(part=part, paragraph=number, text=text[:80] or heading)
