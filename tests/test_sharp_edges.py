# ruff: noqa: RUF001 - curly quotes are what is tested
"""Every way in which docxtpl and Word lose, invent or change words: right output, or nothing and a finding."""

from __future__ import annotations

import copy
import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import pytest
from lxml import etree

from agreegen import template
from agreegen.errors import FindingsError
from agreegen.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from agreegen.finding import Finding

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word(*paragraphs: str, change: Callable[[Any], None] | None = None) -> bytes:
    """A Word file with these paragraphs, changed by hand if need be."""
    document = docx.Document()
    for p in paragraphs:
        document.add_paragraph(p)
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def runs(document: Any, *texts: str) -> Any:
    """A paragraph of runs that alternate in look."""
    p = document.add_paragraph()
    for i, t in enumerate(texts):
        p.add_run(t).bold = bool(i % 2)
    return p


class Desk:
    """Compiles and renders in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def template(self, data: bytes, **options: Any) -> template.Template:
        file = self.folder / "t.docx"
        file.write_bytes(data)
        return template.compile(file, **options)

    def render(self, data: bytes, context: dict[str, Any] | None = None) -> bytes:
        made = self.template(data)
        assert made.usable, made.findings
        return render(made, context or {})

    def text(self, data: bytes, context: dict[str, Any] | None = None) -> list[str]:
        return [p.text for p in docx.Document(io.BytesIO(self.render(data, context))).paragraphs]

    def one(self, tag: str, **context: Any) -> str:
        """The text of one paragraph."""
        return self.text(word(tag), context)[0]

    def errors(self, data: bytes, context: dict[str, Any] | None = None, **options: Any) -> list[Finding]:
        """The error findings of compiling, or of rendering if compiling went well."""
        made = self.template(data, **options)
        if not made.usable:
            with pytest.raises(FindingsError):
                render(made, context or {})
            return [f for f in made.findings if f.severity == "error"]
        with pytest.raises(FindingsError) as caught:
            render(made, context or {})
        return [f for f in caught.value.findings if f.severity == "error"]

    def error(self, data: bytes, context: dict[str, Any] | None = None, **options: Any) -> Finding:
        """The only error."""
        found = self.errors(data, context, **options)
        assert len(found) == 1, found
        assert found[0].location.file == "t.docx"
        assert found[0].hint
        return found[0]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def member(data: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


# ------------------------------------------------------------------------------------------------ values
@pytest.mark.parametrize(
    "value",
    [
        'AT&T <Data> & "quotes"', "O'Brien’s “terms”", "R&D", "x <= 5 & y > 3", "Smith & <Jones> Inc. shall pay",
        "{{ 7*7 }}", "{% if x %}", "{_{ raw }_}", "<w:r><w:rPr><w:vanish/></w:rPr></w:r>", "</w:t></w:r></w:p>",
        "&amp; &lt;", "non\u00a0breaking", "Ñandú 日本 😀", "  two spaces  at the ends  ", "]]>", "100 % of it",
        "C:\\x\\n",
    ],
)  # fmt: skip
def test_a_value_comes_out_as_it_went_in(desk: Desk, value: str) -> None:
    assert desk.text(word("Before", "«{{ v }}»", "After"), {"v": value}) == ["Before", f"«{value}»", "After"]


@pytest.mark.parametrize(("value", "shown"), [("a\nb", "a\nb"), ("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\tb", "a\tb")])
def test_line_breaks_and_tabs_become_words_own(desk: Desk, value: str, shown: str) -> None:
    xml = member(desk.render(word("«{{ v }}»"), {"v": value}), "word/document.xml").decode()
    assert desk.text(word("«{{ v }}»"), {"v": value}) == [f"«{shown}»"]
    assert xml.count("<w:br/>") == shown.count("\n")
    assert xml.count("<w:tab/>") == shown.count("\t")


@pytest.mark.parametrize(
    "value", ["a\x07b", "a\x0cb", "a\x0bb", "\x00", "a\x1fb", "\ue010", "a\x9fb", "\ufffe", "\ud800"]
)
def test_characters_that_word_cannot_hold_are_refused(desk: Desk, value: str) -> None:
    found = desk.error(word("first", "{{ v }}"), {"v": value})
    assert found.code == "T081"
    assert f"U+{ord(value.strip('ab')):04X}" in found.message
    assert (found.location.part, found.location.paragraph, found.location.text) == ("body", 2, "{{ v }}")


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (None, "no value", "{% if"),
        (True, "yes-or-no", "yesno"),
        (False, "yes-or-no", "yesno"),
        (1.5, "decimal", "text in the data"),
        (dt.date(2027, 3, 1), "date", "filter date"),
        (dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC), "date", "filter date"),
        (["a"], "list", "listing"),
        (("a",), "list", "listing"),
        ({"a": 1}, "record", "name.field"),
        (len, "function", "['items']"),
        (object(), "object", "filter"),
        (b"bytes", "bytes", "filter"),
    ],
)
def test_values_that_are_no_words_are_refused_with_the_remedy(desk: Desk, value: Any, message: str, hint: str) -> None:
    found = desk.error(word("Cap: {{ cap }}"), {"cap": value})
    assert found.code == "T081"
    assert message in found.message
    assert hint in found.hint


def test_whole_numbers_and_filtered_values_print(desk: Desk) -> None:
    context = {"n": 1234, "d": dt.date(2027, 3, 1), "xs": ["a", "b", "c"], "on": True}
    shown = desk.one("{{ n }} {{ d|date }} {{ xs|listing }} {{ on|yesno }}", **context)
    assert shown == "1234 March 1, 2027 a, b, and c Yes"


def test_a_key_called_items_is_data(desk: Desk) -> None:
    assert desk.one("{{ a.items }}", a={"items": "pens"}) == "pens"
    assert desk.one("{% for k, v in a.items() %}{{ k }}={{ v }};{% endfor %}", a={"x": 1}) == "x=1;"
    assert desk.error(word("{{ a.items }}"), {"a": {}}).code == "T081"


def test_several_paragraphs_by_the_filter(desk: Desk) -> None:
    text = word("{%p for p in x|paragraphs %}", "{{ p }}", "{%p endfor %}", "end")
    assert desk.text(text, {"x": "one & two\n\nthree"}) == ["one & two", "three", "end"]


def test_formatted_text_of_others_is_refused(desk: Desk) -> None:
    class Html:
        def __html__(self) -> str:
            return "<w:r/>"

    assert desk.error(word("{{ v }}"), {"v": Html()}).code == "T081"
    assert desk.error(word("{{ v|safe }}"), {"v": "<w:r/>"}).code == "T043"
    assert desk.error(word("{{r v }}"), {"v": "plain"}).code == "T081"


def test_values_in_field_codes_cannot_become_commands(desk: Desk) -> None:
    def change(document: Any) -> None:
        p = document.add_paragraph()._p
        for xml in ('<w:fldChar w:fldCharType="begin"/>', '<w:instrText>HYPERLINK "mailto:{{ v }}"</w:instrText>',
                    '<w:fldChar w:fldCharType="end"/>'):  # fmt: skip
            p.append(etree.fromstring(f'<w:r xmlns:w="{W[1:-1]}">{xml}</w:r>'))

    assert b'mailto:a@example.gov"' in member(
        desk.render(word(change=change), {"v": "a@example.gov"}), "word/document.xml"
    )
    assert desk.error(word(change=change), {"v": '" \\o "x'}).code == "T081"


# ------------------------------------------------------------------------------------------------ tags
def test_text_beside_a_paragraph_tag_is_a_finding_not_a_loss(desk: Desk) -> None:
    found = desk.error(word("Liability is unlimited. {%p if x %}", "a", "{%p endif %}"), {"x": 1})
    assert found.code == "T031"
    assert "Liability is unlimited." in found.message
    assert found.location.paragraph == 1


def test_text_beside_a_row_tag_is_a_finding(desk: Desk) -> None:
    def change(document: Any) -> None:
        t = document.add_table(3, 2)
        t.cell(0, 0).text, t.cell(0, 1).text = "{%tr for e in xs %}", "Header!"
        t.cell(1, 0).text = "{{ e }}"
        t.cell(2, 0).text = "{%tr endfor %}"

    found = desk.error(word(change=change), {"xs": ["a"]})
    assert (found.code, found.location.cell) == ("T031", "table 1, row 1, column 1")
    assert "Header!" in found.message


@pytest.mark.parametrize("extra", ['<w:br w:type="page"/>', "<w:drawing/>", '<w:footnoteReference w:id="2"/>'])
def test_what_is_no_text_beside_a_paragraph_tag_is_a_finding_too(desk: Desk, extra: str) -> None:
    def change(document: Any) -> None:
        document.paragraphs[0]._p.append(etree.fromstring(f'<w:r xmlns:w="{W[1:-1]}">{extra}</w:r>'))

    assert desk.error(word("{%p if x %}", "a", "{%p endif %}", change=change), {"x": 1}).code == "T031"


@pytest.mark.parametrize(
    "pieces",
    [
        ("{", "{ name }", "}"),
        ("{{ na", "me }} and"),
        ("{{", " name ", "}", "}"),
        ("A {% i", "f na", "me %}B{% endif", " %}"),
    ],
)
def test_tags_split_over_runs_work(desk: Desk, pieces: Sequence[str]) -> None:
    def change(document: Any) -> None:
        runs(document, *pieces)

    shown = desk.text(word(change=change), {"name": "R&D"})[-1]
    assert shown in ("R&D", "R&D and", "A B")


def test_text_after_a_split_tag_keeps_its_own_look(desk: Desk) -> None:
    data = word(change=lambda d: runs(d, "{{ na", "me }} bold"))
    found = docx.Document(io.BytesIO(desk.render(data, {"name": "x"}))).paragraphs[-1]
    assert [(r.text, bool(r.bold)) for r in found.runs if r.text] == [("x", False), (" bold", True)]


@pytest.mark.parametrize(
    "tag",
    [
        "{% if v == “A & B” %}yes{% endif %}", "{% if v == 'A & B' %}yes{% endif %}",
        "{% if v == ‘A & B’ %}yes{% endif %}",
        '{% if v == "A & B" and n < 5 and n >= 1 %}yes{% endif %}',
        "{%\u00a0if v ==\u00a0“A & B”\u00a0%}yes{% endif %}",
        "{{ “yes” if n % 2 == 1 else “no” }}",
    ],
)  # fmt: skip
def test_curly_quotes_ampersands_and_odd_blanks_in_tags(desk: Desk, tag: str) -> None:
    assert desk.one(tag, v="A & B", n=3) == "yes"


@pytest.mark.parametrize(
    "tag", ["{{ 'Provider’s' }}", "{{ ‘Provider’s’ }}", "{{ “Provider’s” }}", '{{ "Provider’s" }}']
)
def test_an_apostrophe_in_a_string_stays_what_it_is(desk: Desk, tag: str) -> None:
    assert desk.one(tag) == "Provider’s"


def test_braces_and_percent_signs_in_strings_of_paragraph_tags(desk: Desk) -> None:
    assert desk.text(word('{%p if v == "}% %}" %}', "a", "{%p endif %}", "z"), {"v": "}% %}"}) == ["a", "z"]


def test_escaped_braces_print_and_signature_anchors_survive(desk: Desk) -> None:
    assert desk.one("{_{ x }_} {_% y %_}") == "{{ x }} {% y %}"
    anchor = "{{Sig_es_:signer1:signature}}"
    assert desk.one("{% raw %}" + anchor + "{% endraw %}") == anchor


def test_template_comments_vanish(desk: Desk) -> None:
    assert desk.text(word("a {# to counsel: “check” #}b", "{#p a whole paragraph #}", "c")) == ["a b", "c"]


@pytest.mark.parametrize(
    ("tag", "code", "said"),
    [
        ("{{ agreement.liabilty }}", "T080", "liability"),
        ("{{ agrement.liability }}", "T080", "agreement"),
        ("{{ agreement.liability|uper }}", "T043", "upper"),
        ("{% fi agreement %}x{% endif %}", "T041", "if"),
        ("{{ 1 + }}", "T040", "check the brackets"),
        ("{{ agreement.liability", "T030", "}}"),
        ("{ agreement }}", "T034", "{{ name }}"),
        ("{{ agreement }", "T030", "}}"),
        ("{{ agreement is nonempty }}", "T044", "{{"),
        ("{{ agreement.liability / 0 }}", "T083", "correct"),
        ("{% include 'x' %}", "T013", "paragraph of its own"),
        ("{% macro x() %}{% endmacro %}", "T045", "write the text"),
        ("{{ 'x }}", "T030", "quote"),
        ("{% if x = 1 %}{% endif %}", "T040", "=="),
    ],
)
def test_misspelled_and_broken_tags(desk: Desk, tag: str, code: str, said: str) -> None:
    found = desk.errors(word("first", tag), {"agreement": {"liability": "10"}})
    assert code in {f.code for f in found}
    first = next(f for f in found if f.code == code)
    assert said in first.hint + first.message
    assert first.location.paragraph == 2
    assert first.location.part == "body"


@pytest.mark.parametrize(
    ("paragraphs", "message", "at"),
    [
        (("{%p if a %}", "x"), "{%p if a %} is never closed", 1),
        (("x", "{%p endif %}"), "{%p endif %} closes nothing", 2),
        (("{%p for a in b %}", "{%p if c %}", "x", "{%p endfor %}"), "{%p endfor %} meets the open {%p if c %}", 4),
        (("{%p else %}",), "{%p else %} closes nothing", 1),
    ],
)
def test_unclosed_blocks_are_named(desk: Desk, paragraphs: tuple[str, ...], message: str, at: int) -> None:
    found = desk.errors(word(*paragraphs))[0]
    assert found.code == "T042"
    assert message in found.message
    assert found.location.paragraph == at


def test_all_problems_come_at_once(desk: Desk) -> None:
    codes = [f.code for f in desk.errors(word("{{ a|uper }}", "{{ b|lowr }}", "text {%p if x %}", "{{ 1 + }}"))]
    assert codes.count("T043") == 2
    assert {"T031", "T040", "T042"} <= set(codes)


def test_a_loop_over_cells_is_refused(desk: Desk) -> None:
    def change(document: Any) -> None:
        t = document.add_table(1, 2)
        t.cell(0, 0).text, t.cell(0, 1).text = "{% for e in xs %}a", "b{% endfor %}"

    assert desk.error(word(change=change), {"xs": [1, 2]}).code == "T050"


def test_a_missing_name_is_named_in_full_with_its_neighbor(desk: Desk) -> None:
    found = desk.error(word("{{ party.contact.nmae }}"), {"party": {"contact": {"name": "x"}}})
    assert "'party.contact.nmae'" in found.message
    assert "'name'" in found.hint


def test_names_are_checked_against_the_known_ones(desk: Desk) -> None:
    known = frozenset({"party.name", "elements.name", "extra.*"})
    made = desk.template(
        word("{{ party.nmae }} {% for e in elements %}{{ e.nam }}{{ e.name }}{% endfor %} {{ extra.anything }}"),
        known=known,
    )
    assert [f.code for f in made.findings] == ["T046", "T046"]
    assert "party.name" in made.findings[0].hint
    assert "elements.nam" in made.findings[1].message


def test_hidden_misspellings_are_noted(desk: Desk) -> None:
    made = desk.template(word("{{ a|default('x') }} {% if b is defined %}y{% endif %}"))
    assert [(f.code, f.severity.value) for f in made.findings] == [("T047", "note"), ("T047", "note")]


# ------------------------------------------------------------------------------------------------ places
def test_tags_in_headers_footers_notes_boxes_and_properties_render(desk: Desk) -> None:
    def change(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "H {{ v }}"
        document.sections[0].footer.paragraphs[0].text = "F {{ v }}"
        document.core_properties.title = "Title {{ v }}"
        box = (
            f'<w:r xmlns:w="{W[1:-1]}" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
            "<w:txbxContent>"
            "<w:p><w:r><w:t>Box {{ v }}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
        document.add_paragraph("around ")._p.append(etree.fromstring(box))

    data = desk.render(word(change=change), {"v": "Health & Human"})
    found = docx.Document(io.BytesIO(data))
    assert found.sections[0].header.paragraphs[0].text == "H Health & Human"
    assert found.sections[0].footer.paragraphs[0].text == "F Health & Human"
    assert found.core_properties.title == "Title Health & Human"
    assert b"Box Health &amp; Human" in member(data, "word/document.xml")


def test_tags_in_alternative_text_render(desk: Desk) -> None:
    drawing = (
        '<w:r xmlns:w="{}" xmlns:wp="{}"><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="Seal of {{{{ v }}}}"/>'
    )
    names = (W[1:-1], "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing")
    xml = drawing.format(*names) + "</wp:inline></w:drawing></w:r>"
    data = desk.render(word(change=lambda d: d.add_paragraph()._p.append(etree.fromstring(xml))), {"v": 'A & "B"\nC'})
    root = etree.fromstring(member(data, "word/document.xml"))
    assert next(root.iter(f"{{{names[1]}}}docPr")).get("descr") == 'Seal of A & "B"\nC'


def test_a_long_title_is_no_error(desk: Desk) -> None:
    def change(document: Any) -> None:
        document.core_properties.title = "{{ v }}"

    data = desk.render(word(change=change), {"v": "x" * 400})
    assert docx.Document(io.BytesIO(data)).core_properties.title == "x" * 400


@pytest.mark.parametrize(
    ("name", "xml", "where"),
    [
        ("word/comments.xml", '<w:comments xmlns:w="w"><w:t>{{ v }}</w:t></w:comments>', "comments"),
        ("word/endnotes.xml", '<w:endnotes xmlns:w="w"><w:t>{{ v }}</w:t></w:endnotes>', "endnotes"),
        ("docProps/custom.xml", "<Properties><property>{% if v %}</property></Properties>", "custom"),
    ],
)
def test_tags_in_parts_that_are_not_rendered_are_findings(desk: Desk, name: str, xml: str, where: str) -> None:
    data = repacked(word("x"), {name: xml.encode()})
    found = desk.error(data)
    assert found.code == "T032"
    assert where in found.location.part


def test_tags_in_keywords_and_link_targets_are_findings(desk: Desk) -> None:
    def keywords(document: Any) -> None:
        document.core_properties.keywords = "{{ v }}"

    def link(document: Any) -> None:
        document.part.relate_to(
            "https://example.gov/%7B%7B%20v%20%7D%7D",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
            is_external=True,
        )

    assert desk.error(word(change=keywords)).code == "T032"
    assert desk.error(word(change=link)).code == "T032"


def repacked(data: bytes, changed: dict[str, bytes], skip: Sequence[str] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changed and name not in skip:
                new.writestr(name, old.read(name))
        for name, content in changed.items():
            new.writestr(name, content)
    return out.getvalue()


# ------------------------------------------------------------------------------------------------ structure
def test_a_cell_that_conditions_empty_keeps_a_paragraph(desk: Desk) -> None:
    def change(document: Any) -> None:
        cell = document.add_table(1, 2).cell(0, 0)
        cell.text = "{%p if x %}"
        cell.add_paragraph("a")
        cell.add_paragraph("{%p endif %}")

    for x in (True, False):
        root = etree.fromstring(member(desk.render(word(change=change), {"x": x}), "word/document.xml"))
        assert all(c[-1].tag == W + "p" for c in root.iter(W + "tc"))


def test_a_table_that_conditions_empty_goes(desk: Desk) -> None:
    def change(document: Any) -> None:
        t = document.add_table(3, 1)
        for i, text in enumerate(("{%tr for e in xs %}", "{{ e }}", "{%tr endfor %}")):
            t.cell(i, 0).text = text

    root = etree.fromstring(member(desk.render(word("a", change=change), {"xs": []}), "word/document.xml"))
    assert not list(root.iter(W + "tbl"))
    root = etree.fromstring(member(desk.render(word("a", change=change), {"xs": ["q", "r"]}), "word/document.xml"))
    assert len(list(root.iter(W + "tr"))) == 2


def test_bookmarks_and_drawings_in_loops_stay_unique(desk: Desk) -> None:
    mark = (
        f'<w:bookmarkStart xmlns:w="{W[1:-1]}" w:id="7" w:name="here"/>',
        f'<w:bookmarkEnd xmlns:w="{W[1:-1]}" w:id="7"/>',
    )
    drawing = (
        f'<w:r xmlns:w="{W[1:-1]}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<w:drawing><wp:inline><wp:docPr id="1" name="x"/></wp:inline></w:drawing></w:r>'
    )

    def change(document: Any) -> None:
        for xml in (*mark, drawing):
            document.paragraphs[1]._p.append(etree.fromstring(xml))

    data = desk.render(word("{%p for e in xs %}", "{{ e }}", "{%p endfor %}", change=change), {"xs": ["a", "b", "c"]})
    root = etree.fromstring(member(data, "word/document.xml"))
    assert not list(root.iter(W + "bookmarkStart", W + "bookmarkEnd"))
    ids = [e.get("id") for e in root.iter("{*}docPr")]
    assert len(ids) == len(set(ids)) == 3


def test_a_footnote_in_a_loop_is_refused(desk: Desk) -> None:
    def change(document: Any) -> None:
        document.paragraphs[1]._p.append(
            etree.fromstring(f'<w:r xmlns:w="{W[1:-1]}"><w:footnoteReference w:id="2"/></w:r>')
        )

    assert desk.error(word("{%p for e in xs %}", "{{ e }}", "{%p endfor %}", change=change)).code == "T018"


def test_a_list_in_a_loop_begins_again_in_each_iteration(desk: Desk) -> None:
    def change(document: Any) -> None:
        for p in document.paragraphs[2:4]:
            ppr = p._p.get_or_add_pPr()
            ppr._add_numPr()._add_numId().val = 5
            ppr.numPr._add_ilvl().val = 0

    data = word("{%p for e in xs %}", "Group {{ e }}", "item", "item", "{%p endfor %}", change=change)
    made = desk.render(data, {"xs": ["a", "b"]})
    used = [e.get(W + "val") for e in etree.fromstring(member(made, "word/document.xml")).iter(W + "numId")]
    nums = {n.get(W + "numId"): n for n in etree.fromstring(member(made, "word/numbering.xml")).iter(W + "num")}
    assert used[0] == used[1] != used[2] == used[3]
    assert all(list(nums[u].iter(W + "startOverride")) for u in used)


def test_tracked_changes_are_refused(desk: Desk) -> None:
    def change(document: Any) -> None:
        p = document.add_paragraph("x")._p
        ins = etree.SubElement(p, W + "ins")
        ins.append(copy.deepcopy(p[0]))

    assert desk.error(word(change=change)).code == "T016"


# ------------------------------------------------------------------------------------------------ escapes
@pytest.mark.parametrize(
    "tag",
    [
        "{{ cycler.__init__.__globals__.os.environ }}", "{{ x.__class__.__mro__ }}", "{{ x|attr('__class__') }}",
        "{{ ''.__class__ }}", "{{ d.update({'a': 2}) }}", "{{ xs.append(1) }}", "{{ range(1000000)|list|length }}",
        "{{ 'x' * 1000000000 }}", "{{ '%1000000000d' % 1 }}", "{{ 'x'.center(1000000000) }}", "{{ 9 ** 999999999 }}",
        "{{ '{0.__class__}'.format(x) }}", "{{ self._TemplateReference__context }}", "{{ lipsum(50) }}",
        "{% set _state = 1 %}{{ _state }}", "{{ x['__class__'] }}",
    ],
)  # fmt: skip
def test_templates_cannot_reach_out_or_cost_without_bounds(desk: Desk, tag: str) -> None:
    found = desk.errors(word(tag), {"x": "a", "d": {"a": 1}, "xs": [1]})
    assert found
    assert {f.code for f in found} <= {"T043", "T080", "T081", "T083", "T084"}
