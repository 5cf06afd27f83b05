"""The text of a form outside of its fields, and where it was changed since, with the words before and after."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.finding import Finding, Location, Severity
from agreegen.forms.controls import W15, W
from agreegen.forms.identity import gathered, is_field
from agreegen.forms.parts import STORY, parsed, serialized
from agreegen.late import dataclass
from agreegen.source.visible import of_document
from agreegen.template.base import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agreegen.source.marks import Block

_W: Final = f"{{{W}}}"
HOLE: Final = "\u25a2"
"""What stands for a field."""

SHOWN: Final = 100
TITLE: Final = 80
"""Characters that a line which names what follows may have."""

FIRST_WORDS: Final = 10
NEAR: Final = 12
"""Paragraphs among which a changed one is looked for."""

_FIELDS: Final = frozenset({"headers", "footers"})
_AROUND: Final = 4


def blocks(docx: bytes) -> dict[str, list[Block]]:
    """The blocks of a form by part, with a hole for each field and one entry of each list; places as in Word."""
    members = unpack(docx)
    for name, data in members.items():
        if STORY.fullmatch(name) and b"sdt" in data:
            members[name] = _holed(data)
    return of_document(pack(members))


def texts(docx: bytes) -> dict[str, list[str]]:
    """The texts of a form by part, as its record keeps them."""
    return {part: [_plain(b.text) for b in found] for part, found in blocks(docx).items()}


def _holed(data: bytes) -> bytes:
    root = parsed(data)
    gathered(root)
    for sdt in list(root.iter(f"{_W}sdt")):
        pr = sdt.find(f"{_W}sdtPr")
        if pr is not None and pr.find(f"{{{W15}}}repeatingSection") is not None:
            content = sdt.find(f"{_W}sdtContent")
            if content is not None:
                for extra in list(content)[1:]:
                    content.remove(extra)
    for sdt in list(root.iter(f"{_W}sdt")):
        if sdt.getparent() is not None and is_field(sdt):
            _hole(sdt)
    return serialized(root)


def _hole(sdt: etree._Element) -> None:
    parent = sdt.getparent()
    assert parent is not None
    run = etree.Element(f"{_W}r")
    etree.SubElement(run, f"{_W}t").text = HOLE
    if parent.tag in (f"{_W}p", f"{_W}hyperlink"):
        new = run
    else:
        new = etree.Element(f"{_W}p")
        new.append(run)
        if parent.tag == f"{_W}tr":
            cell = etree.Element(f"{_W}tc")
            cell.append(new)
            new = cell
    sdt.addprevious(new)
    new.tail = None
    parent.remove(sdt)


def _plain(text: str) -> str:
    return " ".join(text.replace("\ufdd0", " ").split())


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed of a form's text, and the whole paragraph as it is now where the finding tells a part of it."""

    finding: Finding
    whole: str = ""


def changes(before: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[Block]], file: str) -> list[Change]:
    """A finding for each paragraph that was changed, added or removed, with its words before and after."""
    found = [f for part in dict.fromkeys((*before, *now))
             for f in _part(part, [_plain(t) for t in before.get(part, ())], now.get(part, ()))]  # fmt: skip
    if len(found) > SHOWN:
        rest = _finding(Location(part="body"), f"{len(found) - SHOWN} more places of the text were changed")
        found = [*found[:SHOWN], Change(rest, "\n".join(c.whole or c.finding.message for c in found[SHOWN:]))]
    return [replace(c, finding=replace(c.finding, location=replace(c.finding.location, file=file))) for c in found]


def _part(part: str, before: Sequence[str], now: Sequence[Block]) -> Iterator[Change]:
    after = [_plain(b.text) for b in now]
    known = set(before)
    if part in _FIELDS and {_unnumbered(t) for t in after} <= {_unnumbered(t) for t in before}:
        return
    for op, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            continue
        old = [t for t in before[i:j] if t]
        new = [n for n in range(k, m) if after[n] and not (op == "insert" and after[n] in known)]
        for was, at in _paired(old, [after[n] for n in new]):
            if at is None:
                near = _near(now, min(k, len(now)) - 1, before=True) if now else Location(part=part)
                yield Change(_finding(near, f"after this a paragraph was removed: “{_short(was or '')}”"))
                continue
            text = after[new[at]]
            whole = text if _short(text) != text else ""
            if was is None:
                yield Change(_finding(_near(now, new[at]), f"was added: “{_short(text)}”"), whole)
            else:
                yield Change(_changed(_near(now, new[at]), was, text), whole)


def _near(now: Sequence[Block], at: int, *, before: bool = False) -> Location:
    """A place that a person finds in Word: the heading with its number, and words of the clause or of the row.

    `before`: what stood there is gone, and the last text before it is named.
    """
    while before and at > 0 and not _plain(now[at].text):
        at -= 1
    where = now[max(at, 0)].where
    heading = where.heading or next((t for b in reversed(now[: at + 1]) if _is_title(b) and (t := _plain(b.text))), "")
    words = _plain(now[max(at, 0)].text)
    if where.cell:
        row = where.cell.rpartition(",")[0]
        words = next((t for b in now if b.where.cell.startswith(f"{row},") and (t := _plain(b.text))), words)
    return replace(where, heading=heading if where.part == "body" else "", paragraph=None, text=words_of(words))


def _is_title(block: Block) -> bool:
    """True for a line that can name what follows: outside of tables, and short."""
    return not block.where.cell and len(block.text) <= TITLE


def words_of(text: str) -> str:
    """The first words of a text, as many as find it again."""
    words = text.split()
    return " ".join(words) if len(words) <= FIRST_WORDS else f"{' '.join(words[:FIRST_WORDS])} …"


def numbered(now: Mapping[str, Sequence[Block]]) -> dict[str, str]:
    """The headings of a form's body with their numbers, by their words; those that two have alike are left out."""
    found: dict[str, set[str]] = {}
    for block in now.get("body", ()):
        words = re.sub(r"^(?:Exhibit [A-Z]+|[A-Z]?\d*(?:\.\d+)*\.?)\s+", "", block.where.heading)
        found.setdefault(words, set()).add(block.where.heading)
    return {words: next(iter(whole)) for words, whole in found.items() if len(whole) == 1}


def _unnumbered(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, int | None]]:
    """Old and new paragraphs of a stretch that belong together: those that share most words, in order."""
    if len(old) == len(new):
        yield from ((was, n) for n, was in enumerate(old))
        return
    at = 0
    for was in old:
        fits = [n for n in range(at, min(len(new), at + NEAR)) if _alike(was, new[n])]
        if not fits:
            yield was, None
            continue
        for n in range(at, fits[0]):
            yield None, n
        yield was, fits[0]
        at = fits[0] + 1
    for n in range(at, len(new)):
        yield None, n


def _alike(a: str, b: str) -> bool:
    """Whether two paragraphs share most of their letters, in order."""
    compared = difflib.SequenceMatcher(None, a, b)
    return compared.real_quick_ratio() > 0.4 and compared.quick_ratio() > 0.4 and compared.ratio() > 0.4


def _changed(where: Location, was: str, now: str) -> Finding:
    a, b = was.split(), now.split()
    spans = [op for op in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes() if op[0] != "equal"]
    if not spans:
        return _finding(where, "was changed in its spaces")
    i, j, k, m = spans[0][1], spans[-1][2], spans[0][3], spans[-1][4]
    lead = " ".join(a[max(0, i - _AROUND) : i])
    tail = " ".join(a[j : j + _AROUND])
    gone, come = _short(" ".join(a[i:j])), _short(" ".join(b[k:m]))
    return _finding(where, f"was changed: before “{_join(lead, gone, tail)}”, now “{_join(lead, come, tail)}”")


def _join(*parts: str) -> str:
    return " ".join(p for p in parts if p)


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= 40 else f"{' '.join(words[:20])} … {' '.join(words[-18:])}"


def _finding(where: Location, message: str) -> Finding:
    hint = "put the text back, or agree on the change with counsel and make it in the template; values belong in fields"
    return Finding("M001", Severity.ERROR, where, re.sub("[\ufdd0-\ufdef]", "#", message), hint)
