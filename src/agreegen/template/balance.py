"""Balance: proof that every branch of a part leaves its XML well-formed, and the place of every value in it.

Values are escaped, so a rendering is well-formed whatever the data say if each branch and each loop body closes what
it opens. The walk also chooses how each value is printed (in text, in an attribute, in a field code, as runs), and
gathers the counting marks of straight stretches into one.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.finding import Location
from agreegen.late import dataclass

if TYPE_CHECKING:
    from agreegen.template.problem import Problems

ELEMENT = re.compile(r"<(/?)([\w:.-]+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>|<\?.*?\?>|<!--.*?-->", re.DOTALL)
COUNT = re.compile("\ue010n([^\ue011]*)\ue011")
ESCAPES = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
TABLES = frozenset({"w:tc", "w:tr", "w:tbl"})
RUN_LEVEL = frozenset({"w:p", "w:hyperlink", "w:smartTag", "w:sdtContent", "w:fldSimple"})
STRUCTURE = frozenset({"w:body", "w:tbl", "w:tr", "w:tc", "w:r", "w:hdr", "w:ftr", "w:footnote", "w:document"})
PRINTER = {"w:t": "_text", "w:instrText": "_code"}


class UnbalancedError(Exception):
    """A branch that would break the XML; the line of its tag, and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


@dataclass(slots=True)
class Scan:
    """Where a reader of the XML stands: open elements, the tag that a value interrupts, what was closed below."""

    stack: list[str] = field(default_factory=list)
    partial: str | None = None
    base: int = 0
    closed: set[str] = field(default_factory=set)

    def feed(self, data: str) -> None:
        """Reads on."""
        if self.partial is not None:
            data, self.partial = self.partial + data, None
        last = data.rfind("<")
        if last >= 0 and not ELEMENT.match(data, last):
            self.partial, data = data[last:], data[:last]
        at = 0
        for m in ELEMENT.finditer(data):
            if data.find("<", at, m.start()) >= 0:
                raise UnbalancedError(0, f"{data[data.find('<', at) :][:20]!r} is no element")
            at = m.end()
            closing, name, _, empty = m.groups()
            if closing:
                if not self.stack or self.stack[-1] != name:
                    inner = f"<{self.stack[-1]}>" if self.stack else "nothing"
                    raise UnbalancedError(0, f"</{name}> closes {inner}")
                self.stack.pop()
                if len(self.stack) < self.base:
                    self.closed.add(name)
            elif name and not empty:
                self.stack.append(name)

    def branch(self) -> Scan:
        """A reader that starts where this one stands."""
        return Scan(list(self.stack), self.partial, len(self.stack))


@dataclass(slots=True)
class Proof:
    """The walk over one part; `segments` is shared by the parts of a template."""

    lines: list[Location]
    problems: Problems
    segments: list[tuple[tuple[str, int, str], ...]]
    tracked: frozenset[str] = frozenset()  # lists that references point into
    referenced: frozenset[str] = frozenset()  # bookmarks
    moves: dict[int, list[tuple[str, int, str]]] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)

    def run(self, tree: nodes.Template) -> bool:
        """True when every branch is balanced; otherwise a finding tells where it is not."""
        scan = Scan()
        try:
            self._walk(tree.body, scan)
            if scan.stack or scan.partial is not None:
                raise UnbalancedError(0, f"the part ends with <{scan.stack[-1] if scan.stack else '…'}> open")
        except UnbalancedError as e:
            hint = "let a block begin and end at the same level: two paragraphs ({%p), two rows ({%tr), or one text"
            self.problems.error("T050", self._place(e.line), f"the block would break the document: {e.message}", hint)
            return False
        for k in sorted(self.moves):
            self.segments.append(tuple(self.moves[k]))
        return True

    def _place(self, line: int) -> Location:
        if not self.lines:
            return Location()
        return self.lines[min(max(line, 1), len(self.lines)) - 1]

    def _walk(self, body: list[nodes.Node], scan: Scan) -> None:
        slot: int | None = None
        for node in body:
            before = len(self.moves)
            if isinstance(node, nodes.Output):
                slot = self._output(node, scan, slot)
                continue
            self._statement(node, scan)
            if len(self.moves) > before:
                slot = None

    def _statement(self, node: nodes.Node, scan: Scan) -> None:
        if isinstance(node, nodes.If):
            self._branches(node, [node.body, *(e.body for e in node.elif_), node.else_], scan)
        elif isinstance(node, nodes.For):
            self._branches(node, [node.body, node.else_], scan)
        elif isinstance(node, nodes.With | nodes.Scope):
            self._branches(node, [node.body], scan)
        elif not isinstance(node, nodes.Assign):
            raise UnbalancedError(node.lineno, f"{type(node).__name__} is not supported")

    def _branches(self, node: nodes.Node, bodies: list[list[nodes.Node]], scan: Scan) -> None:
        for body in bodies:
            inner = scan.branch()
            try:
                self._walk(body, inner)
            except UnbalancedError as e:
                raise UnbalancedError(e.line or node.lineno, e.message) from e
            if inner.stack != scan.stack or (inner.partial is None) != (scan.partial is None):
                raise UnbalancedError(node.lineno, "it begins in one element and ends in another")
            if inner.closed & TABLES:
                raise UnbalancedError(node.lineno, "it begins in one table cell and ends in another")
            if "w:p" in inner.closed:
                message = f"{self._place(node.lineno).text} begins in one paragraph and ends in another"
                hint = "write {%p … %} in paragraphs of their own, so that no empty paragraphs are left"
                self.problems.note("T051", self._place(node.lineno), message, hint)

    def _output(self, node: nodes.Output, scan: Scan, slot: int | None) -> int | None:
        made: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                data = child.data
                for shown, meant in ESCAPES:
                    data = data.replace(shown, meant)
                scan.feed(COUNT.sub("", data))
                self.data.append(COUNT.sub("", data))
                data, slot = self._count(data, slot)
                made.append(nodes.TemplateData(data, lineno=child.lineno))
            else:
                made.append(self._printed(child, scan))
        node.nodes = made
        return slot

    def _count(self, data: str, slot: int | None) -> tuple[str, int | None]:
        """The text with its counting marks joined to those before, in the same straight stretch."""

        def one(m: re.Match[str]) -> str:
            nonlocal slot
            num, level, marks = m[1].split(",")
            if num not in self.tracked:
                return ""
            shown = "|".join(x for x in marks.split("|") if x in self.referenced)
            new = slot is None
            if slot is None:
                slot = len(self.segments) + len(self.moves)
                self.moves[slot] = []
            self.moves[slot].append((num, int(level), shown))
            return f"\ue010n{slot}\ue011" if new else ""

        return COUNT.sub(one, data), slot

    def _printed(self, child: nodes.Expr, scan: Scan) -> nodes.Expr:
        if scan.partial is not None:
            scan.partial += "x"
            name = "_plain"
        else:
            inside = scan.stack[-1] if scan.stack else ""
            name = PRINTER.get(inside) or ("_run" if inside in RUN_LEVEL else "_plain")
            if inside in STRUCTURE:
                where = self._place(child.lineno)
                message = f"{where.text} stands where Word keeps no text (<{inside}>)"
                self.problems.error("T036", where, message, "put it into the text of a paragraph")
        return nodes.Filter(child, name, [], [], None, None, lineno=child.lineno)
