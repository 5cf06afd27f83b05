# ruff: noqa: RUF001 - curly quotes are what is tested
"""Tags found and set straight in text, and parts turned into Jinja source without losing a word."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from agreegen.finding import Location
from agreegen.template.dialect import MARK, translate
from agreegen.template.place import AT, Places
from agreegen.template.problem import Problems
from agreegen.template.tag import Tag, TagError, scan, straighten, stray

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def tags(text: str) -> list[Tag]:
    found = scan(text)
    assert all(isinstance(t, Tag) for t in found), found
    return [t for t in found if isinstance(t, Tag)]


def translated(*paragraphs: str) -> tuple[str, Problems]:
    """The source of a body of these paragraphs' inner XML."""
    xml = "".join(f"<w:p>{p}</w:p>" for p in paragraphs)
    root = etree.fromstring(f'<w:document xmlns:w="{W}"><w:body>{xml}</w:body></w:document>')
    places, problems = Places(), Problems()
    for i, p in enumerate(root.iter(f"{{{W}}}p"), 1):
        p.set(AT, str(places.add(Location(file="t.docx", part="body", paragraph=i))))
    return translate("word/document.xml", root, places, problems).text, problems


def r(*texts: str) -> str:
    return "".join(f"<w:r><w:t>{t}</w:t></w:r>" for t in texts)


# ------------------------------------------------------------------------------------------------ finding tags
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a {{ x }} b {% if y %}", [("{{", "", "x"), ("{%", "", "if y")]),
        ("{%p if x %}", [("{%", "p", "if x")]),
        ("{%tr for a in b %}{{r c }}", [("{%", "tr", "for a in b"), ("{{", "r", "c")]),
        ("{{ p }} {{ r }} {{ tr.x }}", [("{{", "", "p"), ("{{", "", "r"), ("{{", "", "tr.x")]),
        ('{{ "}}" }}', [("{{", "", '"\\u007d\\u007d"')]),
        ("{# note: don’t #}{{ x }}", [("{#", "", ""), ("{{", "", "x")]),
        ("no { tags } here", []),
    ],
)
def test_tags_are_found(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(t.opens, t.level, t.body) for t in tags(text)] == found


@pytest.mark.parametrize("text", ["{{ x", "{% if x", "{{ x }", "{{ 'x }}", "{# x", "a {{ b {{ c", "{% raw %} x"])
def test_tags_without_an_end_are_errors(text: str) -> None:
    assert isinstance(scan(text)[-1], TagError)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("“x”", "x"), ("‘x’", "x"), ("'x’s'", "x’s"), ("“it's”", "it's"), ('"a “b” c"', "a “b” c"), ("„x“", "x"),
        ("‘the county’s own’", "the county’s own"), (r"'it\'s'", "it's"), (r'"tab\t"', "tab\t"),
        ('"back\\\\slash"', "back\\slash"),
        ('"< & > }} %} #}"', "< & > }} %} #}"), ('"😀 é"', "😀 é"), ('""', ""),
    ],
)  # fmt: skip
def test_strings_keep_what_they_say(body: str, value: str) -> None:
    assert jinja2.Environment().from_string("{{ " + straighten(body) + " }}").render() == value


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='\\"“”„‟')))
def test_any_string_keeps_what_it_says(value: str) -> None:
    assert (
        jinja2.Environment(keep_trailing_newline=True).from_string("{{ " + straighten(f'"{value}"') + " }}").render()
        == value
    )


@pytest.mark.parametrize("text", ["{ x }}", "x }}", "x %}", "%} y", "{ name }", "{{ a }} and }}"])
def test_broken_braces_are_seen(text: str) -> None:
    assert stray(text, tags(text))


@pytest.mark.parametrize("text", ["{{ a }}", "{_{ a }_}", "{_% a %_}", "a {b c} d", "set {1, 2}", "100 % {a, b}"])
def test_braces_of_ordinary_text_are_left_alone(text: str) -> None:
    assert not stray(text, tags(text))


# ------------------------------------------------------------------------------------------------ parts
def test_a_split_tag_stands_in_the_run_where_it_begins() -> None:
    source, problems = translated(r("a {", "{ na", "me }", "} b"))
    assert not problems
    assert source.count("{{ name") == 1
    assert "</w:t></w:r><w:r>" in source.split("}}")[1]


def test_what_stands_between_the_pieces_of_a_tag_stays() -> None:
    source, _ = translated(
        r("{{ na") + '<w:bookmarkStart w:id="1" w:name="x"/>' + r("me }}") + '<w:bookmarkEnd w:id="1"/>'
    )
    assert "bookmarkStart" in source
    assert "bookmarkEnd" in source


def test_tabs_and_breaks_inside_a_tag_are_blanks() -> None:
    source, problems = translated("<w:r><w:t>{{ name|</w:t><w:tab/><w:br/><w:t>upper }}</w:t></w:r>")
    assert not problems
    assert "{{ name|  upper" in source
    assert "<w:tab" not in source


def test_a_picture_inside_a_tag_is_a_finding() -> None:
    _, problems = translated("<w:r><w:t>{{ na</w:t><w:drawing/><w:t>me }}</w:t></w:r>")
    assert [f.code for f in problems] == ["T033"]


def test_line_numbers_count_tags() -> None:
    source, _ = translated(r("{%p if a %}"), r("x {{ b }} {{ c }}"), r("{%p endif %}"))
    lines = source.split("\n")
    assert len(lines) == 5
    assert ["if a" in lines[0], "{{ b" in lines[1], "{{ c" in lines[2], "endif" in lines[3]] == [True] * 4
    assert not MARK.search(source)
    assert AT.partition("}")[0][1:] not in source


def test_space_around_tags_is_preserved() -> None:
    source, _ = translated(r("a {{ b }} "))
    assert 'xml:space="preserve"' in source


def test_text_without_tags_stays_byte_for_byte() -> None:
    source, _ = translated(r("plain  text"), "<w:r><w:t>A &amp; B</w:t></w:r>")
    assert "<w:r><w:t>plain  text</w:t></w:r>" in source
    assert "<w:t>A &amp; B</w:t>" in source


def test_tags_in_attributes_and_formulas() -> None:
    drawing = '<w:r><w:t>x</w:t></w:r><w:hyperlink w:tooltip="see {{ a }}"/>'
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    formula = f'<m:oMath xmlns:m="{math}"><m:r><m:t>{{{{ n }}}}</m:t></m:r></m:oMath>'
    source, problems = translated(drawing, formula)
    assert not problems
    assert "see {{ a" in source
    assert "{{ n" in source
