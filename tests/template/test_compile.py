"""Opening and compiling: hostile and broken files are findings; a template tells what it is and what it asks for."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest

import agreegen
from agreegen import template
from agreegen.errors import UsageError
from agreegen.finding import Severity
from agreegen.render import render
from agreegen.source import archive
from agreegen.template import container
from agreegen.template.container import MAX_MEMBERS, OLE, opened
from agreegen.template.problem import CODES, Problems

if TYPE_CHECKING:
    from collections.abc import Callable


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for p in paragraphs:
        document.add_paragraph(p)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(changed: dict[str, bytes], *, skip: tuple[str, ...] = ()) -> bytes:
    """An ordinary file with these members added or changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word("x"))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in (*changed, *skip):
                new.writestr(name, old.read(name))
        for name, content in changed.items():
            new.writestr(name, content)
    return out.getvalue()


def codes(data: bytes) -> set[str]:
    problems = Problems()
    found = opened(data, "t.docx", problems)
    assert (found is None) == bool(problems)
    assert all(f.location.file == "t.docx" and f.hint for f in problems)
    assert all(f.severity is Severity.ERROR for f in problems)
    return {f.code for f in problems}


def twice() -> bytes:
    out = io.BytesIO(word("x"))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as z:
        z.writestr("word/document.xml", "<other/>")
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(word("x"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


DOCUMENT = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'
DTD = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hosts">]>'
LINK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"{}/></Relationships>'
)
OUTSIDE = ' TargetMode="External"'


def link(kind: str, target: str, mode: str = OUTSIDE) -> bytes:
    return repacked({"word/_rels/document.xml.rels": LINK.format(kind, target, mode).encode()})


# ------------------------------------------------------------------------------------------------ opening
def test_an_ordinary_file_opens() -> None:
    assert codes(word("x")) == set()


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", b"PK\x03\x04" + bytes(100), word("x")[:2000]])
def test_what_is_no_word_file(data: bytes) -> None:
    assert codes(data) == {"T001"}


def test_a_damaged_member() -> None:
    data = bytearray(word("x" * 500))
    at = data.index(b"word/document.xml") + 60
    data[at : at + 20] = bytes(20)
    assert codes(bytes(data)) <= {"T001", "T008"}
    assert codes(bytes(data))


def test_encrypted_files() -> None:
    assert codes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == {"T002"}
    assert codes(encrypted()) == {"T002"}


def test_zip_bombs_are_refused_before_they_unpack(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = repacked({"word/media/x.bin": bytes(30 << 20)})
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    assert len(bomb) < 1 << 20
    assert codes(bomb) == {"T003"}


def unknown_packing() -> bytes:
    """A file whose members say that they are packed in a way that nobody knows."""
    data = bytearray(word("x"))
    for i in infos(bytes(data)):
        struct.pack_into("<H", data, i.header_offset + 8, 77)
    at = data.index(b"PK\x01\x02")
    for _ in infos(bytes(data)):
        struct.pack_into("<H", data, at + 10, 77)
        at = data.find(b"PK\x01\x02", at + 1)
    return bytes(data)


def infos(data: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return z.infolist()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "cut off": lambda: b"PK\x03\x04" + bytes(100),
    "encrypted": encrypted,
    "old": lambda: OLE + bytes(600),
    "twice": twice,
    "unknown packing": unknown_packing,
    "bomb": lambda: repacked({"word/media/x.bin": bytes(30 << 20)}),
    "too many": lambda: repacked({f"x/{i}": b"" for i in range(MAX_MEMBERS)}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_template_may_not_be_no_other_file_may_be(name: str) -> None:
    data = HOSTILE[name]()
    assert codes(data)
    for read in (container.unpacked, archive.members):
        with pytest.raises(UsageError) as caught:
            read(data)
        assert caught.value.hint
    assert container.unpacked(word("x")) == archive.members(word("x"))


def test_each_fault_of_the_members_is_told_once() -> None:
    found = [infos(repacked({"a": bytes(30 << 20)}))[-1]]
    said = list(container.faults([*found, *found]))
    assert [f.code for f in said] == ["T003", "T003", "T007"]
    assert "too much for its size" in said[0].message


def test_too_many_members() -> None:
    assert codes(repacked({f"x/{i}": b"" for i in range(MAX_MEMBERS)})) == {"T003"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_document_type_definitions_are_refused_in_every_encoding(encoding: str) -> None:
    assert codes(repacked({"word/document.xml": (DTD + DOCUMENT).decode().encode(encoding)})) == {"T004"}


@pytest.mark.parametrize(
    "name", ["word/vbaProject.bin", "word/vbaData.xml", "word/activeX/activeX1.xml", "word/embeddings/oleObject1.bin"]
)
def test_macros_and_embedded_programs_are_refused(name: str) -> None:
    assert codes(repacked({name: b"<x/>"})) == {"T005"}


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "https://example.gov/x.dotm"),
        ("image", "https://example.gov/x.png"),
        ("subDocument", "x.docx"),
        ("oleObject", "file:///x"),
        ("frame", "https://example.gov"),
    ],
)
def test_what_loads_from_outside_is_refused(kind: str, target: str) -> None:
    assert codes(link(kind, target)) == {"T006"}


def test_links_that_a_reader_clicks_are_fine() -> None:
    assert codes(link("hyperlink", "https://example.gov")) == set()


@pytest.mark.parametrize("name", ["../x", "/x", "word/../../x", "c:\\x", "word/a\x01b"])
def test_odd_names_are_refused(name: str) -> None:
    assert "T007" in codes(repacked({name: b"x"}))


def test_double_names_are_refused() -> None:
    assert codes(twice()) == {"T007"}
    assert codes(repacked({"WORD/DOCUMENT.XML": b"<x/>"})) == {"T007"}


@pytest.mark.parametrize("data", [b"<w:document", b"", b"<a>&b;</a>", b"<a>\x01</a>"])
def test_parts_that_are_not_well_formed(data: bytes) -> None:
    assert codes(repacked({"word/document.xml": data})) == {"T008"}


def test_missing_parts() -> None:
    assert codes(repacked({}, skip=("word/document.xml",))) == {"T009"}
    assert codes(repacked({}, skip=("word/styles.xml",))) == {"T009"}
    assert codes(repacked({"word/document.xml": b'<document xmlns="strict"><body/></document>'})) == {"T009"}


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    made = template.compile(tmp_path / "none.docx")
    assert [(f.code, f.location.file) for f in made.findings] == [("T001", "none.docx")]
    assert not made.usable


# ------------------------------------------------------------------------------------------------ the template
def compiled(tmp_path: Path, *paragraphs: str, **options: Any) -> template.Template:
    (tmp_path / "t.docx").write_bytes(word(*paragraphs))
    return template.compile(tmp_path / "t.docx", **options)


def test_a_template_is_frozen_and_knows_what_it_is(tmp_path: Path) -> None:
    made = compiled(
        tmp_path, "{{ a.b }}", "{%p for x in a.xs if x.on %}", "{{ x.name }} {{ loop.index }}", "{%p endfor %}"
    )
    assert (made.name, made.fallback, made.findings) == ("t.docx", "", ())
    assert len(made.sha256) == 64
    assert [f.name for f in made.files] == ["t.docx"]
    with pytest.raises(FrozenInstanceError):
        made.name = "x"  # type: ignore[misc]


def test_the_data_that_a_template_asks_for(tmp_path: Path) -> None:
    made = compiled(
        tmp_path,
        "{% set p = party %}{{ p.name }} {{ party['full name'] }} {{ d.items()|list|length }}",
        "{%p for x in a.xs|sort if x.on %}",
        "{{ x.name }} {{ loop.index }}",
        "{%p endfor %}",
        "{% for k, v in d.items() %}{{ k }}{% endfor %}",
    )
    names = {n for n, _ in made.names}
    assert names == {"party", "party.name", "party.full name", "d", "a.xs", "a.xs.on", "a.xs.name"}
    assert {w.paragraph for n, w in made.names if n == "a.xs.name"} == {3}


def test_the_identity_follows_the_content(tmp_path: Path) -> None:
    found = []
    for name, data in (("a", word("a")), ("b", word("b"))):
        for copy in ("1", "2"):
            (tmp_path / f"{name}{copy}").mkdir()
            (tmp_path / f"{name}{copy}" / "t.docx").write_bytes(data)
            found.append(template.compile(tmp_path / f"{name}{copy}" / "t.docx").sha256)
    assert found[0] == found[1] != found[2] == found[3]


def test_filters_of_a_caller(tmp_path: Path) -> None:
    made = compiled(tmp_path, "{{ 'a'|shout }}", filters={"shout": lambda v: v.upper() + "!"})
    assert b"A!" in zipfile.ZipFile(io.BytesIO(render(made, {}))).read("word/document.xml")


def test_every_code_has_a_title_and_is_used() -> None:
    source = Path(agreegen.__file__).parent
    text = "".join(f.read_text() for f in source.rglob("*.py") if f.name != "problem.py")
    assert all(title for title in CODES.values())
    assert [c for c in CODES if f'"{c}"' not in text] == []
