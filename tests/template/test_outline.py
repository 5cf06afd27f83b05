"""Word to notation: the inverse of draft, and no word of a foreign file is lost."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from agreegen.errors import UsageError
from agreegen.template import base
from agreegen.template.draft import draft
from agreegen.template.lists import W
from agreegen.template.notation import (
    HEADINGS,
    LETTERED,
    Contents,
    Margin,
    Outline,
    Paragraph,
    Row,
    Span,
    Table,
    merged,
)
from agreegen.template.notation.parse import parse
from agreegen.template.notation.tables import cell_style
from agreegen.template.notation.write import write
from agreegen.template.outline import outline, outline_path, stale_outlines
from agreegen.template.styles import STYLE_IDS

if TYPE_CHECKING:
    from pathlib import Path

# ---------------------------------------------------------------- any outline that the notation can say
PIECES = st.sampled_from(
    [
        "word", "a", " ", "  ", "(a)", "(i) ", "#", "## ", "@", "- ", "-", "<", "<Note> ", "|", " // ", "//", "\\", "*",
        "**", "%%", "%% page", "[id] ", "[^1]", "{PAGE}", "{", "}", "{{", "{{ x }}", '{{ ref("a") }}', "{% if x %}",
        "{#n#} ",
        "{{ a | b * c }}", "\t", "\n", "é", "\u00a0", "☒", "“q”", "&", "<b>", "caption: x",
        "widths: 5",
    ]
)  # fmt: skip
TEXT = st.lists(PIECES, max_size=5).map("".join)
SPAN = st.builds(Span, TEXT, st.booleans(), st.booleans()) | st.builds(
    Span, st.sampled_from(["PAGE", "NUMPAGES"]), st.booleans(), st.booleans(), st.just("field")
)
SPANS = st.lists(SPAN, max_size=3).map(merged)
IDS = st.from_regex(re.compile(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?"), fullmatch=True)
DIRECTIVES = st.sampled_from(["{%p if x %}", "{%p else %}", "{%p endif %}", '{%p include "clauses/x" %}'])
DIRECTIVE = DIRECTIVES.map(lambda t: Paragraph("Directive", (Span(t),)))
NAMELESS = st.sampled_from(sorted(set(STYLE_IDS) - set(HEADINGS) - {"Table End"}))


def sound(p: Paragraph) -> bool:
    """False for what draft refuses or reads as something else: unfinished tags, an unfilled table of contents."""
    return not re.search(r"\{%p|\{%tr", p.text) and p.style not in ("Contents Heading", "Caption")


PARAGRAPH = st.builds(Paragraph, NAMELESS, SPANS).filter(sound)
HEADING = st.builds(Paragraph, st.sampled_from(HEADINGS), SPANS)
PLAIN_CELL = st.lists(SPANS, min_size=1, max_size=3)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(1, 4))
    header, headcol = draw(st.integers(0, 1)), draw(st.booleans())
    rows = []
    for i in range(header + draw(st.integers(1, 3))):
        if draw(st.integers(0, 5)) == 0 and i >= header:
            rows.append(Row(((Paragraph("Directive", (Span("{%tr for x in y %}"),)),),)))
            continue
        count = columns if i == 0 else draw(st.integers(1, columns))
        rows.append(Row(tuple(draw(cells(cell_style(header, headcol, i, j))) for j in range(count))))
    if all(len(r.cells) < columns for r in rows):
        columns = max(len(r.cells) for r in rows)
    widths = (*([100 // columns] * (columns - 1)), 100 - 100 // columns * (columns - 1))
    caption = draw(SPANS)
    title = "" if caption else draw(st.sampled_from(["", "Signatures", "a | b * c"]))
    return Table(tuple(rows), widths, caption, title, header, headcol, draw(st.sampled_from(["grid", "plain"])))


@st.composite
def cells(draw: st.DrawFn, default: str) -> tuple[Paragraph, ...]:
    style = st.sampled_from([default, default, "Table Bullet", "Table Text", "Body Text", "Clause 3"])
    paragraph = st.builds(Paragraph, style, SPANS).filter(sound) | DIRECTIVE
    return tuple(draw(st.lists(paragraph, min_size=1, max_size=3)))


@st.composite
def placed(draw: st.DrawFn, block: Paragraph | Table | Contents, name: str) -> Paragraph | Table | Contents:
    """The block, at times with an id or a name, at times on a new page."""
    page, named = draw(st.integers(0, 4)) == 0, draw(st.booleans())
    if isinstance(block, Contents):
        return Contents(page)
    if isinstance(block, Table) or block.style == "Directive":
        return block
    heading = block.style in HEADINGS
    return replace(block, anchor=name * (named and heading), name=name * (named and not heading), page_break=page)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    blocks = draw(st.lists(PARAGRAPH | HEADING | DIRECTIVE | tables() | st.just(Contents()), max_size=8))
    ids = iter(draw(st.lists(IDS, min_size=20, max_size=20, unique=True)))
    done = [draw(placed(b, next(ids))) for b in blocks]
    titlepage = draw(st.booleans())
    margins = []
    for place in ("header", "footer", "first header", "first footer"):
        lines = draw(st.lists(SPANS, max_size=2))
        if titlepage and place.startswith("first") and lines == [()]:
            continue
        margins += [Margin(place, s) for s in lines]
    notes = tuple((Paragraph("Footnote Text", s),) for s in draw(st.lists(SPANS, max_size=2)))
    marks = [Span(str(i + 1), kind="note") for i in range(len(notes))]
    if marks:
        done.append(Paragraph("Clause Text", merged([Span("marked"), *marks])))
    return Outline(tuple(done), draw(st.booleans()), titlepage, tuple(margins), notes)


@settings(max_examples=60, deadline=None)
@given(outlines())
def test_the_notation_says_an_outline_without_loss(found: Outline) -> None:
    assert parse(write(found)) == found


@settings(max_examples=60, deadline=None)
@given(outlines())
def test_outline_and_draft_are_inverse(found: Outline) -> None:
    data = draft(write(found))
    text = outline(data)
    assert parse(text) == found
    assert draft(text) == data
    assert outline(draft(text)) == text


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60))
def test_any_words_come_back(words: str) -> None:
    found = Outline((Paragraph("Clause Text", merged([Span(words)])),))
    if not sound(found.blocks[0]) or "\ufffe" in words or "\uffff" in words:
        return
    assert parse(outline(draft(write(found)))) == found


SAMPLE = """%% titlepage
%% header: Agreement\\t{{ number }}

<Title> Agreement

%% page

%% contents

%% page

# Purpose

## [scope] Scope

A sentence with **bold**, *italic*, and {{ x | upper }}.[^1]

(a) {#first#} item;

    (i) part;

    (ii) part;

(b) item.

{%p if x %}

- bullet

{%p endif %}

| caption: Deadlines | widths: 30,70 | header: 1 |
| Event | Deadline |
|{%tr for d in deadlines %}|
| {{ d.event }} | one // - two |
|{%tr endfor %}|
| | across |

@ [data] Data

@@ [list] List

(a) item;

    (i) part.

%% part: footnotes

[^1] A note.
"""


def test_normal_text_comes_back_letter_by_letter() -> None:
    assert outline(draft(SAMPLE)) == SAMPLE


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("(q) x\n(q) y", "(a) x\n\n(b) y\n"),
        ("# A\n\n\n\ntext   ", "# A\n\ntext\n"),
        ("<Clause Text> text", "text\n"),
        ("|a|b|", "| widths: 50,50 |\n| a | b |\n"),
        ("<Clause 3> text", "(a) text\n"),
        ("@ E\n<Clause 3> text", "@ E\n\n<Clause 3> (a) text\n"),
    ],
)
def test_other_text_comes_back_in_normal_form(written: str, normal: str) -> None:
    assert outline(draft(written)) == normal
    assert outline(draft(normal)) == normal


def test_branches_are_labeled_beside_each_other() -> None:
    text = "{%p if x %}\n\n(a) one\n\n{%p else %}\n\n(a) other\n\n{%p endif %}\n\n(b) next\n"
    assert outline(draft(text)) == text


# ---------------------------------------------------------------- foreign files
TWICE = {"hotel", "box", "contents"}  # a text box is stored twice; heading and placeholder of the contents are one %%


def box(text: str) -> etree._Element:
    content = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    return parse_xml(
        f'<w:r xmlns:w="{W[1:-1]}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        f'xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{content}'
        f"</wps:txbx></mc:Choice><mc:Fallback><v:textbox>{content}</v:textbox></mc:Fallback></mc:AlternateContent></w:r>"
    )


def foreign() -> bytes:
    """A file of another make: every place that words can be in."""
    d = docx.Document()
    d.add_heading("Alpha heading", 3)
    p = d.add_paragraph("Bravo {{ ch", style="Intense Quote")
    p.add_run("arlie }} delta").bold = True
    d.add_paragraph("Echo point", style="List Number")
    d.add_paragraph("Foxtrot point", style="List Number")
    d.add_paragraph("Golf bullet", style="List Bullet")
    p._p.append(box("Hotel box"))
    t = d.add_table(2, 2)
    t.cell(0, 0).text = "India // cell | bar"
    t.cell(1, 1).add_table(1, 1).cell(0, 0).text = "Juliet nested"
    d.sections[0].header.paragraphs[0].text = "Kilo header"
    d.sections[0].footer.paragraphs[0].text = "Lima footer"
    new = d.add_section()
    new.orientation = WD_ORIENT.LANDSCAPE
    new.header.is_linked_to_previous = False
    new.header.paragraphs[0].text = "Mike header"
    inner = "<w:sdtContent><w:p><w:r><w:t>November control</w:t></w:r></w:p></w:sdtContent>"
    d.element.body.insert(0, parse_xml(f'<w:sdt xmlns:w="{W[1:-1]}">{inner}</w:sdt>'))
    inserted = f'<w:ins xmlns:w="{W[1:-1]}" w:id="1" w:author="x"><w:r><w:t>Oscar inserted</w:t></w:r></w:ins>'
    d.add_paragraph("Papa ")._p.append(parse_xml(inserted))
    d.add_comment(p.runs[0], text="Quebec comment", author="Counsel", initials="C")
    linked = f'<w:hyperlink xmlns:w="{W[1:-1]}"><w:r><w:t>Romeo link</w:t></w:r></w:hyperlink>'
    d.add_paragraph()._p.append(parse_xml(linked))
    out = io.BytesIO()
    d.save(out)
    return out.getvalue()


def words(data: bytes) -> list[str]:
    """Every word of every part, read without our code."""
    found = []
    for name, xml in base.unpack(data).items():
        if name.startswith("word/") and name.endswith(".xml"):
            for p in etree.fromstring(xml).iter(f"{W}p"):
                own = [t for t in p.iter(f"{W}t", f"{W}tab") if next(t.iterancestors(f"{W}p")) is p]
                found += re.findall(r"\w+", "".join(t.text or " " for t in own))
    return found


@pytest.mark.parametrize("data", [foreign(), draft(SAMPLE)], ids=["foreign", "ours"])
def test_no_word_is_lost(data: bytes) -> None:
    shown = re.findall(r"\w+", re.sub(r"\\[tn]", " ", outline(data)).replace("*", "").lower())
    wanted = [w.lower() for w in words(data)]
    assert len(wanted) > 30
    assert {w for w in wanted if wanted.count(w) > shown.count(w)} <= TWICE
    assert set(wanted) <= set(shown)


def test_a_foreign_file_shows_its_styles_labels_and_parts() -> None:
    lines = outline(foreign()).split("\n")
    assert "<Heading 3> Alpha heading" in lines
    assert "<Intense Quote> Bravo {{ charlie }}** delta**" in lines
    assert [x for x in lines if "point" in x] == ["<List Number> 1. Echo point", "<List Number> 2. Foxtrot point"]
    assert "- Golf bullet" in lines
    assert "| <Normal> India \\// cell \\| bar | <Normal> |" in lines
    assert "%% header: Mike header" in lines
    assert lines[lines.index("%% part: header1") + 2] == "<Header> Kilo header"
    assert "%% section" in lines
    assert lines[lines.index("%% part: text box 1") + 2] == "<Normal> Hotel box"
    assert any(x.endswith("Quebec comment") for x in lines[lines.index("%% part: comments") :])


def test_a_paragraph_that_only_ends_a_section_shows_as_that() -> None:
    section = base.section_xml(landscape=True)
    data = base.pack(base.parts(f"<w:p/><w:p><w:pPr>{section}</w:pPr></w:p>"))
    assert outline(data) == "<Normal>\n\n%% section: landscape\n"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<w:t>twenty</w:t><w:noBreakHyphen/><w:t>one</w:t>", "twenty\u2011one"),
        ("<w:t>agree</w:t><w:softHyphen/><w:t>ment</w:t>", "agree\u00adment"),
        ('<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:br w:type="page"/>', "a\\tb\\nc"),
        ('<w:sym w:font="Wingdings" w:char="F0FE"/><w:t>yes</w:t>', "\uf0feyes"),
        ("<w:t>kept</w:t><w:delText>gone</w:delText>", "kept"),
        ('<w:t xml:space="preserve"> a </w:t>', "\\ a\\ "),
        ("<w:t> a </w:t>", "a"),
    ],
)
def test_signs_that_stand_for_text(inside: str, shown: str) -> None:
    data = base.pack(base.parts(f"<w:p><w:r>{inside}</w:r></w:p>"))
    assert outline(data) == f"<Normal> {shown}\n"


def test_page_fields_of_any_kind() -> None:
    simple = '<w:fldSimple w:instr=" PAGE \\* MERGEFORMAT "><w:r><w:t>7</w:t></w:r></w:fldSimple>'
    other = '<w:fldSimple w:instr=" REF x "><w:r><w:t>8.2</w:t></w:r></w:fldSimple>'
    assert outline(base.pack(base.parts(f"<w:p>{simple}{other}</w:p>"))) == "<Normal> {PAGE}8.2\n"


def test_a_tag_that_word_split_into_runs_is_whole_again() -> None:
    d = docx.Document()
    p = d.add_paragraph()
    for i, piece in enumerate(("{{ par", "tner.", "name }}")):
        p.add_run(piece).bold = bool(i % 2)
    out = io.BytesIO()
    d.save(out)
    assert "<Normal> {{ partner.name }}" in outline(out.getvalue())


@pytest.mark.parametrize("data", [b"", b"%PDF", base.pack({"x.xml": b"<x/>"})])
def test_what_is_no_word_file_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match="not a Word file"):
        outline(data)


def test_a_broken_part_is_refused() -> None:
    with pytest.raises(UsageError, match="well-formed"):
        outline(base.pack({"word/document.xml": b"<w:p"}))


def test_an_outline_that_is_no_utf8_is_stale_and_a_broken_word_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(draft("Hello."))
    (tmp_path / "a.txt").write_bytes(b"\xff\xfeHello.")
    assert stale_outlines(tmp_path) == [tmp_path / "a.docx"]
    (tmp_path / "a.docx").write_bytes(b"no")
    with pytest.raises(UsageError, match=r"a\.docx"):
        stale_outlines(tmp_path)


def test_stale_outlines_are_those_missing_or_different(tmp_path: Path) -> None:
    (tmp_path / "clauses").mkdir()
    for name in ("good", "old", "missing"):
        (tmp_path / "clauses" / f"{name}.docx").write_bytes(draft(SAMPLE))
    outline_path(tmp_path / "clauses" / "good.docx").write_text(SAMPLE, encoding="utf-8")
    outline_path(tmp_path / "clauses" / "old.docx").write_text(SAMPLE.replace("item", "thing"), encoding="utf-8")
    (tmp_path / "base.docx").write_bytes(base.build())
    (tmp_path / "~$good.docx").write_bytes(b"lock")
    assert [p.name for p in stale_outlines(tmp_path)] == ["missing.docx", "old.docx"]


def test_lettered_styles_of_the_notation_are_styles_of_the_base() -> None:
    assert set(LETTERED) | set(HEADINGS) <= set(STYLE_IDS)
