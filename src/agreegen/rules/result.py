"""Result: whether a rendered document is whole, and says every word of the template that this agreement asked for."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lxml import etree

from agreegen.finding import Finding, Location, Severity
from agreegen.rules import accessible
from agreegen.template.container import MC, Container, W, opened, parse
from agreegen.template.filling import filled
from agreegen.template.place import own, rendered_parts
from agreegen.template.problem import Problems

if TYPE_CHECKING:
    from agreegen.template.compiled import Template

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TAG = re.compile(r"\{[{%#]")
RESERVED = re.compile("[\ue000-\ue0ff]")
VALUE = re.compile("\ue000[^\ue001]*\ue001")
WORKSHOP = "report this as a fault of agreegen, with the template and the data"
_P, _T, _CHAR, _KIND, _FALLBACK = W + "p", W + "t", W + "fldChar", W + "fldCharType", MC + "Fallback"
_SHOWN = (_T, W + "tab", W + "br", W + "cr", _CHAR)
_REFERENCES = etree.XPath("//@r:*", namespaces={"r": R[1:-1]})
_BESIDE = etree.XPath("//text()[parent::*[node()[not(self::text())]]]")  # beside elements, where Word has no text
Literals = Mapping[str, tuple[str, ...]]


def literals(template: Template, context: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The words of the template in this document, by part: each stretch between values, in order.

    The template is rendered once more, with a mark around each value.
    """
    found = {}
    for name, xml in filled(template, context, marked=True).items():
        if name.startswith("word/") and name != template.numbering.part:
            pieces = (s for p in texts(parse(xml)) for s in VALUE.split(p))
            found[name] = tuple(x for s in pieces if (x := s.strip()))
    return found


def check(docx: bytes, file: str = "", said: Literals | None = None) -> list[Finding]:
    """What is wrong with a rendered document; `said` are the words that it has to say (`literals`)."""
    problems = Problems()
    container = opened(docx, file, problems)
    if container is None:
        return [Finding("T090", Severity.ERROR, f.location, f.message, WORKSHOP) for f in problems]
    for name, label in rendered_parts(container):
        where = Location(file=file, part=label)
        root = container.tree(name)
        lines = list(texts(root))
        _structure(root, where, problems)
        _marks(lines, where, said.get(name) if said is not None else None, problems)
        _links(container, name, where, problems)
        if said is not None:
            _words(lines, said.get(name, ()), where, problems)
    _unique(container, problems)
    return [*problems, *accessible.check(container)]


def texts(root: etree._Element) -> Iterator[str]:
    """The text of each paragraph, without the cached results of fields, which others may fill in."""
    shown = _Shown()
    for marks in _at_once(root) or (own(p, *_SHOWN) for p in root.iter(_P)):
        yield "".join([said for e in marks if (said := shown.by(e))])


def _at_once(root: etree._Element) -> list[list[etree._Element]]:
    """What is shown in each paragraph, found in one walk; nothing where one stands in another or text in none."""
    found: list[list[etree._Element]] = []
    p = root
    if next(root.iter(_FALLBACK), None) is not None:
        return []
    for e in root.iter(_P, *_SHOWN):
        if e.tag == _P:
            found.append([])
            p = e
            continue
        above = e.getparent()
        while above is not None and above is not p:
            above = above.getparent()
        if above is None or p is root:
            return []
        found[-1].append(e)
    return found


class _Shown:
    """What elements show, one after the other; fields may go on over paragraphs."""

    def __init__(self) -> None:
        self._fields: list[bool] = []  # those that are open: whether their result has begun

    def by(self, e: etree._Element) -> str:
        """The text of an element, "" within a result."""
        if e.tag == _T:
            return "" if self._fields and any(self._fields) else e.text or ""
        if e.tag != _CHAR:
            return " "
        kind = e.get(_KIND)
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()
        return ""


def _structure(root: etree._Element, where: Location, problems: Problems) -> None:
    if any(len(c) == 0 or c[-1].tag != W + "p" for c in root.iter(W + "tc")):
        problems.error("T090", where, "a table cell does not end with a paragraph", WORKSHOP)
    if any(next(t.iter(W + "tr"), None) is None for t in root.iter(W + "tbl")):
        problems.error("T090", where, "a table has no rows", WORKSHOP)
    body = root.find(W + "body")
    if body is not None and (len(body) == 0 or body[-1].tag != W + "sectPr"):
        problems.error("T090", where, "the body does not end with section properties", WORKSHOP)
    if loose := next((said for text in _texts(_BESIDE, root) if (said := text.strip())), ""):
        problems.error("T090", where, f"text stands outside of runs: {loose[:60]!r}", WORKSHOP)


def _marks(lines: Sequence[str], where: Location, said: tuple[str, ...] | None, problems: Problems) -> None:
    """Tags may be left only where the template says them (escaped) or a value did."""
    if found := next((t for t in lines if RESERVED.search(t)), None):
        problems.error("T091", where, f"a mark is left in {found[:60]!r}", WORKSHOP)
    if said is None and (found := next((t for t in lines if TAG.search(t)), None)):
        hint = "a value may hold it; if not, report this as a fault of agreegen"
        problems.warn("T091", where, f"{found[:60]!r} looks like a tag", hint)


def _links(container: Container, name: str, where: Location, problems: Problems) -> None:
    known = container.rels(name)
    for v in _texts(_REFERENCES, container.tree(name)):
        if v and v not in known:
            problems.error("T092", where, f"the relationship {v!r} is missing", WORKSHOP)


def _texts(path: etree.XPath, root: etree._Element) -> list[str]:
    """The texts or attributes that a path finds."""
    found = path(root)
    return [str(x) for x in found] if isinstance(found, list) else []


def _unique(container: Container, problems: Problems) -> None:
    where = Location(file=container.file)
    seen: collections.Counter[tuple[str, str]] = collections.Counter()
    for name, _ in rendered_parts(container):
        root = container.tree(name)
        for e in root.iter(W + "bookmarkStart"):
            seen["bookmark id", e.get(W + "id") or ""] += 1
            seen["bookmark", (e.get(W + "name") or "").lower()] += 1
        seen.update(("footnote", e.get(W + "id") or "") for e in root.iter(W + "footnoteReference"))
        seen.update((f"drawing of {name}", e.get("id") or "") for e in root.iter("{*}docPr"))
    for (kind, value), n in sorted(seen.items()):
        if n > 1:
            problems.error("T093", where, f"the {kind} {value!r} is there {n} times", WORKSHOP)


def _words(lines: Sequence[str], said: tuple[str, ...], where: Location, problems: Problems) -> None:
    text, at = "\n".join(lines), 0
    for piece in said:
        found = text.find(piece, at)
        if found < 0:
            message = f"words of the template are missing after {text[max(0, at - 40) : at]!r}: {piece[:80]!r}"
            problems.error("T094", where, message, WORKSHOP)
            return
        at = found + len(piece)
