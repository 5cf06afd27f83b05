"""What a PDF says about itself: title, language, dates, the profiles it claims, its color space.

All of it comes from the document's properties, nothing from the clock.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from agreegen import __version__
from agreegen.late import dataclass
from agreegen.pdf import color
from agreegen.pdf.parts import W

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pikepdf
    from lxml import etree
    from pikepdf import Dictionary

    from agreegen.pdf.parts import Parts

_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_TERMS: Final = "{http://purl.org/dc/terms/}"
_CP: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_APP: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}Application"
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_AMERICAN: Final = "en-US"
_UNTITLED: Final = "Document"


@dataclass(frozen=True, slots=True)
class Properties:
    """What the document says about itself; dates as ISO 8601, "" where it says nothing."""

    title: str
    language: str = _AMERICAN
    author: str = ""
    subject: str = ""
    description: str = ""
    keywords: str = ""
    identifier: str = ""
    version: str = ""
    created: str = ""
    modified: str = ""
    application: str = ""
    source: str = ""
    relation: str = ""
    named: bool = True  # False: the title had to be taken from the text


def properties(parts: Parts) -> Properties:
    """The properties of a Word file; a title that it lacks is taken from its first words."""
    core, app = parts.tree("docProps/core.xml"), parts.tree("docProps/app.xml")
    title = _text(core, _DC + "title")
    return Properties(
        title=title or _first_words(parts) or _UNTITLED,
        language=_language(parts, _text(core, _DC + "language")),
        author=_text(core, _DC + "creator"),
        subject=_text(core, _DC + "subject"),
        description=_text(core, _DC + "description"),
        keywords=_text(core, _CP + "keywords"),
        identifier=_text(core, _DC + "identifier"),
        version=_text(core, _CP + "version"),
        created=_date(_text(core, _TERMS + "created")),
        modified=_date(_text(core, _TERMS + "modified")),
        application=_text(app, _APP),
        named=bool(title),
    )


def _text(root: etree._Element | None, tag: str) -> str:
    e = root.find(tag) if root is not None else None
    return " ".join((e.text or "").split()) if e is not None else ""


def _first_words(parts: Parts) -> str:
    """The text of the first paragraph that has any."""
    for p in parts.body.iter(W + "p"):
        if words := "".join(t.text or "" for t in p.iter(W + "t")).split():
            return " ".join(words)[:200]
    return ""


def _language(parts: Parts, named: str) -> str:
    """The language that the properties name, else that of the styles, else American English."""
    styles = parts.tree("word/styles.xml")
    lang = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang") if styles is not None else None
    for found in (named, lang.get(W + "val", "") if lang is not None else ""):
        if _LANGUAGE.fullmatch(found):
            return found
    return _AMERICAN


def _date(text: str) -> str:
    """The date as XMP wants it, with a zone; "" if it isn't one."""
    found = _DATE.fullmatch(text)
    if found is None:
        return ""
    year, month, day, hour, minute, second, zone = found.groups()
    return f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{zone or 'Z'}"


def describe(pdf: pikepdf.Pdf, said: Properties, *, tagged: bool, archived: str) -> None:
    """Writes all of it into the PDF.

    `tagged` claims PDF/UA-1, `archived` PDF/A of this part ("2" or "3", conformance B; "" for none).
    """
    from pikepdf import Array, Dictionary, Name, String  # noqa: PLC0415 (PDFs of our own engine need none of it)

    root: Any = pdf.Root
    root.Lang = String(said.language)
    viewer: Any = root.get("/ViewerPreferences")
    if viewer is None:
        viewer = root.ViewerPreferences = Dictionary()
    viewer.DisplayDocTitle = True
    drawn = {key: str(pdf.docinfo.get(f"/{key}", "")) for key in ("Creator", "Producer")}
    about = information(said, **drawn)
    pdf.trailer.Info = pdf.make_indirect(Dictionary({f"/{key}": String(value) for key, value in about.items()}))
    metadata = pdf.make_stream(packet(said, about, tagged=tagged, part=archived))
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    root.Metadata = metadata
    for key in ("/ID", "/DocChecksum"):  # of the engine's drawing: random, or of the clock
        if key in pdf.trailer:
            del pdf.trailer[key]
    if archived:
        root.OutputIntents = Array([_intent(pdf)])
    elif "/OutputIntents" in root:
        del root.OutputIntents


def _producer(drawn: str) -> str:
    """The engine as it names itself, and this program."""
    engine = drawn.partition(" + agreegen")[0].strip()
    return f"{engine} + agreegen {__version__}" if engine else f"agreegen {__version__}"


def information(said: Properties, Creator: str, Producer: str) -> dict[str, str]:  # noqa: N803 (as PDF has them)
    """The entries of the information dictionary; of the drawing, its `Creator` and `Producer`."""
    found = {
        "Title": said.title,
        "Author": said.author,
        "Subject": said.subject or said.description,
        "Keywords": said.keywords,
        "Creator": said.application or Creator or "agreegen",
        "Producer": _producer(Producer),
        "CreationDate": _pdf_date(said.created),
        "ModDate": _pdf_date(said.modified or said.created),
    }
    return {key: value for key, value in found.items() if value}


def _pdf_date(date: str) -> str:
    if not date:
        return ""
    zone = "Z" if date.endswith("Z") else f"{date[19:22]}'{date[23:25]}'"
    return "D:" + re.sub(r"\D", "", date[:19]) + zone


def _intent(pdf: pikepdf.Pdf) -> Dictionary:
    from pikepdf import Dictionary, Name, String  # noqa: PLC0415 (as above)

    profile = pdf.make_stream(color.srgb())
    profile.N = 3
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String(color.CONDITION),
        Info=String(color.CONDITION),
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=profile,
    )


_ALT: Final = '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
_SEQ: Final = "<rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq>"
_BAG: Final = "<rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag>"
_EXTENSION: Final = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the document conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""  # PDF/A asks for it, because its own schemas don't know PDF/UA's


def packet(said: Properties, about: Mapping[str, str], *, tagged: bool, part: str) -> bytes:
    """The XMP packet that says the same as the information dictionary (`about`), and more."""
    schemas = [
        ("pdfaid", "http://www.aiim.org/pdfa/ns/id/", [("part", "{}", part), ("conformance", "{}", part and "B")]),
        ("pdfuaid", "http://www.aiim.org/pdfua/ns/id/", [("part", "{}", "1" if tagged else "")]),
        ("dc", "http://purl.org/dc/elements/1.1/", [
            ("format", "{}", "application/pdf"),
            ("title", _ALT, said.title),
            ("creator", _SEQ, said.author),
            ("description", _ALT, said.subject or said.description),
            ("identifier", "{}", said.identifier),
            ("source", "{}", said.source),
            ("relation", _BAG, said.relation),
            ("language", _BAG, said.language),
        ]),
        ("xmp", "http://ns.adobe.com/xap/1.0/", [
            ("CreateDate", "{}", said.created),
            ("ModifyDate", "{}", said.modified or said.created),
            ("CreatorTool", "{}", about["Creator"]),
        ]),
        ("pdf", "http://ns.adobe.com/pdf/1.3/", [
            ("Keywords", "{}", said.keywords),
            ("Producer", "{}", about["Producer"]),
        ]),
        ("xmpMM", "http://ns.adobe.com/xap/1.0/mm/", [("VersionID", "{}", said.version)]),
    ]  # fmt: skip
    body = "".join(_schema(*schema) for schema in schemas) + (_EXTENSION if part and tagged else "")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n{body}</rdf:RDF>\n</x:xmpmeta>\n'
        '<?xpacket end="w"?>'
    ).encode()


def _schema(prefix: str, namespace: str, fields: Sequence[tuple[str, str, str]]) -> str:
    lines = [f"<{prefix}:{n}>{f.format(_escaped(v))}</{prefix}:{n}>\n" for n, f, v in fields if v]
    if not lines:
        return ""
    return f'<rdf:Description rdf:about="" xmlns:{prefix}="{namespace}">\n{"".join(lines)}</rdf:Description>\n'


def _escaped(text: str) -> str:
    """A text as XML has it; `xml.sax` would load the network modules for this."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
