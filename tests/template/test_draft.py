"""Notation text to Word: what each line becomes, and what is refused."""

from __future__ import annotations

import io

import docx
import docxtpl
import pytest
from lxml import etree

from agreegen.errors import UsageError
from agreegen.template import base
from agreegen.template.draft import TOC, column_widths, draft
from agreegen.template.lists import W

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def body(text: str, part: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(base.unpack(draft(text))[part])


def styles(text: str) -> list[str]:
    return [p.style.name for p in docx.Document(io.BytesIO(draft(text))).paragraphs]


def words(e: etree._Element) -> str:
    return "".join(t.text or "" for t in e.iter(f"{W}t"))


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("# Purpose", "Heading 1"),
        ("## [scope] Scope", "Heading 2"),
        ("A sentence.", "Clause Text"),
        ("(a) item", "Clause 3"),
        ("    (i) item", "Clause 4"),
        ("- item", "List Bullet"),
        ("@ [x] Title", "Exhibit Title"),
        ("@@ [y] Title", "Exhibit Heading"),
        ("{%p if x %}", "Directive"),
        ('{%p include "clauses/x" %}', "Directive"),
        ("<Definition> **Data** means", "Definition"),
        ("<Exhibit 3> (a) item", "Exhibit 3"),
        ("\\# literal", "Clause Text"),
        ("\\(a) literal", "Clause Text"),
        ("#1 of the list", "Clause Text"),
    ],
)
def test_each_line_has_its_style(text: str, style: str) -> None:
    assert styles(text) == [style]


def test_letters_below_an_exhibit_belong_to_the_exhibit() -> None:
    text = "# A\n(a) x\n@ B\n(a) x\n    (i) x\n# C\n(a) x"
    assert styles(text)[1::2] == ["Clause 3", "Exhibit 3", "Heading 1"]
    assert styles(text)[4] == "Exhibit 4"
    assert styles(text)[6] == "Clause 3"


def test_labels_in_the_text_are_not_words() -> None:
    assert words(body("(q) item")) == "item"


def test_literal_signs() -> None:
    found = body(r"\# a \*b\* c\\d\te\nf \{PAGE} {{ x | y * 2 }} {% if a\b %}")
    assert words(found) == r"# a *b* c\def {PAGE} {{ x | y * 2 }} {% if a\b %}"
    assert len(list(found.iter(f"{W}tab"))) == len(list(found.iter(f"{W}br"))) == 1


def test_bold_and_italic() -> None:
    runs = docx.Document(io.BytesIO(draft("a **b *c*** *d*"))).paragraphs[0].runs
    assert [(r.text, r.bold, r.italic) for r in runs] == [
        ("a ", None, None),
        ("b ", True, None),
        ("c", True, True),
        (" ", None, None),
        ("d", None, True),
    ]


def test_ids_become_bookmarks_around_the_heading_text() -> None:
    found = body("## [incident-notice] Reporting\n(a) {#cure#} text\n@ [hipaa] HIPAA\n@@ [hipaa-report] Reports")
    names = [b.get(f"{W}name") for b in found.iter(f"{W}bookmarkStart")]
    assert names == ["c_incident_notice", "c_incident_notice__cure", "x_hipaa", "c_hipaa_report"]
    heading = next(found.iter(f"{W}p"))
    assert [etree.QName(e).localname for e in heading] == ["pPr", "bookmarkStart", "r", "bookmarkEnd"]
    assert words(heading) == "Reporting"


TABLE = """| caption: Deadlines of {{ x }} | widths: 20,30,50 | header: 1 | headcol: 1 |
| Event | Deadline | To |
|{%tr for d in deadlines %}|
| {{ d.event | upper }} | a \\| b | one // - two // {%p if x %} // see https://example.gov//x // {%p endif %} |
|{%tr endfor %}|
| across |"""


def test_a_table_has_its_caption_widths_and_header() -> None:
    found = body(TABLE)
    table = found.find(f".//{W}tbl")
    assert words(table.getprevious()) == "Deadlines of {{ x }}"
    assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val") == "Deadlines of"
    assert table.find(f"{W}tblPr/{W}tblDescription").get(f"{W}val") == "Deadlines of"
    assert [int(c.get(f"{W}w")) for c in table.iter(f"{W}gridCol")] == [1872, 2808, 4680]
    rows = table.findall(f"{W}tr")
    assert [r.find(f"{W}trPr/{W}tblHeader") is not None for r in rows] == [True, False, False, False, False]
    assert all(r.find(f"{W}trPr/{W}cantSplit") is not None for r in rows)
    assert [words(c) for c in rows[2].findall(f"{W}tc")][:2] == ["{{ d.event | upper }}", "a | b"]
    assert rows[4].find(f"{W}tc/{W}tcPr/{W}gridSpan").get(f"{W}val") == "3"


def test_cells_have_the_styles_of_their_place() -> None:
    table = body(TABLE).find(f".//{W}tbl")
    found = [[p.get(f"{W}val") for p in r.iter(f"{W}pStyle")] for r in table.iter(f"{W}tr")]
    assert found[0] == ["TableHeading"] * 3
    assert found[1] == ["Directive"]
    assert found[2] == ["TableHeading", "TableText", "TableText", "TableBullet", "Directive", "TableText", "Directive"]


@pytest.mark.parametrize("percents", [(100,), (33, 33, 34), (1, 98, 1), (7,) * 14 + (2,)])
@pytest.mark.parametrize("total", [9360, 12960])
def test_column_widths_add_up_to_the_text_width(percents: tuple[int, ...], total: int) -> None:
    found = column_widths(percents, total)
    assert sum(found) == total
    assert [round(100 * w / total) for w in found] == list(percents)


def test_a_landscape_section_has_wide_tables() -> None:
    text = "%% landscape\n\n| widths: 50,50 |\n| a | b |"
    found = body(text)
    size = found.find(f".//{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h"), size.get(f"{W}orient")) == ("15840", "12240", "landscape")
    assert sum(int(c.get(f"{W}w")) for c in found.iter(f"{W}gridCol")) == 12960


def test_header_and_footer_with_page_numbers() -> None:
    text = "%% header: {{ number }}\n%% footer: State\\tPage {PAGE} of {NUMPAGES}\n\ntext"
    footer = body(text, "word/footer.xml")
    assert [i.text.strip() for i in footer.iter(f"{W}instrText")] == ["PAGE", "NUMPAGES"]
    assert words(body(text, "word/header.xml")) == "{{ number }}"
    kinds = [r.get(f"{W}type") for r in body(text).find(f".//{W}sectPr") if r.get(f"{R}id")]
    assert kinds == ["default", "default"]


def test_a_clause_has_no_header_of_its_own() -> None:
    assert [r for r in body("text").find(f".//{W}sectPr") if r.get(f"{R}id")] == []


def test_a_title_page_has_an_empty_first_header_and_footer() -> None:
    text = "%% titlepage\n%% header: x\n%% footer: y\n\n<Title> T"
    assert body(text).find(f".//{W}sectPr/{W}titlePg") is not None
    assert words(body(text, "word/first-header.xml")) == words(body(text, "word/first-footer.xml")) == ""


def test_contents_are_a_field_below_their_heading() -> None:
    found = body("%% contents\n# A")
    assert [p.get(f"{W}val") for p in found.iter(f"{W}pStyle")] == ["ContentsHeading", "TOC1", "Heading1"]
    assert [i.text.strip() for i in found.iter(f"{W}instrText")] == [TOC]


def test_page_starts_the_next_paragraph_on_a_new_page() -> None:
    paragraphs = list(body("a\n%% page\nb").iter(f"{W}p"))
    assert [p.find(f"{W}pPr/{W}pageBreakBefore") is not None for p in paragraphs] == [False, True]


def test_footnotes() -> None:
    text = "One[^1] and two.[^2]\n\n%% part: footnotes\n\n[^1] First.\n\n[^1] More of it.\n\n[^2] Second."
    notes = body(text, "word/footnotes.xml").findall(f"{W}footnote")
    assert [words(n).strip() for n in notes] == ["", "", "First.More of it.", "Second."]
    assert [r.get(f"{W}id") for r in body(text).iter(f"{W}footnoteReference")] == ["1", "2"]


def test_check_boxes_and_the_tags_that_print_them_have_their_own_font() -> None:
    found = body('☒ yes ☐ no {{ "☒" if x else "☐" }} {{ x }}')
    boxed = [words(r) for r in found.iter(f"{W}r") if r.find(f"{W}rPr/{W}rStyle") is not None]
    assert boxed == ["☒", "☐", '{{ "☒" if x else "☐" }}']


def test_the_title_property_is_the_title_without_tags() -> None:
    core = base.unpack(draft("# Purpose\n<Title> Agreement {{ number }} & more"))["docProps/core.xml"]
    assert b"<dc:title>Agreement &amp; more</dc:title>" in core


def test_a_draft_is_a_template_that_docxtpl_renders() -> None:
    text = (
        "%% header: {{ x }}\n\n{%p if yes %}\n\n# Kept {{ x }}\n\n{%p else %}\n\n# Lost\n\n{%p endif %}\n\n"
        "| widths: 50,50 |\n|{%tr for r in rows %}|\n| {{ r }} | {{ r | upper }} |\n|{%tr endfor %}|\n"
    )
    template = docxtpl.DocxTemplate(io.BytesIO(draft(text)))
    template.render({"yes": True, "x": "A & B", "rows": ["p", "q"]}, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    done = docx.Document(out)
    assert [p.text for p in done.paragraphs if p.text] == ["Kept A & B"]
    assert [[c.text for c in r.cells] for r in done.tables[0].rows] == [["p", "P"], ["q", "Q"]]
    assert done.sections[0].header.paragraphs[0].text == "A & B"


def test_the_same_text_gives_the_same_bytes() -> None:
    assert draft(TABLE) == draft(TABLE)
    assert draft(TABLE) == draft(TABLE.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fine\n<Claus Text> x", r"line 2: no style “Claus Text”"),
        ("<oops", "line 1: a line that begins with < names no style"),
        ("### deep", "no heading ###"),
        ("a **b", r"\*\* isn't closed"),
        ("a ****b****", "4 asterisks in a row"),
        ("end\\", "a backslash at the end"),
        ("x\n{**{ a }}**", "line 2: bold or italic begins or ends inside a tag"),
        ("text {%p if x %}", "shares its paragraph"),
        ("{%p if x %} text", "shares its paragraph"),
        ("**{%p if x %}** text", "shares its paragraph"),
        ("| a |\n| b | {%tr for x in y %} |", r"line 1: row 2: .* shares its paragraph"),
        ("  text", "an indented line"),
        ("        (i) text", "an indented line"),
        ("%% nonsense", "unknown setting"),
        ("text\n%% landscape", "line 2: “%% landscape” can't stand here"),
        ("%% page", "%% page is the last line"),
        ("%% page\n{%p if x %}", "needs a paragraph that is printed"),
        ("%% page\n| a |", "needs a paragraph that is printed"),
        ("| widths: 50,50 |", "a table without rows"),
        ("| widths: 50,40 |\n| a | b |", "add up to 90"),
        ("| widths: 100 |\n| a | b |", "for 2 columns"),
        ("| widths: x |\n| a |", "widths “x”"),
        ("| header: 2 |\n| a |\n| b |", "2 header rows, but 2 rows"),
        ("| header: one |\n| a |", "header “one”"),
        ("| look: fancy |\n| a |", "look “fancy”"),
        ("| widths: 100 | other |\n| a |", "mixes properties and cells"),
        ("| a | b", "doesn't end with"),
        ("# [a] x\n## [a] y", r"line 2: two headings are \[a\]"),
        ("# [a] x\n(a) {#n#} y\n(b) {#n#} z", "line 3: two paragraphs under one heading"),
        (f"# [{'long-' * 9}x] y", "line 1: .* longer than 40"),
        ("a[^1]", "0 footnotes stand below"),
        ("a[^2]\n%% part: footnotes\n[^1] b", "footnote marks 2"),
        ("a\n%% part: footnotes\nb", "not the next footnote"),
        ("a\x07b", r"U\+0007"),
        ("a\rb", r"U\+000D"),
    ],
)
def test_what_the_notation_cannot_mean_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        draft(text)
