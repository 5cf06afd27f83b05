# ruff: noqa: RUF001 - curly quotes are what is tested
"""Rendering: equal to docxtpl where both can, verbatim values, same bytes, findings instead of tracebacks."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import docx
import jinja2
import pytest
from docxtpl import DocxTemplate, InlineImage, RichText
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from agreegen import template
from agreegen.errors import FindingsError, UsageError
from agreegen.render import backend, render
from agreegen.rules.result import check, literals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DATA: dict[str, Any] = {
    "name": "R&D <Unit> Ünïcode’s",
    "on": True,
    "off": False,
    "lines": "one\ntwo",
    "rows": [{"name": "a & b", "kind": "x"}, {"name": "c", "kind": "y"}, {"name": "d", "kind": "x"}],
    "columns": ["first", "second"],
    "color": "FF0000",
    "span": 2,
}


def word(change: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraphs(*texts: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for t in texts:
            document.add_paragraph(t)

    return change


def table(*rows: tuple[str, ...]) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        made = document.add_table(len(rows), max(map(len, rows)))
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                made.cell(i, j).text = text

    return change


def margins(document: Any) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = "Header {{ name }}"
    section.footer.paragraphs[0].text = "{% if on %}Footer {{ name }}{% endif %}"
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "First {{ name }}"
    document.add_paragraph("body")


def merged(document: Any) -> None:
    made = document.add_table(2, 3)
    made.cell(0, 0).merge(made.cell(0, 2)).text = "{{ name }}"
    made.cell(1, 0).text = "{% colspan span %}wide {{ name }}"


EQUAL = {
    "text": paragraphs(
        "Plain {{ name }} and {{ name|upper }}.", "{% if on %}yes{% else %}no{% endif %} {{ rows|length }}"
    ),
    "lines": paragraphs("«{{ lines }}»"),
    "conditions": paragraphs("{%p if on %}", "shown {{ name }}", "{%p else %}", "hidden", "{%p endif %}", "end"),
    "loops": paragraphs("{%p for r in rows %}", "{{ loop.index }}. {{ r.name }}", "{%p endfor %}"),
    "nested": paragraphs(
        "{%p for r in rows %}", "{%p if r.kind == 'x' %}", "{{ r.name }}", "{%p endif %}", "{%p endfor %}"
    ),
    "inline loop": paragraphs("{% for r in rows %}{{ r.name }}{% if not loop.last %}, {% endif %}{% endfor %}."),
    "set": paragraphs("{% set x = name %}{{ x }}"),
    "comment": paragraphs("a{# b #}c", "{#p d #}", "e"),
    "rows": table(
        ("Name", "Kind"), ("{%tr for r in rows %}", ""), ("{{ r.name }}", "{{ r.kind }}"), ("{%tr endfor %}", "")
    ),
    "cells": table(("{%tc for c in columns %}", "{{ c }}", "{%tc endfor %}"), ("x", "y", "z")),
    "colors": table(("{% cellbg color %}red {{ name }}", "plain")),
    "colspan": merged,
    "vertical merge": table(
        ("h", "k"), ("{%tr for r in rows %}", ""), ("{% vm %}all", "{{ r.name }}"), ("{%tr endfor %}", "")
    ),
    "horizontal merge": table(("{%tc for c in columns %}", "{% hm %}head", "{%tc endfor %}"), ("x", "y", "z")),
    "join to the last": paragraphs("one {{ name }}", "{%- if on %} two{% endif %}", "three"),
    "join to the next": paragraphs("one {% if on -%}", "two", "{%- endif %}", "three"),
    "margins": margins,
    "escapes": paragraphs("{_{ name }_} {_% x %_}"),
    "entities": paragraphs("AT&T <{{ name }}> “quoted”", "{% if 3 < 5 and 5 > 3 %}&{% endif %}"),
}


def by_docxtpl(data: bytes) -> bytes:
    made = DocxTemplate(io.BytesIO(data))
    made.render(DATA, jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def canonical(data: bytes) -> dict[str, bytes]:
    """Every XML part in canonical form, without what only says how to store it (`xml:space`, ids)."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    found = {}
    for name in archive.namelist():
        if not name.endswith((".xml", ".rels")):
            continue
        root = etree.fromstring(archive.read(name), etree.XMLParser(remove_blank_text=True))
        for e in root.iter(W + "t", "{*}docPr"):
            e.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", "")
            e.attrib.pop("id", "")
        for e in root.iter(etree.Element):
            for a in [a for a in e.attrib if "}rsid" in str(a)]:
                del e.attrib[a]
        for t in [t for t in root.iter(W + "t") if not t.text]:
            _drop_empty(t)
        if name == "docProps/core.xml":  # docxtpl adds empty properties
            root[:] = sorted((e for e in root if e.text), key=lambda e: e.tag)
        etree.cleanup_namespaces(root)
        if name.endswith(".rels") or name == "[Content_Types].xml":
            root[:] = sorted(root, key=lambda e: sorted(e.attrib.values()))
        found[name] = etree.tostring(root, method="c14n")
    return found


def _drop_empty(t: etree._Element) -> None:
    """An empty text, and its run if that is empty then, show nothing."""
    run = t.getparent()
    run.remove(t)
    if run.tag == W + "r" and not [c for c in run if c.tag != W + "rPr"]:
        run.getparent().remove(run)


@pytest.mark.parametrize("case", EQUAL)
def test_the_result_is_docxtpls_own(tmp_path: Path, case: str) -> None:
    data = word(EQUAL[case])
    (tmp_path / "t.docx").write_bytes(data)
    made = template.compile(tmp_path / "t.docx")
    assert made.usable, made.findings
    assert not made.fallback
    ours, theirs = canonical(render(made, DATA)), canonical(by_docxtpl(data))
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert ours[name] == theirs[name], name


def test_the_comparison_sees_a_difference() -> None:
    a, b = word(paragraphs("one")), word(paragraphs("two"))
    assert canonical(a)["word/document.xml"] != canonical(b)["word/document.xml"]


class Maker:
    """Templates by chance: nested conditions, loops and tables, their tags split over runs as Word does it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def inline(self, depth: int = 0) -> str:
        kind = self.chance.random()
        if kind < 0.3 or depth > 2:
            return self.chance.choice(["word ", "A & B ", "x < y ", "“q” ", "the County’s "])
        if kind < 0.6:
            return self.chance.choice(
                ["{{ name }}", "{{ rows[0].name|upper }}", "{{ columns|join(', ') }}", "{{ span * 2 }}"]
            )
        if kind < 0.8:
            other = "{% else %}" + self.inline(depth + 1) if self.chance.random() < 0.5 else ""
            return (
                "{% if "
                + self.chance.choice(["on", "off", "span > 1"])
                + " %}"
                + self.inline(depth + 1)
                + other
                + "{% endif %}"
            )
        return "{% for c in columns %}" + self.inline(depth + 1) + "{{ c }}{% endfor %}"

    def fill(self, p: Any, text: str) -> None:
        while text:
            cut = self.chance.randrange(1, 15) if self.chance.random() < 0.4 else len(text)
            p.add_run(text[:cut]).bold = self.chance.random() < 0.3 or None
            text = text[cut:]

    def blocks(self, document: Any, depth: int = 0) -> None:
        for _ in range(self.chance.randrange(1, 4)):
            kind = self.chance.random() if depth < 3 else 0
            if kind < 0.45:
                self.fill(document.add_paragraph(), "".join(self.inline() for _ in range(2)))
            elif kind < 0.8:
                begin, end = self.chance.choice([("if on", "endif"), ("if off", "endif"), ("for r in rows", "endfor")])
                self.fill(document.add_paragraph(), f"{{%p {begin} %}}")
                self.blocks(document, depth + 1)
                self.fill(document.add_paragraph(), f"{{%p {end} %}}")
            else:
                made = document.add_table(4, 2)
                for i, text in enumerate(("head", "{%tr for r in rows %}", self.inline(), "{%tr endfor %}")):
                    self.fill(made.cell(i, 0).paragraphs[0], text)
                self.fill(made.cell(2, 1).paragraphs[0], self.inline())


@pytest.mark.parametrize("seed", range(8))
def test_templates_by_chance_say_what_docxtpl_says(tmp_path: Path, seed: int) -> None:
    data = word(Maker(seed).blocks)
    (tmp_path / "t.docx").write_bytes(data)
    made = template.compile(tmp_path / "t.docx")
    assert made.usable, made.findings
    found = render(made, DATA)
    assert shown(found) == shown(by_docxtpl(data))
    assert [f for f in check(found, "t.docx", literals(made, DATA)) if f.code < "T1"] == []


# ------------------------------------------------------------------------------------------------ values
ODD = st.sampled_from("\n\t&<>{}%#\"'’“")
LEGAL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co"), exclude_characters="\ufffe\uffff") | ODD)


def shown(data: bytes) -> list[str]:
    """The text of each paragraph, as Word shows it."""
    sign = {W + "br": "\n", W + "tab": "\t"}
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    return ["".join(sign.get(e.tag, e.text or "") for e in p.iter(W + "t", *sign)) for p in root.iter(W + "p")]


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> template.Template:
    file = tmp_path_factory.mktemp("single") / "t.docx"
    file.write_bytes(word(paragraphs("before «{{ v }}» after", "{% if v %}next{% endif %}")))
    return template.compile(file)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=LEGAL)
def test_any_text_comes_back_verbatim(single: template.Template, value: str) -> None:
    data = render(single, {"v": value}, compression="zlib:1")
    assert shown(data) == [f"before «{value}» after", "next" if value else ""]
    assert [f for f in check(data, "t.docx", literals(single, {"v": value})) if f.code < "T1"] == []


@settings(max_examples=100, deadline=None)
@given(value=st.text())
def test_any_text_at_all_is_verbatim_or_a_finding(single: template.Template, value: str) -> None:
    try:
        data = render(single, {"v": value}, compression="zlib:1")
    except FindingsError as e:
        assert [f.code for f in e.findings] == ["T081"]
        return
    assert shown(data)[0] == "before «" + value.replace("\r\n", "\n").replace("\r", "\n") + "» after"


# ------------------------------------------------------------------------------------------------ the file
def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    data = word(EQUAL["rows"])
    found = set()
    for n in range(3):
        file = tmp_path / str(n) / "t.docx"
        file.parent.mkdir()
        file.write_bytes(data)
        found.add(render(template.compile(file), DATA))
        found.add(render(template.compile(file), dict(reversed(DATA.items()))))
    assert len(found) == 1


def test_members_are_sorted_dated_1980_and_sound(single: template.Template) -> None:
    archive = zipfile.ZipFile(io.BytesIO(render(single, {"v": "x"})))
    names = archive.namelist()
    assert names[0] == "[Content_Types].xml"
    assert len(names) == len(set(names)) > 5
    assert archive.testzip() is None
    assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "spec", ["zlib:1", "zlib:6", "zlib:9", "isal:0", "isal:1", "isal:3", "libdeflate:1", "libdeflate:12"]
)
def test_every_compression_gives_the_same_parts(single: template.Template, spec: str) -> None:
    if not spec.startswith("zlib"):
        pytest.importorskip({"isal": "isal", "libdeflate": "deflate"}[spec.partition(":")[0]])
    wanted = zipfile.ZipFile(io.BytesIO(render(single, {"v": "x"})))
    found = zipfile.ZipFile(io.BytesIO(render(single, {"v": "x"}, compression=spec)))
    assert found.testzip() is None
    assert {n: found.read(n) for n in found.namelist()} == {n: wanted.read(n) for n in wanted.namelist()}


@pytest.mark.parametrize("spec", ["", "zlib", "zlib:0", "zlib:10", "isal:4", "brotli:1", "zlib:x", "libdeflate:0"])
def test_an_unknown_compression_is_a_usage_error(spec: str) -> None:
    with pytest.raises(UsageError) as caught:
        backend(spec)
    assert "zlib:1 to zlib:9" in caught.value.hint


def test_a_missing_extra_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("agreegen.render.importlib.import_module", missing)
    backend.cache_clear()
    with pytest.raises(UsageError) as caught:
        backend("isal:1")
    backend.cache_clear()
    assert "agreegen[fast]" in caught.value.hint


def test_a_template_with_errors_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(word(paragraphs("{{ x|nope }}", "{{ y|nope }}")))
    made = template.compile(tmp_path / "t.docx")
    with pytest.raises(FindingsError) as caught:
        render(made, {"x": "a", "y": "b"})
    assert len(caught.value.findings) == 2


def test_rendering_leaves_the_data_and_the_template_as_they_are(single: template.Template) -> None:
    data = {"v": "x", "extra": [1, {"a": 2}]}
    before = repr(data)
    first = render(single, data)
    render(single, {"v": "y"})
    assert repr(data) == before
    assert render(single, data) == first


# ------------------------------------------------------------------------------------------------ fallback
PNG = b"\x89PNG\r\n\x1a\n"


def pixel() -> io.BytesIO:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (1).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    return io.BytesIO(PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(4))) + chunk(b"IEND", b""))


def test_pictures_from_data_go_to_docxtpl(tmp_path: Path) -> None:
    data = word(paragraphs("Seal {{ seal }} of {{ name }}"))
    (tmp_path / "t.docx").write_bytes(data)
    made = template.compile(tmp_path / "t.docx")
    image = InlineImage(DocxTemplate(io.BytesIO(data)), pixel())
    found = render(made, {"seal": image, "name": "R&D"})
    document = docx.Document(io.BytesIO(found))
    assert document.paragraphs[0].text == "Seal  of R&D"
    assert len(document.inline_shapes) == 1


def test_sub_documents_are_known_when_compiling(tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(word(paragraphs("a", "{{p part }}", "{{ name }}")))
    made = template.compile(tmp_path / "t.docx")
    assert "{{p part }}" in made.fallback
    assert [(f.code, f.severity.value) for f in made.findings] == [("T060", "note")]
    with pytest.raises(FindingsError) as caught:
        render(made, {"part": "x", "name": None})
    assert caught.value.findings[-1].code in ("T081", "T083")


def test_formatted_text_works_without_docxtpl(tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(word(paragraphs("a {{r rich }} b", "{{ rich }}")))
    made = template.compile(tmp_path / "t.docx")
    with pytest.raises(FindingsError) as caught:
        render(made, {"rich": RichText("bold & <brave>", bold=True)})
    assert "{{r" in caught.value.findings[-1].hint
    (tmp_path / "t.docx").write_bytes(word(paragraphs("a {{r rich }} b")))
    data = render(template.compile(tmp_path / "t.docx"), {"rich": RichText("bold & <brave>", bold=True)})
    shown = docx.Document(io.BytesIO(data)).paragraphs[0]
    assert shown.text == "a bold & <brave> b"
    assert [r.text for r in shown.runs if r.bold] == ["bold & <brave>"]
