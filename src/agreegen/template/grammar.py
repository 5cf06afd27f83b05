"""Grammar: whether the tags of a part, taken one by one and in order, are ones that templates may use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes

from agreegen.finding import Location
from agreegen.template.problem import Problems, nearest

if TYPE_CHECKING:
    from agreegen.template.dialect import Source
    from agreegen.template.tag import Tag

ENDS = {"endif": "if", "endfor": "for", "endwith": "with"}
MIDDLES = {"elif": ("if",), "else": ("if", "for")}
BLOCKS = {v: k for k, v in ENDS.items()}
SINGLE = ("set",)
FEATURES = ("colspan", "cellbg", "vm", "hm")
REFUSED = {
    "include": 'an include stands alone in a paragraph: {%p include "clauses/name" %}',
    "macro": "write the text where it is needed, or as a clause file",
    "call": "write the text where it is needed",
    "filter": "use the filter on each value: {{ value|filter }}",
    "block": "use {%p include %} for text that templates share",
    "extends": "use {%p include %} for text that templates share",
    "import": "use {%p include %} for text that templates share",
    "from": "use {%p include %} for text that templates share",
    "autoescape": "values are always escaped; leave it out",
    "do": "change values in the data, not in the template",
}
WRAPPED = {
    "if": "{p}{{% endif %}}",
    "for": "{p}{{% endfor %}}",
    "with": "{p}{{% endwith %}}",
    "elif": "{{% if 1 %}}{p}{{% endif %}}",
}
HIDING = ("default", "d")


def check(source: Source, env: jinja2.Environment, problems: Problems) -> bool:
    """True when every tag can be read and every block is closed; if not, the findings say which."""
    before = len(problems)
    _blocks(source, problems)
    clean: set[str] = set()
    for tag, where in zip(source.tags, source.lines, strict=True):
        if (text := tag.source()) not in clean:
            count = len(problems)
            _single(tag, where, env, problems)
            if len(problems) == count:
                clean.add(text)
    return not any(f.severity == "error" for f in problems[before:])


def _blocks(source: Source, problems: Problems) -> None:
    open_: list[tuple[str, Tag, Location]] = []
    for tag, where in zip(source.tags, source.lines, strict=True):
        word = tag.word
        if word in BLOCKS:
            open_.append((word, tag, where))
        elif word in ENDS or word in MIDDLES:
            wanted = (ENDS[word],) if word in ENDS else MIDDLES[word]
            if not open_:
                hint = f"remove it, or put {{% {wanted[0]} … %}} before it"
                problems.error("T042", where, f"{tag.text} closes nothing", hint)
                return
            kind, opener, at = open_[-1]
            if kind not in wanted:
                hint = f"put {{%p {BLOCKS[kind]} %}} before it, or remove one of the two"
                problems.error("T042", where, f"{tag.text} meets the open {opener.text} ({at})", hint)
                return
            if word in ENDS:
                open_.pop()
                if at.file != where.file:
                    hint = "open and close a block in the same file"
                    problems.error("T042", where, f"{tag.text} closes {opener.text} of another file ({at})", hint)
    for kind, tag, where in open_:
        hint = f"put {{%p {BLOCKS[kind]} %}} where it ends"
        problems.error("T042", where, f"{tag.text} is never closed", hint)


def _single(tag: Tag, where: Location, env: jinja2.Environment, problems: Problems) -> None:
    word = tag.word
    if tag.opens == "raw" or word in ENDS or word == "else" or word in FEATURES:
        return
    if word in REFUSED:
        problems.error("T045", where, f"the tag {tag.text} is not supported", REFUSED[word])
        return
    if tag.opens == "{%" and word not in (*BLOCKS, *MIDDLES, *SINGLE):
        words = (*BLOCKS, *ENDS, *MIDDLES, *SINGLE)
        hint = f"write {{%{word} without a blank" if word in ("p", "tr", "tc", "r") else nearest(word, words)
        hint = hint or f"known are {', '.join(sorted(words))}"
        problems.error("T041", where, f"unknown tag {word!r} in {tag.text}", hint)
        return
    text = tag.source()
    if tag.opens == "{%":
        text = WRAPPED.get(word, "{p}").format(p=text)
    try:
        tree = env.parse(text)
    except jinja2.TemplateSyntaxError as e:
        problems.error("T040", where, f"{tag.text} cannot be read: {e.message}", _syntax_hint(e.message or ""))
        return
    _names(tree, where, env, problems)


def _syntax_hint(message: str) -> str:
    if "got '='" in message:
        return "compare with == "
    if "unexpected char" in message:
        return "type the tag again by hand: Word may have put in a dash or quote of its own"
    return "check the brackets, quotes and operators of the tag"


def _names(tree: nodes.Template, where: Location, env: jinja2.Environment, problems: Problems) -> None:
    _filters(tree, where, env, problems)
    if any(isinstance(c.node, nodes.Name) and c.node.name == "ref" for c in tree.find_all(nodes.Call)):
        hint = 'write {{ ref("name") }}, alone in its tag, in the text of a paragraph'
        problems.error("T022", where, f"{where.text} is not a plain reference", hint)
    for n in tree.find_all(nodes.Name):
        if n.name.startswith("_"):
            problems.error("T084", where, f"the name {n.name!r} in {where.text} begins with _", "use another name")
    for a in tree.find_all(nodes.Getattr):
        if a.attr.startswith("_"):
            message = f"the attribute {a.attr!r} in {where.text} is Python's own, and out of reach for templates"
            problems.error("T084", where, message, "print a value of the data instead")
    if any(loop.recursive for loop in tree.find_all(nodes.For)):
        problems.error("T045", where, "recursive loops are not supported", "write one loop for each level")
    if next(tree.find_all(nodes.AssignBlock), None) is not None:
        problems.error("T045", where, f"{where.text} with a block is not supported", "set the name with =")


def _filters(tree: nodes.Template, where: Location, env: jinja2.Environment, problems: Problems) -> None:
    for f in tree.find_all(nodes.Filter):
        if f.name not in env.filters:
            hint = nearest(f.name, env.filters) or f"known are {', '.join(sorted(env.filters))}"
            problems.error("T043", where, f"unknown filter {f.name!r} in {where.text}", hint)
        elif f.name in HIDING:
            message = f"the filter {f.name!r} in {where.text} also hides a misspelled name"
            problems.note("T047", where, message, "prefer {% if … %}, which does not")
    for t in tree.find_all(nodes.Test):
        if t.name not in env.tests:
            hint = nearest(t.name, env.tests) or f"known are {', '.join(sorted(env.tests))}"
            problems.error("T044", where, f"unknown test {t.name!r} in {where.text}", hint)
        elif t.name in ("defined", "undefined"):
            truth = "false" if t.name == "defined" else "true"
            message = f"'is {t.name}' in {where.text} is also {truth} of a misspelled name"
            problems.note("T047", where, message, "check the name against the list of fields")


def places(lines: list[Location], line: int) -> Location:
    """The place of a line of the source."""
    return replace(lines[min(line, len(lines)) - 1]) if lines else Location()
