"""The contents have the numbers, titles and pages of the headings, in both engines, and filling twice changes nothing."""

# ruff: noqa: E501 (pieces of XML, signs)

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pdf_samples as samples
import pytest

from agreegen import pdf
from agreegen.errors import EngineError
from agreegen.pdf import contents, counted, drawn, expected, headings, wanted
from agreegen.pdf.counted import Counted, Ledger
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.parts import Parts, W
from agreegen.template import base

if TYPE_CHECKING:
    from pathlib import Path

DOCX = samples.agreement(5, sections=7, clauses=5, rows=40)
ENTRY = re.compile(r"^((?:Exhibit )?[\dA-Z.]+) (.+?) ?\.{2,} ?(\d+)$")


@pytest.fixture(scope="module", params=["embedded", "libreoffice"])
def filled(request: pytest.FixtureRequest) -> contents.Contents:
    return contents.with_contents(DOCX, request.param)


def entries(docx: bytes) -> list[tuple[str, str, str]]:
    """(style, title, page) of the entries, as the XML has them."""
    xml = base.unpack(docx)["word/document.xml"].decode()
    found = []
    for p in re.findall(r"<w:p><w:pPr><w:pStyle w:val=\"(TOC\d)\"/>.*?</w:pPr>(.*?)</w:p>", xml):
        texts = re.findall(r"<w:t [^>]*>([^<]*)</w:t>", p[1])
        found.append((p[0], " ".join(texts[:-1]), texts[-1]))
    return found


def test_entries_stand_on_the_pages_that_they_name(filled):
    assert filled.pdf.findings == ()
    assert filled.passes == 2
    pages = [" ".join(x.split()) for x in drawn.pages(filled.pdf.pdf)]
    listed = entries(filled.docx)
    assert len(listed) > 20
    for _, title, page in listed:
        assert title in pages[int(page) - 1], (title, page)
    assert [int(x) for _, _, x in listed] == sorted(int(x) for _, _, x in listed)


def test_each_heading_is_an_entry_with_its_number_and_level(filled):
    listed = entries(filled.docx)
    assert listed[0][:2] == ("TOC1", "1. Parties and recitals")
    assert [t for s, t, _ in listed if t.startswith("Exhibit")] == [
        "Exhibit A Data elements",
        "Exhibit B Transfer schedule",
        "Exhibit C Certificate of destruction",
    ]
    assert all(s == ("TOC2" if re.match(r"[\dA-Z]+\.\d", t) else "TOC1") for s, t, _ in listed)
    xml = base.unpack(DOCX)["word/document.xml"].decode()
    assert len(listed) == len(re.findall(r'w:val="(?:Heading1|Heading2|ExhibitTitle|ExhibitHeading)"', xml))


def test_the_pdf_shows_the_entries_with_their_pages(filled):
    lines = [x.strip() for x in "\n".join(drawn.pages(filled.pdf.pdf)[1:3]).replace("\r", "").split("\n")]
    shown = [m.groups() for m in map(ENTRY.match, lines) if m]
    assert len(shown) > 15
    listed = {(t, p) for _, t, p in entries(filled.docx)}
    assert all((f"{number} {title}", page) in listed for number, title, page in shown)


def test_filling_again_changes_nothing_and_draws_once(filled):
    again = contents.with_contents(filled.docx, filled.pdf.engine)
    assert (again.docx, again.pdf.pdf != b"", again.passes) == (filled.docx, True, 1)


def test_a_right_guess_saves_the_second_drawing(filled):
    guessed = contents.with_contents(DOCX, filled.pdf.engine, guess=filled.pages)
    assert (guessed.docx, guessed.passes) == (filled.docx, 1)


def test_a_wrong_guess_does_no_harm():
    whole = contents.with_contents(DOCX, "embedded")
    for guess in (["99"] * len(whole.pages), ["1"], [*whole.pages, "7"]):
        assert contents.with_contents(DOCX, "embedded", guess=guess).docx == whole.docx


def test_the_field_stays_a_field_that_word_can_update(filled):
    xml = base.unpack(filled.docx)["word/document.xml"].decode()
    begins, ends = xml.count('fldCharType="begin"'), xml.count('fldCharType="end"')
    assert begins == ends == xml.count('fldCharType="separate"')
    assert xml.count("TOC \\o") == 1
    marks = re.findall(r'w:name="(_Toc\d+)"', xml)
    assert len(marks) == len(set(marks)) == len(filled.pages)
    assert re.findall(r'w:hyperlink w:anchor="(_Toc\d+)"', xml) == marks
    assert re.findall(r"PAGEREF (_Toc\d+) ", xml) == marks
    assert "updateFields" not in base.unpack(filled.docx)["word/settings.xml"].decode()


def test_page_counts_in_footers_are_filled_and_other_parts_untouched(filled):
    before, after = base.unpack(DOCX), base.unpack(filled.docx)
    count = len(drawn.pages(filled.pdf.pdf))
    assert f">{count}</w:t>" in after["word/footer1.xml"].decode()
    changed = {n for n in after if after[n] != before[n]}
    assert changed == {"word/document.xml", "word/footer1.xml"}


def test_quick_contents_has_the_pages_of_the_embedded_engine():
    whole = contents.with_contents(DOCX, "embedded")
    assert contents.quick_contents(DOCX) == whole.docx


def test_a_document_without_contents_keeps_its_text():
    docx = samples.small(samples.paragraph("Heading1", "Terms"), samples.paragraph("ClauseText", "Text"))
    result = contents.with_contents(docx)
    assert result.pages == ()
    assert base.unpack(result.docx) == base.unpack(docx)
    assert contents.quick_contents(docx) == result.docx


def test_contents_without_a_heading_keep_their_placeholder():
    docx = samples.small(samples.contents_field(), samples.paragraph("ClauseText", "Text"))
    result = contents.with_contents(docx)
    assert b"Contents" in base.unpack(result.docx)["word/document.xml"]
    assert result.pdf.findings == ()


def test_other_page_references_and_counts_in_the_text_are_filled():
    docx = samples.small(
        samples.paragraph("ClauseText", "See page ", samples.field("PAGEREF there \\h", "0"), " of ", samples.field("NUMPAGES", "0"), "."),
        samples.paragraph("ClauseText", samples.marked("there", 5, "Here."), properties="<w:pageBreakBefore/>"),
    )  # fmt: skip
    for engine in ("embedded", "libreoffice"):
        result = contents.with_contents(docx, engine)
        assert result.pdf.findings == ()
        assert "See page 2 of 2." in " ".join(drawn.pages(result.pdf.pdf)[0].split())


@pytest.mark.parametrize(
    ("engine", "shape", "first"), [("embedded", "decimal", "1"), ("libreoffice", "lowerRoman", "i")]
)
def test_pages_are_named_as_they_are_numbered(engine, shape, first):
    front = f'<w:sectPr><w:footerReference w:type="default" r:id="rId12"/><w:pgNumType w:fmt="{shape}"/></w:sectPr>'
    main = '<w:sectPr><w:footerReference w:type="default" r:id="rId12"/><w:pgNumType w:start="1"/></w:sectPr>'
    body = (
        samples.contents_field() + samples.paragraph("Heading1", "Preface") + samples.section_break(front)
        + samples.paragraph("Heading1", "Terms") + samples.paragraph("Heading1", "More", properties="<w:pageBreakBefore/>")
    )  # fmt: skip
    margins = samples.margins()
    footer = margins["rId12"][2].replace(samples.field("NUMPAGES", "1"), "")
    docx = base.pack(base.parts(body, main, margins | {"rId12": ("footer", "footer1.xml", footer)}))
    result = contents.with_contents(docx, engine)
    assert result.pdf.findings == ()
    assert result.pages == (first, "1", "2")


@pytest.mark.parametrize(
    ("instruction", "wanted"),
    [
        ('TOC \\o "1-2" \\h \\z \\u \\t "Exhibit Title,1"', headings.Wish(1, 2, {"exhibit title": 1}, True)),
        ('TOC \\o "1-3" \\h', headings.Wish(1, 3, {}, False)),
        ("TOC \\h \\u", headings.Wish(1, 9, {}, True)),
        ('TOC \\t "Annex,1,Part,2"', headings.Wish(1, 0, {"annex": 1, "part": 2}, False)),
    ],
)
def test_the_switches_of_the_field_are_read(instruction, wanted):
    assert headings.wish(instruction) == wanted


def test_a_result_that_isnt_complete_has_no_pdf(monkeypatch):
    docx = samples.small(samples.contents_field(), samples.paragraph("Heading1", "Terms 語"))
    result = contents.with_contents(docx, "embedded")
    assert result.pdf.pdf == b""
    assert [f.code for f in result.pdf.findings] == ["D101"]


def test_former_pages_are_kept_as_guess_only_if_they_are_as_many():
    filled = contents.with_contents(DOCX, "embedded")
    shorter = Parts(filled.docx)
    heading = next(p for p in shorter.body if "Heading2" in str([x.attrib for x in p.iter()]))
    shorter.body.remove(heading)
    result = contents.with_contents(shorter.pack(), "embedded")
    assert result.pdf.findings == ()
    assert len(result.pages) == len(filled.pages) - 1
    assert pdf.convert(result.docx, "embedded").findings == ()


def test_quick_contents_needs_no_particular_engine(monkeypatch):
    def broken(*_):
        raise EngineError("none")

    monkeypatch.setattr(type(pdf.EMBEDDED), "convert", broken)
    assert [p for _, _, p in entries(contents.quick_contents(DOCX))][-1] not in ("", "0")
    monkeypatch.setattr(type(pdf.LIBREOFFICE), "convert", broken)
    asked = base.unpack(contents.quick_contents(DOCX))["word/document.xml"].decode()
    assert len(entries(contents.quick_contents(DOCX))) > 20
    assert re.search(r'<w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText [^>]*> TOC', asked)


def test_a_document_that_was_counted_is_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = contents.quick_contents(DOCX, tmp_path)
    monkeypatch.setattr(pdf.AUTOMATIC[0].__class__, "convert", lambda *_: pytest.fail("drawn"))

    assert contents.quick_contents(DOCX, tmp_path) == first


def test_a_whole_document_leaves_its_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = contents.with_contents(DOCX, "embedded", folder=tmp_path)
    monkeypatch.setattr(pdf.AUTOMATIC[0].__class__, "convert", lambda *_: pytest.fail("drawn"))

    assert contents.quick_contents(DOCX, tmp_path) == whole.docx


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"x": 1}', b"\xff"])
def test_damaged_counts_are_made_again(tmp_path: Path, damage: bytes) -> None:
    right = contents.quick_contents(DOCX, tmp_path)
    (kept,) = (tmp_path / "pages").iterdir()
    kept.write_bytes(damage)

    assert contents.quick_contents(DOCX, tmp_path) == right
    assert kept.read_bytes() != damage


def test_counts_are_kept_for_the_newest_documents_only(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "engine")
    for n in range(250):
        ledger.keep(str(n).encode(), Counted(("1",), n))
    found = Ledger.open(tmp_path, "engine")

    assert found.find(b"0") is None
    assert found.find(b"249") == Counted(("1",), 249)
    assert Ledger.open(tmp_path, "another engine").find(b"249") is None


def test_counts_of_other_code_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same version, too: a checkout may be newer than what it counted before."""
    Ledger.open(tmp_path, "engine").keep(b"1", Counted(("1",), 1))
    monkeypatch.setattr(counted, "code", lambda: "newer")
    assert Ledger.open(tmp_path, "engine").find(b"1") is None


def test_programs_beside_each_other_lose_no_count(tmp_path: Path) -> None:
    one, other = Ledger.open(tmp_path, "engine"), Ledger.open(tmp_path, "engine")
    one.keep(b"1", Counted(("1",), 1))
    other.keep(b"2", Counted(("2",), 2))

    assert [ledger.find(b"1") for ledger in (one, other)] == [Counted(("1",), 1)] * 2
    assert one.find(b"2") == Counted(("2",), 2)


SAID = "<w:p/>"
ROW, CELL, SDT = "<w:tr>{}</w:tr>", "<w:tc>{}</w:tc>", "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
INNER = f"<w:tbl>{ROW.format(CELL.format(SAID))}</w:tbl>"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (SAID + INNER + SDT.format(SAID + INNER), 4),
        (f"<w:tbl>{ROW.format(CELL.format(SAID + INNER + SAID))}</w:tbl>", 3),
        (f"<w:tbl>{SDT.format(ROW.format(SDT.format(CELL.format(SDT.format(SAID)))))}</w:tbl>", 1),
        (f"<w:tbl>{ROW.format('<w:trPr><w:del/></w:trPr>' + CELL.format(SAID))}</w:tbl>", 0),
        (f"<w:tbl>{SAID}{ROW.format(SAID)}{CELL.format(SAID)}</w:tbl>", 0),
        (f"<w:p><w:r><w:txbxContent>{SAID + INNER}</w:txbxContent></w:r></w:p>", 1),
        (f"<w:del>{SAID}</w:del><w:ins>{SAID}</w:ins>", 1),
    ],
)
def test_paragraphs_are_displayed_wherever_they_are_asked_for(inside: str, shown: int) -> None:
    parts = Parts(base.pack(base.parts(inside)))
    paragraphs = [p for p in parts.body.iter(W + "p") if headings.is_displayed(p, parts.body)]
    assert paragraphs == list(Displayed(parts).paragraphs(parts.body))
    assert len(paragraphs) == shown


NUMBERED = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
SYMBOLS = '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr></w:lvl>'


def restyled(docx: bytes, name: str, pattern: str, instead: str) -> bytes:
    members = base.unpack(docx)
    xml = re.sub(pattern, lambda _: instead, members[name].decode(), flags=re.DOTALL)
    assert xml.encode() != members[name]
    return base.pack({**members, name: xml.encode()})


@pytest.mark.parametrize(
    ("docx", "counted"),
    [
        (DOCX, True),
        (
            samples.small(
                samples.paragraph("Heading1", "Terms"), samples.contents_field(), samples.paragraph("Heading1", "End")
            ),
            True,
        ),
        (restyled(DOCX, "word/styles.xml", r'<w:style [^>]*w:styleId="TOC1".*?</w:style>', NUMBERED), False),
        (
            restyled(
                DOCX, "word/numbering.xml", r"(?<=bullet\"/>).{0,300}?</w:lvl>", f'<w:lvlText w:val="\uf0b7"/>{SYMBOLS}'
            ),
            True,
        ),
    ],
)
def test_numbers_are_counted_once_and_as_if_they_were_counted_again(docx: bytes, counted: bool) -> None:
    draft = contents.Draft(docx)
    draft.write(())
    said = wanted.wanted(handed := draft.handed())
    again = expected.expected(Parts(handed))
    assert (draft._numbers is not None) is counted
    assert (said.body, said.paragraphs) == (again.body, again.paragraphs)
    assert [n.label for n in said.numbered.values()] == [n.label for n in again.numbered.values()]
    assert [n.full for n in said.numbered.values()] == [n.full for n in again.numbered.values()]
