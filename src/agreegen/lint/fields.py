"""Rules about fields: what a tag prints or asks for is there, is of a kind that can be printed, and has a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.lint.comparing import impossible_in, uncertain_in
from agreegen.lint.known import certain, required
from agreegen.lint.logic import no, one, possible
from agreegen.lint.naming import source, unknown_in, written
from agreegen.lint.rule import Spot, error, warning
from agreegen.lint.shape import ANY, DATE, LIST, NUMBER, RECORD, TEXT, YESNO, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.condition import Scope
    from agreegen.lint.line import Entry, Use
    from agreegen.lint.naming import Wrong
    from agreegen.lint.page import Page

ACCEPT = {
    "date": (DATE,), "listing": (LIST, TEXT), "either": (LIST, TEXT), "labels": (LIST, TEXT), "count": (NUMBER,),
    "plural": (NUMBER,), "spell": (NUMBER,), "sentence": (TEXT,), "phrase": (TEXT,), "upper_first": (TEXT,),
    "label": (TEXT,), "paragraphs": (TEXT,), "yesno": (YESNO, LIST, RECORD, NUMBER, DATE),
    "dash": (TEXT, NUMBER, DATE, LIST, YESNO), "or_blank": (TEXT, NUMBER, DATE, LIST, YESNO),
}  # fmt: skip
"""What each filter can word."""
EMPTY = frozenset({"dash", "or_blank", "yesno", "paragraphs", "default", "d"})
"""Filters that take a field without value."""


def spot(use: Use, message: str, hint: str, name: str = "") -> Spot:
    """A place in a tag; `name` is what the caret points at, the whole tag if it isn't there."""
    at = use.line.text.find(name, use.tag.start, use.tag.end) if name else -1
    return Spot(message, hint, use.line, at if at >= 0 else use.tag.start, use.tag.text)


def everywhere(page: Page) -> Iterator[tuple[Entry, Use]]:
    """Every tag that can be read, once for each way into an agreement."""
    for entry in page.entries:
        for use in page.uses(entry):
            if use.node is not None and "ref(" not in use.tag.text.replace(" ", ""):
                yield entry, use


def once(page: Page) -> Iterator[Use]:
    """Every tag that can be read, once for each meaning of the local names in it."""
    seen: set[int] = set()
    for _, use in everywhere(page):
        if id(use) not in seen:
            seen.add(id(use))
            yield use


def distinct(spots: Iterator[Spot]) -> Iterator[Spot]:
    """Each spot a single time."""
    seen = set()
    for each in spots:
        key = (id(each.line), each.at, each.message)
        if key not in seen:
            seen.add(key)
            yield each


def unknown(page: Page) -> Iterator[Spot]:
    """A name that the data don't have.

    Why: a misspelt name prints nothing in other programs; here it stops the agreement, or, in a condition with `is
    defined` or `default`, silently takes the wrong branch.
    Bad:
        The use is {{ proposal.propsal }}.
    Good:
        The use is {{ proposal.proposal }}.
    """
    yield from distinct(_unknown(page))


def _unknown(page: Page) -> Iterator[Spot]:
    for use in once(page):
        assert use.node is not None
        scope = use.scope
        inside = use.node
        if isinstance(inside, nodes.If):
            inside = inside.test
        elif isinstance(inside, nodes.Assign):
            inside = inside.node
        if isinstance(inside, nodes.For):
            if inside.test is not None:
                yield from _said(use, unknown_in(page.reader, inside.test, page.reader.looped(inside, scope)))
            inside = inside.iter
        yield from _said(use, unknown_in(page.reader, inside, scope))


def _said(use: Use, found: Iterator[Wrong]) -> Iterator[Spot]:
    return (spot(use, w.message, w.hint, w.name) for w in found)


def _printed(page: Page) -> Iterator[tuple[Use, nodes.Node, Shape]]:
    """What `{{ … }}` prints, with its kind where that is known."""
    for use in once(page):
        if use.tag.opens == "{{" and use.node is not None:
            shape = page.reader.shape(use.node, use.scope)
            if shape is not None:
                yield use, use.node, shape


def list_as_text(page: Page) -> Iterator[Spot]:
    """A list is printed as if it were a text.

    Why: other programs print brackets and quotes, `['a', 'b']`; here the agreement stops.
    Bad:
        The Data is about {{ proposal.data.categories }}.
    Good:
        {% if proposal.data.categories %}The Data is about {{ proposal.data.categories | listing }}.{% endif %}
    """
    found = (spot(u, f"{source(n)} is a list", f"write {{{{ {source(n)} | listing }}}}, or a loop")
             for u, n, s in _printed(page) if s.kind == LIST)  # fmt: skip
    yield from distinct(found)


def date_unworded(page: Page) -> Iterator[Spot]:
    """A date is printed without saying how.

    Why: other programs print `2027-03-01`; here the agreement stops.
    Bad:
        {% if proposal.dates.end %}It ends on {{ proposal.dates.end }}.{% endif %}
    Good:
        {% if proposal.dates.end %}It ends on {{ proposal.dates.end | date }}.{% endif %}
    """
    found = (spot(u, f"{source(n)} is a date", f"write {{{{ {source(n)} | date }}}}")
             for u, n, s in _printed(page) if s.kind == DATE)  # fmt: skip
    yield from distinct(found)


def not_a_text(page: Page) -> Iterator[Spot]:
    """A yes-or-no value, or a record of several fields, is printed as if it were a text.

    Why: other programs print `True` or a list of everything that is in the record; here the agreement stops.
    Bad:
        Two ways: {{ facts.two_way }}.
    Good:
        Two ways: {{ facts.two_way | yesno }}.
    """
    hints = {YESNO: "write {{{{ {0} | yesno }}}}, or {{% if {0} %}}", RECORD: "name one of its fields: {{{{ {0}.… }}}}"}
    whats = {YESNO: "a yes-or-no value", RECORD: "a record of several fields"}
    found = (spot(u, f"{source(n)} is {whats[s.kind]}", hints[s.kind].format(source(n)))
             for u, n, s in _printed(page) if s.kind in hints)  # fmt: skip
    yield from distinct(found)


def unfit_filter(page: Page) -> Iterator[Spot]:
    """A filter gets a kind of value that it can't word, or a loop runs over something that is no list.

    Why: the agreement stops as soon as the tag is printed.
    Bad:
        The use is {{ proposal.proposal | date }}.
    Good:
        The use is {{ proposal.proposal | upper_first }}.
    """
    yield from distinct(_unfit(page))


def _unfit(page: Page) -> Iterator[Spot]:
    for use in once(page):
        assert use.node is not None
        if isinstance(use.node, nodes.For):
            shape = page.reader.shape(use.node.iter, use.scope)
            if shape is not None and shape.kind not in (LIST, ANY):
                hint = "loop over a list; for one value write {%p if … %}"
                yield spot(use, f"{source(use.node.iter)} is a {shape.kind}, not a list", hint)
        for node in [use.node, *use.node.find_all(nodes.Filter)]:
            if not isinstance(node, nodes.Filter) or node.name not in ACCEPT:
                continue
            shape = page.reader.shape(node.node, use.scope)
            if shape is not None and shape.kind not in (*ACCEPT[node.name], ANY):
                fits = [n for n, kinds in ACCEPT.items() if kinds[0] == shape.kind] or ["dash"]
                message = f"{source(node)} is a {shape.kind}, which the filter {node.name!r} can't word"
                yield spot(use, message, f"filters for it: {', '.join(fits)}", node.name)


def unguarded(page: Page) -> Iterator[Spot]:
    """A field that may be empty is printed where nothing ensures that it isn't.

    Why: the agreement stops for each proposal that leaves the field out. A condition around the tag, a filter for
    empty values, or a rule that asks for the field ensures it.
    Bad:
        The review is on {{ proposal.dates.review | date }}.
    Good:
        {% if proposal.dates.review %}The review is on {{ proposal.dates.review | date }}.{% endif %}
    """
    yield from distinct(_unguarded(page))


def _unguarded(page: Page) -> Iterator[Spot]:
    printed = {id(use): node for use, node, _ in _printed(page)}
    for entry, use in everywhere(page):
        if id(use) not in printed:
            continue
        inner: nodes.Node | None = printed[id(use)]
        spared = False
        while isinstance(inner, nodes.Filter):
            spared = spared or inner.name in EMPTY
            inner = inner.node
        if spared and not isinstance(inner, nodes.Getattr):
            continue
        for path, shape in _may_be_empty(page, inner, use.scope, skip_last=spared):
            if not ensured(page, entry, use, path, shape):
                name = written(inner)
                hint = f"put it into {{% if {name} %}} … {{% endif %}}, or write {{{{ {name} | dash }}}}"
                yield spot(use, f"{name} may be empty here", hint)
                break


def _may_be_empty(page: Page, node: nodes.Node | None, scope: Scope, *, skip_last: bool) -> Iterator[tuple[str, Shape]]:
    """The optional fields on the way to what is printed, outermost first."""
    if isinstance(node, nodes.Getattr):
        yield from _may_be_empty(page, node.node, scope, skip_last=False)
    if not isinstance(node, nodes.Name | nodes.Getattr) or skip_last:
        return
    found = page.reader.dotted(node, scope)
    if found is not None and found.path and found.shape is not None and found.shape.optional:
        yield found.path, found.shape


def ensured(page: Page, entry: Entry, use: Use, path: str, shape: Shape) -> bool:
    """True when the conditions around a tag, or what proposals must fill in, give the field a value."""
    around = [page.reader.empty(path, shape), *use.guards, *entry.guards]
    if not possible(around, page.reader.closed()):
        return True
    needs = required(entry.variant)
    asked = [n for p, n in needs.items() if p == path or p.startswith(path + ".")]
    filled = page.reader.filled(path, shape)
    rules = [one(no(need), filled) for need in asked]
    return not possible([*around, *rules], page.reader.closed(), certain(entry.variant))


def impossible_value(page: Page) -> Iterator[Spot]:
    """A field is compared with a value that it can never have.

    Why: the comparison is always false (or always true), and the wrong words are printed without a sound.
    Bad:
        {% if proposal.dates.mode == "onetime" %}Once.{% endif %}
    Good:
        {% if proposal.dates.mode == "one_time" %}Once.{% endif %}
    """
    yield from distinct(_impossible(page))


def _impossible(page: Page) -> Iterator[Spot]:
    for use, node, scope in _asked(page):
        yield from _said(use, impossible_in(page.reader, node, scope))


def _asked(page: Page) -> Iterator[tuple[Use, nodes.Node, Scope]]:
    """Every tag with its expression, and what local names stand for inside of it."""
    for use in once(page):
        assert use.node is not None
        yield use, use.node, page.reader.looped(use.node, use.scope) if isinstance(use.node, nodes.For) else use.scope


def free_text_compared(page: Page) -> Iterator[Spot]:
    """A field that may hold any words is compared with certain ones.

    Why: whoever fills in the proposal writes it a little otherwise, and the wrong words are printed without a sound.
    Bad:
        {% if proposal.proposal == "research" %}Research is done.{% endif %}
    Good:
        {% if facts.research %}Research is done.{% endif %}
    """
    yield from distinct(_compared(page))


def _compared(page: Page) -> Iterator[Spot]:
    for use, node, scope in _asked(page):
        yield from _said(use, uncertain_in(page.reader, node, scope))


RULES = (
    error("T046", unknown),
    error("T201", list_as_text),
    error("T202", date_unworded),
    warning("T203", unguarded),
    error("T204", not_a_text),
    error("T205", unfit_filter),
    error("T206", impossible_value),
    warning("T207", free_text_compared),
)
