"""Repair of tagged PDFs: on small trees as LibreOffice and Word write them, and on what LibreOffice draws."""

from __future__ import annotations

import io
from typing import Any

import pdf_samples as samples
import pikepdf
import pypdfium2
import pytest
from pdf_samples import cell, footnote, footnote_mark, paragraph, row, run, table
from pikepdf import Array, Dictionary, Name, String

from agreegen.pdf import LIBREOFFICE, marked, repair
from agreegen.pdf.finish import Finish, finished, opened
from agreegen.pdf.linked import linked
from agreegen.pdf.parts import Parts, R, W
from agreegen.pdf.tree import Element, Tree
from agreegen.template import base

PLAIN = samples.small(paragraph("ClauseText", "x"))
CMAP = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange"


class Draft:
    """A tagged page in the making: a tree of nested lists, its content, its annotations."""

    def __init__(self) -> None:
        self.pdf = pikepdf.Pdf.new()
        self.pdf.add_blank_page()
        self.page: Any = self.pdf.pages[0].obj
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, ToUnicode=self.pdf.make_stream(CMAP)
        )
        self.page.Resources = Dictionary(Font=Dictionary(F1=font))
        self.page.StructParents = 0
        self.content: list[bytes] = []
        self.owners: list[Any] = []
        self.numbers = Array()
        self.annotations: list[Any] = []

    def element(self, name: str, *kids: Any, **keys: Any) -> Any:
        """An element; text among its kids is drawn as marked content."""
        obj = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{name}"), Pg=self.page, **keys))
        obj.K = Array([self.drawn(k, name, obj) if isinstance(k, str) else k for k in kids])
        return obj

    def drawn(self, text: str, name: str, owner: Any) -> int:
        number = len(self.owners)
        self.content.append(
            b"/%s<</MCID %d>>BDC\nBT /F1 11 Tf (%s) Tj ET\nEMC" % (name.encode(), number, text.encode())
        )
        self.owners.append(owner)
        return number

    def link(self, name: str, rect: list[int], text: str, *, structured: bool = True, **keys: Any) -> Any:
        annotation = self.pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(rect), **keys))
        self.annotations.append(annotation)
        if not structured:
            return annotation
        key = len(self.annotations)
        annotation.StructParent = key
        link = self.element(name, text, Dictionary(Type=Name.OBJR, Obj=annotation, Pg=self.page))
        self.numbers.extend([key, link])
        return link

    def repaired(self, *kids: Any, roles: dict[str, str] | None = None, docx: bytes = PLAIN) -> list[str]:
        """The tree after repair as lines; the findings stay in `found`."""
        top = self.element("Document", *kids)
        self.page.Contents = self.pdf.make_stream(b"\n".join(self.content))
        if self.annotations:
            self.page.Annots = Array(self.annotations)
        root: Any = Dictionary(Type=Name.StructTreeRoot, K=Array([top]))
        root.RoleMap = Dictionary({f"/{k}": Name(f"/{v}") for k, v in (roles or {}).items()})
        root.ParentTree = Dictionary(Nums=Array([0, Array(self.owners), *self.numbers]))
        self.pdf.Root.StructTreeRoot = self.pdf.make_indirect(root)
        self.found = repair.repaired(self.pdf, Parts(docx))
        out = io.BytesIO()
        self.pdf.save(out)
        self.after = opened(out.getvalue())
        return lines(self.after)


def lines(pdf: pikepdf.Pdf) -> list[str]:
    """The structure as indented lines: type, scope, what its own content says."""
    pages = {p.obj.objgen: marked.Page(p.obj, {}) for p in pdf.pages}
    found = []

    def visit(element: Element, depth: int) -> None:
        said = [pages[p.objgen].text(n) for p, n in element.contents()]
        held = element.obj.get("/A")
        scopes = [str(a.Scope) for a in (held if isinstance(held, Array) else [held] if held else []) if "/Scope" in a]
        links = ["→" for _ in element.annotations()]
        found.append(" " * depth + " ".join([element.role, *scopes, *links, *(x.strip() for x in said if x.strip())]))
        for kid in element.elements():
            visit(kid, depth + 1)

    for kid in Tree(pdf).top.elements():
        visit(kid, 0)
    return found


def owners(pdf: pikepdf.Pdf) -> list[str]:
    """The type of the element that owns each marked content of the first page."""
    held = Tree(pdf).parents()[0]
    return [str(e.S)[1:] for e in held]


# ---------------------------------------------------------------- content
@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        (b"q 1 0 0 RG 0 0 m 9 9 l S Q", b"q 1 0 0 RG /Artifact BMC\n0 0 m 9 9 l S\nEMC Q", 0),
        (b"0 0 9 9 re W* n /Im1 Do", b"0 0 9 9 re W* n /Artifact BMC\n/Im1 Do\nEMC", 0),
        (b"BT /F1 9 Tf (a \\) EMC) Tj ET", b"BT /F1 9 Tf /Artifact BMC\n(a \\) EMC) Tj\nEMC ET", 1),
        (b"BI /W 1 ID \x00BDC\xff EI", b"/Artifact BMC\nBI /W 1 ID \x00BDC\xff EI\nEMC", 0),
        (b"/P <</MCID 0>> BDC (EMC (BDC)) Tj f EMC", b"/P <</MCID 0>> BDC (EMC (BDC)) Tj f EMC", 0),
        (b"/A BMC /P BMC f EMC f EMC 0 0 1 1 re f", b"/A BMC /P BMC f EMC f EMC /Artifact BMC\n0 0 1 1 re f\nEMC", 0),
        (b"/P <</MCID 0>>BDC f", b"/P <</MCID 0>>BDC f", 0),
        (b"<0BDC> 5 w", b"<0BDC> 5 w", 0),
    ],
)
def test_what_is_painted_outside_of_marks_becomes_an_artifact(before: bytes, after: bytes, texts: int) -> None:
    assert marked.wrapped(before) == (after, texts)
    assert marked.wrapped(after) == (after, 0)


def test_codes_are_read_by_the_map_of_the_font() -> None:
    font = marked.unicode_of(
        b"begincodespacerange <0000> <FFFF> endcodespacerange beginbfchar <0001> <00660069> endbfchar "
        b"beginbfrange <0010> <0012> <0041> <0020> <0021> [<0078> <0079>] endbfrange"
    )
    assert font.text(bytes.fromhex("0001001000120021 7777")) == "fiACy"


def test_text_outside_of_the_structure_is_said() -> None:
    d = Draft()
    d.content.append(b"BT /F1 9 Tf (lost) Tj ET")
    d.repaired(d.element("P", "kept"))
    assert [f.code for f in d.found] == ["D503"]


# ---------------------------------------------------------------- trees
def test_levels_of_headings_have_no_gaps() -> None:
    d = Draft()
    names = ("H1", "H3", "H3", "H2", "H6", "H1", "H9")
    got = d.repaired(*(d.element(n, f"{i}") for i, n in enumerate(names)))
    assert [x.strip() for x in got[1:]] == ["H1 0", "H2 1", "H2 2", "H2 3", "H3 4", "H1 5", "H2 6"]


def test_styles_called_like_types_are_paragraphs_and_real_ones_stay() -> None:
    d = Draft()
    grid = d.element("Table", d.element("TR", d.element("TD", "cell")))
    got = d.repaired(
        d.element("Note", "a style"), d.element("Note", d.element("P", "a footnote")), grid,
        d.element("My Style", "text"),
        roles={"Note": "P", "Table": "P", "My Style": "P"},
    )  # fmt: skip
    assert got[1:] == [" P a style", " Note", "  P a footnote", " Table", "  TR", "   TD cell", " P text"]
    assert str(next(e for e in Tree(d.after).top.walk() if e.role == "Note").obj.ID) == "note-1"
    assert set(d.after.Root.StructTreeRoot.RoleMap.keys()) == {"/My Style"}


def test_empty_elements_go_and_empty_cells_stay() -> None:
    d = Draft()
    grid = d.element("Table", d.element("TR", d.element("TD", d.element("P")), d.element("TD", "x")))
    assert d.repaired(d.element("P"), d.element("L", d.element("LI")), grid) == ["Document", " Table", "  TR", "   TD", "   TD x"]  # fmt: skip # noqa: E501


def test_labels_of_items_stand_for_themselves() -> None:
    d = Draft()
    items = [
        d.element("LI", d.element("LBody", d.element("P", "(a)", "The Provider sends."))),
        d.element("LI", d.element("LBody", d.element("P", "The Recipient", "receives."))),
    ]
    got = d.repaired(d.element("L", *items))
    assert got[2:] == ["  LI", "   Lbl (a)", "   LBody", "    P The Provider sends.", "  LI", "   LBody", "    P The Recipient receives."]  # fmt: skip # noqa: E501
    assert owners(d.after) == ["Lbl", "P", "P", "P"]


def test_links_that_engines_cut_are_one_and_say_the_page() -> None:
    d = Draft()
    there = Array([d.page, Name.XYZ, 0, 700, 0])
    said = String("1.1\tParties\t4")
    cut = [
        d.link("Link", [10, 10, 20, 20], "1.1", Dest=there, Contents=said),
        d.link("Link", [20, 10, 60, 20], "Parties", Dest=there, Contents=said),
        d.link("Link", [60, 9, 70, 20], "4", Dest=there, Contents=said),
    ]
    other = d.link("Link", [10, 40, 20, 50], "Section 2", Dest=Array([d.page, Name.XYZ, 0, 5, 0]))
    got = d.repaired(d.element("TOCI", d.element("P", *cut)), d.element("P", other))
    assert got[1:] == [" TOCI", "  P", "   Link → 1.1 Parties 4", " P", "  Link → Section 2"]
    first, second = d.after.pages[0].obj.Annots
    assert (str(first.Contents), list(map(int, first.Rect))) == ("1.1 Parties, page 4", [10, 9, 70, 20])
    assert (str(second.Contents), int(second.F)) == ("Section 2", 4)


def test_links_without_structure_are_given_one_or_taken_out() -> None:
    d = Draft()
    d.link("Link", [0, 0, 9, 9], "", structured=False, Dest=Array([d.page, Name.Fit]))
    d.link("Link", [0, 0, 9, 9], "", structured=False, A=Dictionary(S=Name.URI, URI=String("https://example.gov/")))
    d.annotations.append(d.pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 1, 1]))))
    assert d.repaired(d.element("P", "text"))[1:] == [" P text", " Link →"]
    (kept,) = d.after.pages[0].obj.Annots
    assert str(kept.Contents) == "Link to https://example.gov/"
    assert str(Tree(d.after).parents()[int(kept.StructParent)].S) == "/Link"


def test_header_cells_say_what_they_head_also_below_merged_cells() -> None:
    d = Draft()

    def cells(*said: str, **first: int) -> Any:
        kinds = [x.split(" ", 1) for x in said]
        span = {"A": Dictionary(O=Name.Table, **first)} if first else {}
        return d.element("TR", *(d.element(k, t, **(span if i == 0 else {})) for i, (k, t) in enumerate(kinds)))

    grid = d.element(
        "Table", cells("TH no", "TH what"), cells("TD 1", "TD a", RowSpan=2), cells("TD b"), cells("TD 2", "TD c")
    )
    look = '<w:tblLook w:val="06A0" w:firstRow="1" w:firstColumn="1"/></w:tblPr>'
    source = table([900, 900], row(cell(paragraph("TableText", "no")))).replace("</w:tblPr>", look)
    got = d.repaired(grid, docx=samples.small(source))
    assert [x.strip() for x in got if x.strip()[:2] in ("TH", "TD")] == [
        "TH /Column no", "TH /Column what", "TH /Row 1", "TD a", "TD b", "TH /Row 2", "TD c",
    ]  # fmt: skip


def test_caption_belongs_to_its_table() -> None:
    d = Draft()
    grid = d.element("Table", d.element("TR", d.element("TH", "x")))
    assert d.repaired(d.element("caption", "Table 1"), grid, roles={"caption": "P"})[1:3] == [
        " Table",
        "  Caption Table 1",
    ]


def test_figure_holds_its_picture_and_a_missing_description_is_said() -> None:
    d = Draft()
    d.content.append(b"/Artifact BMC\nq 100 0 0 50 10.05 20 cm\n/Im1 Do Q\nEMC")
    box = Dictionary(O=Name.Layout, BBox=Array([10, 20, 110, 70]))
    got = d.repaired(d.element("P", "text", d.element("Figure", A=box)))
    assert got[1:] == [" P text", "  Figure"]
    figure = next(e for e in Tree(d.after).top.walk() if e.role == "Figure")
    assert figure.kids == [1]
    assert owners(d.after) == ["P", "Figure"]
    assert b"/Figure<</MCID 1>>BDC\nq 100" in d.after.pages[0].obj.Contents.read_bytes()
    assert [(f.code, "page 1" in f.message) for f in d.found] == [("D502", True)]


def test_outline_is_made_of_the_headings_if_there_is_none() -> None:
    d = Draft()
    d.repaired(d.element("H1", "1.", " Parties"), d.element("H2", "1.1", " Names"), d.element("H1", "2. Data"))
    with d.after.open_outline() as outline:
        assert [(i.title, [k.title for k in i.children]) for i in outline.root] == [
            ("1. Parties", ["1.1 Names"]), ("2. Data", []),
        ]  # fmt: skip


# ---------------------------------------------------------------- LibreOffice
def web(text: str, properties: str = "") -> str:
    return f'<w:hyperlink r:id="rId77">{run(text, properties)}</w:hyperlink>'


def with_link(body: str, notes: str = "") -> bytes:
    members = base.parts(body, notes=notes)
    rels = members["word/_rels/document.xml.rels"]
    link = f'<Relationship Id="rId77" Type="{base.RELATIONS}/hyperlink" Target="https://example.gov/"'
    link += ' TargetMode="External"/>'
    members["word/_rels/document.xml.rels"] = rels.replace(b"</Relationships>", f"{link}</Relationships>".encode())
    return base.pack(members)


def test_words_of_links_get_a_style_and_keep_their_own() -> None:
    docx = with_link(paragraph("ClauseText", web("bare"), web("own", '<w:rStyle w:val="Strong"/>'), run("text")))
    parts = Parts(linked(docx))
    styles = {
        "".join(t.text or "" for t in r.iter(W + "t")): r.find(f"{W}rPr/{W}rStyle") for r in parts.body.iter(W + "r")
    }
    assert {k: v.get(W + "val") if v is not None else None for k, v in styles.items()} == {
        "bare": "LinkToTheWeb", "own": "Strong", "text": None,
    }  # fmt: skip
    assert next(parts.body.iter(W + "hyperlink")).get(R + "id") == "rId77"
    assert linked(PLAIN) is PLAIN


@pytest.mark.slow
def test_what_libreoffice_draws_is_read_out_as_the_document_is_written() -> None:
    if LIBREOFFICE.unavailable():
        pytest.fail("LibreOffice is needed for this test")
    head = row(*(cell(paragraph("TableHeading", x), width=3000) for x in ("Element", "Need")), header=True)
    line = row(*(cell(paragraph("TableText", x), width=3000) for x in ("Name", "To call")))
    docx = with_link(
        paragraph("Heading1", "Parties")
        + paragraph("ClauseText", "See ", web("the policy"), " of the State", footnote_mark(1))
        + paragraph("Clause3", "First item") + paragraph("Clause3", "Second item") + paragraph("ClauseText")
        + table([3000, 3000], head, line) + paragraph("ClauseText", "End"),
        notes=footnote(1, "A note"),
    )  # fmt: skip
    raw = LIBREOFFICE.convert(docx, 120)
    pdf, _ = finished(docx, raw, "libreoffice", Finish())
    with opened(pdf) as p:
        got = lines(p)
    assert got == [
        "Document", " H1 1. Parties", " P See of the State", "  Link → the policy", "  Link → 1",
        " L", "  LI", "   Lbl (a)", "   LBody", "    P First item", "  LI", "   Lbl (b)", "   LBody",
        "    P Second item",
        " Table", "  TR", "   TH /Column", "    P Element", "   TH /Column", "    P Need",
        "  TR", "   TD", "    P Name", "   TD", "    P To call", " P End", " Div", "  Note", "   P 1 A note",
    ]  # fmt: skip
    before, after = (pypdfium2.PdfDocument(x)[0].get_textpage().get_text_range() for x in (raw, pdf))
    assert before == after
