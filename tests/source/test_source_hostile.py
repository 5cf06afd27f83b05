"""Files from strangers: no bomb goes off, no path leads out, no traceback comes."""

from __future__ import annotations

import base64
import datetime
import io
import json
import random
import time
import tomllib
import zipfile
import zlib
from typing import TYPE_CHECKING

import pikepdf
import pytest
import source_samples as samples
from pikepdf import Array, Dictionary, Name, String
from test_source_pdf import saved

from agreegen.errors import AgreegenError, FindingsError, UsageError
from agreegen.package import Output
from agreegen.pdf.attachments import Attachment, attach
from agreegen.source import (
    Extracted,
    Source,
    SourceFile,
    attachments_of,
    extracted,
    extraction,
    files_of,
    restore,
    within_docx,
)
from agreegen.source.document import NAMESPACE

if TYPE_CHECKING:
    import pathlib

WITH = within_docx(samples.document(), samples.SOURCE)
ITEM = "customXml/item1.xml"


def with_item(xml: bytes) -> bytes:
    return samples.base.pack({**samples.base.unpack(WITH), ITEM: xml})


def item(manifest: object, *contents: bytes) -> bytes:
    said = json.dumps(manifest).replace("<", "\\u003c")
    files = "".join(f"<file>{base64.b64encode(zlib.compress(c)).decode()}</file>" for c in contents)
    return f'<source xmlns="{NAMESPACE}"><manifest>{said}</manifest>{files}</source>'.encode()


def refused(data: bytes) -> str:
    with pytest.raises(AgreegenError) as caught:
        extracted(data, "x.docx")
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ bombs
def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("word/document.xml", b"<a/>" + b" " * (40 << 20))
    assert "too much for its size" in refused(out.getvalue())


def test_a_bomb_inside_the_source_is_refused() -> None:
    entry = {"role": "proposal", "name": "a.yaml", "sha256": "0", "bytes": 1}
    assert "unpack to more than 32 MB" in refused(with_item(item({"format": 1, "files": [entry]}, b" " * (40 << 20))))


def test_a_bomb_inside_the_marks_is_no_text_to_compare() -> None:
    good = samples.base.unpack(WITH)[ITEM]
    start, _, rest = good.partition(b'"body":"')
    bomb = base64.b64encode(zlib.compress(b"\0" * (64 << 20)))
    found = extracted(with_item(start + b'"body":"' + bomb + rest[rest.index(b'"') :]), "x.docx")
    assert [f.code for f in found.findings] == ["X006"]


def test_a_bomb_among_the_attachments_is_refused() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        attach(pdf, [Attachment("agreegen-source.json", b" " * (40 << 20), "x", "application/json")])
        data = saved(pdf)
    assert "no source is inside" in refused(data)


def test_a_tree_of_attachments_that_bites_its_tail_ends() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        node = pdf.make_indirect(Dictionary(Names=Array([String("a")])))
        node.Kids = Array([node, node])
        pdf.Root.Names = Dictionary(EmbeddedFiles=node)
        assert "no source is inside" in refused(saved(pdf))


@pytest.mark.parametrize("filters", [[Name.FlateDecode, Name.FlateDecode], [Name.LZWDecode]])
def test_attachments_packed_in_odd_ways_are_left_alone(filters: list[Name]) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        attach(pdf, [Attachment("agreegen-source.json", b"{}", "x", "application/json")])
        pdf.Root.AF[0].EF.F.Filter = Array(filters)
        out = io.BytesIO()
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    assert "no source is inside" in refused(out.getvalue())


# ------------------------------------------------------------------------------------------------ XML
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["word/document.xml", ITEM, "docProps/custom.xml"])
def test_entities_are_refused(name: str, encoding: str) -> None:
    evil = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
    head = "" if encoding == "utf-8" else '<?xml version="1.0" encoding="utf-16"?>'
    members = samples.base.unpack(WITH)
    members[name] = (head + evil + members[name].decode().partition("?>")[2]).encode(encoding)
    assert "document type definition" in refused(samples.base.pack(members))


def test_an_encoding_that_could_hide_entities_is_refused() -> None:
    evil = b'<?xml version="1.0" encoding="UTF-7"?><!DOCTYPE a [<!ENTITY b "bbbb">]>'.replace(b"<!", b"+ADwAIQ-")
    members = samples.base.unpack(WITH)
    members["word/document.xml"] = evil + members["word/document.xml"].partition(b"?>")[2]
    assert "document type definition" in refused(samples.base.pack(members))


def test_text_nested_beyond_all_measure_is_not_compared() -> None:
    deep = "<w:ins>" * 3000 + samples.run("x") + "</w:ins>" * 3000
    data = samples.edited(WITH, ("<w:sectPr", f"<w:p>{deep}</w:p><w:sectPr"))
    codes = {f.code for f in extracted(data, "x.docx").findings}
    assert codes & {"X006", "X002"}


def test_numbers_that_are_none_are_passed_over() -> None:
    odd = samples.edited(WITH, ("<w:pgSz", '<w:pgNumType w:start="many"/><w:pgSz'))
    found = extracted(odd, "x.docx")
    assert (found.source, found.findings) == (samples.SOURCE, ())


def test_text_that_no_reader_foresaw_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: bytes) -> None:
        raise ValueError("many")

    monkeypatch.setattr(extraction, "of_document", fail)
    found = extracted(WITH, "x.docx")
    assert found.source == samples.SOURCE
    assert [f.code for f in found.findings] == ["X006"]


@pytest.mark.parametrize(
    "manifest",
    [
        None, [], {}, {"format": "1"}, {"format": 1}, {"format": 1, "files": {}}, {"format": 1, "files": [1]},
        {"format": 1, "files": [{"role": "proposal", "name": "a.yaml", "sha256": "x"}]},
        {"format": 1, "files": [{"role": "virus", "name": "a.yaml", "sha256": "x"}]},
    ],
)  # fmt: skip
def test_a_manifest_of_another_shape_is_damage(manifest: object) -> None:
    assert refused(with_item(item(manifest, b"a"))).startswith("X004 the source inside is damaged")


def test_a_manifest_of_a_later_format_says_so() -> None:
    assert "written by a newer agreegen (9.1)" in refused(with_item(item({"format": 99, "agreegen": "9.1"}, b"a")))


def test_two_sources_are_none() -> None:
    members = samples.base.unpack(WITH)
    assert "more than one source" in refused(samples.base.pack({**members, "customXml/item7.xml": members[ITEM]}))


def test_deeply_nested_json_is_damage() -> None:
    xml = f'<source xmlns="{NAMESPACE}"><manifest>{"[" * 100_000}</manifest><file/></source>'
    assert "X004" in refused(with_item(xml.encode()))


# ------------------------------------------------------------------------------------------------ names of files
def given(*names: tuple[str, str]) -> Extracted:
    others = tuple(SourceFile(role, name, b"x") for role, name in names[1:])
    source = Source(SourceFile(*names[0], b"x"), others, samples.SOURCE.template, "0.1.0", samples.SOURCE.settings)
    return Extracted("x.docx", source, ())


EVIL = ["../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "..\\evil.csv", "a/../../evil.csv", "con.csv", "a/nul.csv",
        "//server/share/evil.csv", "evil.csv:stream", ".hidden.csv", "a/.ssh/evil.csv", "evil.csv\x00.csv", "~/evil.py",
        "agreegen.toml", "x" * 300 + ".csv", "a/" * 30 + "evil.csv", " evil.csv", "evil.csv ", ""]  # fmt: skip


def test_settings_make_the_folder_stand_for_itself_and_never_replace_those_of_a_workspace(
    tmp_path: pathlib.Path,
) -> None:
    source = Source(SourceFile("proposal", "a.yaml", b"x"), (), samples.SOURCE.template, "0.1.0")
    done = restore(Extracted("x.docx", source, ()), tmp_path / "alone")
    assert [p.name for p in done.files] == ["a.yaml", "agreegen.toml"]
    assert tomllib.loads(done.files[1].read_text(encoding="utf-8")) == {}
    (tmp_path / "agreegen.toml").write_text('output = "x"')
    assert [p.name for p in restore(Extracted("x.docx", source, ()), tmp_path).files] == ["a.yaml"]
    with pytest.raises(UsageError, match=r"agreegen\.toml exists and says something else"):
        restore(Extracted("x.docx", samples.SOURCE, ()), tmp_path)


def test_terms_of_any_kind_can_be_kept(tmp_path: pathlib.Path) -> None:
    terms = {"a b": True, "n": 1.5, "day": datetime.date(2027, 1, 2), "list": [1, "x", {"y": '\u007f\n"'}], "t": {},
             "\U0001f600": "\u00e9 \U0001f600"}  # fmt: skip
    source = Source(SourceFile("proposal", "a.yaml", b"x"), (), samples.SOURCE.template, "0.1.0", {"terms": terms})
    found = extracted(within_docx(samples.document(), source), "x.docx")
    restore(found, tmp_path)
    said = tomllib.loads((tmp_path / "agreegen.toml").read_text(encoding="utf-8"))["terms"]
    assert said == {**terms, "day": "2027-01-02"}


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("role", ["proposal", "partner", "elements"])
def test_no_name_leads_out_of_the_folder(name: str, role: str, tmp_path: pathlib.Path) -> None:
    names = [("proposal", name)] if role == "proposal" else [("proposal", "a.yaml"), (role, name)]
    target = tmp_path / "inside" / "deep"
    done = restore(given(*names), target)
    assert [f.code for f in done.findings] == ["X005"]
    assert all(p.resolve().is_relative_to(target) for p in done.files)
    assert {p.suffix for p in done.files} <= {".yaml", ".csv", ".toml"}
    assert [p.name for p in tmp_path.iterdir()] == ["inside"]
    assert [p.name for p in (tmp_path / "inside").iterdir()] == ["deep"]


def test_files_of_one_name_both_come_out() -> None:
    found, _ = files_of(given(("proposal", "a.yaml"), ("elements", "A.csv"), ("elements", "a.csv")))
    assert len({n.lower() for n in found}) == len(found) == 4


def test_ordinary_names_stay(tmp_path: pathlib.Path) -> None:
    done = restore(Extracted("x.docx", samples.SOURCE, ()), tmp_path / "out")
    assert done.findings == ()
    names = {p.relative_to(tmp_path / "out").as_posix() for p in done.files}
    assert names == {"café proposal.yaml", "tables/elements.csv", "partners/alta.yaml", "agreegen.toml"}
    assert (tmp_path / "out" / "café proposal.yaml").read_bytes() == samples.YAML
    settings = tomllib.loads((tmp_path / "out" / "agreegen.toml").read_text(encoding="utf-8"))
    assert settings == {"terms": samples.SOURCE.settings["terms"]}


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: pathlib.Path) -> None:
    theirs = tmp_path / "partners" / "alta.yaml"
    theirs.parent.mkdir()
    theirs.write_bytes(b"theirs")
    found = Extracted("x.docx", samples.SOURCE, ())
    with pytest.raises(UsageError, match="exists and says something else"):
        restore(found, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["partners"]
    restore(found, tmp_path, force=True)
    assert theirs.read_bytes() == b"id: alta\n"
    restore(found, tmp_path)
    assert Output.open(tmp_path).written


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("stands", ["partners", "tables", "tables/elements.csv/", "partners/.agreegen.json/", "link"])
def test_what_stands_in_the_way_of_one_file_keeps_all_from_being_written(
    stands: str, force: bool, tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    if stands == "link":
        (tmp_path / "elsewhere").mkdir()
        (folder / "tables").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    elif stands.endswith("/"):
        (folder / stands).mkdir(parents=True)
    else:
        (folder / stands).write_bytes(b"theirs")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError) as caught:
        restore(Extracted("x.docx", samples.SOURCE, ()), folder, force=force)
    assert caught.value.hint
    assert sorted(tmp_path.rglob("*")) == before


def test_no_name_is_that_of_a_file_and_of_a_folder(tmp_path: pathlib.Path) -> None:
    found = given(
        ("proposal", "a.yaml"), ("elements", "t.csv"), ("elements", "T.csv/u.csv"), ("elements", "a.yaml/b.csv")
    )
    done = restore(found, tmp_path)
    assert len([p for p in done.files if p.suffix == ".csv"]) == 3
    assert [f.code for f in done.findings] == ["X005", "X005"]


def test_a_link_that_leads_out_is_not_followed(tmp_path: pathlib.Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"theirs")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "café proposal.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        restore(Extracted("x.docx", samples.SOURCE, ()), tmp_path / "out", force=True)
    assert (tmp_path / "elsewhere").read_bytes() == b"theirs"


# ------------------------------------------------------------------------------------------------ fuzz
def small_pdf() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        plain = saved(pdf)
        attach(pdf, attachments_of(samples.SOURCE, plain))
        return saved(pdf)


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_files_cut_off_or_flipped_give_findings_or_errors(kind: str) -> None:
    whole = WITH if kind == "docx" else small_pdf()
    assert extracted(whole, "x").source == samples.SOURCE
    chance, answers = random.Random(7), 0
    until = time.monotonic() + 4
    for n in range(300):
        data = bytearray(whole)
        if n % 3 == 0:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(chance.randint(1, 8)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            found = extracted(bytes(data), "x")
        except AgreegenError as error:
            assert error.message
        else:
            assert found.source.proposal.data == samples.YAML
        answers += 1
        if time.monotonic() > until:
            break
    assert answers > 20


def test_parts_of_a_document_that_are_noise_give_findings_or_errors() -> None:
    chance = random.Random(3)
    members = samples.base.unpack(WITH)
    for name in members:
        for noise in (b"", b"<", b"<a/>", chance.randbytes(200), members["word/document.xml"]):
            try:
                extracted(samples.base.pack({**members, name: noise}), "x.docx")
            except FindingsError as error:
                assert error.findings[0].code in ("X001", "X004")
            except UsageError as error:
                assert error.hint
