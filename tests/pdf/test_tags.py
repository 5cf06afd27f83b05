"""Tags of the embedded engine: the document's own structure, in reading order, and nothing else changed."""

from __future__ import annotations

import io
import re
import struct
import zlib
from functools import lru_cache

import pdf_samples as samples
import pikepdf
import pypdfium2
import pytest
from pdf_samples import cell, paragraph, row, run, table

from agreegen.pdf import EMBEDDED, contents, drawn, tags, validation
from agreegen.pdf.finish import Finish, finished
from agreegen.pdf.squeeze import squeeze
from agreegen.template import base

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# ---------------------------------------------------------------- documents
def png() -> bytes:
    """A picture of one color."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress((b"\0" + b"\x40\x80\xc0" * 4) * 4)) + chunk(b"IEND", b"")  # fmt: skip # noqa: E501


def picture(about: str) -> str:
    """A run with the picture; `about` is the rest of its wp:docPr."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{drawing}/wordprocessingDrawing"><wp:extent cx="600000" cy="300000"/>'
        f'<wp:docPr id="1" name="Picture 1"{about}<a:graphic xmlns:a="{drawing}/main"><a:graphicData uri="{drawing}/'
        f'picture"><pic:pic xmlns:pic="{drawing}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip xmlns:r="{RELATIONS}" r:embed="rIdPicture"/><a:stretch/></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="600000" cy="300000"/></a:xfrm><a:prstGeom prst="rect"/>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def described(text: str) -> str:
    return picture(f' descr="{text}"/>')


def decoration() -> str:
    uri = "http://schemas.microsoft.com/office/drawing/2017/decorative"
    main = "http://schemas.openxmlformats.org/drawingml/2006/main"
    inner = f'<a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}"><d:decorative xmlns:d="{uri}" val="1"/></a:ext>'
    return picture(f'><a:extLst xmlns:a="{main}">{inner}</a:extLst></wp:docPr>')


def link(anchor: str, text: str) -> str:
    return f'<w:hyperlink w:anchor="{anchor}">{run(text)}</w:hyperlink>'


def website(text: str) -> str:
    return f'<w:hyperlink xmlns:r="{RELATIONS}" r:id="rIdSite">{run(text)}</w:hyperlink>'


def document(*blocks: str, notes: str = "", margins: str = "", section: str = "") -> bytes:
    """A document of these blocks, with a picture and a website to refer to; `margins` is the text of its header."""
    stories = {}
    if margins:
        foot = f"<w:ftr {base.NAMESPACES}>{paragraph('Footer', 'Foot')}</w:ftr>"
        head = f"<w:hdr {base.NAMESPACES}>{margins}</w:hdr>"
        stories = {"rId11": ("header", "header1.xml", head), "rId12": ("footer", "footer1.xml", foot)}
    members = base.parts("".join(blocks), section, stories, notes=notes)
    relations = (
        f'<Relationship Id="rIdPicture" Type="{RELATIONS}/image" Target="media/picture.png"/><Relationship Id="rIdSite"'
        f' Type="{RELATIONS}/hyperlink" Target="https://example.gov/a?b=(1)" TargetMode="External"/></Relationships>'
    )
    files = {name: data if isinstance(data, bytes) else data.encode() for name, data in members.items()}
    name = "word/_rels/document.xml.rels"
    files[name] = files[name].replace(b"</Relationships>", relations.encode())
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files["word/_rels/header1.xml.rels"] = f'<Relationships xmlns="{package}">{relations}'.encode()
    types = files["[Content_Types].xml"]
    if b'Extension="png"' not in types:
        files["[Content_Types].xml"] = types.replace(
            b"<Default", b'<Default Extension="png" ContentType="image/png"/><Default', 1
        )
    return base.pack(files | {"word/media/picture.png": png()})


@lru_cache
def tag(docx: bytes) -> tags.Tagged:
    return tags.tagged(docx, EMBEDDED.convert(docx))


def tree(*blocks: str, notes: str = "") -> str:
    """The structure of a document of these blocks."""
    result = tag(document(*blocks, notes=notes))
    assert [f.code for f in result.findings if f.code != "D502"] == []
    return tags.dump(result.pdf)


def lines(text: str) -> str:
    """An expected tree, without the indent that it has in this file."""
    kept = text.strip("\n").rstrip().splitlines()
    indent = min(len(x) - len(x.lstrip()) for x in kept)
    return "\n".join(x[indent:] for x in kept)


@lru_cache
def whole(seed: int) -> tuple[bytes, bytes]:
    """An agreement with contents, notes, tables over pages, landscape pages; and its PDF as it was drawn."""
    made = contents.with_contents(samples.agreement(seed, sections=4, rows=25), "embedded")
    assert made.pdf.findings == ()
    return made.docx, made.pdf.pdf


# ---------------------------------------------------------------- the tree
def test_headings_paragraphs_and_the_title():
    assert tree(
        paragraph("Title", "Agreement"), paragraph("Heading1", "Parties"), paragraph("Heading2", "Who they are"),
        paragraph("BodyText", "They are named below."), paragraph("BodyText"),
    ) == lines("""
        Document
          P Agreement
          H1 1. Parties
          H2 1.1 Who they are
          P They are named below.
    """)  # fmt: skip


def test_a_level_that_was_left_out_is_no_level():
    deep = paragraph("BodyText", "Deep", properties='<w:outlineLvl w:val="4"/>')
    assert tree(deep, paragraph("Heading1", "Next"), deep, deep) == lines("""
        Document
          H1 Deep
          H1 1. Next
          H2 Deep
          H3 Deep
    """)


def test_lists_are_nested_with_labels_and_go_on_behind_other_lists():
    assert tree(
        paragraph("Heading1", "Terms"), paragraph("Heading2", "Use"), paragraph("Clause3", "One"),
        paragraph("Clause4", "Inner"), paragraph("ListBullet", "Innermost"), paragraph("Clause4", "Inner again"),
        paragraph("Clause3", "Two"), paragraph("BodyText", "Between."), paragraph("Clause3", "Three"),
    ) == lines("""
        Document
          H1 1. Terms
          H2 1.1 Use
          L [ListNumbering=LowerAlpha]
            LI
              Lbl (a)
              LBody One
                L [ListNumbering=LowerRoman]
                  LI
                    Lbl (i)
                    LBody Inner
                      L [ListNumbering=Disc]
                        LI
                          Lbl •
                          LBody Innermost
                  LI
                    Lbl (ii)
                    LBody Inner again
            LI
              Lbl (b)
              LBody Two
          P Between.
          L [ListNumbering=LowerAlpha]
            LI
              Lbl (c)
              LBody Three
    """)  # fmt: skip


def test_tables_have_captions_headers_with_scope_and_spans():
    head = row(cell(paragraph("TableHeading", "A"), width=900), cell(paragraph("TableHeading", "B"), width=1800, span=2), header=True)  # fmt: skip # noqa: E501
    first = row(cell(paragraph("TableText", "tall"), width=900, merge="start"), cell(paragraph("TableText", "b"), width=900), cell(paragraph("TableText", "c"), width=900))  # fmt: skip # noqa: E501
    second = row(cell(paragraph("TableText"), width=900, merge="go on"), cell(paragraph("TableText", "d"), width=900), cell(paragraph("TableText"), width=900))  # fmt: skip # noqa: E501
    short = row(cell(paragraph("TableText", "short"), width=900))
    made = tree(paragraph("Caption", "What there is"), table([900, 900, 900], head, first, second, short), paragraph("BodyText", "End."))  # fmt: skip # noqa: E501
    assert made == lines("""
        Document
          Table
            Caption What there is
            TR
              TH [Scope=Column]
                P A
              TH [ColSpan=2, Scope=Column]
                P B
            TR
              TD [RowSpan=2]
                P tall
              TD
                P b
              TD
                P c
            TR
              TD
                P d
              TD
            TR
              TD
                P short
              TD [ColSpan=2]
          P End.
    """)


def pair(left: str, right: str, style: str = "TableHeading") -> str:
    return row(cell(paragraph(style, left), width=900), cell(paragraph("TableText", right), width=900))


@pytest.mark.parametrize(
    ("look", "style", "headers"),
    [
        ("", "TableHeading", 2),  # labels and texts, each in a style of their own
        ("", "TableText", 0),
        ('<w:tblLook w:val="0680" w:firstColumn="1"/>', "TableText", 2),
        ('<w:tblLook w:val="0680"/>', "TableText", 2),
        ('<w:tblLook w:val="0080" w:firstColumn="0"/>', "TableText", 0),
    ],
)
def test_first_columns_are_headers_of_their_rows_where_the_table_says_so(look, style, headers):
    made = table([900, 900], pair("Start", "May", style), pair("End", "June", style))
    made = made.replace("</w:tblPr>", f"{look}</w:tblPr>")
    assert tree(made, paragraph("BodyText", "End.")).count("TH [Scope=Row]") == headers


def test_an_empty_cell_is_no_header():
    head = row(cell(paragraph("TableHeading"), width=900), cell(paragraph("TableHeading", "May"), width=900), header=True)  # fmt: skip # noqa: E501
    made = tree(table([900, 900], head, pair("Sum", "1", "TableText")), paragraph("BodyText", "End."))
    assert made.count("TH") == 1 and made.index("TD") < made.index("TH")


def test_notes_stand_behind_their_paragraph_and_are_referred_to():
    notes = samples.footnote(1, "First.") + samples.footnote(2, "Second.")
    mark = samples.footnote_mark
    assert tree(paragraph("BodyText", "Some", mark(1), " and more", mark(2), "."), paragraph("BodyText", "End."), notes=notes) == lines("""
        Document
          P Some⟦Reference 1⟧and more⟦Reference 2⟧.
          Note [ID=note1]
            Lbl 1
            P First.
          Note [ID=note2]
            Lbl 2
            P Second.
          P End.
    """)  # fmt: skip # noqa: E501


def test_endnotes_stand_at_the_end_and_are_referred_to():
    mark, own = '<w:r><w:endnoteReference w:id="1"/></w:r>', "<w:r><w:endnoteRef/></w:r>"
    members = base.parts(paragraph("BodyText", "Some", mark, " more.") + paragraph("BodyText", "End."), "")
    note = f'<w:endnote w:id="1">{paragraph("BodyText", own, " Said last.")}</w:endnote>'
    name = "word/_rels/document.xml.rels"
    files = {k: v.encode() if isinstance(v, str) else v for k, v in members.items()}
    files["word/endnotes.xml"] = f"<w:endnotes {base.NAMESPACES}>{note}</w:endnotes>".encode()
    relation = f'<Relationship Id="rIdEnd" Type="{RELATIONS}/endnotes" Target="endnotes.xml"/></Relationships>'
    files[name] = files[name].replace(b"</Relationships>", relation.encode())
    result = tag(base.pack(files))
    assert result.findings == ()
    assert tags.dump(result.pdf) == lines("""
        Document
          P Some⟦Reference i⟧more.
          P End.
          Note [ID=endnote1]
            Lbl i
            P Said last.
    """)


def test_paragraphs_in_another_language_say_so():
    spanish = '<w:lang w:val="es-US"/>'
    assert tree(
        paragraph("BodyText", run("Aviso ", spanish), run("de privacidad", spanish)),
        paragraph("BodyText", run("The word "), run("aviso", spanish)),
        paragraph("BodyText", run("Notice", '<w:lang w:val="en-US"/>')),
    ) == lines("""
        Document
          P [Lang=es-US] Aviso de privacidad
          P The word aviso
          P Notice
    """)


def test_links_are_one_for_each_line_and_say_what_they_say():
    long = "a text that is so long that its link goes over the end of the line, which everybody has seen in agreements"
    docx = document(
        paragraph("Heading1", samples.marked("c_one", 1, "One")),
        paragraph("BodyText", "See ", website("our website"), ", ", link("c_one", long), "."),
    )
    pdf = tag(docx).pdf
    assert f"See ⟦Link our website ⟨our website⟩⟧, ⟦Link {long} ⟨{long}⟩ ⟨{long}⟩⟧." in tags.dump(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        found = [a for p in file.pages for a in p.get("/Annots", [])]
        assert len(found) == 3, "one for the website, two for the lines of the other"
        assert [str(a.Contents) for a in found] == ["our website", long, long]
        assert all(a.F == 4 and "/StructParent" in a for a in found)
        assert len({int(a.StructParent) for a in found}) == 3


def test_contents_are_entries_with_links_and_no_dots():
    docx, pdf = whole(4)
    made = tags.dump(tags.tagged(docx, pdf).pdf)
    assert re.search(r"\n  TOC\n    TOCI ⟦Reference ⟦Link 1\. [^⟨]+ ⟨1\. [^⟩]+ \d+⟩⟧⟧\n", made)
    assert re.search(r"\n      TOC\n        TOCI ⟦Reference ⟦Link 1\.1 ", made)
    assert "..." not in made


def test_pictures_have_their_text_and_place():
    docx = document(paragraph("BodyText", "A seal ", described("Seal of the State"), " here"), paragraph("BodyText", described("Map")))  # fmt: skip # noqa: E501
    pdf = tag(docx).pdf
    made = tags.dump(pdf)
    assert "P A seal ⟦Figure [Alt=Seal of the State, Placement=Inline] ⟧here" in made
    assert "P ⟦Figure [Alt=Map, Placement=Block] ⟧" in made
    with pikepdf.open(io.BytesIO(pdf)) as file:
        figures = [o for o in file.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        boxes = [[float(x) for x in f.A.BBox] for f in figures]
    assert len(boxes) == 2
    assert all(46 < right - left < 48 and 23 < top - bottom < 24 for left, bottom, right, top in boxes)


def test_a_picture_without_text_is_reported_and_a_decoration_is_none():
    result = tag(document(paragraph("BodyText", "Bare ", described("")), paragraph("BodyText", "Line ", decoration())))
    assert [(f.code, f.severity.name, f.location.paragraph) for f in result.findings] == [("D502", "WARNING", 1)]
    assert tags.dump(result.pdf).count("Figure") == 1


def test_pictures_and_links_of_headers_are_outside_of_the_structure():
    head = paragraph("Header", described("Logo"), " Head ", website("site"))
    docx = document(
        paragraph("BodyText", described("Map"), " here"),
        paragraph("BodyText", "Two", properties="<w:pageBreakBefore/>"),
        margins=head, section=samples.section("rId11"),
    )  # fmt: skip
    result = tag(docx)
    assert result.findings == ()
    assert tags.dump(result.pdf).count("Figure") == 1
    assert tags.artifacts(result.pdf) == ["Head siteFoot", "Head siteFoot"]
    with pikepdf.open(io.BytesIO(result.pdf)) as file:
        figure = next(o for o in file.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure")
        assert float(figure.A.BBox[3]) <= 720, "in the body, not in the header"
        assert all("/Annots" not in p for p in file.pages)


# ---------------------------------------------------------------- nothing else changes
@pytest.mark.parametrize("seed", [4, 5])
def test_pages_look_and_read_as_before(seed):
    docx, pdf = whole(seed)
    result = tags.tagged(docx, pdf)
    assert result.findings == ()
    assert drawn.pages(result.pdf) == drawn.pages(pdf)
    before, after = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument(result.pdf)
    for one, other in zip(before, after, strict=True):
        same = [bytes(p.render(scale=0.6, may_draw_forms=False).buffer) for p in (one, other)]
        assert same[0] == same[1]
    before.close()
    after.close()


@pytest.mark.parametrize("seed", [4, 5])
def test_all_text_is_in_the_tree_and_what_repeats_is_not(seed):
    docx, pdf = whole(seed)
    made = tags.tagged(docx, pdf).pdf
    outside = tags.artifacts(made)
    assert len(outside) > 8
    said = "".join(squeeze(t) for t in drawn.pages(pdf))
    text = re.sub(r"⟨[^⟩]*⟩|\[[^\]]*\]|⟦(?:Link|Reference)|⟧", "", tags.dump(made))
    inside = "".join(squeeze(line.strip().partition(" ")[2]) for line in text.splitlines())
    assert len(inside) + sum(len(squeeze(x)) for x in outside) == pytest.approx(len(said), rel=0.001)
    repeated = [x for x in outside if "No. Element" in x]
    assert len(repeated) >= 2, "header rows of a table over pages are read once"
    assert all(re.search(r"\d+ of \d+|no number", x) for x in outside)


def with_pictures() -> bytes:
    underlined = run("underlined words", '<w:u w:val="single"/>')
    return tag(document(paragraph("BodyText", "A ", described("Seal"), underlined), paragraph("ListBullet", "x"))).pdf


@pytest.mark.parametrize("make", [with_pictures, lambda: tags.tagged(*whole(4)).pdf], ids=["pictures", "agreement"])
def test_marked_content_is_balanced_and_numbered(make):
    made = make()
    with pikepdf.open(io.BytesIO(made)) as file:
        for page in file.pages:
            depth, numbers, saved = 0, [], []
            for operands, operator in pikepdf.parse_content_stream(page):
                kind = str(operator)
                if kind in ("BDC", "BMC"):
                    assert depth == 0, "no marked content within marked content"
                    depth += 1
                    if len(operands) > 1 and "/MCID" in operands[1]:
                        numbers.append(int(operands[1].MCID))
                elif kind == "EMC":
                    depth -= 1
                elif kind == "q":
                    saved.append(depth)
                elif kind == "Q":
                    assert saved.pop() == depth
                elif kind in ("Tj", "TJ", "f", "S", "Do"):
                    assert depth == 1, "all that is drawn is marked"
            assert depth == 0 and not saved
            assert numbers == list(range(len(numbers)))
            parents = dict(zip(*[iter(file.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
            assert len(parents[page.StructParents]) == len(numbers)


def test_the_same_document_gives_the_same_bytes():
    docx, pdf = whole(4)
    assert tags.tagged(docx, pdf).pdf == tags.tagged(docx, pdf).pdf


# ---------------------------------------------------------------- bookmarks and page numbers
def test_bookmarks_are_the_headings_with_their_numbers():
    made = tags.tagged(*whole(4)).pdf
    with pikepdf.open(io.BytesIO(made)) as file, file.open_outline() as outline:
        titles = [(item.title, [x.title for x in item.children]) for item in outline.root]
    flat = [x for title, within in titles for x in (title, *within)]
    headings = re.findall(r"^ +H\d (.*)$", tags.dump(made), re.MULTILINE)
    assert [squeeze(x) for x in flat] == [squeeze(x) for x in headings]
    assert titles[0][0].startswith("1. ") and titles[0][1][0].startswith("1.1 ")


def test_pages_are_numbered_as_they_print():
    docx = samples.small(
        paragraph("BodyText", "One"), samples.section_break(base.section_xml().replace("<w:pgSz", '<w:pgNumType w:fmt="lowerRoman" w:start="3"/><w:pgSz')),  # noqa: E501
        paragraph("BodyText", "Two"), paragraph("BodyText", "Three", properties="<w:pageBreakBefore/>"),
        section_xml=base.section_xml().replace("<w:pgSz", '<w:pgNumType w:start="1"/><w:pgSz'),
    )  # fmt: skip
    document_ = pypdfium2.PdfDocument(tag(docx).pdf)
    assert [document_.get_page_label(i) for i in range(len(document_))] == ["iii", "1", "2"]
    document_.close()


# ---------------------------------------------------------------- the gate
def test_a_pdf_of_another_text_is_not_tagged():
    docx = document(paragraph("BodyText", "It shall notify the other Party."))
    other = EMBEDDED.convert(document(paragraph("BodyText", "It may notify the other Party.")))
    result = tags.tagged(docx, other)
    assert [(f.code, f.severity.name) for f in result.findings] == [("D203", "ERROR")]
    assert result.pdf == other


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4, 5, None])
def test_verapdf_finds_no_fault(seed):
    if seed is None:
        notes = samples.footnote(1, "First.")
        docx = document(
            paragraph("Heading1", samples.marked("c_one", 1, "One")), paragraph("BodyText", "A ", described("Seal")),
            paragraph("ListBullet", "See ", website("our website"), link("c_one", "One"), samples.footnote_mark(1)),
            notes=notes, margins=paragraph("Header", described("Logo")), section=samples.section("rId11"),
        )  # fmt: skip
        pdf = EMBEDDED.convert(docx)
    else:
        docx, pdf = whole(seed)
    made, _ = finished(docx, pdf, "embedded", Finish())
    report = validation.validate({"agreement.pdf": made}, ["ua1", "2b"])
    assert [len(checked.profiles) for checked in report.files] == [2]
    assert [f.message for checked in report.files for f in checked.findings] == []


def test_pictures_that_are_lost_or_added_are_found():
    bare, both = document(paragraph("BodyText", "One.")), document(paragraph("BodyText", "One.", described("Seal")))
    assert [f.code for f in tags.tagged(both, EMBEDDED.convert(bare)).findings] == ["D504"]
    assert [f.code for f in tags.tagged(bare, EMBEDDED.convert(both)).findings] == ["D504"]
