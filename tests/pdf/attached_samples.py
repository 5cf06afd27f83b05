"""PDFs that people attach, made on the spot: plain, tagged, with forms, layers, scripts, places, and broken ones."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any

import pikepdf
from pdf_samples import paragraph
from pikepdf import Array, Dictionary, Name, String

from agreegen.pdf import EMBEDDED
from agreegen.pdf.attached import Attached
from agreegen.pdf.finish import Finish, finished
from agreegen.template import base

if TYPE_CHECKING:
    from collections.abc import Callable


def saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    """Its bytes, the same each time."""
    out = io.BytesIO()
    pdf.save(out, **({"deterministic_id": True} | how))
    return out.getvalue()


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.Pdf.open(io.BytesIO(data))


def attached(data: bytes, title: str = "Security plan", file: str = "plan.pdf") -> Attached:
    return Attached(file, title, data)


def written(*texts: str, size: tuple[int, int] = (612, 792)) -> pikepdf.Pdf:
    """A PDF of old: a page for each text, in a font that isn't inside, no tags."""
    pdf = pikepdf.Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica,
                                        Encoding=Name.WinAnsiEncoding))  # fmt: skip
    for text in texts:
        page = pdf.add_blank_page(page_size=size).obj
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(b"BT /F1 14 Tf 72 700 Td (%s) Tj ET" % text.encode("ascii"))
    return pdf


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """The PDF after a change."""
    with opened(data) as pdf:
        change(pdf)
        return saved(pdf)


@functools.cache
def docx(*texts: str) -> bytes:
    """A Word document of a heading and paragraphs, with a title."""
    members = base.parts(paragraph("Heading1", texts[0]) + "".join(paragraph("ClauseText", t) for t in texts[1:]))
    members["docProps/core.xml"] = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{texts[0]}</dc:title></cp:coreProperties>'
    ).encode()
    return base.pack(members)


@functools.cache
def drawn(*texts: str) -> bytes:
    """Its PDF as the embedded engine draws it."""
    return EMBEDDED.convert(docx(*texts), 60)


@functools.cache
def fit(*texts: str) -> bytes:
    """A PDF that is PDF/UA-1 and PDF/A-2b, and says so."""
    return finished(docx(*texts), drawn(*texts), "embedded", Finish())[0]


AGREEMENT = ("Parties", "The Parties agree.", "They share data.")


def merged(*documents: Attached, profile: str = "ua+a", **how: Any) -> tuple[bytes, tuple[Any, ...]]:
    """A small agreement with the documents behind it, and what was said about it."""
    finish = Finish(profile=profile, documents=documents, **how)
    return finished(docx(*AGREEMENT), drawn(*AGREEMENT), "embedded", finish)


def element(pdf: pikepdf.Pdf, kind: str, **entries: Any) -> Any:
    return pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), **entries))


def tagged() -> bytes:
    """A page with a table whose tags have names, classes, identifiers and an image with a key of its own."""
    pdf = written("placeholder")
    page = pdf.pages[0].obj
    image = pdf.make_stream(bytes(3))
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 1, 1
    image.ColorSpace, image.BitsPerComponent, image.StructParent = Name.DeviceRGB, 8, 1
    page.Resources.XObject = Dictionary(Im=image)
    page.Contents = pdf.make_stream(
        b"/H1 <</MCID 0>> BDC BT /F1 14 Tf 72 700 Td (Findings) Tj ET EMC\n"
        b"/TH <</MCID 1>> BDC BT /F1 14 Tf 72 650 Td (Control) Tj ET EMC\n"
        b"/TD <</MCID 2>> BDC BT /F1 14 Tf 72 600 Td (In place) Tj ET EMC\n"
        b"q 50 0 0 50 72 500 cm /Im Do Q"
    )
    page.StructParents = 0
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    top = element(pdf, "Document", P=root)
    heading = element(pdf, "Title", P=top, Pg=page, K=0, C=Name.Bold)
    table = element(pdf, "Table", P=top)
    row = element(pdf, "TR", P=table)
    head = element(pdf, "TH", P=row, Pg=page, K=1, ID=String("c1"))
    cell = element(pdf, "TD", P=row, Pg=page, K=2,
                   A=Dictionary(O=Name.Table, Headers=Array([String("c1")])))  # fmt: skip
    figure = element(pdf, "Figure", P=top, Pg=page, Alt=String("A dot"),
                     K=Dictionary(Type=Name.OBJR, Obj=image, Pg=page))  # fmt: skip
    row.K, table.K, top.K = Array([head, cell]), row, Array([heading, table, figure])
    root.K = top
    root.RoleMap = Dictionary(Title=Name.H1)
    root.ClassMap = Dictionary(Bold=Dictionary(O=Name.Layout, Placement=Name.Block))
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, Array([heading, head, cell]), 1, figure])))
    root.IDTree = pdf.make_indirect(Dictionary(Names=Array([String("c1"), head])))
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo, pdf.Root.Lang = root, Dictionary(Marked=True), String("es-MX")
    return saved(pdf)


def form(filled: str = "") -> bytes:
    """A form with a text field in a font of its own, and a field to sign."""
    pdf = written("Name:")
    page = pdf.pages[0].obj
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    shown = pdf.make_stream(b"/Tx BMC BT /Helv 10 Tf 2 4 Td (%s) Tj ET EMC" % filled.encode())
    shown.Type, shown.Subtype, shown.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
    shown.Resources = Dictionary(Font=Dictionary(Helv=font))
    text = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), TU=String("Name"), P=page, F=4,
        Rect=Array([120, 695, 320, 715]), DA=String("/Helv 10 Tf 0 g"), AP=Dictionary(N=shown),
        AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))))  # fmt: skip
    if filled:
        text.V = String(filled)
    blank = pdf.make_stream(b"")
    blank.Type, blank.Subtype, blank.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
    sign = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("signature"), TU=String("Signature"), P=page, F=4,
        Rect=Array([120, 595, 320, 615]), AP=Dictionary(N=blank)))  # fmt: skip
    page.Annots = Array([text, sign])
    resources = Dictionary(Font=Dictionary(Helv=font))
    whole = Dictionary(Fields=Array([text, sign]), DA=String("/Helv 0 Tf 0 g"), DR=resources)
    pdf.Root.AcroForm = pdf.make_indirect(whole)
    return saved(pdf)


def signed() -> bytes:
    """A form of which one field holds a signature (its bytes don't matter here)."""

    def sign(pdf: pikepdf.Pdf) -> None:
        contents = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String(b"\x30" * 64))
        pdf.Root.AcroForm.Fields[1].V = pdf.make_indirect(contents)
        pdf.Root.AcroForm.SigFlags = 3

    return changed(form(), sign)


def layered(base_state: str = "") -> bytes:
    """A page whose two layers are shown and hidden."""
    pdf = written("Plan")
    shown = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Doors")))
    hidden = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Alarms")))
    pdf.pages[0].obj.Resources.Properties = Dictionary(A=shown, B=hidden)
    settings = Dictionary(Order=Array([shown, hidden]))
    if base_state:
        settings.BaseState, settings.ON = Name(f"/{base_state}"), Array([shown])
    else:
        settings.OFF = Array([hidden])
    pdf.Root.OCProperties = Dictionary(OCGs=Array([shown, hidden]), D=settings)
    return saved(pdf)


def locked(password: str) -> bytes:
    """A PDF that is encrypted: with a password to open it, or without, but with restrictions."""
    return saved(written("Plan"), deterministic_id=False, encryption=pikepdf.Encryption(user=password, owner="b"))


def link(pdf: pikepdf.Pdf, page: int, **entries: Any) -> Any:
    """A link on a page."""
    made = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([72, 690, 200, 715]), **entries))
    obj = pdf.pages[page].obj
    obj.Annots = Array([*(obj.Annots if "/Annots" in obj else ()), made])
    return made


def led() -> bytes:
    """Three pages whose links lead to the third in each way that there is, with bookmarks and page labels."""
    pdf = written("One", "Two", "Three")
    third = pdf.pages[2].obj
    place = Array([third, Name.XYZ, 72, 700, None])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("end"), Dictionary(D=place)])))
    pdf.Root.Dests = Dictionary(old=place)
    link(pdf, 0, Dest=String("end"))
    link(pdf, 0, Dest=Name.old)
    link(pdf, 0, A=Dictionary(S=Name.GoTo, D=String("end")))
    link(pdf, 0, A=Dictionary(S=Name.GoTo, D=place))
    link(pdf, 0, Dest=Array([2, Name.Fit]))
    link(pdf, 1, Dest=String("nowhere"))
    link(pdf, 1, A=Dictionary(S=Name.URI, URI=String("https://example.gov/plan")))
    with pdf.open_outline() as outline:
        first = pikepdf.OutlineItem("First part", 0)
        first.children.append(pikepdf.OutlineItem("Its end", 2))
        outline.root.append(first)
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), 2, Dictionary(S=Name.D, P=String("A-"))]))
    return saved(pdf)


def lively() -> bytes:
    """A PDF that does things by itself and holds files."""
    pdf = written("Lively")
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('here')"))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("start"), script])))
    pdf.attachments["tool.exe"] = b"MZ"
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("tool.exe")))
    link(pdf, 0, A=Dictionary(S=Name.Launch, F=String("tool.exe")))
    link(pdf, 0, A=Dictionary(S=Name.URI, URI=String(" JavaScript:alert(1)")))
    link(pdf, 0, A=Dictionary(S=Name.URI, URI=String("https://example.gov"), Next=script))
    page = pdf.pages[0].obj
    movie = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Movie, Rect=Array([0, 0, 9, 9])))
    clip = Dictionary(Type=Name.Filespec, F=String("clip.bat"), EF=Dictionary(F=pdf.make_stream(b"del")))
    paper = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, FS=clip,
                                         Rect=Array([0, 0, 9, 9])))  # fmt: skip
    page.Annots = Array([*page.Annots, movie, paper])
    return saved(pdf)
