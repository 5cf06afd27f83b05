"""Guess: the blanks of an existing agreement that look like fields, and the tags that take their places.

Blanks are lines of underscores, words in brackets, highlighted words, and content controls. Lines to sign on stay.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass
from agreegen.packs.declared import DATE, ONE_OF, TEXT, YES_NO, Field
from agreegen.packs.naming import EMPTY, WORDS, key_of, labeled
from agreegen.template.container import Container, W
from agreegen.template.paragraph import put
from agreegen.template.place import Places, own, rendered_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.finding import Location

BLANK: Final = re.compile(
    r"\[_{2,}\]|_{3,}|\[[^\[\]{}\n]{1,80}\]|«[^«»\n]{1,80}»|<<[^<>\n]{1,80}>>"
    r"|\b[Xx]{1,2}/[Xx]{1,2}/[Xx]{2,4}\b|\bX{4,}\b"
)
BOXES: Final = re.compile(r"(?i)([☐□])(\s*)yes(\s*)([☐□])(\s*)no\b")
"""Two boxes of which one is checked."""

OPEN: Final = re.compile(r"_{2}|[●•]|[Xx]{4}")
"""What only a blank has."""

TAG: Final = re.compile(r"\{[{%#].*?[%}#]\}", re.S)
SIGNED: Final = re.compile(
    r"(?i)(?:\W|\b(?:by|signed?|here|print|printed|name|title|dated?|and|or|x|its|attest|initials|seal)\b)+"
    r"|.*\bsignatures?\b.*|approved as to form.*"
)
"""What lines are for that people sign on."""

SAID: Final = re.compile(r"(?i)^(?:sic|reserved|omitted|x|\W*|\d+|signature pages? follows?.*|remainder of .*)$")
NO_TEXT: Final = frozenset({"docPartObj", "docPartList", "checkbox", "picture", "repeatingSection"})
"""Controls that don't hold a line of text."""


@dataclass(slots=True)
class Guess:
    """A field that blanks look like: how each looked, where the first stands, how many there are."""

    declared: Field
    looked: str
    where: Location
    count: int = 1

    @property
    def tag(self) -> str:
        """What takes the place of the blank."""
        name = f"proposal.extra.{self.declared.name}"
        if self.declared.kind == YES_NO:
            return f"{{{{ 'Yes' if {name} else 'No' }}}}"
        return f"{{{{ {name}{' | date' if self.declared.kind == DATE else ''} }}}}"


@dataclass(slots=True)
class Guesses:
    """All guesses of a document by key, and the places of blanks that were left for signatures."""

    found: dict[str, Guess] = field(default_factory=dict)
    left: list[Location] = field(default_factory=list)

    def add(self, label: str, looked: str, where: Location, kind: str = TEXT, choices: tuple[str, ...] = (), *,
            shared: bool) -> Guess:  # fmt: skip
        """The guess for a blank; blanks that name the same thing in words are one field, lines are one each."""
        key = key_of(label)
        if shared and key in self.found and self.found[key].looked.lower() == looked.lower():
            self.found[key].count += 1
            return self.found[key]
        number = 2
        name = key
        while name in self.found:
            name, number = f"{key} {number}", number + 1
        declared = Field(name, kind, choices=choices, meaning=f"{name.capitalize()}, {_from(looked)}")
        self.found[name] = Guess(declared, looked, where)
        return self.found[name]


def _from(looked: str) -> str:
    return (
        f"guessed from “{looked[:60]}”" if WORDS.search(looked.lower()) else "guessed from the words around its blank"
    )


def guessed(container: Container) -> Guesses:
    """The guesses of a document, with their tags put into it; where no blank is, nothing changes."""
    places, guesses = Places(), Guesses()
    places.mark(container)
    for name, _ in rendered_parts(container):
        root = container.tree(name)
        for control in list(root.iter(W + "sdt")):
            _control(control, places, guesses)
        for p in list(root.iter(W + "p")):
            _boxes(p, places.of(p), guesses)
            _paragraph(p, places.of(p), guesses)
        for table in root.iter(W + "tbl"):
            _cells(table, places, guesses)
    return guesses


# ------------------------------------------------------------------------------------------------ text
def _paragraph(p: etree._Element, where: Location, guesses: Guesses) -> None:
    texts = list(own(p, W + "t"))
    whole = "".join(t.text or "" for t in texts)
    inside = [m.span() for m in TAG.finditer(whole)]
    spans = [
        (start, end, bright)
        for start, end, bright in _merged([*_highlighted(texts), *((*m.span(), False) for m in BLANK.finditer(whole))])
        if not any(start < last and first < end for first, last in inside)
    ]
    signing = bool(spans) and _is_for_signing(whole)
    tags: list[tuple[int, int, str]] = []
    for start, end, bright in spans:
        looked = whole[start:end].strip()
        inner = looked.strip("[]<>«»_ ●•")
        if "{" in looked or "}" in looked or (not bright and SAID.fullmatch(inner) and not OPEN.search(looked)):
            continue
        line = not inner
        found = labeled(whole[:start], inner, whole[end:], _beside(p), where.heading or "")
        alone = WORDS.findall(whole[:start].lower()) in ([], WORDS.findall(found.words.lower()))
        if line and ((alone and SIGNED.fullmatch(found.words)) or (signing and not _beside(p))):
            guesses.left.append(where)
            continue
        own_words = not line and not EMPTY.fullmatch(inner)
        guess = guesses.add(found.words, looked or "____", where, found.kind, found.choices, shared=own_words)
        lead = len(whole[start:end]) - len(whole[start:end].lstrip())
        tail = len(whole[start:end]) - len(whole[start:end].rstrip())
        tags.append((start + lead, end - tail, guess.tag))
    for start, end, tag in reversed(tags):
        _replace(texts, start, end, tag)


def _boxes(p: etree._Element, where: Location, guesses: Guesses) -> None:
    """Puts a tag in the place of each box of `☐ Yes ☐ No`; one of them is checked."""
    texts = list(own(p, W + "t"))
    whole = "".join(t.text or "" for t in texts)
    for m in reversed(list(BOXES.finditer(whole))):
        label = labeled(whole[: m.start()], "", whole[m.end() :], _beside(p), where.heading or "").words
        guess = guesses.add(label, m[0], where, YES_NO, shared=False)
        name = f"proposal.extra.{guess.declared.name}"
        _replace(texts, *m.span(4), f"{{{{ '{m[4]}' if {name} else '☒' }}}}")
        _replace(texts, *m.span(1), f"{{{{ '☒' if {name} else '{m[1]}' }}}}")


def _cells(table: etree._Element, places: Places, guesses: Guesses) -> None:
    """Puts tags into the empty cells of a table of two columns that has a label in each row and is there to fill in."""
    rows = [row.findall(W + "tc") for row in table.findall(W + "tr")]
    pairs = [(row[0], row[1]) for row in rows if len(row) == 2]
    empty = [(a, b) for a, b in pairs if _said(a) and not _said(b) and b.find(f".//{W}drawing") is None]
    filled = sum(1 for _, b in pairs if "{{" in _said(b))
    if len(pairs) < len(rows) or not empty or len(empty) + filled < len(pairs) / 2:
        return
    for label_cell, cell in empty:
        label, p = _said(label_cell).strip(" :*"), cell.find(W + "p")
        if p is None or SIGNED.fullmatch(label) or "{" in label:
            continue
        found = labeled(f"{label}: ", "", "")
        guess = guesses.add(found.words, "", places.of(p), found.kind, shared=False)
        run = p.makeelement(W + "r", {})
        run.append(run.makeelement(W + "t", {}))
        run[0].text = guess.tag
        p.append(run)


def _said(cell: etree._Element) -> str:
    return " ".join("".join(t.text or "" for t in cell.iter(W + "t")).split())


def _is_for_signing(whole: str) -> bool:
    """True for a paragraph of lines to sign on: nothing but blanks and words such as By and Date."""
    words = [w.strip(" :\t") for w in re.split(r"_{3,}", whole)]
    return all(not w or SIGNED.fullmatch(w) for w in words)


def _beside(p: etree._Element) -> str:
    """The words of the cell before, where a paragraph stands in a table."""
    cell = next(p.iterancestors(W + "tc"), None)
    before = cell.getprevious() if cell is not None else None
    return "".join(t.text or "" for t in before.iter(W + "t")).strip(" :") if before is not None else ""


def _highlighted(texts: list[etree._Element]) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for t in texts:
        end = at + len(t.text or "")
        if end > at and (t.text or "").strip() and _bright(t) is not None:
            yield at, end, True
        at = end


def _bright(t: etree._Element) -> etree._Element | None:
    """What makes the run of a text bright: its highlight, or yellow shading."""
    run = t.getparent()
    looks = run.find(W + "rPr") if run is not None else None
    if looks is None:
        return None
    mark = looks.find(W + "highlight")
    if mark is not None and mark.get(W + "val") not in ("none", "white"):
        return mark
    shade = looks.find(W + "shd")
    return shade if shade is not None and (shade.get(W + "fill") or "").upper() == "FFFF00" else None


def _merged(spans: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """The spans in order, those that touch or overlap as one."""
    found: list[tuple[int, int, bool]] = []
    for start, end, bright in sorted(spans):
        if found and start <= found[-1][1] and (bright or found[-1][2]):
            first, last, was = found[-1]
            found[-1] = (first, max(last, end), was or bright)
        else:
            found.append((start, end, bright))
    return found


def _replace(texts: list[etree._Element], start: int, end: int, tag: str) -> None:
    """Puts a tag in the place of letters: into the run where they begin, whose highlight goes."""
    at, first = 0, True
    for t in texts:
        text = t.text or ""
        low, high = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if low >= high:
            continue
        t.text = text[:low] + (tag if first else "") + text[high:]
        t.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        mark = _bright(t)
        if mark is not None and (looks := mark.getparent()) is not None:
            looks.remove(mark)
        first = False


# ------------------------------------------------------------------------------------------------ content controls
def _control(control: etree._Element, places: Places, guesses: Guesses) -> None:
    """Puts a tag in the place of a control with one line of text; what was around it stays."""
    properties, content = control.find(W + "sdtPr"), control.find(W + "sdtContent")
    if properties is None or content is None:
        return
    texts = list(content.iter(W + "t"))
    paragraphs = list(content.iter(W + "p"))
    looked = "".join(t.text or "" for t in texts).strip()
    apart = (W + "tbl", W + "tc", W + "tr", W + "sdt", W + "fldChar", W + "drawing")
    plain = not list(content.iter(*apart)) and len(paragraphs) <= 1
    kinds = {str(e.tag).rpartition("}")[2] for e in properties}
    if not plain or not looked or kinds & NO_TEXT:
        return
    choices = tuple(dict.fromkeys(v for e in properties.iter(W + "listItem") if (v := e.get(W + "displayText") or "")
                                      and not v.lower().startswith("choose")))  # fmt: skip
    kind = DATE if "date" in kinds else ONE_OF if choices else TEXT
    label = next((v for n in ("alias", "tag") if (v := _value(properties, n))), looked)
    where = places.of(texts[0])
    named = labeled("", label.strip("[]_ "), "", above=where.heading or "")
    kind = named.kind if kind == TEXT else kind
    guess = guesses.add(named.words, looked, where, kind, choices or named.choices, shared=True)
    _replace(texts, 0, sum(len(t.text or "") for t in texts), guess.tag)
    for run in content.iter(W + "rPr"):
        for style in run.findall(W + "rStyle"):
            run.remove(style)
    for child in list(content):
        control.addprevious(child)
    put(control, "")


def _value(properties: etree._Element, name: str) -> str:
    e = properties.find(W + name)
    return (e.get(W + "val") or "").strip() if e is not None else ""
