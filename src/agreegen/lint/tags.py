"""Rules about how tags are typed, and where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from jinja2 import nodes

from agreegen.lint.fields import spot
from agreegen.lint.rule import Spot, error, warning
from agreegen.lint.shape import ANY
from agreegen.template.container import W
from agreegen.template.paragraph import STREAMS, TEXT, piece
from agreegen.template.place import own
from agreegen.template.tag import QUOTES, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.line import Line
    from agreegen.lint.page import Page

CURLED = "".join(q for q in QUOTES if q not in "\"'")
ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d+);|&")
HIDDEN = re.compile("[\u00a0\u00ad\u200b-\u200f\u2060\ufeff]")
SEEN = {"\u00a0": "a space that doesn't break", "\u00ad": "a hyphen that isn't seen",
        "\u200b": "a space of no width"}  # fmt: skip
LOOK = ("b", "i", "u", "strike", "color", "sz", "vertAlign", "highlight", "caps", "smallCaps", "rFonts", "vanish")
DIRECTIVE = re.compile(r"\s*\{%-?\s*(?:if|elif|else|endif|for|endfor)\b[^%]*%\}\s*")


def tags(page: Page) -> Iterator[tuple[Line, Tag]]:
    """Every tag with its line."""
    for line in page.lines:
        for tag in line.tags:
            if tag.opens not in ("raw", "{#"):
                yield line, tag


def ending(page: Page) -> Iterator[Spot]:
    """A block isn't closed, or is closed twice.

    Why: the template can't be read, or words far below fall under a condition that wasn't meant for them.
    Bad:
        {%p if facts.research %}

        Research is done.
    Good:
        {%p if facts.research %}

        Research is done.

        {%p endif %}
    """
    for block in page.blocks:
        yield Spot(block.message, block.hint, block.line, block.tag.start, block.tag.text)


def ampersand(page: Page) -> Iterator[Spot]:
    """An ampersand stands inside of a tag.

    Why: docxtpl reads `A & B` in a tag as `A &amp; B`, so that the comparison is never true; nothing tells.
    Bad:
        {% if proposal.proposal.startswith("Health & Care") %}Both.{% endif %}
    Good:
        {% if proposal.proposal.startswith("Health") %}Both.{% endif %}
    """
    hint = "compare with a field without it, or with `and` spelled out"
    for line, tag in tags(page):
        if found := ENTITY.search(tag.text):
            yield Spot(f"{found[0]!r} stands inside of {tag.text}", hint, line, tag.start + found.start(), tag.text)


def percent(page: Page) -> Iterator[Spot]:
    """A percent sign or a brace stands inside of a paragraph, row or cell tag.

    Why: docxtpl takes it for the end of the tag, and says that it doesn't know a tag `p`.
    Bad:
        {%p if proposal.data.elements | length % 2 == 1 %}

        The number is odd.

        {%p endif %}
    Good:
        {%p if proposal.data.elements | length > 1 %}

        The number is larger.

        {%p endif %}
    """
    for line, tag in tags(page):
        inside = tag.text[2:-2]
        if tag.level in ("p", "tr", "tc") and (found := re.search(r"[%{}]", inside)):
            hint = "compute it before: {% set name = … %} in a paragraph above"
            yield Spot(f"{found[0]!r} stands inside of {tag.text}", hint, line, tag.start + 2 + found.start(), tag.text)


def curled(page: Page) -> Iterator[Spot]:
    """Curly quotes stand inside of a tag.

    Why: programs guess which quotes belong together; an apostrophe among them makes the tag unreadable.
    Bad:
        {% if variant == “university” %}A campus.{% endif %}
    Good:
        {% if variant == "university" %}A campus.{% endif %}
    """
    hint = "type straight quotes: in Word, press Ctrl+Z just after the quote has curled"
    for line, tag in tags(page):
        at = next((i for i, c in enumerate(tag.text) if c in CURLED), None)
        if at is not None:
            yield Spot(f"a curly quote stands in {tag.text}", hint, line, tag.start + at, tag.text)


def invisible(page: Page) -> Iterator[Spot]:
    """A character that can't be seen stands inside of a tag.

    Why: a name with a character of no width in it is another name, and looks the same.
    Bad:
        The use is {{ proposal.proposal }}\u00adand more, {{\u00a0proposal.proposal }}.
    Good:
        The use is {{ proposal.proposal }}.
    """
    for line, tag in tags(page):
        if found := HIDDEN.search(tag.text):
            what = SEEN.get(found[0], "an invisible character")
            message = f"{what} (U+{ord(found[0]):04X}) stands in {tag.text}"
            hint = "type the tag again, with ordinary spaces"
            yield Spot(message, hint, line, tag.start + found.start(), tag.text)


def two_looks(page: Page) -> Iterator[Spot]:
    """A tag changes its look inside.

    Why: the value gets the look of the tag's first character, and what else was meant is lost.
    Bad:
        <w:p><w:r><w:t>{{ proposal</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>.proposal }}</w:t></w:r></w:p>
    Good:
        <w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{{ proposal</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>.proposal }}</w:t></w:r></w:p>
    """  # noqa: E501 (XML that is also run)
    for line in page.lines:
        if not line.tags:
            continue
        seen = list(looks(line))
        for tag in line.tags:
            if len({look for start, end, look in seen if start < tag.end and end > tag.start}) > 1:
                hint = "select the whole tag in Word and give it one look"
                yield Spot(f"{tag.text} changes its look inside", hint, line, tag.start, tag.text)


def looks(line: Line) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The stretches of a paragraph that look alike: where they begin and end, and the look."""
    at = 0
    for e in own(line.element, *STREAMS[0]):
        text = piece(e)
        run = e.getparent()
        props = run.find(W + "rPr") if run is not None else None
        found = [p for p in props if str(p.tag).rpartition("}")[2] in LOOK] if props is not None else []
        look = tuple(sorted(f"{p.tag}{sorted(p.attrib.items())}" for p in found))
        if e.tag == TEXT and text:
            yield at, at + len(text), look
        at += len(text)


def joining(page: Page) -> Iterator[Spot]:
    """A tag has a dash at its edge.

    Why: in Word templates `{%-` and `-%}` join the paragraph with the one before or after, headings and list numbers
    with it.
    Bad:
        {%- if facts.research %}Research is done.{% endif %}
    Good:
        {% if facts.research %}Research is done.{% endif %}
    """
    for line, tag in tags(page):
        if "-" in (tag.left, tag.right):
            yield Spot(f"{tag.text} joins paragraphs", "leave out the dash", line, tag.start, tag.text)


def leaves_empty(page: Page) -> Iterator[Spot]:
    """A condition or loop stands alone in its paragraph without `p`.

    Why: the paragraph stays, empty or with a number of its own, whether or not the words below it are printed.
    Bad:
        {% if facts.research %}

        Research is done.

        {% endif %}
    Good:
        {%p if facts.research %}

        Research is done.

        {%p endif %}
    """
    for line in page.lines:
        tag = line.tags[0] if len(line.tags) == 1 else None
        if tag is None or tag.level or tag.word not in ("if", "elif", "else", "endif", "for", "endfor"):
            continue
        if not (line.text[: tag.start] + line.text[tag.end :]).strip():
            hint = f"write {{%p {tag.body} %}}"
            yield Spot(f"{tag.text} leaves an empty paragraph behind", hint, line, tag.start, tag.text)


def runs_of_text(page: Page) -> Iterator[Spot]:
    """`{{r … }}` prints a field that is plain text.

    Why: `{{r` is for text that a program has formatted; plain text there isn't shown by Word.
    Bad:
        The use is {{r proposal.proposal }}.
    Good:
        The use is {{ proposal.proposal }}.
    """
    for entry in page.entries[:1]:
        for use in page.uses(entry):
            if use.tag.level == "r" and use.tag.opens == "{{":
                shape = page.reader.shape(use.node, use.scope)
                if shape is not None and shape.kind != ANY:
                    hint = f"write {{{{ {use.tag.body.strip()} }}}}"
                    yield spot(use, f"{use.tag.text} prints plain text as if it were formatted", hint)


def unbounded(page: Page) -> Iterator[Spot]:
    """A tag repeats a text, divides by zero, counts without bounds, or calls what templates may not call.

    Why: a template that computes can stop the program, or read what it should not.
    Bad:
        {{ "x" * 1000 }}
    Good:
        {{ proposal.proposal }}
    """
    for entry in page.entries[:1]:
        for use in page.uses(entry):
            for node in _every(use.node, nodes.Mul):
                sides = (node.left, node.right)
                if any(isinstance(s, nodes.Const) and isinstance(s.value, str) for s in sides):
                    yield spot(use, f"{use.tag.text} repeats a text", "type the text as often as it is wanted")
            for share in _every(use.node, nodes.BinExpr):
                zero = isinstance(share.right, nodes.Const) and share.right.value == 0
                if zero and isinstance(share, nodes.Div | nodes.FloorDiv | nodes.Mod):
                    yield spot(use, f"{use.tag.text} divides by zero", "correct the expression")
            for call in _every(use.node, nodes.Call):
                many = [a for a in call.args if isinstance(a, nodes.Const) and isinstance(a.value, int)]
                if any(a.value > MOST for a in many):
                    yield spot(use, f"{use.tag.text} counts to more than {MOST}", "loop over a list of the data")
                if isinstance(call.node, nodes.Name) and call.node.name not in CALLED:
                    hint = "print a field, with a filter if need be"
                    yield spot(use, f"{use.tag.text} calls {call.node.name!r}", hint)


CALLED = ("range", "ref")
MOST = 1000
Kind = TypeVar("Kind", bound=nodes.Node)


def _every(node: nodes.Node | None, kind: type[Kind]) -> list[Kind]:
    """The expressions of a kind in a tag, itself among them."""
    if node is None:
        return []
    return [*([node] if isinstance(node, kind) else []), *node.find_all(kind)]


RULES = (
    error("T042", ending),
    warning("T219", percent),
    warning("T220", ampersand),
    warning("T221", curled),
    warning("T222", invisible),
    warning("T223", two_looks),
    warning("T224", joining),
    warning("T225", leaves_empty),
    error("T226", runs_of_text),
    error("T227", unbounded),
)
