# ruff: noqa: RUF001 - curly quotes and other look-alikes are what is made
"""Mistakes that people make in Word templates, each made in a shipped one, and where it should be found."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from agreegen.template.base import pack, unpack
from agreegen.template.container import XML_SPACE, W
from agreegen.template.place import own

NS = f'xmlns:w="{W[1:-1]}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
BODY = "word/document.xml"
VALUE = re.compile(r"\{\{(?!r? *ref)[^{}]*\}\}")
PATHS = re.compile(
    r"\b(?:proposal|party|recipient|provider|terms|facts|notice|document|on|p|d|c|e)\.[a-z_]+(?:\.[a-z_]+)*"
)
LOOPS = re.compile(r"\{%(?:p|tr|tc)? *(end)?for\b")
CONDITION = re.compile(r"\{%(?:p|tr)? *(?:if|elif) [^{}%]*%\}")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A template with a mistake; `places` are the paragraphs that may be named (None: the file or another part)."""

    kind: str
    name: str
    data: bytes
    places: frozenset[tuple[str, int] | None]
    codes: frozenset[str] = frozenset()
    what: str = ""
    number: int | None = None  # of the paragraph that was changed, in the unchanged file, if that stands as it stood


@dataclass(slots=True)
class Sheet:
    """A template that is being spoilt."""

    name: str
    members: dict[str, bytes]
    root: etree._Element
    rng: random.Random
    touched: list[etree._Element] = field(default_factory=list)
    elsewhere: bool = False
    what: str = ""
    structure: bool = False  # paragraphs were added or taken away

    @classmethod
    def of(cls, name: str, data: bytes, rng: random.Random) -> Sheet:
        members = unpack(data)
        return cls(name, members, etree.fromstring(members[BODY]), rng)

    # ------------------------------------------------------------------------------------------ looking
    @property
    def paragraphs(self) -> list[etree._Element]:
        return list(self.root.iter(W + "p"))

    def having(self, pattern: str | re.Pattern[str], *, cell: bool | None = None) -> etree._Element | None:
        """A paragraph whose text has the pattern, by chance."""
        found = [p for p in self.paragraphs if re.search(pattern, said(p))
                 and (cell is None or cell == (next(p.iterancestors(W + "tc"), None) is not None))]  # fmt: skip
        return self.rng.choice(found) if found else None

    def prose(self) -> etree._Element | None:
        """A paragraph of text outside of tables, no heading and no directive, nor one in a loop."""
        found, depth = [], 0
        for p in self.paragraphs:
            depth += sum(-1 if end else 1 for end in LOOPS.findall(said(p)))
            plain = len(said(p)) > 60 and "{%p" not in said(p) and next(p.iterancestors(W + "tc"), None) is None
            if plain and not depth and style(p) not in ("Heading1", "Heading2", "Definition", "Directive"):
                found.append(p)
        return self.rng.choice(found) if found else None

    # ------------------------------------------------------------------------------------------ changing
    def write(self, p: etree._Element, text: str) -> bool:
        """Gives a paragraph another text, in the look of its first run."""
        stream = list(own(p, W + "t"))
        if not stream or text == said(p):
            return False
        self.what = f"{said(p)[:100]!r} -> {text[:160]!r}"
        stream[0].text = text
        stream[0].set(XML_SPACE, "preserve")
        for e in stream[1:]:
            e.text = ""
        self.touched.append(p)
        return True

    def swap(self, pattern: str | re.Pattern[str], new: Callable[[re.Match[str]], str | None]) -> bool:
        """Changes one match of the pattern in a paragraph chosen by chance."""
        p = self.having(pattern)
        if p is None:
            return False
        text = said(p)
        m = self.rng.choice(list(re.finditer(pattern, text)))
        put = new(m)
        return put is not None and self.write(p, text[: m.start()] + put + text[m.end() :])

    def add(self, words: str) -> bool:
        """Adds words to a paragraph of prose."""
        p = self.prose()
        return p is not None and self.write(p, f"{said(p)} {words}")

    def insert(self, xml: str, p: etree._Element | None = None, *, after: bool = True) -> bool:
        """Puts a paragraph beside one of prose."""
        p = self.prose() if p is None else p
        if p is None:
            return False
        made = etree.fromstring(f"<w:x {NS}>{xml}</w:x>")
        self.what = f"inserted {xml[:160]}"
        self.structure = True
        for e in reversed(list(made)) if after else list(made):
            (p.addnext if after else p.addprevious)(e)
            self.touched += e.iter(W + "p")
        return True

    def run(self, xml: str, p: etree._Element | None = None) -> bool:
        """Adds runs to a paragraph of prose."""
        p = self.prose() if p is None else p
        if p is None:
            return False
        for e in list(etree.fromstring(f"<w:x {NS}>{xml}</w:x>")):
            p.append(e)
        self.what = f"added {xml[:160]}"
        self.touched.append(p)
        return True

    def part(self, member: str, data: str, kind: str, content: str) -> bool:
        """Adds a part that the document leads to."""
        self.members[member] = data.encode()
        rels = "word/_rels/document.xml.rels"
        link = f'<Relationship Id="rIdX9" Type="{kind}" Target="/{member}"/></Relationships>'
        self.members[rels] = self.members[rels].replace(b"</Relationships>", link.encode())
        over = f'<Override PartName="/{member}" ContentType="{content}"/></Types>'
        self.members["[Content_Types].xml"] = self.members["[Content_Types].xml"].replace(b"</Types>", over.encode())
        self.elsewhere, self.what = True, f"part {member}"
        return True

    def made(self, kind: str, codes: str) -> Mutant:
        """The spoilt file."""
        self.members[BODY] = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)
        numbers = {p: n for n, p in enumerate(self.paragraphs, 1)}
        places: set[tuple[str, int] | None] = {("body", numbers[p]) for p in self.touched if p in numbers}
        if self.elsewhere:
            places.add(None)
        number = numbers.get(self.touched[0]) if len(self.touched) == 1 and not self.structure else None
        data, may = pack(self.members), frozenset(codes.split())
        return Mutant(kind, self.name, data, frozenset(places), may, self.what, number)


def said(p: etree._Element) -> str:
    if p.tag != W + "p":
        return ""
    return "".join(t.text or "" for t in own(p, W + "t"))


def style(p: etree._Element) -> str:
    found = p.find(f"{W}pPr/{W}pStyle")
    return found.get(W + "val") or "" if found is not None else ""


def letter(word: str, rng: random.Random) -> str:
    """The word with a letter of it wrong."""
    at = rng.randrange(len(word))
    return {0: word[:at] + word[at + 1 :], 1: word[:at] + "q" + word[at + 1 :],
            2: word[:at] + word[at] + word[at:]}[rng.randrange(3)]  # fmt: skip


# -------------------------------------------------------------------------------------------------- names
def leaf(s: Sheet) -> bool:
    def wrong(m: re.Match[str]) -> str | None:
        path = PATHS.search(m[0])
        if path is None:
            return None
        head, _, last = path[0].rpartition(".")
        return m[0][: path.start()] + f"{head}.{letter(last, s.rng)}" + m[0][path.end() :]

    return s.swap(VALUE, wrong)


def root(s: Sheet) -> bool:
    return s.swap(VALUE, lambda m: re.sub(r"\b(proposal|notice|document|terms|recipient|provider)\b(?=\.)",
                                          lambda n: letter(n[0], s.rng), m[0], count=1))  # fmt: skip


def in_condition(s: Sheet) -> bool:
    return s.swap(CONDITION, lambda m: re.sub(r"\b(facts|on|proposal|terms)\.([a-z_]+)",
                                              lambda n: f"{n[1]}.{letter(n[2], s.rng)}", m[0], count=1))  # fmt: skip


def in_loop(s: Sheet) -> bool:
    return s.swap(r"\{%(?:p|tr) *for \w+ in [a-z_.]+", lambda m: m[0][:-1] + "q" + m[0][-1])


def added(*words: str) -> Callable[[Sheet], bool]:
    return lambda s: s.add(s.rng.choice(words))


# -------------------------------------------------------------------------------------------------- tags
def filter_name(s: Sheet) -> bool:
    return s.swap(r"\| *(date|listing|upper_first|label|dash|count|sentence)\b", lambda m: "| " + letter(m[1], s.rng))


def brace(s: Sheet) -> bool:
    return s.swap(VALUE, lambda m: m[0][:-1])


def no_end(s: Sheet) -> bool:
    return s.swap(VALUE, lambda m: m[0][:-2])


def one_brace(s: Sheet) -> bool:
    return s.swap(VALUE, lambda m: m[0][1:])


def percent(s: Sheet) -> bool:
    return s.swap(r"\{%[^{}%]*%\}", lambda m: m[0][:-2] + "}")


def keyword(s: Sheet) -> bool:
    new = {"if": "fi", "endif": "endfi", "elif": "elsif", "for": "fro", "endfor": "enfor"}
    return s.swap(r"(\{%(?:p|tr)? *)(if|endif|elif|for|endfor)\b", lambda m: m[1] + new[m[2]])


def unended(s: Sheet) -> bool:
    """An endif goes; the condition that is open then, or the place, may be named."""
    p = s.having(r"^\{%p (endif|endfor) %\}$", cell=False)
    if p is None:
        return False
    before, depth = p.getprevious(), 0
    while before is not None:
        text = said(before)
        if re.match(r"\{%p end(if|for)", text):
            depth += 1
        elif re.match(r"\{%p (if|for)\b", text):
            if depth == 0:
                break
            depth -= 1
        before = before.getprevious()
    s.what, s.structure = f"removed {said(p)}", True
    outer = before
    while outer is not None:  # an outer block may be taken for the one left open
        if re.match(r"\{%p (if|for|elif|else)\b", said(outer)):
            s.touched.append(outer)
        outer = outer.getprevious()
    parent = p.getparent()
    assert parent is not None
    after = p.getnext()
    while after is not None:
        if re.match(r"\{%p (endif|endfor|else|elif)", said(after)):
            s.touched.append(after)
        after = after.getnext()
    parent.remove(p)
    return bool(s.touched)


def unbegun(s: Sheet) -> bool:
    p = s.having(r"^\{%p if [^{}]*%\}$", cell=False)
    if p is None:
        return False
    after = p.getnext()
    while after is not None:
        if re.match(r"\{%p (endif|else|elif|endfor)", said(after)):
            s.touched.append(after)
        after = after.getnext()
    parent = p.getparent()
    assert parent is not None
    s.what, s.structure = f"removed {said(p)}", True
    parent.remove(p)
    return bool(s.touched)


def crossed(s: Sheet) -> bool:
    return s.swap(r"\{%p endif %\}", lambda _: "{%p endfor %}") and not s.touched.extend(_openers(s))


def _openers(s: Sheet) -> list[etree._Element]:
    return [p for p in s.paragraphs if re.match(r"\{%p (if|elif|else|for)\b", said(p))]


def beside(s: Sheet) -> bool:
    return s.swap(r"^\{%p (if|endif|for|endfor|else)[^{}]*%\}$",
                  lambda m: s.rng.choice([f"Liability is limited. {m[0]}", f"{m[0]} The Parties agree."]))  # fmt: skip


def beside_row(s: Sheet) -> bool:
    return s.swap(r"^\{%tr [^{}]*%\}$", lambda m: f"{m[0]} Total")


def without_level(s: Sheet) -> bool:
    return s.swap(r"^\{%p (if|endif|for|endfor|else|elif)([^{}]*)%\}$", lambda m: f"{{% {m[1]}{m[2]}%}}")


def no_space(s: Sheet) -> bool:
    return s.swap(r"^\{%p (if|endif|for|endfor)", lambda m: "{%p" + m[1])


def space_first(s: Sheet) -> bool:
    return s.swap(r"^\{%(p|tr) (if|endif|for|endfor)", lambda m: f"{{% {m[1]} {m[2]}")


def dash(s: Sheet) -> bool:
    return s.swap(r"\{% (if|endif)\b", lambda m: f"{{%- {m[1]}")


def quotes(s: Sheet) -> bool:
    return s.swap(r'(\{%(?:p|tr)? *(?:if|elif)[^{}%]*)"([^"{}%]*)"', lambda m: f"{m[1]}“{m[2]}”")


def quote_inside(s: Sheet) -> bool:
    return s.add("{% if proposal.proposal == ‘Provider’s list’ %}Yes.{% endif %}")


def ampersand(s: Sheet) -> bool:
    return s.add(s.rng.choice(['{% if proposal.proposal == "Health & Care" %}Both.{% endif %}',
                               '{% if proposal.proposal == "Health &amp; Care" %}Both.{% endif %}']))  # fmt: skip


def invisible(s: Sheet) -> bool:
    return s.swap(VALUE, lambda m: m[0].replace("{{ ", "{{" + s.rng.choice("\u00a0\u200b\u00ad"), 1))


def two_looks(s: Sheet) -> bool:
    p = s.having(VALUE)
    if p is None:
        return False
    for t in own(p, W + "t"):
        m = VALUE.search(t.text or "")
        run = t.getparent()
        if m is None or run is None:
            continue
        text, at = t.text or "", m.start() + 4
        parts = (text[:at], text[at : m.end() - 3], text[m.end() - 3 :])
        xml = "".join(f"<w:r><w:rPr>{'<w:i/>' if i == 1 else ''}</w:rPr><w:t xml:space='preserve'></w:t></w:r>"
                      for i in range(3))  # fmt: skip
        made = list(etree.fromstring(f"<w:x {NS}>{xml}</w:x>"))
        for r, words in zip(made, parts, strict=True):
            r[1].text = words
        place = run
        for r in made:
            place.addnext(r)
            place = r
        run.remove(t)
        s.touched.append(p)
        s.what = f"two looks in {m[0]}"
        return True
    return False


def two_cells(s: Sheet) -> bool:
    rows = [r for r in s.root.iter(W + "tr") if len(r.findall(W + "tc")) > 1 and "{%tr" not in "".join(r.itertext())]
    if not rows:
        return False
    row = s.rng.choice(rows)
    first, second = row.findall(W + "tc")[:2]
    a, b = first.find(W + "p"), second.find(W + "p")
    if a is None or b is None or not list(own(a, W + "t")) or not list(own(b, W + "t")):
        return False
    return s.write(a, "{% for x in parties %}" + said(a)) and s.write(b, said(b) + "{% endfor %}")


def row_outside(s: Sheet) -> bool:
    return s.insert("<w:p><w:r><w:t>{%tr if facts.research %}</w:t></w:r></w:p>")


# -------------------------------------------------------------------------------------------------- other parts
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
TYPE = "application/vnd.openxmlformats-officedocument."
TAGGED = "<w:p><w:r><w:t>{{ proposal.proposal }}</w:t></w:r></w:p>"


def in_comment(s: Sheet) -> bool:
    xml = f'<w:comments {NS}><w:comment w:id="0" w:author="x">{TAGGED}</w:comment></w:comments>'
    return s.part("word/comments.xml", xml, REL + "comments", TYPE + "wordprocessingml.comments+xml")


def in_endnote(s: Sheet) -> bool:
    xml = f'<w:endnotes {NS}><w:endnote w:id="1">{TAGGED}</w:endnote></w:endnotes>'
    s.run('<w:r><w:endnoteReference w:id="1"/></w:r>')
    return s.part("word/endnotes.xml", xml, REL + "endnotes", TYPE + "wordprocessingml.endnotes+xml")


def in_chart(s: Sheet) -> bool:
    xml = ('<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="a"><c:title><a:t>'
           "{{ proposal.proposal }}</a:t></c:title></c:chart>")  # fmt: skip
    return s.part("word/charts/chart1.xml", xml, REL + "chart", TYPE + "drawingml.chart+xml")


def in_custom_xml(s: Sheet) -> bool:
    return s.part("customXml/item9.xml", "<x>{{ proposal.proposal }}</x>", REL + "customXml", "application/xml")


def in_custom_property(s: Sheet) -> bool:
    xml = ('<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"><property '
           'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="x"><v>{{ proposal.proposal }}</v></property>'
           "</Properties>")  # fmt: skip
    return s.part("docProps/custom.xml", xml, REL + "custom-properties", TYPE + "custom-properties+xml")


def in_keywords(s: Sheet) -> bool:
    core = s.members["docProps/core.xml"]
    end = b"</cp:coreProperties>"
    s.members["docProps/core.xml"] = core.replace(end, b"<cp:keywords>{{ proposal.proposal }}</cp:keywords>" + end)
    s.elsewhere, s.what = True, "keywords"
    return end in core


def in_link(s: Sheet) -> bool:
    rels = "word/_rels/document.xml.rels"
    link = (f'<Relationship Id="rIdL9" Type="{REL}hyperlink" TargetMode="External" '
            'Target="https://example.gov/{{ proposal.reference }}"/></Relationships>')  # fmt: skip
    s.members[rels] = s.members[rels].replace(b"</Relationships>", link.encode())
    s.elsewhere, s.what = True, "link"
    return s.run('<w:hyperlink r:id="rIdL9"><w:r><w:t>here</w:t></w:r></w:hyperlink>')


def in_field(s: Sheet) -> bool:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = "<w:r><w:instrText> QUOTE {{ proposal.version }} </w:instrText></w:r>"
    return s.run(mark.format("begin") + code + mark.format("separate") + "<w:r><w:t>1</w:t></w:r>" + mark.format("end"))


def in_box(s: Sheet) -> bool:
    box = (f'<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" alt="x"><v:textbox><w:txbxContent>{TAGGED}'
           "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>")  # fmt: skip
    p = s.prose()
    if p is None or not s.run(box, p):
        return False
    s.touched += [x for x in p.iter(W + "p") if x is not p]
    return True


def note_in_loop(s: Sheet) -> bool:
    start = "<w:p><w:r><w:t>{%p for party in parties %}</w:t></w:r></w:p>"
    note = '<w:p><w:r><w:t>{{ party.name }}</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    xml = b'<w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    s.members["word/footnotes.xml"] = s.members["word/footnotes.xml"].replace(b"</w:footnotes>", xml)
    return s.insert(start + note + "<w:p><w:r><w:t>{%p endfor %}</w:t></w:r></w:p>")


# -------------------------------------------------------------------------------------------------- Word
def tracked(s: Sheet) -> bool:
    kind = s.rng.choice(["ins", "del"])
    text = "t" if kind == "ins" else "delText"
    return s.run(f'<w:{kind} w:id="901" w:author="x"><w:r><w:{text}>new words</w:{text}></w:r></w:{kind}>')


def comment(s: Sheet) -> bool:
    said = "<w:p><w:r><w:t>Why?</w:t></w:r></w:p>"
    xml = f'<w:comments {NS}><w:comment w:id="0" w:author="x">{said}</w:comment></w:comments>'
    s.part("word/comments.xml", xml, REL + "comments", TYPE + "wordprocessingml.comments+xml")
    s.elsewhere = False
    return s.run('<w:r><w:commentReference w:id="0"/></w:r>')


def runs(look: str, words: str = " and no other") -> Callable[[Sheet], bool]:
    return lambda s: s.run(f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>')


def foreign_style(s: Sheet) -> bool:
    made = '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/></w:style></w:styles>'
    s.members["word/styles.xml"] = s.members["word/styles.xml"].replace(b"</w:styles>", made.encode())
    return _styled(s, "Own")


def _styled(s: Sheet, name: str) -> bool:
    p = s.prose()
    if p is None:
        return False
    before = p.find(f"{W}pPr/{W}pStyle")
    if before is None:
        return False
    before.set(W + "val", name)
    s.touched.append(p)
    s.what = f"style {name}"
    return True


def changed_style(s: Sheet) -> bool:
    p = s.prose()
    if p is None or not style(p):
        return False
    root = etree.fromstring(s.members["word/styles.xml"])
    one = next(e for e in root.iter(W + "style") if e.get(W + "styleId") == style(p))
    look = one.find(W + "rPr")
    look = look if look is not None else etree.SubElement(one, W + "rPr")
    etree.SubElement(look, W + "i")
    s.members["word/styles.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    s.touched += [x for x in s.paragraphs if style(x) == style(p)]
    s.what, s.structure = f"changed style {style(p)}", True
    return True


def foreign_list(s: Sheet) -> bool:
    kind = ('<w:abstractNum w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
            '<w:lvlText w:val="%1)"/></w:lvl></w:abstractNum>')  # fmt: skip
    data = s.members["word/numbering.xml"].decode()
    at = data.index("<w:num ")
    data = data[:at] + kind + data[at:]
    data = data.replace("</w:numbering>", '<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num></w:numbering>')
    s.members["word/numbering.xml"] = data.encode()
    p = s.prose()
    if p is None or p.find(W + "pPr") is None:
        return False
    etree.SubElement(p.find(W + "pPr"), W + "numPr").extend(  # type: ignore[arg-type]
        [etree.Element(W + "ilvl", {W + "val": "0"}), etree.Element(W + "numId", {W + "val": "77"})]
    )
    s.touched.append(p)
    s.what = "a list of its own"
    return True


def typed_number(s: Sheet) -> bool:
    p = s.prose()
    if p is None or not said(p)[:1].isupper():
        return False
    return s.write(p, s.rng.choice(["(a) ", "1. ", "8.2 ", "(iv) "]).replace("8.2 ", "8.2. ") + said(p))


def skipped_heading(s: Sheet) -> bool:
    last = '<w:p><w:pPr><w:outlineLvl w:val="{}"/></w:pPr><w:r><w:t>Further terms</w:t></w:r></w:p>'
    return s.insert(last.format(5))


def no_header(s: Sheet) -> bool:
    def plain(table: etree._Element) -> bool:
        look = table.find(f"{W}tblPr/{W}tblLook")
        return look is None or look.get(W + "firstColumn", "0") == "0"

    headed = [t for t in s.root.iter(W + "tbl") if t.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None and plain(t)]
    if not headed:
        return False
    table = s.rng.choice(headed)
    for e in list(table.iter(W + "tblHeader")):
        e.getparent().remove(e)  # type: ignore[union-attr]
    s.touched += table.iter(W + "p")
    s.what, s.structure = "header row", True
    return True


def picture(s: Sheet) -> bool:
    wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    inside = f'<wp:inline xmlns:wp="{wp}"><wp:docPr id="901" name="Picture 1"/></wp:inline>'
    return s.run(f"<w:r><w:drawing>{inside}</w:drawing></w:r>")


def empty_paragraph(s: Sheet) -> bool:
    return s.insert("<w:p/>")


def page_break(s: Sheet) -> bool:
    p = s.having(r"^\{%p (if|endif|for)[^{}]*%\}$")
    return p is not None and s.run('<w:r><w:br w:type="page"/></w:r>', p)


def inside_tag(s: Sheet) -> bool:
    p = s.having(VALUE)
    if p is None:
        return False
    for t in own(p, W + "t"):
        m = VALUE.search(t.text or "")
        run = t.getparent()
        if m is None or run is None:
            continue
        text = t.text or ""
        t.text = text[: m.start() + 3]
        tab = etree.fromstring(f'<w:r {NS}><w:fldChar w:fldCharType="begin"/></w:r>')
        rest = etree.fromstring(f'<w:r {NS}><w:fldChar w:fldCharType="end"/><w:t xml:space="preserve"></w:t></w:r>')
        rest[1].text = text[m.start() + 3 :]
        run.addnext(tab)
        tab.addnext(rest)
        s.touched.append(p)
        s.what = f"something inside of {m[0]}"
        return True
    return False


def defined(term: str) -> Callable[[Sheet], bool]:
    head = f'<w:pPr><w:pStyle w:val="Definition"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{term}</w:t></w:r>'
    rest = '<w:r><w:t xml:space="preserve"> means something else.</w:t></w:r>'
    return lambda s: s.insert(f"<w:p>{head}{rest}</w:p>")


TERMS = {"Data Recipient": "Data Recipent", "Data Provider": "Data Provdier", "Approved Proposal": "Aproved Proposal",
         "Data Coordinator": "Data Coordinater", "Authorized User": "Authorised User"}  # fmt: skip


def misspelt_term(s: Sheet) -> bool:
    return s.swap(rf"(?<![{{\w])(?:{'|'.join(TERMS)})(?!\w)(?![^{{]*\}}\}})", lambda m: TERMS[m[0]])


LONGER = ("Data Recipient", "Data Provider", "Approved Proposal", "Data Coordinator", "Authorized User",
          "Business Use Case Proposal", "Executive Sponsor", "Governance Liaison", "Limited Data Set",
          "Material Violation", "Dispute Resolution Process", "Agreement Manager", "Public Product")  # fmt: skip
TERM = rf"(?<![{{\w])(?:{'|'.join(LONGER)})(?!\w)(?![^{{]*\}}\}})"
ANOTHER = {"Data Recipient": "Data Reciever", "Business Use Case Proposal": "Bussiness Use Case Proposal",
           "Data Provider": "Data Porvidor", "Authorized User": "Autorised User", "Limited Data Set": "Limited Dataset",
           "Executive Sponsor": "Executive Sponser"}  # fmt: skip


def letter_of_term(s: Sheet) -> bool:
    """A letter inside of a long word of a term goes, comes twice, is another, or changes places with the next."""

    def wrong(m: re.Match[str]) -> str:
        words = m[0].split()
        at = s.rng.choice([n for n, w in enumerate(words) if len(w) > 5])
        word, i = words[at], s.rng.randrange(1, len(words[at]) - 2)
        ways = [word[:i] + word[i + 1 :], word[:i] + word[i] + word[i:], word[:i] + "q" + word[i + 1 :],
                word[:i] + word[i + 1] + word[i] + word[i + 2 :]]  # fmt: skip
        words[at] = s.rng.choice([w for w in ways if w != word])
        return " ".join(words)

    return s.swap(TERM, wrong)


def word_of_term(s: Sheet) -> bool:
    return s.swap(TERM, lambda m: ANOTHER.get(m[0]))


def small_letter(s: Sheet) -> bool:
    return s.swap(rf"(?<=[a-z] ){TERM}", lambda m: s.rng.choice(
        [m[0][0].lower() + m[0][1:], m[0][0] + m[0][1:].lower()]))  # fmt: skip


def signed(s: Sheet) -> bool:
    style = '<w:pPr><w:pStyle w:val="Signature"/></w:pPr>'
    return s.insert(f"<w:p>{style}<w:r><w:t>Name: Jordan Q. Example</w:t></w:r></w:p>")


def choice(s: Sheet) -> bool:
    return s.swap(r'((?:==|!=) *")([a-z_]{4,})(")', lambda m: m[1] + letter(m[2], s.rng) + m[3])


def block(*lines: str) -> Callable[[Sheet], bool]:
    xml = "".join(f'<w:p><w:pPr><w:pStyle w:val="ClauseText"/></w:pPr><w:r><w:t>{x}</w:t></w:r></w:p>' for x in lines)
    return lambda s: s.insert(xml)


def own_include(s: Sheet) -> bool:
    return s.insert(f'<w:p><w:r><w:t>{{%p include "{s.name}" %}}</w:t></w:r></w:p>')


def include_name(s: Sheet) -> bool:
    xml = '<w:p><w:r><w:t>{{%p include "{}" %}}</w:t></w:r></w:p>'
    return s.insert(xml.format(s.rng.choice(["clauses/trainng", "clauses/no-such", "exhibits/hippa", "../outside"])))


def include_beside(s: Sheet) -> bool:
    return s.add('{%p include "clauses/training" %}')


def reference(s: Sheet) -> bool:
    return s.swap(r'ref\("([a-z:-]+)', lambda m: 'ref("' + (m[1][:-1] + "qq"))


Kind = tuple[str, Callable[[Sheet], bool], str]
KINDS: tuple[Kind, ...] = (
    ("a field's name misspelt", leaf, "T046"),
    ("a first name misspelt", root, "T046"),
    ("a name in a condition misspelt", in_condition, "T046"),
    ("a list's name misspelt", in_loop, "T046"),
    (
        "a misspelt name behind default",
        added('{{ proposal.refrence | default("none") }}', '{{ recipient.naem | default("x") }}'),
        "T046",
    ),
    ("a misspelt name behind is defined", added("{% if proposal.refrence is defined %}Yes.{% endif %}"), "T046"),
    ("a filter misspelt", filter_name, "T043"),
    (
        "a filter that templates lack",
        added("{{ proposal.proposal | safe }}", "{{ proposal.proposal | tojson }}", "{{ proposal.proposal | e }}"),
        "T043",
    ),
    ("an unknown test", added("{% if proposal.proposal is filled %}Yes.{% endif %}"), "T044"),
    ("a closing brace missing", brace, "T030 T034 T040"),
    ("a tag that doesn't end", no_end, "T030 T034 T040"),
    ("an opening brace missing", one_brace, "T034 T030"),
    ("a percent sign missing", percent, "T030 T034 T040 T042"),
    ("a statement misspelt", keyword, "T041 T042"),
    ("a block not closed", unended, "T042"),
    ("a block not opened", unbegun, "T042"),
    ("a block closed as another", crossed, "T042"),
    ("an unfinished expression", added("{{ 1 + }}", "{{ proposal. }}", "{% if == 1 %}x{% endif %}"), "T040"),
    (
        "an unsupported tag",
        added("{% macro x() %}y{% endmacro %}", "{% block x %}y{% endblock %}", "{% do x %}"),
        "T045 T041",
    ),
    ("text beside a paragraph tag", beside, "T031 T013"),
    ("text beside a row tag", beside_row, "T031"),
    ("a page break beside a tag", page_break, "T031"),
    ("a paragraph tag without p", without_level, "T225 T051 T050"),
    ("a space missing after p", no_space, "T041 T042"),
    ("a space before p", space_first, "T041 T042"),
    ("a dash in a tag", dash, "T224 T031"),
    ("curly quotes in a tag", quotes, "T221"),
    ("an apostrophe in curly quotes", quote_inside, "T221 T030 T040"),
    ("an ampersand in a tag", ampersand, "T220"),
    (
        "a percent sign in a paragraph tag",
        block("{%p if proposal.data.elements | length % 2 == 1 %}", "Odd.", "{%p endif %}"),
        "T219",
    ),
    ("a division by zero", added("{{ 10 / 0 }}", "{{ 7 % 0 }}", "{{ terms.term_years // 0 }}"), "T227"),
    ("a count without bounds", added("{% for n in range(100000000) %}x{% endfor %}"), "T227"),
    ("an invisible character in a tag", invisible, "T222"),
    ("a tag in two looks", two_looks, "T223"),
    ("something inside of a tag", inside_tag, "T033"),
    ("a loop from cell to cell", two_cells, "T050 T042"),
    ("a row tag outside of tables", row_outside, "T036 T042"),
    ("a list as text", added("{{ proposal.data.categories }}", "{{ parties }}", "{{ recipient.reviewers }}"), "T201"),
    ("a date without format", added("{{ proposal.dates.start }}", "{{ proposal.dates.end }}"), "T202"),
    ("yes or no as text", added("{{ facts.research }}", "{{ recipient.is_state }}"), "T204"),
    ("a record as text", added("{{ proposal.dates }}", "{{ proposal.use }}", "{{ recipient.contacts }}"), "T204"),
    (
        "a dictionary's own name",
        added("{{ proposal.items }}", "{{ proposal.data.keys }}", "{{ recipient.copy }}"),
        "T046",
    ),
    (
        "Python's own names",
        added("{{ cycler.__init__.__globals__ }}", '{{ "".__class__ }}', "{{ proposal._x }}"),
        "T084 T046",
    ),
    ("a call", added("{{ dict(a=1) }}", "{{ lipsum() }}", "{{ cycler(1) }}"), "T227 T046"),
    ("a text repeated", added('{{ "x" * 1000000000 }}', '{{ 99 * "ab" }}'), "T227"),
    ("formatted text of plain", added("{{r proposal.proposal }}"), "T226"),
    (
        "a filter for another kind",
        added(
            "{{ proposal.proposal | date }}",
            "{{ proposal.dates.start | upper_first }}",
            "{{ facts.research | listing }}",
        ),
        "T205",
    ),
    (
        "an optional field unguarded",
        added("{{ proposal.dates.review | date }}", "{{ proposal.funds.number }}", "{{ proposal.joinder.body }}"),
        "T203",
    ),
    ("a value that can't be", choice, "T206 T207"),
    (
        "free text compared",
        added(
            '{% if proposal.proposal == "research" %}Yes.{% endif %}',
            '{% if "audit" in proposal.purpose.scope %}Yes.{% endif %}',
            '{% if recipient.name == "County of Alameda" %}Yes.{% endif %}',
        ),
        "T207",
    ),
    (
        "a comparison with another kind",
        added(
            '{% if facts.research == "yes" %}Yes.{% endif %}',
            '{% if terms.term_years == "3" %}Yes.{% endif %}',
            '{% if proposal.dates.end == "2027-01-01" %}Yes.{% endif %}',
        ),
        "T206",
    ),
    (
        "a field misspelt in a filter of lists",
        added(
            '{{ parties | selectattr("sied", "equalto", "provider") | map(attribute="name") | listing }}',
            '{{ parties | map(attribute="naem") | listing }}',
        ),
        "T046",
    ),
    (
        "a value misspelt in a filter of lists",
        added('{{ parties | selectattr("side", "equalto", "provdier") | map(attribute="name") | listing }}'),
        "T206",
    ),
    ("a branch never taken", block("{%p if facts.research and not facts.research %}", "No.", "{%p endif %}"), "T210"),
    (
        "a contradiction in two steps",
        block("{%p if proposal.research %}", "{%p if not facts.research %}", "No.", "{%p endif %}", "{%p endif %}"),
        "T210",
    ),
    (
        "a condition that decides nothing",
        block(
            "{%p if facts.funds %}",
            "{%p if proposal.funds or facts.research %}",
            "Yes.",
            "{%p endif %}",
            "{%p endif %}",
        ),
        "T211",
    ),
    ("a tag in a comment", in_comment, "T032"),
    ("a tag in an endnote", in_endnote, "T032 T017"),
    ("a tag in a chart", in_chart, "T032"),
    ("a tag in custom XML", in_custom_xml, "T032"),
    ("a tag in a custom property", in_custom_property, "T032"),
    ("a tag in the keywords", in_keywords, "T032"),
    ("a tag in a link", in_link, "T032"),
    ("a tag in a field code", in_field, "T228"),
    ("a tag in a text box", in_box, "T229"),
    ("a footnote in a loop", note_in_loop, "T018"),
    ("tracked changes left", tracked, "T016"),
    ("a comment left", comment, "T024"),
    ("hidden words", runs("<w:vanish/>"), "T230"),
    ("a highlight left", runs('<w:highlight w:val="yellow"/>'), "T231"),
    ("a blank to fill in", added("[insert name]", "TBD", "[DATE]", "XX days"), "T231"),
    ("another style", foreign_style, "T232"),
    ("a style changed", changed_style, "T232"),
    ("another list", foreign_list, "T233"),
    ("a number typed", typed_number, "T233"),
    ("another font", runs('<w:rFonts w:ascii="Garamond" w:hAnsi="Garamond"/>'), "T234"),
    (
        "a reference typed",
        added("See Section 8.2.", "See Exhibit B of this Agreement.", "Section 12 applies.", "Article 4 applies."),
        "T240",
    ),
    ("a reference to nothing", reference, "T020"),
    ("Word's reference to nothing", runs("", "Error! Reference source not found."), "T241"),
    (
        "a stale citation",
        added(
            "Government Code section 6254 applies.",
            "See 99 CFR 99.35.",
            "NIST SP 800-88 Rev. 1 applies.",
            "HIPPA applies.",
        ),
        "T242",
    ),
    (
        "personal data",
        added("Call (916) 555-0100.", "Write to jordan@example.gov.", "The number is 123-45-6789."),
        "T243",
    ),
    ("a name in a signature block", signed, "T244"),
    ("a defined term misspelt", misspelt_term, "T245"),
    ("a letter of a defined term wrong", letter_of_term, "T245"),
    ("a word of a defined term wrong", word_of_term, "T245"),
    ("a defined term with a small letter", small_letter, "T245"),
    ("a term defined twice", defined("Data Recipient"), "T253"),
    ("a term defined for nothing", defined("Quarterly Flurry"), "T252"),
    ("an include of nothing", include_name, "T010 T011"),
    ("an include with words beside", include_beside, "T013"),
    ("an include of itself", own_include, "T012"),
    ("a heading level skipped", skipped_heading, "T103 T232"),
    ("a header row lost", no_header, "T104"),
    ("a picture without words", picture, "T105"),
    ("an empty paragraph", empty_paragraph, "T106"),
)
"""Each kind of mistake: what it is called, how it is made, and the codes by which it may be told."""


def mutants(files: dict[str, bytes], each: int, seed: int = 7) -> list[Mutant]:
    """Mistakes of every kind, `each` of one, in files chosen by chance; the same for the same seed."""
    found = []
    for kind, make, codes in KINDS:
        rng = random.Random(f"{seed} {kind}")
        names = sorted(files)
        rng.shuffle(names)
        made = 0
        for name in names * 2:
            sheet = Sheet.of(name, files[name], rng)
            if made < each and make(sheet):
                found.append(sheet.made(kind, codes))
                made += 1
            if made == each:
                break
    return found
