"""Archives to send: whole, of one partner each, the same bytes again, and never over someone else's file."""

from __future__ import annotations

import dataclasses
import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from batch_samples import entry

from agreegen.batch import archives
from agreegen.batch.archives import FOR_ALL, own_archives, pack, stale
from agreegen.batch.entry import Entry, FileRecord
from agreegen.batch.journal import JOURNAL, Journal, recovered, save
from agreegen.batch.manifest import NAME, Manifest
from agreegen.errors import UsageError

if TYPE_CHECKING:
    import pathlib


def placed(folder: pathlib.Path, *entries: Entry) -> list[str]:
    """Writes the files of the entries and their record; the keys."""
    held = []
    for one in entries:
        files = {}
        for path in one.files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(f"{one.key} {path}".encode())
            files[path] = FileRecord.of((folder / path).read_bytes(), (folder / path).stat())
        held.append(dataclasses.replace(one, files=files))
    save(Manifest({e.key: e for e in held}), folder)
    return [e.key for e in held]


def inside(path: pathlib.Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def one(number: int, *paths: str, **more: Any) -> Entry:
    return entry(number, files=dict.fromkeys(paths or (f"p{number}/a.docx", f"p{number}/a.pdf")), **more)


def test_each_partner_has_an_archive_without_its_own_folder(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1), one(2), one(1, "p1/b.docx", key="other/partner-00001"))
    found = pack(tmp_path, keys, "each")
    assert [p.name for p in found.archives] == ["partner-00001.zip", "partner-00002.zip"]
    assert inside(found.archives[0]) == ["a.docx", "a.pdf", "b.docx"]
    assert inside(found.archives[1]) == ["a.docx", "a.pdf"]
    assert found.findings == ()
    with zipfile.ZipFile(found.archives[1]) as archive:
        assert archive.read("a.pdf") == b"county-coverage/partner-00002 p2/a.pdf"


def test_one_for_all_keeps_the_folders(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1), one(2, "flat.docx"))
    found = pack(tmp_path, keys, "all")
    assert inside(found.archives[0]) == ["flat.docx", "p1/a.docx", "p1/a.pdf"]
    assert found.archives[0].name == FOR_ALL
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["p1", "flat.docx", FOR_ALL, NAME])


def test_same_content_is_the_same_bytes_and_is_left_alone(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1))
    archive = pack(tmp_path, keys, "each").archives[0]
    data = archive.read_bytes()
    os.utime(archive, ns=(5, 5))
    assert pack(tmp_path, keys, "each").archives == (archive,)
    assert archive.stat().st_mtime_ns == 5
    archive.unlink()
    os.utime(tmp_path / "p1" / "a.docx", ns=(7, 7))
    pack(tmp_path, keys, "each")
    assert archive.read_bytes() == data


def test_new_content_replaces_our_own_archive(tmp_path: pathlib.Path) -> None:
    archive = pack(tmp_path, placed(tmp_path, one(1)), "each").archives[0]
    held = Manifest.read(tmp_path)
    (tmp_path / "p1" / "a.docx").write_bytes(b"new")
    files = {**held.entries[one(1).key].files, "p1/a.docx": FileRecord.of(b"new")}
    held.put(dataclasses.replace(held.entries[one(1).key], files=files))
    save(held, tmp_path)
    pack(tmp_path, [one(1).key], "each")
    with zipfile.ZipFile(archive) as packed:
        assert packed.read("a.docx") == b"new"


@pytest.mark.parametrize("again", ["alone", "by a batch"])
def test_archive_of_a_batch_that_was_killed_is_ours(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    """It stands in its place, and the record doesn't tell of it yet; then the agreement is made anew."""
    keys = placed(tmp_path, one(1))
    with monkeypatch.context() as killed:
        killed.setattr(archives, "save", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            pack(tmp_path, keys, "each")
    assert inside(tmp_path / "partner-00001.zip") == ["a.docx", "a.pdf"]
    assert Manifest.read(tmp_path).archives == {}
    held = recovered(tmp_path)
    (tmp_path / "p1" / "a.docx").write_bytes(b"new")
    files = {**held.entries[keys[0]].files, "p1/a.docx": FileRecord.of(b"new")}
    if again == "alone":
        held.put(dataclasses.replace(held.entries[keys[0]], files=files))
        save(held, tmp_path, keep=True)
    else:
        with Journal.begin(tmp_path, held) as journal:
            journal.add(dataclasses.replace(held.entries[keys[0]], files=files))
    assert pack(tmp_path, keys, "each").findings == ()
    with zipfile.ZipFile(tmp_path / "partner-00001.zip") as packed:
        assert packed.read("a.docx") == b"new"
    assert not (tmp_path / JOURNAL).exists()


def test_archive_that_was_edited_after_a_kill_stays(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = placed(tmp_path, one(1))
    with monkeypatch.context() as killed:
        killed.setattr(archives, "save", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            pack(tmp_path, keys, "each")
    (tmp_path / "partner-00001.zip").write_bytes(b"theirs")
    assert [f.code for f in pack(tmp_path, keys, "each").findings] == ["B009"]


def test_archive_of_someone_else_stays(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1))
    (tmp_path / "partner-00001.zip").write_bytes(b"theirs")
    found = pack(tmp_path, keys, "each")
    assert (found.archives, [f.code for f in found.findings]) == ((), ["B009"])
    assert (tmp_path / "partner-00001.zip").read_bytes() == b"theirs"
    assert pack(tmp_path, keys, "each", force=True).findings == ()
    assert inside(tmp_path / "partner-00001.zip") == ["a.docx", "a.pdf"]


@pytest.mark.parametrize("edit", ["edited", "gone"])
def test_edited_file_is_not_sent(tmp_path: pathlib.Path, edit: str) -> None:
    keys = placed(tmp_path, one(1), one(2))
    if edit == "gone":
        (tmp_path / "p1" / "a.pdf").unlink()
    else:
        (tmp_path / "p1" / "a.pdf").write_bytes(b"edited")
    found = pack(tmp_path, keys, "each")
    assert [p.name for p in found.archives] == ["partner-00002.zip"]
    assert [(f.code, f.location.file) for f in found.findings] == [("B002", "p1/a.pdf")]
    assert not [p for p in tmp_path.iterdir() if p.suffix == ".tmp"]


@pytest.mark.parametrize("what", ["each", "all"])
def test_what_was_not_made_is_told_and_no_partner_gets_half(tmp_path: pathlib.Path, what: str) -> None:
    failed = one(1, "p1/old.docx", key="other/partner-00001", outcome="failed")
    keys = placed(tmp_path, one(1), one(2), failed)
    found = pack(tmp_path, keys, what)
    names = [name for path in found.archives for name in inside(path)]
    assert names == {"each": ["a.docx", "a.pdf"], "all": ["p1/a.docx", "p1/a.pdf", "p2/a.docx", "p2/a.pdf"]}[what]
    assert [f.code for f in found.findings] == ["B011"]
    assert "it is failed" in found.findings[0].message


def test_no_archive_holds_two_partners(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1, partner="Los Angeles"), one(2, partner="los-angeles"), one(3))
    found = pack(tmp_path, keys, "each")
    assert [p.name for p in found.archives] == ["partner-00003.zip"]
    assert "Los Angeles and los-angeles" in found.findings[0].message


def test_nothing_to_pack(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1, outcome="failed"))
    assert pack(tmp_path, keys, "all").archives == ()
    with pytest.raises(UsageError, match="no way to pack 'some'") as error:
        pack(tmp_path, keys, "some")
    assert error.value.hint == "choose all or each"


def again(folder: pathlib.Path, key: str, path: str, data: bytes) -> None:
    """Makes one file of an agreement anew, and takes it down."""
    held = Manifest.read(folder)
    (folder / path).write_bytes(data)
    files = {**held.entries[key].files, path: FileRecord.of(data)}
    held.put(dataclasses.replace(held.entries[key], files=files))
    save(held, folder)


def told(folder: pathlib.Path, *gone: str, besides: tuple[str, ...] = ()) -> list[str]:
    return [f"{f.message.partition(': ')[2]}; {f.hint}" for f in stale(Manifest.read(folder), folder, gone, besides)]


@pytest.mark.parametrize(("what", "name"), [("each", "partner-00001.zip"), ("all", FOR_ALL)])
def test_archive_of_an_agreement_that_was_made_again_is_told_until_it_is_packed(
    tmp_path: pathlib.Path, what: str, name: str
) -> None:
    keys = placed(tmp_path, one(1), one(2), one(1, "p1/b.docx", key="other/partner-00001"))
    pack(tmp_path, keys, what)
    assert told(tmp_path) == []
    again(tmp_path, "other/partner-00001", "p1/b.docx", b"new")
    (said,) = told(tmp_path)
    assert said.startswith(f"{name}; run the batch again with --zip {what}, or delete it")
    assert told(tmp_path, besides=(name,)) == []
    pack(tmp_path, keys, what)
    assert told(tmp_path) == []
    again(tmp_path, "other/partner-00001", "p1/b.docx", b"newer")
    (tmp_path / name).unlink()
    assert told(tmp_path) == [], "it isn't there any more"


def test_archive_of_fewer_agreements_than_there_are_is_right_as_long_as_these_are(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1), one(1, "p1/b.docx", key="other/partner-00001"), one(2))
    pack(tmp_path, keys[:1], "each")
    pack(tmp_path, keys[:1], "all")
    again(tmp_path, "other/partner-00001", "p1/b.docx", b"new")
    assert told(tmp_path) == []
    again(tmp_path, keys[0], "p1/a.docx", b"new")
    assert told(tmp_path) == [
        f"{FOR_ALL}, partner-00001.zip; run the batch again with --zip all, and again with --zip each, or delete them "
        "if nobody needs them; agreegen never does"
    ]


def test_archive_with_an_agreement_that_has_no_row_is_told_and_a_partners_own_is_with_it(
    tmp_path: pathlib.Path,
) -> None:
    keys = placed(tmp_path, one(1), one(2))
    pack(tmp_path, keys, "each")
    pack(tmp_path, keys, "all")
    held = Manifest.read(tmp_path)
    own = own_archives(held.archives, [held.entries[keys[0]]])
    assert own == {keys[0]: "partner-00001.zip"}
    assert [said.partition(";")[0] for said in told(tmp_path, keys[0], besides=tuple(own.values()))] == [FOR_ALL]
    assert own_archives(held.archives, []) == {}


def test_of_an_archive_of_a_record_that_doesnt_say_what_is_in_it_nothing_is_told(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1))
    pack(tmp_path, keys, "each")
    held = Manifest.read(tmp_path)
    held.archives = {name: archive._replace(keys=()) for name, archive in held.archives.items()}
    save(held, tmp_path)
    again(tmp_path, keys[0], "p1/a.docx", b"new")
    assert told(tmp_path) == []
    pack(tmp_path, keys, "each")
    again(tmp_path, keys[0], "p1/a.docx", b"newer")
    assert len(told(tmp_path)) == 1


def test_what_is_in_an_archive_is_learned_where_it_neednt_be_packed_again(tmp_path: pathlib.Path) -> None:
    keys = placed(tmp_path, one(1))
    pack(tmp_path, keys, "each")
    held = Manifest.read(tmp_path)
    before = dict(held.archives)
    held.archives = {name: archive._replace(keys=()) for name, archive in before.items()}
    save(held, tmp_path)
    pack(tmp_path, keys, "each")
    assert Manifest.read(tmp_path).archives == before
