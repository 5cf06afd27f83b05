"""Build: a Word template becomes a compiled one; everything that is wrong with it is found here, at once."""

from __future__ import annotations

import marshal
import pickle
import re
import zlib
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import nodes
from lxml import etree

from agreegen.finding import Location
from agreegen.late import dataclass
from agreegen.template import fields, grammar
from agreegen.template.balance import Proof
from agreegen.template.base import bookmark
from agreegen.template.compiled import Member, Part, Template, digest
from agreegen.template.compose import Composed, compose
from agreegen.template.container import Container, W
from agreegen.template.dialect import Source, translate
from agreegen.template.elsewhere import unrendered
from agreegen.template.numbering import number
from agreegen.template.paragraph import literal_text, plain
from agreegen.template.place import AT, PROPERTIES, rendered_parts, unmarked
from agreegen.template.printing import Sandbox, environment
from agreegen.template.problem import Problems
from agreegen.template.reference import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Examination = Callable[[nodes.Template, Sequence[Location], Problems], None]

COLUMNS = re.compile(r"<w:gridSpan w:val=\"\{\{")


@dataclass(slots=True)
class Work:
    """What is gathered while a template is built."""

    composed: Composed
    env: Sandbox
    problems: Problems
    elsewhere: Mapping[str, tuple[str, ...]]  # what ref() may name although this master lacks it
    examine: Examination | None = None
    segments: list[tuple[tuple[str, int, str], ...]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    names: list[tuple[str, Location]] = field(default_factory=list)
    fallback: str = ""
    references: list[tuple[str, Location]] = field(default_factory=list)
    referenced: frozenset[str] = frozenset()
    tracked: frozenset[str] = frozenset()
    proof: Callable[..., Proof] = Proof  # what walks a parsed part; `provenance` marks it on the way


def build(  # noqa: PLR0917 - as `template.compile`
    path: Path,
    root: Path,
    known: frozenset[str] | None,
    filters: Mapping[str, Callable[..., Any]] | None,
    elsewhere: frozenset[str] = frozenset(),
    also: tuple[Path, ...] = (),
    examine: Examination | None = None,
) -> Template:
    """The compiled template, with all its findings; unusable if one of them is an error."""
    problems = Problems()
    composed = compose(path, root, problems, also)
    name = _name(path, root)
    if composed is None:
        return Template(name, "", "", findings=tuple(problems), filters=dict(filters or {}))
    work = Work(composed, environment(filters), problems, absent(elsewhere), examine)
    unrendered(composed.container, problems)
    translated(work, known)
    members = kept(work) if not work.fallback else ()
    original = path.read_bytes() if len(composed.files) == 1 else b""
    if work.fallback:
        _fallback(work)
    files = tuple(composed.files)
    return Template(
        name=name,
        version=_version(composed.container),
        sha256=digest("".join(f"{f.name} {f.sha256}\n" for f in files).encode()),
        files=files,
        findings=tuple(problems),
        fallback=work.fallback,
        parts=tuple(work.parts) if not work.fallback else (),
        members=members,
        numbering=replace(composed.numbering, segments=tuple(work.segments), lists=pickle.dumps(dict(composed.lists))),
        anchors={**work.elsewhere, **composed.anchors},
        references=tuple(work.references),
        names=tuple(dict.fromkeys(work.names)),
        original=original,
        filters=dict(filters or {}),
    )


def absent(ids: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """What `ref()` may name although this master lacks it: ids of other masters, with the bookmarks they have there."""
    marks = {id_: bookmark(id_.removeprefix("exhibit:"), exhibit=id_.startswith("exhibit:")) for id_ in sorted(ids)}
    return {id_: (mark,) for id_, mark in marks.items()}


def _name(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name


def _version(container: Container) -> str:
    core = next(iter(container.related("", "core-properties")), "")
    if not core:
        return ""
    found = next((e.text for e in container.tree(core) if str(e.tag).endswith("}version")), None)
    return found or ""


def translated(work: Work, known: frozenset[str] | None) -> None:
    """Puts the code of every part with tags into the work, and what is wrong with it into its problems."""
    container = work.composed.container
    names = [n for n, _ in rendered_parts(container)]
    sources = [_source(work, n, container.tree(n)) for n in names]
    for name in container.related("", "core-properties"):
        place = Location(file=container.file, part=PROPERTIES)
        container.tree(name).set(AT, str(work.composed.places.add(place)))
        sources.append(_source(work, name, container.tree(name)))
    found = [s for s in sources if s is not None]
    work.fallback = next((s.fallback for s in found if s.fallback), "")
    work.references = [r for s in found for r in s.referenced]
    work.referenced = frozenset(m for m, _ in work.references)
    work.tracked = _tracked(work)
    for source in found:
        if grammar.check(source, work.env, work.problems) and source.text and not work.fallback:
            _part(work, source, known)
    if work.composed.numbering.restarts:
        _constant(work, work.composed.numbering.part)


def _source(work: Work, name: str, root: etree._Element) -> Source | None:
    """The part as Jinja source; nothing if it has no tags, marks, or references."""
    text = etree.tostring(root, encoding="unicode")
    if "{" not in text and "}" not in text and "\ue010" not in text and " REF " not in text:
        return None
    targets = Targets(work.composed.anchors, work.elsewhere)
    return translate(name, root, work.composed.places, work.problems, targets)


def _tracked(work: Work) -> frozenset[str]:
    """The lists that have to be counted: those with a referenced paragraph, and all that count together with them."""
    numbering, lists = work.composed.numbering, work.composed.lists
    root = work.composed.container.tree(work.composed.container.document)
    marks = [t for e in root.iter(W + "p") for t in re.findall("\ue010n([^\ue011]*)\ue011", e.text or "")]
    wanted = {n for n, _, m in (t.split(",") for t in marks) if work.referenced & set(m.split("|"))}
    counters = {lists[n].counter for n in wanted}
    tracked = frozenset(n for n, x in lists.items() if x.counter in counters)
    _doubts(work)
    if clash := tracked & numbering.restarts.keys():
        where = Location(file=work.composed.container.file, part="body")
        message = f"the list {min(clash)} begins again in a loop, and references point into it"
        work.problems.error(
            "T023", where, message, "use the styles Clause 3 and Clause 4, which begin again by themselves"
        )
    return tracked


def _doubts(work: Work) -> None:
    """Warns of referenced paragraphs whose number programs may count differently."""
    container = work.composed.container
    names = (container.part(kind) for kind in ("styles", "numbering"))
    styles, numbering = (container.tree(name) if name else None for name in names)
    for n in number(container.tree(container.document), styles, numbering):
        if n.doubt and any(b.get(W + "name") in work.referenced for b in n.paragraph.iter(W + "bookmarkStart")):
            message = f"the number {n.label!r} that a reference prints is uncertain: {n.doubt}"
            work.problems.warn(
                "T023", work.composed.places.of(n.paragraph), message, "use the levels of a list in order"
            )


def _part(work: Work, source: Source, known: frozenset[str] | None) -> None:
    try:
        tree = work.env.parse(source.text)
    except jinja2.TemplateSyntaxError as e:
        where = grammar.places(source.lines, e.lineno)
        work.problems.error("T040", where, f"the template cannot be read: {e.message}", "check the tags around")
        return
    for name, line in fields.names(tree):
        if name != "range":
            work.names.append((name, grammar.places(source.lines, line)))
    if known is not None:
        fields.unknown(tree, known, source.lines, work.problems)
    if work.examine is not None:
        work.examine(tree, source.lines, work.problems)
    proof = work.proof(source.lines, work.problems, work.segments, work.tracked, work.referenced)
    if proof.run(tree) and _complete(work, source, "".join(proof.data)):
        columns = bool(COLUMNS.search(source.text)) or any(t.level == "tc" for t in source.tags)
        code = compiled(work.env, tree, source.part)
        work.parts.append(Part(source.part, code, tuple(source.lines), columns))


def compiled(env: Sandbox, tree: nodes.Template, part: str) -> bytes:
    """The code of a parsed part, ready to keep."""
    return marshal.dumps(env.compile(tree, filename=f"<{part}>"))


def _complete(work: Work, source: Source, data: str) -> bool:
    """True when the literal text is what the paragraphs of the file say, in order: compiling lost nothing."""
    root = etree.fromstring(data.encode(), etree.XMLParser(resolve_entities=False, huge_tree=False))
    found = [t for p in root.iter(W + "p") if (t := plain(literal_text(p)))]
    if not found and root.tag != f"{W}document":
        return True
    if (mine := "".join(found)) == (theirs := "".join(source.literal)):
        return True
    at = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs)))
    where = Location(file=work.composed.container.file, part=source.part)
    message = f"compiling would change the text near {theirs[max(0, at - 30) : at + 30]!r}"
    work.problems.error("T052", where, message, "simplify the tags there; this is a fault of agreegen worth reporting")
    return False


def _constant(work: Work, name: str) -> None:
    text = etree.tostring(work.composed.container.tree(name), encoding="unicode")
    output = nodes.Output([nodes.TemplateData(text, lineno=1)], lineno=1)
    tree = nodes.Template([output], lineno=1)
    tree.set_environment(work.env)
    work.parts.append(Part(name, compiled(work.env, tree, name), ()))


def kept(work: Work) -> tuple[Member, ...]:
    """The members without tags, as deflate streams, in the order of the ZIP."""
    made = {p.name for p in work.parts}
    for root in work.composed.container.trees.values():
        if root.get(AT) is not None:
            unmarked(root)
    packed = work.composed.container.packed()
    found = []
    for name in sorted(packed, key=order):
        if name in made:
            continue
        data = packed[name]
        squeeze = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        raw = squeeze.compress(data) + squeeze.flush()
        method = 8 if len(raw) < len(data) else 0
        found.append(Member(name, method, zlib.crc32(data), len(data), raw if method else data))
    return tuple(found)


def order(name: str) -> tuple[bool, bool, str]:
    """The place of a member in the ZIP: content types first, then relationships, then by name."""
    return name != "[Content_Types].xml", name != "_rels/.rels", name


def _fallback(work: Work) -> None:
    where = Location(file=work.composed.container.file)
    if len(work.composed.files) > 1:
        hint = "put pictures and sub-documents into the Word file itself"
        work.problems.error("T060", where, f"{work.fallback}, which does not go together with includes", hint)
    else:
        work.problems.note("T060", where, f"rendered by docxtpl, which is slower: {work.fallback}")
