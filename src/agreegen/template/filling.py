"""Filling: compiled parts and data become the XML of a document.

Jinja's generator gives the text; marks in it (U+E010 to U+E011) are answered in the order of the document: `n` moves
list numbers on, `r` is a number filled in at the end, `i` and `l` restart lists in loops, `d` is a drawing's id, `s`
and `z` choose sections. No parsing, and no second pass.
"""

from __future__ import annotations

import functools
import marshal
import re
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import jinja2

from agreegen.late import dataclass
from agreegen.template.counting import Count, Paths
from agreegen.template.printing import environment, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agreegen.template.compiled import Numbering, Part, Template
    from agreegen.template.printing import Sandbox


DECLARATION = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
START, END = "\ue010", "\ue011"
SECTION = b'<w:p><w:pPr><w:pStyle w:val="SectionBreak"/>%s</w:pPr></w:p>'
FIRST_DRAWING = 1000
NO_PARAGRAPH = (b"</w:tcPr>", b"</w:tbl>", b"<w:tc>")
PARAGRAPH_END = b"</w:p>"
SPACER = (b'w:val="TableEnd"', b'w:val="SectionBreak"')
TABLE = b"<w:tbl>"
NO_ROWS = b"</w:tblGrid></w:tbl>"


class MissingReferenceError(Exception):
    """A reference to a clause that this agreement doesn't have: the bookmark, and the text before it."""

    def __init__(self, mark: str, part: str, before: str) -> None:
        super().__init__(mark)
        self.mark, self.part, self.before = mark, part, before


Cut = tuple[
    bytes, tuple[tuple[str, str, bytes], ...]
]  # a constant cut at its marks: text, then (kind, value, text) each


@dataclass(frozen=True, slots=True)
class Ready:
    """A part ready to run: its generator, and its constant pieces."""

    part: Part
    template: jinja2.Template
    file: str  # what tracebacks call it
    plain: Mapping[str, bytes]
    marked: Mapping[str, Cut]


@dataclass(frozen=True, slots=True)
class Machine:
    """A template ready to run: its parts, the body first, and the paths that documents took through it."""

    parts: tuple[Ready, ...]
    paths: Paths


@functools.lru_cache(maxsize=64)
def machine(template: Template, *, marked: bool = False) -> Machine:
    """The template ready to run, made once; `marked` puts every value in text between U+E000 and U+E001."""
    env = environment(template.filters)
    if marked:
        env.filters["_text"] = lambda value: f"\ue000{text(value)}\ue001"
    numbering = template.numbering
    return Machine(tuple(_ready(p, env) for p in template.parts), Paths(numbering.lists, numbering.segments))


def _ready(part: Part, env: jinja2.Environment) -> Ready:
    code: CodeType = marshal.loads(part.code)  # noqa: S302 - ours, or from our own private folder
    made = jinja2.Template.from_code(env, code, env.make_globals(None))
    strings = set(_strings(code))
    plain = {s: s.encode() for s in strings if START not in s}
    return Ready(part, made, code.co_filename, plain, {s: _cut(s) for s in strings if START in s})


def _cut(text: str) -> Cut:
    first, *rest = text.split(START)
    marks = (piece.partition(END) for piece in rest)
    return first.encode(), tuple((mark[:1], mark[1:], tail.encode()) for mark, _, tail in marks)


def _strings(code: CodeType) -> Iterator[str]:
    for c in code.co_consts:
        if isinstance(c, str):
            yield c
        elif isinstance(c, CodeType):
            yield from _strings(c)


def filled(template: Template, context: Mapping[str, Any], *, marked: bool = False) -> dict[str, bytes]:
    """The XML of each part with tags; errors of expressions come as Jinja raises them."""
    return joined(template, run(template, context, marked=marked), marked=marked)


def run(
    template: Template,
    context: Mapping[str, Any],
    *,
    marked: bool = False,
    watch: tuple[Sandbox, Mapping[str, Any]] | None = None,
) -> Iterator[Iterable[str]]:
    """What each part with tags is made of, in order: constants of the template, and values as they are printed.

    `watch` is an environment to run in, and what stands for functions of Jinja's runtime.
    """
    data = context if isinstance(context, dict) else dict(context)
    for r in machine(template, marked=marked).parts:
        function, new = r.template.root_render_func, r.template.new_context(data)
        if watch is None:
            yield function(new)
        else:
            names = {**function.__globals__, **watch[1]}
            yield FunctionType(function.__code__, names, "root", function.__defaults__)(new, environment=watch[0])


def joined(template: Template, pieces: Iterable[Iterable[str]], *, marked: bool = False) -> dict[str, bytes]:
    """The XML of each part with tags from what `run` gave for it, its marks answered."""
    ready = machine(template, marked=marked)
    marks = Marks(template.numbering, ready.paths)
    found = {r.part.name: marks.answered(r, p) for r, p in zip(ready.parts, pieces, strict=True)}
    done = {name: marks.filled(name, answered) for name, answered in found.items()}
    for r in ready.parts:
        if r.part.tables:
            done[r.part.name] = _columns(done[r.part.name])
    return marks.with_lists(done)


@dataclass(frozen=True, slots=True)
class Answered:
    """A part in pieces; `open` are the pieces that are numbers still to fill in: position, bookmark, switch."""

    pieces: list[bytes]
    open: list[tuple[int, str, str]]


def _without_rows(out: list[bytes]) -> None:
    """Takes a table that got no rows back out of the pieces."""
    at, tail = len(out), b""
    while at > 0 and len(tail) < len(NO_ROWS):
        at -= 1
        tail = out[at] + tail
    if not tail.endswith(NO_ROWS):
        return
    while (start := tail.rfind(TABLE)) < 0:
        at -= 1
        tail = out[at] + tail
    out[at:] = [tail[:start], *[b""] * (len(out) - at - 1)]


def _ended(out: list[bytes], at: int, properties: bytes) -> bool:
    """Ends a section with the last paragraph before a piece; False if no paragraph stands there that can.

    A paragraph of its own for the break could be alone on a page when the text fills the one before. The spacer after
    a table becomes as small as such a paragraph.
    """
    last = next((i for i in range(at - 1, -1, -1) if out[i]), -1)
    if last < 0 or not out[last].endswith(PARAGRAPH_END):
        return False
    for i in range(last, max(last - 40, -1), -1):
        start = max(out[i].rfind(b"<w:p>"), out[i].rfind(b"<w:p "))
        if start < 0:
            continue
        inside = out[i][start:] + b"".join(out[i + 1 : last + 1])
        end = out[i].find(b"</w:pPr>", start)
        if end < 0 or inside.count(PARAGRAPH_END) != 1 or b"<w:sectPr" in inside:
            return False
        head = out[i][start:end].replace(*SPACER)
        out[i] = out[i][:start] + head + properties + out[i][end:]
        return True
    return False


def shown(pieces: Sequence[bytes]) -> str:
    """The last words of the text so far."""
    end = b"".join(pieces[-60:])
    return re.sub(rb"<[^>]*>", b"", end[end.find(b"<") :]).decode()[-80:]


def _columns(xml: bytes) -> bytes:
    from docxtpl import DocxTemplate  # noqa: PLC0415 - heavy, and seldom needed
    from lxml import etree  # noqa: PLC0415 - seldom needed

    tree = DocxTemplate.fix_tables(None, xml[len(DECLARATION) :].decode())
    return DECLARATION + etree.tostring(tree)


class Marks:
    """The answers to the marks of one rendering."""

    def __init__(self, numbering: Numbering, paths: Paths) -> None:
        self.numbering = numbering
        self.count = Count(paths)
        self.lists: dict[tuple[str, str], str] = {}
        self.extra: list[str] = []
        self.drawings = FIRST_DRAWING
        self.section = 0
        self.pending: tuple[int, int] | None = None  # the kind that begins, and where in the output
        self.used: set[int] = set()

    def answered(self, part: Ready, pieces: Iterable[str]) -> Answered:
        """The text in pieces, its marks answered; references are left open, since their numbers may come later."""
        if not part.marked:
            known = part.plain.get
            return Answered([DECLARATION] + [known(p) or p.encode() for p in pieces], [])
        found = Answered([DECLARATION], [])
        plain, marked, put = part.plain.get, part.marked.get, found.pieces.append
        for p in pieces:
            if (constant := plain(p)) is not None:
                put(constant)
            elif (cut := marked(p)) is None:
                put(p.encode())
            else:
                put(cut[0])
                for kind, value, tail in cut[1]:
                    self._mark(kind, value, found)
                    put(tail)
        return found

    def _mark(self, kind: str, value: str, found: Answered) -> None:
        out = found.pieces
        if kind == "n":
            self.count.move(int(value))
        elif kind == "r":
            mark, _, switch = value.partition(" ")
            found.open.append((len(out), mark, switch))
            out.append(b"")
        elif kind == "s":
            self._begin(out)
            self.pending = (int(value), len(out))
            out.append(b"")
        elif kind == "z":
            self._begin(out)
            out.append(self._properties())
        elif kind == "c":
            if next(filter(None, reversed(out))).endswith(NO_PARAGRAPH):
                out.append(b"<w:p/>")
        elif kind == "t":
            _without_rows(out)
        else:
            out.append(self._answer(kind, value))

    def _answer(self, kind: str, value: str) -> bytes:
        if kind == "d":
            self.drawings += 1
            return str(self.drawings).encode()
        if kind == "i":
            for key in [k for k in self.lists if k[1] == value]:
                del self.lists[key]
            return b""
        num, loop = value.split(" ")
        if (num, loop) not in self.lists:
            self.lists[num, loop] = str(self.numbering.next_num + len(self.extra))
            self.extra.append(self.numbering.restarts[num].replace("\ue012", self.lists[num, loop]))
        return self.lists[num, loop].encode()

    def _begin(self, out: list[bytes]) -> None:
        """Puts the break before a section of another kind, if anything stands in it."""
        if self.pending is None:
            return
        kind, at = self.pending
        self.pending = None
        if kind != self.section and any(b"<w:p>" in p or b"<w:p " in p for p in out[at:]):
            properties = self._properties()
            if not _ended(out, at, properties):
                out[at] = SECTION % properties
            self.section = kind

    def _properties(self) -> bytes:
        """The properties of the section that ends; from the second time on without a first page of its own."""
        found = self.numbering.sections[2 * self.section + (self.section in self.used)]
        self.used.add(self.section)
        return found.encode()

    def filled(self, name: str, found: Answered) -> bytes:
        """The part with its references filled in."""
        numbers = self.count.found
        for at, mark, switch in found.open:
            if mark not in numbers:
                raise MissingReferenceError(mark, name, shown(found.pieces[:at]))
            found.pieces[at] = numbers[mark][switch != "w"].encode()
        return b"".join(found.pieces)

    def with_lists(self, parts: dict[str, bytes]) -> dict[str, bytes]:
        """The parts, the numbering among them with the lists that loops began again."""
        name = self.numbering.part
        if self.extra and name in parts:
            extra = "".join(self.extra).encode()
            at = parts[name].rindex(b"</w:num>") + len(b"</w:num>")
            parts[name] = parts[name][:at] + extra + parts[name][at:]
        return parts
