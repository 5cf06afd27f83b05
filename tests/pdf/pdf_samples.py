"""Agreements of every shape for the PDF tests, made on the real base: the same seed gives the same bytes."""

# ruff: noqa: E501, RUF001 (tables of cells and legal punctuation)

from __future__ import annotations

import random
from xml.sax.saxutils import escape

from agreegen.template import base

SENTENCES = (
    "The Provider shall make the data elements listed in Exhibit A available to the Recipient no later than ten (10) "
    "business days after the effective date, and in the form described in § 4.2.",
    "Each party shall designate a data steward—who need not be an employee of the party—responsible for the "
    "day-to-day administration of this agreement.",
    "Nothing in this agreement authorizes the Recipient to re-identify, or attempt to re-identify, any individual; "
    "“de-identified” has the meaning given in California Civil Code section 1798.140(m).",
    "The Recipient shall store confidential data only on systems within the continental United States, encrypted at "
    "rest with a FIPS\u00a0140\u20113 validated module, and shall keep audit logs for 3½ years.",
    "If the Recipient becomes aware of a security incident, it shall notify the Provider’s information security officer "
    "without unreasonable delay and in any event within twenty-four (24) hours of discovery.",
    "The Information Practices Act of 1977 (Civil Code § 1798 et seq.) governs the collection, maintenance, and "
    "dissemination of personal information by state agencies…",
    "Records relating to the Cañada Verde and Peña Blanca programs are subject to the additional terms of Exhibit C.",
    "Upon expiration or termination, the Recipient shall destroy all copies of the data in accordance with NIST Special "
    "Publication 800-88, Revision 1, and shall certify such destruction in writing (flow-down, office, affiliate).",
    "No amendment of this agreement is valid unless made in writing, signed by the parties, and approved as required.",
    "Costs shall not exceed $1,250,000.00 for the term—approximately ½ of the allocation—and are payable in arrears, "
    "net forty-five (45) days; see https://example.gov/policies/data-sharing/interagency-data-exchange-agreement.",
)
TITLES = (
    "Parties and recitals", "Definitions", "Purpose and legal authority", "Description of the data",
    "Permitted uses and restrictions", "Confidentiality and privacy", "Information security requirements",
    "Security incidents and breach notification", "Retention, return, and destruction",
    "Publication and small-cell suppression", "Term, termination, and survival", "General provisions",
)  # fmt: skip
CLAUSES = (
    "Reporting incidents", "Notice to the Provider", "Records and audits", "Officers, employees, and affiliates",
    "Use by contractors", "Public records requests", "Data in transit and at rest", "Costs",
    "A heading long enough to run over the end of its line, so that its entry in the contents does too",
)  # fmt: skip


def run(text: str, properties: str = "") -> str:
    """A run of text; `properties` is the inner XML of its w:rPr."""
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{rpr}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def tab() -> str:
    """A tab."""
    return "<w:r><w:tab/></w:r>"


def paragraph(style: str, *inner: str, properties: str = "") -> str:
    """A paragraph; plain text in `inner` becomes a run."""
    runs = "".join(x if x.startswith("<w:") else run(x) for x in inner)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def field(instruction: str, cached: str) -> str:
    """A field with its cached result."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(cached)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def marked(name: str, number: int, *inner: str) -> str:
    """Runs within a bookmark."""
    runs = "".join(x if x.startswith("<w:") else run(x) for x in inner)
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{runs}<w:bookmarkEnd w:id="{number}"/>'


def contents_field() -> str:
    """The placeholder that templates have."""
    return paragraph("TOC1", field('TOC \\o "1-2" \\h \\z \\u \\t "Exhibit Title,1"', "Contents"))


def footnote_mark(number: int) -> str:
    """The reference to a footnote."""
    return f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'


def footnote(number: int, text: str) -> str:
    """A footnote."""
    mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    return f'<w:footnote w:id="{number}">{paragraph("FootnoteText", mark, " " + text)}</w:footnote>'


def cell(*paragraphs: str, width: int = 0, span: int = 1, merge: str = "") -> str:
    """A table cell."""
    inner = f'<w:tcW w:w="{width}" w:type="dxa"/>' + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
    inner += {"": "", "start": '<w:vMerge w:val="restart"/>', "go on": "<w:vMerge/>"}[merge]
    return f"<w:tc><w:tcPr>{inner}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def row(*cells: str, header: bool = False, whole: bool = False) -> str:
    """A table row: a repeating header, or one that isn't split over pages."""
    inner = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if header else "")
    return f"<w:tr>{f'<w:trPr>{inner}</w:trPr>' if inner else ''}{''.join(cells)}</w:tr>"


def table(widths: list[int], *rows: str, look: str = "AgreementGrid") -> str:
    """A table."""
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{look}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


class Writer:
    """Collects the body and the footnotes of one agreement."""

    def __init__(self, seed: int) -> None:
        """Starts empty."""
        self.random = random.Random(seed)
        self.body: list[str] = []
        self.notes: list[str] = []

    def text(self, least: int = 1, most: int = 3) -> str:
        """Some sentences."""
        return " ".join(self.random.choices(SENTENCES, k=self.random.randint(least, most)))

    def note(self) -> str:
        """A footnote's mark; the note is kept."""
        self.notes.append(footnote(len(self.notes) + 1, f"Note {len(self.notes) + 1}: {self.text(1, 2)}"))
        return footnote_mark(len(self.notes))

    def add(self, *blocks: str) -> None:
        """Appends to the body."""
        self.body.extend(blocks)

    def cover(self, partner: str) -> None:
        """The first page."""
        self.add(paragraph("Title", "Data Sharing Agreement"), paragraph("Subtitle", f"with {partner}"))
        label = [paragraph("CoverLabel", x) for x in ("Provider", "Recipient", "Starts", "Ends")]
        what = [
            paragraph("CoverText", x) for x in ("Department of Care", partner, "March 1, 2027", "February 28, 2030")
        ]
        rows = [row(cell(a, width=2500), cell(b, width=6860)) for a, b in zip(label, what, strict=True)]
        self.add(table([2500, 6860], *rows, look="AgreementPlain"))

    def section(self, number: int, clauses: int) -> None:
        """A heading with its clauses."""
        self.add(paragraph("Heading1", marked(f"c_section_{number}", 100 + number, TITLES[number % len(TITLES)])))
        for k in range(clauses):
            self.add(paragraph("Heading2", self.random.choice(CLAUSES)))
            noted = (run(" See also Section "), field(f"REF c_section_{number} \\w \\h", str(number + 1)), run("."))
            mark = (self.note(),) if self.random.random() < 0.2 else ()
            self.add(paragraph("ClauseText", run(self.text()), *mark, *noted))
            for _ in range(self.random.randint(0, 4)):
                self.add(paragraph("Clause3", self.text(1, 1)))
                if self.random.random() < 0.3:
                    self.add(*(paragraph("Clause4", self.text(1, 1)) for _ in range(2)))
            if k % 3 == 1:
                self.add(
                    *(
                        paragraph("ListBullet", x)
                        for x in ("Names and addresses", "Codes: office, ffi, fluffy", self.text(1, 1))
                    )
                )

    def data_table(self, rows: int, *, split: bool = True) -> None:
        """A table over page breaks, two header rows, merged cells, lists in cells, rows that may break."""
        widths = [700, 2000, 4260, 2400]
        heads = [paragraph("TableHeading", x) for x in ("No.", "Element", "Definition", "Handling", "Field", "Meaning")]
        lines = [
            row(cell(heads[0], width=700, merge="start"), cell(heads[1], width=6260, span=2), cell(heads[3], width=2400), header=True, whole=True),
            row(cell(paragraph("TableHeading"), width=700, merge="go on"), cell(heads[4], width=2000), cell(heads[5], width=4260), cell(paragraph("TableHeading", "Class"), width=2400), header=True, whole=True),
        ]  # fmt: skip
        for k in range(rows):
            what = [paragraph("TableText", self.text(1, 4 if split else 1))]
            if k % 4 == 0:
                what += [paragraph("TableBullet", "hashed"), paragraph("TableBullet", "never released")]
            box = run("☒" if k % 2 else "☐", '<w:rStyle w:val="CheckBox"/>')
            last = [paragraph("TableText", box, " PII"), paragraph("TableText", self.text(1, 2 if split else 1))]
            lines.append(row(cell(paragraph("TableText", str(k + 1)), width=700), cell(paragraph("TableText", f"FIELD_{k:02d}"), width=2000), cell(*what, width=4260), cell(*last, width=2400), whole=not split))  # fmt: skip
        self.add(paragraph("Caption", "Data elements"), table(widths, *lines))

    def signatures(self) -> None:
        """The signature page."""
        self.add(paragraph("ClauseText", "Signed by the parties on the dates below."))
        for who in ("Department of Care", "County of Alta Sierra"):
            self.add(paragraph("Signature", run(who, "<w:b/>")))
            self.add(*(paragraph("Signature", f"{x}: ______________________________") for x in ("By", "Name")))
            self.add(paragraph("SignatureLast", run("Date:"), tab(), "________________"))


def margins(footer: str = "Page") -> dict[str, tuple[str, str, str]]:
    """A header and footer with page numbers, others for the first page and for landscape pages."""
    right = '<w:tabs><w:tab w:val="right" w:pos="9360"/></w:tabs>'
    head = paragraph("Header", run("Data Sharing Agreement DSA-2027-0001"), tab(), "State of Alta", properties=right)
    wide = paragraph("Header", "Exhibit pages are turned")
    count = paragraph("Footer", run(f"{footer} "), field("PAGE", "1"), " of ", field("NUMPAGES", "1"))
    first = paragraph("Footer", "This page has no number")

    def part(kind: str, xml: str) -> str:
        tag = {"header": "hdr", "footer": "ftr"}[kind]
        return f"<w:{tag} {base.NAMESPACES}>{xml}</w:{tag}>"

    return {
        "rId11": ("header", "header1.xml", part("header", head)),
        "rId12": ("footer", "footer1.xml", part("footer", count)),
        "rId13": ("footer", "footer2.xml", part("footer", first)),
        "rId14": ("header", "header2.xml", part("header", wide)),
        "rId15": ("header", "header3.xml", part("header", paragraph("Header"))),
    }


def section(header: str, *, landscape: bool = False, first: bool = False) -> str:
    """A w:sectPr with those headers and footers."""
    refs = f'<w:headerReference w:type="default" r:id="{header}"/><w:footerReference w:type="default" r:id="rId12"/>'
    if first:
        refs += '<w:headerReference w:type="first" r:id="rId15"/><w:footerReference w:type="first" r:id="rId13"/>'
    return base.section_xml(landscape=landscape, references=refs, titlepage=first)


def section_break(xml: str) -> str:
    """A paragraph that ends a section."""
    small = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return f"<w:p><w:pPr>{small}{xml}</w:pPr></w:p>"


def agreement(
    seed: int = 1, *, sections: int = 6, clauses: int = 4, rows: int = 30, contents: bool = True, landscape: bool = True
) -> bytes:
    """A whole agreement."""
    w = Writer(seed)
    w.cover(w.random.choice(("County of Peña Blanca", "University of Alta & Sierra", "City of Cañon Springs")))
    if contents:
        w.add(paragraph("ContentsHeading", "Contents", properties="<w:pageBreakBefore/>"), contents_field())
    for i in range(sections):
        w.section(i, w.random.randint(1, clauses))
    w.signatures()
    w.add(paragraph("ExhibitTitle", "Data elements"), paragraph("ExhibitHeading", "Elements"))
    w.add(paragraph("ClauseText", w.text()))
    if rows:
        w.data_table(rows, split=seed % 2 == 0)
    if landscape:
        w.add(section_break(section("rId11", first=True)))
        w.add(paragraph("ExhibitTitle", "Transfer schedule"))
        heads = [cell(paragraph("TableHeading", f"Month {k}"), width=1600) for k in range(1, 9)]
        lines = [row(*(cell(paragraph("TableText", f"{w.random.randint(1, 9999):,}"), width=1600) for _ in range(8))) for _ in range(12)]  # fmt: skip
        w.add(table([1600] * 8, row(*heads, header=True), *lines))
        w.add(section_break(section("rId14", landscape=True)))
    w.add(paragraph("ExhibitTitle", "Certificate of destruction"), paragraph("ExhibitHeading", "Certification"))
    w.add(*(paragraph("Exhibit3", w.text(1, 1)) for _ in range(3)), paragraph("BodyText", w.text()))
    members = base.parts("".join(w.body), section("rId11", first=not landscape), margins(), notes="".join(w.notes))
    return base.pack(members)


def small(*blocks: str, notes: str = "", section_xml: str = "") -> bytes:
    """A document of the given blocks and nothing else."""
    return base.pack(base.parts("".join(blocks), section_xml, notes=notes))
