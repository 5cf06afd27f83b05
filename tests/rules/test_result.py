"""A rendered document is whole and says every word of the template; each fault is seen."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from agreegen import template
from agreegen.render import render
from agreegen.rules.result import check, literals, texts
from agreegen.template.draft import draft

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = """# First

## [alpha] Alpha {{ name }}

The recipient, {{ name }}, shall report as Section {{ ref("alpha") }} says. {% if on %}It shall hurry.{% endif %}

{%p if on %}

(a) the first duty

(b) the second duty of {{ name }}

{%p endif %}

| caption: Contacts | widths: 50,50 | header: 1 |
| Role | Name |
|{%tr for c in contacts %}|
| {{ c }} | literal cell |
|{%tr endfor %}|
"""
DATA = {"name": "R&D\nUnit {{ 7*7 }}", "on": True, "contacts": ["a", "b"]}


@pytest.fixture
def made(tmp_path: Path) -> template.Template:
    file = tmp_path / "m.docx"
    file.write_bytes(draft(TEXT))
    return template.compile(file)


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for n in old.namelist():
            content = old.read(n)
            new_content = change(content) if n == name else content
            assert n != name or new_content != content, "the change must change something"
            new.writestr(n, new_content)
    return out.getvalue()


@pytest.mark.parametrize("on", [True, False])
def test_a_good_document_has_no_faults(made: template.Template, on: bool) -> None:
    data: dict[str, Any] = DATA | {"on": on}
    assert check(render(made, data), "x.docx", literals(made, data)) == []


def test_literals_are_the_words_between_values_of_the_branches_taken(made: template.Template) -> None:
    said = literals(made, DATA)["word/document.xml"]
    assert said[:3] == ("First", "Alpha", "The recipient,")
    assert ", shall report as Section  says. It shall hurry." in said
    assert said.count("literal cell") == 2
    assert "the first duty" not in literals(made, DATA | {"on": False})["word/document.xml"]


@pytest.mark.parametrize("word", [b"literal cell", b"shall report", b"the first duty", b"First"])
def test_a_lost_or_changed_word_is_seen(made: template.Template, word: bytes) -> None:
    broken = changed(render(made, DATA), "word/document.xml", lambda x: x.replace(word, b"...", 1))
    assert [f.code for f in check(broken, "x.docx", literals(made, DATA))] == ["T094"]


def test_words_in_another_order_are_seen(made: template.Template) -> None:
    def swap(x: bytes) -> bytes:
        return (
            x.replace(b"the first duty", b"@@")
            .replace(b"the second duty", b"the first duty")
            .replace(b"@@", b"the second duty")
        )

    broken = changed(render(made, DATA), "word/document.xml", swap)
    assert [f.code for f in check(broken, "x.docx", literals(made, DATA))] == ["T094"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"</w:body>", b"", "T090"),
        (b"<w:body>", b"<w:body>loose", "T090"),
        (b"First", "First\ue001".encode(), "T091"),
        (b"<w:sectPr", b'<w:p><w:hyperlink xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
         b' r:id="rId99"/></w:p><w:sectPr', "T092"),
        (b"<w:sectPr", b'<w:p><w:bookmarkStart w:id="77" w:name="C_ALPHA"/>'
         b'<w:bookmarkEnd w:id="77"/></w:p><w:sectPr', "T093"),
        (b"<w:sectPr", b"<w:tbl><w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl><w:sectPr", "T090"),
    ],
)  # fmt: skip
def test_each_fault_is_seen(made: template.Template, old: bytes, new: bytes, code: str) -> None:
    broken = changed(render(made, DATA), "word/document.xml", lambda x: x.replace(old, new, 1))
    assert code in [f.code for f in check(broken, "x.docx")]


def test_a_tag_left_over_is_a_warning_when_nothing_tells_values_from_text(made: template.Template) -> None:
    found = check(render(made, DATA), "x.docx")
    assert [(f.code, f.severity.value) for f in found] == [("T091", "warning")]


def test_what_is_no_word_file_is_a_finding() -> None:
    assert [f.code for f in check(b"no zip", "x.docx")] == ["T090"]


CHARS = '<w:fldChar w:fldCharType="{}"/>'
BEGIN, SEPARATE, END = (f"<w:r>{CHARS.format(x)}</w:r>" for x in ("begin", "separate", "end"))


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (f"<w:p>{run('a')}<w:r><w:tab/><w:br/></w:r>{run('b')}</w:p><w:p/>", ["a  b", ""]),
        (f"<w:p>{BEGIN}{run('code')}{SEPARATE}{run('result')}</w:p><w:p>{run('more')}{END}{run('b')}</w:p>",
         ["code", "b"]),
        (f"<w:tbl><w:tr><w:tc><w:p>{run('cell')}</w:p></w:tc></w:tr></w:tbl><w:p>{run('b')}</w:p>", ["cell", "b"]),
        (f"<w:p>{run('a')}</w:p>{run('in none')}<w:p>{run('b')}</w:p>", ["a", "b"]),
        (f"{run('in none')}<w:p>{run('b')}</w:p>", ["b"]),
        (f"<w:p>{run('a')}<w:txbxContent><w:p>{run('box')}</w:p></w:txbxContent>{run('b')}</w:p>", ["ab", "box"]),
        (f"<w:p>{run('a')}<w:txbxContent><w:p>{run('box')}</w:p></w:txbxContent></w:p>", ["a", "box"]),
        (f"<w:p>{run('a')}<mc:Fallback>{run('old')}</mc:Fallback></w:p>", ["a"]),
        (f"<w:p><w:hyperlink>{run('link')}</w:hyperlink><w:sdt><w:sdtContent>{run('b')}</w:sdtContent></w:sdt></w:p>",
         ["linkb"]),
        ("", []),
    ],
)  # fmt: skip
def test_texts_of_paragraphs(inside: str, said: list[str]) -> None:
    spaces = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    spaces += 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    assert list(texts(etree.fromstring(f"<w:body {spaces}>{inside}</w:body>"))) == said
