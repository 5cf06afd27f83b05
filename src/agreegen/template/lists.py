"""The lists and styles of a Word file, as far as they decide numbers."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.errors import UsageError
from agreegen.late import dataclass

if TYPE_CHECKING:
    Element = etree._Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
DEPTH = 9
OFF = ("0", "false", "off")
PLACE = re.compile(r"%([1-9])")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts and looks; `places` are the levels that its label shows."""

    start: int = 0
    form: str = "decimal"
    width: int = 0
    text: str = ""
    legal: bool = False
    restart: int | None = None
    style: str = ""
    suffix: str = "tab"
    places: tuple[int, ...] = ()


ABSENT = Level()  # a level that its list doesn't define: decimal, with no text, so nothing is shown


@dataclass(frozen=True, slots=True)
class List:
    """One w:num: lists with one `counter` count together; `overrides` gives a level its number at its first use."""

    counter: str
    levels: tuple[Level, ...]
    overrides: dict[int, int]


def parse(xml: bytes) -> Element:
    """The root element of a part."""
    try:
        return etree.fromstring(xml, _PARSER)
    except etree.XMLSyntaxError as e:
        raise UsageError(f"a part of the Word file isn't well-formed: {e}", "open and save it in Word") from e


def first(parent: Element, tag: str) -> Element | None:
    """The first child of a tag: for few children several times as fast as `find`."""
    for e in parent:
        if e.tag == tag:
            return e
    return None


def _value(parent: Element | None, path: str) -> str | None:
    e = parent.find(path) if parent is not None else None
    return e.get(f"{W}val") if e is not None else None


_PROPERTIES, _NUMBERED, _STYLE = f"{W}pPr", f"{W}numPr", f"{W}pStyle"
_NUM_ID, _LEVEL, _VAL = f"{W}numId", f"{W}ilvl", f"{W}val"


def _number(parent: Element | None, path: str) -> int | None:
    return _whole(_value(parent, path))


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch("-?[0-9]+", text) else None


def on(parent: Element | None, path: str) -> bool:
    """True if a switch such as w:isLgl is there and not turned off."""
    e = parent.find(path) if parent is not None else None
    return e is not None and e.get(f"{W}val") not in OFF


def _level(e: Element) -> Level:
    said = {c.tag: c for c in reversed(e)}  # the first of each tag
    form = e.find(f"{MC}AlternateContent/{MC}Choice/{W}numFmt") if f"{MC}AlternateContent" in said else None
    if form is None:
        form = said.get(f"{W}numFmt")
    values = {tag: c.get(_VAL) for tag, c in said.items()}
    custom = form.get(f"{W}format") if form is not None else None  # "001, 002, 003, ...": a width
    text = values.get(f"{W}lvlText") or ""
    return Level(
        start=_whole(values.get(f"{W}start")) or 0,
        form="padded" if custom else (form.get(_VAL) if form is not None else None) or "decimal",
        width=len(custom.split(",")[0].strip()) if custom else 0,
        text=text,
        legal=f"{W}isLgl" in values and values[f"{W}isLgl"] not in OFF,
        restart=_whole(values.get(f"{W}lvlRestart")),
        style=values.get(_STYLE) or "",
        suffix=values.get(f"{W}suff") or "tab",
        places=tuple(int(d) - 1 for d in PLACE.findall(text)),
    )


def _list(num: Element, counter: str, abstract: Element) -> List:
    levels = [ABSENT] * DEPTH
    for e in abstract.iterfind(f"{W}lvl"):
        if (i := int(e.get(f"{W}ilvl") or 0)) < DEPTH:
            levels[i] = _level(e)
    overrides: dict[int, int] = {}
    for o in num.iterfind(f"{W}lvlOverride"):
        i = int(o.get(f"{W}ilvl") or 0)
        if i >= DEPTH:
            continue
        if (own := o.find(f"{W}lvl")) is not None:
            levels[i] = _level(own)
            if own.find(f"{W}start") is None:
                levels[i] = replace(levels[i], start=1)
        if (start := _number(o, f"{W}startOverride")) is not None:
            overrides[i] = start
    return List(counter, tuple(levels), overrides)


def lists(numbering: Element | None, linked: dict[str, str] | None = None) -> dict[str, List]:
    """The lists of a numbering part by numId; `linked` gives the numId of each numbering style."""
    if numbering is None:
        return {}
    abstracts = {a.get(f"{W}abstractNumId"): a for a in numbering.iterfind(f"{W}abstractNum")}
    nums = {n.get(f"{W}numId"): n for n in numbering.iterfind(f"{W}num")}
    out: dict[str, List] = {}
    for num_id, num in nums.items():
        counter = _value(num, f"{W}abstractNumId")
        seen: set[str] = set()
        while (link := _value(abstracts.get(counter), f"{W}numStyleLink")) and link not in seen:
            seen.add(link)
            target = nums.get((linked or {}).get(link))
            if target is None:
                break
            counter = _value(target, f"{W}abstractNumId")
        abstract = abstracts.get(counter)
        if abstract is not None and num_id is not None:
            out[num_id] = _list(num, counter or "", abstract)
    return out


@dataclass(frozen=True, slots=True)
class _StyleLink:
    based: str | None
    num_id: str | None
    level: int | None


class Definitions:
    """The styles and lists of a document, as far as they decide numbers."""

    def __init__(self, styles: Element | None, numbering: Element | None) -> None:
        self._styles: dict[str, _StyleLink] = {}
        self._default: str | None = None
        self._known: dict[str | None, tuple[str | None, int]] = {}
        for s in styles.iterfind(f"{W}style") if styles is not None else ():
            name, num = s.get(f"{W}styleId") or "", s.find(f"{W}pPr/{W}numPr")
            self._styles[name] = _StyleLink(
                _value(s, f"{W}basedOn"), _value(num, f"{W}numId"), _number(num, f"{W}ilvl")
            )
            if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") not in (None, *OFF):
                self._default = name
        self.lists = self._listed(numbering)

    def _listed(self, numbering: Element | None) -> dict[str, List]:
        return lists(numbering, {k: v.num_id for k, v in self._styles.items() if v.num_id})

    def having(self, numbering: Element | None) -> Definitions:
        """The same styles with the lists of another numbering part."""
        other = copy.copy(self)
        other.lists, other._known = self._listed(numbering), {}
        return other

    def place(self, p: Element) -> tuple[str, int] | None:
        """The numId and level of a paragraph, or None."""
        properties = first(p, _PROPERTIES)
        num = first(properties, _NUMBERED) if properties is not None else None
        num_id, level = (_value(num, _NUM_ID), _number(num, _LEVEL)) if num is not None else (None, None)
        if num_id is None:
            named = first(properties, _STYLE) if properties is not None else None
            style = (named.get(_VAL) if named is not None else None) or self._default
            if style not in self._known:
                self._known[style] = self._of_style(style)
            num_id, styled = self._known[style]
            level = level if level is not None else styled
        if num_id not in self.lists or not 0 <= (level or 0) < DEPTH:
            return None
        return num_id, level or 0

    def _of_style(self, style: str | None) -> tuple[str | None, int]:
        """What a style and its bases say; the level that names the style beats the style's own."""
        chain: list[str] = []
        num_id: str | None = None
        level: int | None = None
        while style in self._styles and style not in chain:
            chain.append(style)
            link = self._styles[style]
            num_id = link.num_id if num_id is None else num_id
            level = link.level if level is None else level
            style = link.based
        if num_id in self.lists:
            linked = {x.style: i for i, x in reversed(list(enumerate(self.lists[num_id].levels))) if x.style}
            for s in chain:
                if s in linked:
                    return num_id, linked[s]
        return num_id, level or 0
