"""Includes: what is spliced fits into the master, and what can't be is a finding that names the file."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import docx
import pytest
from lxml import etree

from agreegen import template
from agreegen.errors import FindingsError
from agreegen.render import render
from agreegen.rules.result import check, literals
from agreegen.template.draft import draft
from agreegen.template.numbering import labels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agreegen.finding import Finding

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PIXEL = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(bytes(4)))
    + _chunk(b"IEND", b"")
)


class Folder:
    """A folder of templates written in our notation or by hand."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, text: str, change: Callable[[Any], None] | None = None) -> None:
        file = self.root / f"{name}.docx"
        file.parent.mkdir(parents=True, exist_ok=True)
        data = draft(text)
        if change:
            document = docx.Document(io.BytesIO(data))
            change(document)
            out = io.BytesIO()
            document.save(out)
            data = out.getvalue()
        file.write_bytes(data)

    def compile(self, name: str = "m", **options: Any) -> template.Template:
        return template.compile(self.root / f"{name}.docx", root=self.root, **options)

    def render(self, context: dict[str, Any] | None = None) -> bytes:
        made = self.compile()
        assert made.usable, made.findings
        data = render(made, context or {})
        found = check(data, "m.docx", literals(made, context or {}))
        assert [f for f in found if not f.code.startswith("T10")] == []  # accessibility isn't the subject
        return data

    def errors(self) -> list[Finding]:
        made = self.compile()
        with pytest.raises(FindingsError):
            render(made, {})
        return [f for f in made.findings if f.severity == "error"]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def text(data: bytes) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(data)).paragraphs]


def body(data: bytes) -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))


# ------------------------------------------------------------------------------------------------ splicing
def test_includes_are_spliced_in_order_and_may_nest(folder: Folder) -> None:
    folder.put("clauses/inner", "## [inner] Inner\n\ninner {{ v }}")
    folder.put("clauses/outer", '## [outer] Outer\n\n{%p include "clauses/inner" %}\n\nafter')
    folder.put("m", '# One\n\n{%p include "clauses/outer.docx" %}\n\n{%p include “clauses/inner2” %}\n\nend')
    folder.put("clauses/inner2", "## [inner-two] Inner 2")
    assert text(folder.render({"v": "x"})) == ["One", "Outer", "Inner", "inner x", "after", "Inner 2", "end"]
    made = folder.compile()
    assert [f.name for f in made.files] == ["m.docx", "clauses/outer.docx", "clauses/inner.docx", "clauses/inner2.docx"]


@pytest.mark.parametrize(
    ("directive", "code", "said"),
    [
        ('{%p include "clauses/incident-notise" %}', "T010", "clauses/incident-notice"),
        ('{%p include "../secret" %}', "T011", "below"),
        ('{%p include "/etc/passwd" %}', "T011", "below"),
        ('{%p include "clauses/../../x" %}', "T011", "below"),
        ('before {%p include "clauses/incident-notice" %}', "T013", "own"),
        ("{%p include name %}", "T013", "own"),
        ('{% include "clauses/incident-notice" %}', "T013", "own"),
    ],
)
def test_includes_that_cannot_be_are_findings(folder: Folder, directive: str, code: str, said: str) -> None:
    folder.put("clauses/incident-notice", "## [incident-notice] Notice")
    folder.put("m", "# One\n\ndirective", lambda d: setattr(d.paragraphs[1], "text", directive))
    found = folder.errors()[0]
    assert found.code == code
    assert said in found.hint
    assert (found.location.file, found.location.paragraph, found.location.heading) == ("m.docx", 2, "One")


def test_a_link_out_of_the_folder_is_refused(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x.docx"
    outside.write_bytes(draft("secret"))
    (folder.root / "clauses").mkdir()
    (folder.root / "clauses" / "x.docx").symlink_to(outside)
    folder.put("m", '{%p include "clauses/x" %}')
    assert folder.errors()[0].code == "T011"


def test_circles_are_refused_and_shown(folder: Folder) -> None:
    folder.put("clauses/a", '{%p include "clauses/b" %}')
    folder.put("clauses/b", '{%p include "clauses/a" %}')
    folder.put("m", '{%p include "clauses/a" %}')
    found = folder.errors()[0]
    assert found.code == "T012"
    assert "m → clauses/a → clauses/b → clauses/a" in found.message
    assert found.location.file == "clauses/b.docx"


def test_a_problem_names_the_clause_file_that_holds_it(folder: Folder) -> None:
    folder.put("clauses/a", "## [a] Clause A\n\ntext {{ v|uper }}")
    folder.put("m", '# One\n\n{%p include "clauses/a" %}')
    found = folder.errors()[0]
    place = found.location
    assert (place.file, place.heading, place.paragraph, place.text) == ("clauses/a.docx", "Clause A", 2, "{{ v|uper }}")


def test_a_failure_while_rendering_names_the_clause_file_too(folder: Folder) -> None:
    folder.put("clauses/a", "## [a] Clause A\n\ntext {{ v.nmae }}")
    folder.put("m", '# One\n\n{%p include "clauses/a" %}')
    with pytest.raises(FindingsError) as caught:
        render(folder.compile(), {"v": {"name": "x"}})
    found = caught.value.findings[-1]
    assert (found.location.file, found.location.heading, found.location.paragraph) == ("clauses/a.docx", "Clause A", 2)


def test_an_unreadable_clause_is_a_finding(folder: Folder) -> None:
    folder.put("m", '{%p include "clauses/a" %}')
    (folder.root / "clauses").mkdir()
    (folder.root / "clauses" / "a.docx").write_bytes(b"PK nonsense")
    assert [(f.code, f.location.file) for f in folder.errors()] == [("T001", "clauses/a.docx")]


def test_a_block_cannot_span_files(folder: Folder) -> None:
    folder.put("clauses/a", "{%p endif %}")
    folder.put("m", '{%p if x %}\n\ntext\n\n{%p include "clauses/a" %}')
    assert folder.errors()[0].code == "T042"


def test_an_include_in_a_table_cell(folder: Folder) -> None:
    folder.put("clauses/a", "## [a] In a cell")
    folder.put("m", '| caption: T | widths: 50,50 |\n| {%p include "clauses/a" %} | right |')
    document = docx.Document(io.BytesIO(folder.render()))
    assert document.tables[0].cell(0, 0).text.strip() == "In a cell"


# ------------------------------------------------------------------------------------------------ what comes along
def test_styles_must_be_the_masters(folder: Folder) -> None:
    def other(document: Any) -> None:
        document.styles["Clause Text"].font.size = docx.shared.Pt(22)

    folder.put("clauses/a", "plain", other)
    folder.put("m", '# One\n\n{%p include "clauses/a" %}')
    found = folder.errors()[0]
    assert found.code == "T014"
    assert "Clause Text" in found.message
    assert found.location.file == "clauses/a.docx"


def test_unused_styles_may_differ_and_new_ones_come_along(folder: Folder) -> None:
    def other(document: Any) -> None:
        document.styles["Note"].font.size = docx.shared.Pt(22)
        style = document.styles.add_style("Special", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
        document.paragraphs[0].style = style

    folder.put("clauses/a", "plain", other)
    folder.put("m", '# One\n\n{%p include "clauses/a" %}')
    assert [f.code for f in folder.compile().findings] == ["T015"]
    assert docx.Document(io.BytesIO(folder.render())).paragraphs[1].style.name == "Special"


def test_pictures_links_and_their_relationships_come_along(folder: Folder) -> None:
    def picture(document: Any) -> None:
        document.paragraphs[0].add_run().add_picture(io.BytesIO(PIXEL))
        link = document.part.relate_to("https://example.gov/a", f"{RELATIONS}/hyperlink", is_external=True)
        h = etree.SubElement(document.paragraphs[0]._p, W + "hyperlink", {f"{{{RELATIONS}}}id": link})
        h.append(etree.fromstring(f'<w:r xmlns:w="{W[1:-1]}"><w:t>link</w:t></w:r>'))

    folder.put("clauses/a", "one", picture)
    folder.put("clauses/b", "two", picture)
    folder.put("m", '{%p include "clauses/a" %}\n\n{%p include "clauses/b" %}')
    data = folder.render()
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert len([n for n in names if n.startswith("word/media/")]) == 1
    document = docx.Document(io.BytesIO(data))
    assert len(document.inline_shapes) == 2
    assert [r.target_ref for r in document.part.rels.values() if r.is_external] == ["https://example.gov/a"]


def test_footnotes_are_merged_with_new_ids(folder: Folder) -> None:
    folder.put("clauses/a", "one[^1]\n\n%% part: footnotes\n\n[^1] note a {{ v }}")
    folder.put("clauses/b", "two[^1]\n\n%% part: footnotes\n\n[^1] note b")
    folder.put(
        "m", 'zero[^1]\n\n{%p include "clauses/a" %}\n\n{%p include "clauses/b" %}\n\n%% part: footnotes\n\n[^1] note 0'
    )
    data = folder.render({"v": "R&D"})
    notes = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/footnotes.xml"))
    shown = {n.get(W + "id"): "".join(n.itertext()).strip() for n in notes}
    used = [r.get(W + "id") for r in body(data).iter(W + "footnoteReference")]
    assert [shown[u] for u in used] == ["note 0", "note a R&D", "note b"]


def test_direct_lists_begin_again_and_style_lists_go_on(folder: Folder) -> None:
    def listed(document: Any) -> None:
        for p in document.paragraphs[1:]:
            p._p.get_or_add_pPr()._add_numPr()._add_numId().val = 3
            p._p.pPr.numPr._add_ilvl().val = 0

    folder.put("clauses/a", "## [a] A\n\n- item\n\n- item", listed)
    folder.put("clauses/b", "## [b] B\n\n- item\n\n- item", listed)
    folder.put("m", '# One\n\n{%p include "clauses/a" %}\n\n{%p include "clauses/b" %}')
    data = folder.render()
    nums = [e.get(W + "val") for e in body(data).iter(W + "numId")]
    assert nums[0] == nums[1] != nums[2] == nums[3]
    assert [n.label for n in labels(data) if n.label and n.label != "•"] == ["1.", "1.1", "1.2"]


def test_bookmarks_stay_unique_and_fields_follow(folder: Folder) -> None:
    def marked(document: Any) -> None:
        p = document.paragraphs[0]._p
        xml = (
            f'<x xmlns:w="{W[1:-1]}"><w:bookmarkStart w:id="5" w:name="_Ref1"/><w:r><w:t>t</w:t></w:r>'
            '<w:bookmarkEnd w:id="5"/><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGEREF _Ref1 '
            '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></x>'
        )
        p.extend(list(etree.fromstring(xml)))

    for name in ("a", "b"):
        folder.put(f"clauses/{name}", name, marked)
    folder.put("m", '{%p include "clauses/a" %}\n\n{%p include "clauses/b" %}')
    root = body(folder.render())
    names = [e.get(W + "name") for e in root.iter(W + "bookmarkStart")]
    assert names == ["_Ref1", "_Ref1_2"]
    assert ["".join(e.itertext()).split()[1] for e in root.iter(W + "instrText")] == names


def test_comments_do_not_leave_the_house(folder: Folder) -> None:
    def commented(document: Any) -> None:
        document.add_comment(document.paragraphs[0].add_run("x"), "drafting note", "Counsel", "C")

    folder.put("clauses/a", "clause", commented)
    folder.put("m", '# One\n\n{%p include "clauses/a" %}', commented)
    data = folder.render()
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert not [n for n in archive.namelist() if "comment" in n.lower()]
    assert not [n for n in archive.namelist() if b"drafting note" in archive.read(n) or b"comments" in archive.read(n)]
    assert {f.code for f in folder.compile().findings} == {"T024"}


def test_an_exhibits_own_header_comes_along(folder: Folder) -> None:
    folder.put("exhibits/a", "%% landscape\n%% header: Exhibit of {{ v }}\n\n@ [a] A")
    folder.put("m", '%% header: Agreement {{ v }}\n\n# One\n\n{%p include "exhibits/a" %}')
    document = docx.Document(io.BytesIO(folder.render({"v": "R&D"})))
    shown = [s.header.paragraphs[0].text for s in document.sections]
    assert shown == ["Agreement R&D", "Exhibit of R&D"]
    with pytest.raises(FindingsError) as caught:
        render(folder.compile(), {"v": None})
    assert caught.value.findings[-1].location.file == "m.docx"


# ------------------------------------------------------------------------------------------------ sections
def landscape(data: bytes) -> list[bool]:
    return [s.find(W + "pgSz").get(W + "orient") == "landscape" for s in body(data).iter(W + "sectPr")]


@pytest.mark.parametrize(
    ("wide", "tall", "turns"),
    [(True, True, [False, True, False]), (True, False, [False, True]), (False, True, [False]), (False, False, [False])],
)
def test_pages_turn_only_where_an_exhibit_wants_it(folder: Folder, wide: bool, tall: bool, turns: list[bool]) -> None:
    folder.put("exhibits/wide", "%% landscape\n\n@ [wide] Wide\n\ntext")
    folder.put("exhibits/tall", "@ [tall] Tall\n\ntext")
    directives = "\n\n".join(
        f'{{%p if {n} %}}\n\n{{%p include "exhibits/{n}" %}}\n\n{{%p endif %}}' for n in ("wide", "tall")
    )
    folder.put("m", f"# One\n\ntext\n\n{directives}")
    data = folder.render({"wide": wide, "tall": tall})
    assert landscape(data) == turns
    exhibits = [n.label for n in labels(data) if n.label.startswith("Exhibit")]
    assert exhibits == ["Exhibit A", "Exhibit B"][: wide + tall]


def test_two_wide_exhibits_share_a_section_and_the_masters_text_turns_back(folder: Folder) -> None:
    for n in ("a", "b"):
        folder.put(f"exhibits/{n}", f"%% landscape\n\n@ [{n}] {n}")
    folder.put("m", '# One\n\n{%p include "exhibits/a" %}\n\n{%p include "exhibits/b" %}\n\nlast words')
    data = folder.render()
    assert landscape(data) == [False, True, False]
    assert text(data)[-1] == "last words"


def test_the_masters_header_stays_on_turned_pages(folder: Folder) -> None:
    folder.put("exhibits/a", "%% landscape\n\n@ [a] A")
    folder.put("m", '%% header: Agreement {{ v }}\n\n# One\n\n{%p include "exhibits/a" %}')
    document = docx.Document(io.BytesIO(folder.render({"v": "7"})))
    assert [s.header.paragraphs[0].text for s in document.sections] == ["Agreement 7", "Agreement 7"]


def test_a_section_break_inside_an_included_file_is_refused(folder: Folder) -> None:
    def broken(document: Any) -> None:
        document.add_section()

    folder.put("clauses/a", "one", broken)
    folder.put("m", '{%p include "clauses/a" %}')
    assert folder.errors()[0].code == "T019"


# ------------------------------------------------------------------------------------------------ references
CLAUSES = {"alpha": "Alpha", "beta": "Beta", "gamma": "Gamma"}


def put_clauses(folder: Folder) -> None:
    for name, title in CLAUSES.items():
        folder.put(f"clauses/{name}", f"## [{name}] {title}\n\n(a) first\n\n(b) {{#sub#}} second")
    for name in ("hipaa", "ferpa"):
        folder.put(f"exhibits/{name}", f"@ [{name}] {name}\n\n@@ [{name}-report] Reports\n\nsee {{{{ ref('alpha') }}}}")


def fields(data: bytes) -> list[tuple[str, str]]:
    """Bookmark and cached result of each REF field."""
    found = []
    for p in docx.Document(io.BytesIO(data)).paragraphs:
        xml = etree.tostring(p._p).decode()
        for mark, rest in re.findall(r"REF (\w+) \\w \\h </w:instrText>(.*?)fldCharType=\"end\"", xml):
            found.append((mark, "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", rest))))
    return found


@pytest.mark.parametrize("beta", [True, False])
@pytest.mark.parametrize("hipaa", [True, False])
def test_references_print_the_numbers_that_word_shows(folder: Folder, beta: bool, hipaa: bool) -> None:
    put_clauses(folder)
    folder.put(
        "m",
        '# One\n\nSee {{ ref("gamma") }}, {{ ref("gamma#sub") }} and {{ ref(“ferpa”) }}, '
        '**{{ ref("ferpa-report") }}**.\n\n'
        '{%p include "clauses/alpha" %}\n\n{%p if beta %}\n\n{%p include "clauses/beta" %}\n\n{%p endif %}\n\n'
        '{%p include "clauses/gamma" %}\n\n{%p if hipaa %}\n\n{%p include "exhibits/hipaa" %}\n\n{%p endif %}\n\n'
        '{%p include "exhibits/ferpa" %}',
    )
    data = folder.render({"beta": beta, "hipaa": hipaa})
    n, letter = (3 if beta else 2), ("B" if hipaa else "A")
    expected = [("c_gamma", f"1.{n}"), ("c_gamma__sub", f"1.{n}(b)"), ("x_ferpa", f"Exhibit {letter}")]
    assert fields(data)[:4] == [*expected, ("c_ferpa_report", f"{letter}.1")]
    shown = {b.get(W + "name"): n.full for n in labels(data) for b in n.paragraph.iter(W + "bookmarkStart")}
    assert all(shown[mark] == number for mark, number in fields(data))


def test_remembered_paths_give_the_numbers_of_fresh_ones(folder: Folder) -> None:
    names = ("a", "b", "c", "d")
    parts = "".join(f"{{%p if {n} %}}\n\n## [{n}] {n}\n\n(a) x\n\n{{%p endif %}}\n\n" for n in names)
    loop = "{%p for x in xs %}\n\n## Repeated {{ x }}\n\n{%p endfor %}\n\n"
    folder.put("m", f'# One\n\n{{{{ ref("last") }}}}\n\n{parts}{loop}## [last] Last')
    cases = [{n: bool(i >> k & 1) for k, n in enumerate(names)} | {"xs": ["x"] * (i % 3)} for i in range(16)]
    made = folder.compile()
    wanted = [f"1.{1 + sum(c[n] for n in names) + len(c['xs'])}" for c in cases]
    for order in (cases, cases[::-1], cases):
        found = {id(c): fields(render(made, c))[0][1] for c in order}
        assert [found[id(c)] for c in cases] == wanted


def test_a_counted_list_that_a_loop_begins_again_is_refused(folder: Folder) -> None:
    def direct(document: Any) -> None:
        p = next(p for p in document.paragraphs if p.text == "item")._p
        p.get_or_add_pPr()._add_numPr()._add_numId().val = 1
        p.pPr.numPr._add_ilvl().val = 0

    text = '# One\n\n## [a] A\n\n{{ ref("a") }}\n\n{%p for x in xs %}\n\n{{ x }}\n\nitem\n\n{%p endfor %}'
    folder.put("m", text, direct)
    assert [f.code for f in folder.errors()] == ["T023"]


def test_a_reference_in_a_footnote_a_cell_and_a_header(folder: Folder) -> None:
    folder.put(
        "m",
        '%% header: Section {{ ref("b") }}\n\n# One\n\nwords[^1]\n\n'
        '| caption: C | widths: 50,50 |\n| {{ ref("b") }} | x |\n\n'
        '## [b] B\n\n%% part: footnotes\n\n[^1] see {{ ref("b") }}',
    )
    data = folder.render()
    archive = zipfile.ZipFile(io.BytesIO(data))
    for name in ("word/document.xml", "word/footnotes.xml", next(n for n in archive.namelist() if "header" in n)):
        assert "<w:t>1.1</w:t>" in archive.read(name).decode(), name


def test_references_that_counsel_inserted_in_word_are_answered_too(folder: Folder) -> None:
    def insert(document: Any) -> None:
        pieces = (
            '<w:fldChar w:fldCharType="begin"/>', "<w:instrText> REF c_b \\r \\h </w:instrText>",
            '<w:fldChar w:fldCharType="separate"/>', "<w:t>99</w:t>", '<w:fldChar w:fldCharType="end"/>',
        )  # fmt: skip
        for xml in pieces:
            document.paragraphs[1]._p.append(etree.fromstring(f'<w:r xmlns:w="{W[1:-1]}">{xml}</w:r>'))

    folder.put("m", "# One\n\nSection \n\n## [b] B", insert)
    assert docx.Document(io.BytesIO(folder.render())).paragraphs[1].text == "Section1.1"


@pytest.mark.parametrize(
    ("tag", "code", "said"),
    [
        ('{{ ref("gama") }}', "T020", "gamma"),
        ("{{ ref(name) }}", "T022", "quotes"),
        ('{{ ref("gamma") ~ "x" }}', "T022", "alone"),
        ('{{ "Section " ~ ref("gamma") }}', "T022", "alone"),
        ('{{ ref("twice") }}', "T021", "name of its own"),
    ],
)
def test_references_that_lead_nowhere_are_findings(folder: Folder, tag: str, code: str, said: str) -> None:
    folder.put("m", f"# One\n\n## [gamma] G\n\n## [twice] T\n\ntext {tag}\n\n")
    folder.put("clauses/t", "## [twice] T")
    folder.put(
        "m", f'# One\n\n## [gamma] G\n\ntext {tag}\n\n{{%p include "clauses/t" %}}\n\n{{%p include "clauses/t" %}}'
    )
    found = folder.errors()[0]
    assert found.code == code
    assert said in found.hint
    assert found.location.paragraph == 3


def test_a_clause_and_an_exhibit_of_one_name_are_told_apart(folder: Folder) -> None:
    folder.put("exhibits/s", "@ [security] Security")
    folder.put(
        "m",
        '# One\n\n## [security] S\n\n{{ ref("clause:security") }} {{ ref("exhibit:security") }}\n\n'
        '{%p include "exhibits/s" %}',
    )
    assert fields(folder.render()) == [("c_security", "1.1"), ("x_security", "Exhibit A")]
    folder.put("m", '# One\n\n## [security] S\n\n{{ ref("security") }}\n\n{%p include "exhibits/s" %}')
    assert folder.errors()[0].code == "T021"


def test_one_name_in_branches_that_exclude_each_other_is_one_name(folder: Folder) -> None:
    folder.put("clauses/long", "## [end] Long end")
    folder.put("clauses/short", "## [first] First\n\n## [end] Short end")
    folder.put(
        "m",
        '# One\n\n{{ ref("end") }}\n\n{%p if long %}\n\n{%p include "clauses/long" %}\n\n{%p else %}\n\n'
        '{%p include "clauses/short" %}\n\n{%p endif %}',
    )
    assert fields(folder.render({"long": True})) == [("c_end", "1.1")]
    assert fields(folder.render({"long": False})) == [("c_end", "1.2")]


def test_a_reference_to_what_this_agreement_lacks_is_a_finding(folder: Folder) -> None:
    folder.put("m", '# One\n\n## [a] A\n\nas {{ ref("b") }} says\n\n{%p if b %}\n\n## [b] B\n\n{%p endif %}')
    made = folder.compile()
    assert fields(render(made, {"b": True})) == [("c_b", "1.2")]
    with pytest.raises(FindingsError) as caught:
        render(made, {"b": False})
    found = caught.value.findings[-1]
    assert found.code == "T082"
    assert 'ref("b")' in found.message
    assert (found.location.part, found.location.heading, found.location.paragraph) == ("body", "A", 3)


def test_composing_is_deterministic(folder: Folder) -> None:
    put_clauses(folder)
    folder.put("m", "# One\n\n" + "\n\n".join(f'{{%p include "clauses/{n}" %}}' for n in CLAUSES))
    assert folder.render() == folder.render()
