"""Every branch leaves the XML as it found it, or it is refused with its place."""

from __future__ import annotations

import re

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes
from lxml import etree

from agreegen.finding import Location
from agreegen.template.balance import Proof, Scan, UnbalancedError
from agreegen.template.printing import environment
from agreegen.template.problem import Problems


def proof(source: str) -> tuple[bool, Proof, nodes.Template]:
    lines = [Location(file="t.docx", text=f"tag {i}") for i in range(1, source.count("\n") + 2)]
    found = Proof(lines, Problems(), [])
    tree = jinja2.Environment().parse(source)
    return found.run(tree), found, tree


@pytest.mark.parametrize(
    "source",
    [
        "<w:p/>",
        "<w:p><w:r><w:t>{{ a }}</w:t></w:r></w:p>",
        "<w:p>{% if a %}<w:r/>{% else %}<w:r></w:r>{% endif %}</w:p>",
        "{% for a in b %}<w:p><w:r><w:t>{{ a }}</w:t></w:r></w:p>{% endfor %}",
        '<w:p w:x="{% if a %}b{% else %}c{% endif %}"/>',
        '<w:p w:x="{{ a }}" w:y="b>c"></w:p>',
        "<w:p>{% if a %}</w:p><w:p>{% endif %}</w:p>",
        "{% set a = 1 %}<w:p/>",
        "<?x y?><!-- <w:p> --><w:p/>",
    ],
)
def test_balanced(source: str) -> None:
    ok, found, _ = proof(source)
    assert ok, found.problems


@pytest.mark.parametrize(
    "source",
    [
        "<w:p>{% if a %}</w:p>{% endif %}",
        "{% if a %}<w:p>{% endif %}</w:p>",
        "{% if a %}<w:p>{% else %}<w:q>{% endif %}</w:p>",
        "<w:p>{% for a in b %}</w:p>{% endfor %}",
        '<w:p w:x="{% if a %}"/>{% endif %}',
        "<w:tr><w:tc>{% for a in b %}</w:tc><w:tc>{% endfor %}</w:tc></w:tr>",
        "<w:p>",
        "<w:p></w:q>",
        "{% macro m() %}{% endmacro %}<w:p/>",
    ],
)
def test_unbalanced(source: str) -> None:
    ok, found, _ = proof(source)
    assert not ok
    assert [f.code for f in found.problems] == ["T050"]
    assert found.problems[0].location.file == "t.docx"


def test_the_place_is_that_of_the_block() -> None:
    _, found, _ = proof("<w:p>{{ a\n}}{% if b\n%}</w:p>{% endif\n%}<w:p/>")
    assert found.problems[0].location.text == "tag 2"


PRINTERS = {
    "<w:p><w:r><w:t>{{ a }}</w:t></w:r></w:p>": "_text",
    '<w:p w:x="{{ a }}"/>': "_plain",
    "<dc:title>{{ a }}</dc:title>": "_plain",
    "<w:p><w:r><w:instrText>{{ a }}</w:instrText></w:r></w:p>": "_code",
    "<w:p>{{ a }}</w:p>": "_run",
}


@pytest.mark.parametrize("source", PRINTERS)
def test_each_place_has_its_way_of_printing(source: str) -> None:
    _, _, tree = proof(source)
    assert [f.name for f in tree.find_all(nodes.Filter)] == [PRINTERS[source]]


def test_a_value_between_cells_is_refused() -> None:
    _, found, _ = proof("<w:tr>{{ a }}</w:tr>")
    assert [f.code for f in found.problems] == ["T036"]


def without(source: str, n: int) -> str:
    """The source without its nth element tag."""
    pieces = re.split(r"(<[^>]*>)", source)
    at = 2 * n + 1
    return "".join(pieces[:at] + pieces[at + 1 :])


BLOCKS = st.recursive(
    st.sampled_from(["<w:p/>", "<w:p><w:r><w:t>{{ v }}</w:t></w:r></w:p>", '<w:p w:x="{{ v }}">{{ "" and v }}</w:p>']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        inner.map(lambda x: "{% if v %}" + x + "{% else %}<w:q/>{% endif %}"),
        inner.map(lambda x: "{% for w in xs %}" + x + "{% endfor %}"),
        inner.map(lambda x: "<w:a>" + x + "</w:a>"),
        st.tuples(inner, st.integers(0, 9)).map(lambda t: without(*t)),
    ),
    max_leaves=6,
)


@given(source=BLOCKS, value=st.sampled_from(["", "a", "<&>\"'\n"]), count=st.integers(0, 2))
def test_what_is_proved_renders_well_formed(source: str, value: str, count: int) -> None:
    env = environment()
    try:
        tree = env.parse(source)
    except jinja2.TemplateSyntaxError:
        return
    found = Proof([Location()], Problems(), [])
    if not found.run(tree) or found.problems:
        return
    env.filters["_run"] = lambda v: "<w:r/>"
    made = jinja2.Template.from_code(env, env.compile(tree), {})
    text = "".join(made.root_render_func(made.new_context({"v": value, "xs": [1] * count})))
    etree.fromstring(f'<x xmlns:w="w">{text}</x>')


def test_scanning_may_stop_anywhere() -> None:
    data = '<w:p w:x="a"><w:r>text</w:r></w:p>'
    for cut in range(len(data)):
        scan = Scan()
        scan.feed(data[:cut])
        scan.feed(data[cut:])
        assert (scan.stack, scan.partial) == ([], None)
    with pytest.raises(UnbalancedError):
        Scan().feed("</w:p>")


def test_counting_marks_of_straight_stretches_are_joined() -> None:
    mark = "\ue010n1,0,{}\ue011"
    source = (
        f"<w:p>{mark.format('a')}</w:p><w:p>{mark.format('b')}</w:p>"
        f"{{% if x %}}<w:p>{mark.format('c')}</w:p>{{% endif %}}"
        f"<w:p>{mark.format('d')}</w:p><w:p>{mark.format('')}</w:p>"
    )
    found = Proof([Location()], Problems(), [], frozenset({"1"}), frozenset({"a", "d"}))
    tree = jinja2.Environment().parse(f"<w:body>{source}</w:body>")
    assert found.run(tree)
    assert found.segments == [(("1", 0, "a"), ("1", 0, "")), (("1", 0, ""),), (("1", 0, "d"), ("1", 0, ""))]
    data = "".join(n.data for n in tree.find_all(nodes.TemplateData))
    assert data.count("\ue010n") == 3
