"""Reference: `{{ ref("incident-notice") }}` becomes a REF field of Word whose number is filled in while rendering.

A cross-reference that counsel inserted in Word (REF … \\r, \\n or \\w) is answered in the same way.
"""

from __future__ import annotations

import copy
import re
from dataclasses import field
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.late import dataclass
from agreegen.template.container import XML_SPACE, W
from agreegen.template.place import own
from agreegen.template.problem import Problems, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agreegen.finding import Location
    from agreegen.template.tag import Tag

CALL = re.compile(r"\s*ref\s*\(")
PLAIN = re.compile(r'\s*ref\s*\(\s*"((?:[^"\\]|\\.)+)"\s*\)\s*')
SHOWN = re.compile("\ue013([^\ue014]*)\ue014")
NUMBER = re.compile(r"\s*REF\s+(\S+)\s.*?\\([rnw])\b", re.DOTALL | re.IGNORECASE)
KINDS = ("exhibit:", "clause:")
FEW = 12
"""Names that a hint lists."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What references may name, with the bookmarks meant: in this file, and in others that share its clauses."""

    here: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def marks(self) -> frozenset[str]:
        """The bookmarks of this file."""
        return frozenset(m for ms in self.here.values() for m in ms)

    def found(self, name: str) -> list[tuple[str, str]]:
        """The kinds and bookmarks that a name may mean; names of this file first."""
        for anchors in (self.here, self.elsewhere):
            if marks := [(k, m) for k in _keys(name) for m in anchors.get(k, ())]:
                return marks
        return []


def is_reference(tag: Tag) -> bool:
    """True for `{{ ref(…) }}`."""
    return tag.opens == "{{" and CALL.match(tag.body) is not None


def placeholder(tag: Tag, targets: Targets, where: Location, problems: Problems) -> str:
    """What stands for the reference until its field is made; nothing, and a finding, if it leads nowhere."""
    found = PLAIN.fullmatch(tag.body)
    if found is None:
        hint = 'write {{ ref("name") }}, one name in quotes, alone in its tag'
        problems.error("T022", where, f"{tag.text} is not a plain reference", hint)
        return ""
    name = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), found[1]).strip()
    plain = name.removeprefix("clause:")
    marks = targets.found(name)
    if not marks:
        there = {*targets.here, *targets.elsewhere}
        hint = nearest(plain, there | {k.removeprefix("exhibit:") for k in there}) or _known(there)
        problems.error("T020", where, f"there is no clause or exhibit with the id {name!r}", hint)
        return ""
    if len(marks) > 1:
        kinds = {k.startswith("exhibit:") for k, _ in marks}
        hint = f'write "clause:{plain}" or "exhibit:{plain}"' if len(kinds) > 1 else "give each a name of its own"
        problems.error("T021", where, f"the id {name!r} is there more than once", hint)
        return ""
    return f"\ue013{marks[0][1]} w\ue014"


def _known(names: set[str]) -> str:
    """A hint that tells the names, if they are few."""
    few = len(names) <= FEW
    return f"known are {', '.join(sorted(names)) or 'none'}" if few else f"none of the {len(names)} names is near to it"


def _keys(name: str) -> tuple[str, ...]:
    if name.startswith("clause:"):
        return (name.removeprefix("clause:"),)
    return (name,) if name.startswith("exhibit:") else (name, f"exhibit:{name}")


def fields(t: etree._Element) -> Iterator[str]:
    """Splits the run of a `w:t` at its placeholders and puts fields there; gives the bookmarks that they name."""
    while (found := SHOWN.search(t.text or "")) is not None:
        mark = found[1].partition(" ")[0]
        yield mark
        t = _field(t, found, mark)


def _field(t: etree._Element, found: re.Match[str], mark: str) -> etree._Element:
    run, text = t.getparent(), t.text or ""
    assert run is not None
    later = list(run)[run.index(t) + 1 :]
    t.text = text[: found.start()]
    tail = etree.Element(W + "t", {XML_SPACE: "preserve"})
    tail.text = text[found.end() :]
    code = etree.Element(W + "instrText", {XML_SPACE: "preserve"})
    code.text = f" REF {mark} \\w \\h "
    result = etree.Element(W + "t")
    result.text = f"\ue010r{found[1]}\ue011"
    pieces = [[_mark("begin")], [code], [_mark("separate")], [result], [_mark("end")], [tail, *later]]
    at = run
    end, run.tail = run.tail, None
    for children in pieces:
        new = etree.Element(W + "r")
        if (look := run.find(W + "rPr")) is not None:
            new.append(copy.deepcopy(look))
        new.extend(children)
        at.addnext(new)
        at = new
    at.tail = end
    _tidy(at)
    _tidy(run)
    return tail


def _mark(kind: str) -> etree._Element:
    return etree.Element(W + "fldChar", {W + "fldCharType": kind})


def _tidy(run: etree._Element) -> None:
    """Removes a run that shows nothing; one that is empty and may still be split stays."""
    parent = run.getparent()
    if parent is not None and not run.tail and all(e.tag in (W + "rPr", W + "t") and not e.text for e in run):
        parent.remove(run)


def answered(p: etree._Element, marks: frozenset[str]) -> Iterator[str]:
    """Lets Word's own numbered cross-references of a paragraph be answered; gives the bookmarks that they name."""
    open_: list[tuple[list[str], list[etree._Element], list[bool]]] = []
    for e in own(p, W + "fldChar", W + "instrText", W + "t"):
        kind = e.get(W + "fldCharType")
        if kind == "begin":
            open_.append(([], [], []))
        elif kind == "separate" and open_:
            open_[-1][2].append(True)
        elif kind == "end" and open_:
            code, shown, _ = open_.pop()
            m = NUMBER.match("".join(code))
            if m and m[1] in marks and shown and "\ue010" not in "".join(x.text or "" for x in shown):
                shown[0].text = f"\ue010r{m[1]} {m[2].lower()}\ue011"
                for x in shown[1:]:
                    x.text = ""
                yield m[1]
        elif open_ and e.tag == W + "instrText" and not open_[-1][2]:
            open_[-1][0].append(e.text or "")
        elif open_ and e.tag == W + "t" and open_[-1][2]:
            open_[-1][1].append(e)
