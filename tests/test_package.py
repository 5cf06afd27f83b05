"""Files that we write: never over someone else's, all or none, atomic, names for every system."""

from __future__ import annotations

import json
import os
import pathlib
import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreegen.errors import UsageError
from agreegen.package import LONGEST, MANIFEST, RESERVED, Output, digest, file_name

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX systems")


def names(folder: pathlib.Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_files_and_manifest(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "new" / "output"
    paths = Output.open(folder).write({"b.docx": b"B", "a.pdf": b"A"})
    assert paths == [folder / "b.docx", folder / "a.pdf"]
    assert (folder / "a.pdf").read_bytes() == b"A"
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest == {"version": 1, "files": {"a.pdf": digest(b"A"), "b.docx": digest(b"B")}}
    assert list(manifest["files"]) == ["a.pdf", "b.docx"]
    assert names(folder) == {"a.pdf", "b.docx", MANIFEST}


def test_own_unchanged_output_is_replaced(tmp_path: pathlib.Path) -> None:
    Output.open(tmp_path).write({"a.docx": b"one", "b.docx": b"kept"})
    Output.open(tmp_path).write({"a.docx": b"two"})
    assert (tmp_path / "a.docx").read_bytes() == b"two"
    Output.open(tmp_path).write({"b.docx": b"three"})
    assert (tmp_path / "b.docx").read_bytes() == b"three"


def test_changed_output_is_not_replaced(tmp_path: pathlib.Path) -> None:
    Output.open(tmp_path).write({"a.docx": b"one"})
    (tmp_path / "a.docx").write_bytes(b"edited by hand")
    with pytest.raises(UsageError, match=r"a\.docx exists and isn't our own unchanged output") as error:
        Output.open(tmp_path).write({"a.docx": b"two"})
    assert "--force" in error.value.hint
    assert (tmp_path / "a.docx").read_bytes() == b"edited by hand"


def test_a_file_of_someone_else_is_not_replaced(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"theirs")
    with pytest.raises(UsageError):
        Output.open(tmp_path).write({"a.docx": b"ours"})
    assert names(tmp_path) == {"a.docx"}


def test_force_replaces_and_owns(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"theirs")
    Output.open(tmp_path, force=True).write({"a.docx": b"ours"})
    Output.open(tmp_path).write({"a.docx": b"ours again"})
    assert (tmp_path / "a.docx").read_bytes() == b"ours again"


def test_same_content_is_no_conflict(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"same")
    before = (tmp_path / "a.docx").stat().st_mtime_ns
    Output.open(tmp_path).write({"a.docx": b"same"})
    assert (tmp_path / "a.docx").stat().st_mtime_ns == before


def test_all_or_none(tmp_path: pathlib.Path) -> None:
    (tmp_path / "b.pdf").write_bytes(b"theirs")
    with pytest.raises(UsageError):
        Output.open(tmp_path).write({"a.docx": b"A", "b.pdf": b"B", "c.pdf": b"C"})
    assert names(tmp_path) == {"b.pdf"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"files": 7}', '{"files": {"a": 7}}', "\xff"])
def test_damaged_manifest_protects_everything(tmp_path: pathlib.Path, text: str) -> None:
    (tmp_path / MANIFEST).write_bytes(text.encode("latin-1"))
    (tmp_path / "a.docx").write_bytes(b"theirs")
    with pytest.raises(UsageError):
        Output.open(tmp_path).write({"a.docx": b"ours"})
    Output.open(tmp_path).write({"b.docx": b"ours"})
    assert json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))["files"]["b.docx"] == digest(b"ours")


def test_no_trace_of_a_write_that_failed(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Output.open(tmp_path).write({"a.docx": b"one"})
    before = (tmp_path / MANIFEST).read_bytes()

    def full(self: pathlib.Path, target: object) -> pathlib.Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "replace", full)
    with pytest.raises(UsageError, match="No space left"):
        Output.open(tmp_path).write({"a.docx": b"two"})
    assert (tmp_path / "a.docx").read_bytes() == b"one"
    assert (tmp_path / MANIFEST).read_bytes() == before
    assert names(tmp_path) == {"a.docx", MANIFEST}


def test_locked_file_is_known_before_the_first_byte(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Output.open(tmp_path).write({"a.docx": b"one", "b.pdf": b"one"})
    real = pathlib.Path.read_bytes

    def locked(self: pathlib.Path) -> bytes:
        if self.name == "b.pdf":
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(pathlib.Path, "read_bytes", locked)
    with pytest.raises(UsageError, match=r"b\.pdf can't be replaced") as error:
        Output.open(tmp_path).write({"a.docx": b"two", "b.pdf": b"two"})
    assert "Word" in error.value.hint
    monkeypatch.undo()
    assert (tmp_path / "a.docx").read_bytes() == b"one"


def test_locked_on_replacing_leaves_the_old_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows lets a program read a file that Word holds open, and refuses to replace it."""
    Output.open(tmp_path).write({"a.docx": b"one", "b.pdf": b"one"})
    real = pathlib.Path.replace

    def locked(self: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
        if pathlib.Path(target).name == "b.pdf":
            raise PermissionError(13, "The process cannot access the file")
        return real(self, target)

    monkeypatch.setattr(pathlib.Path, "replace", locked)
    with pytest.raises(UsageError, match=r"b\.pdf can't be written"):
        Output.open(tmp_path).write({"a.docx": b"two", "b.pdf": b"two"})
    monkeypatch.undo()
    assert (tmp_path / "a.docx").read_bytes() == b"one", "a Word file and a PDF of different days are no pair"
    assert (tmp_path / "b.pdf").read_bytes() == b"one"
    assert names(tmp_path) == {"a.docx", "b.pdf", MANIFEST}
    Output.open(tmp_path).write({"a.docx": b"two", "b.pdf": b"two"})
    assert (tmp_path / "b.pdf").read_bytes() == b"two"


def test_a_failure_leaves_no_new_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pathlib.Path.replace

    def locked(self: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
        if pathlib.Path(target).name == "b.pdf":
            raise PermissionError(13, "The process cannot access the file")
        return real(self, target)

    monkeypatch.setattr(pathlib.Path, "replace", locked)
    with pytest.raises(UsageError):
        Output.open(tmp_path).write({"a.docx": b"one", "b.pdf": b"one"})
    monkeypatch.undo()
    assert names(tmp_path) == set()
    Output.open(tmp_path).write({"a.docx": b"two", "b.pdf": b"two"})
    assert (tmp_path / "a.docx").read_bytes() == b"two"


def test_folder_that_can_not_be_made(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="can't be") as error:
        Output.open(tmp_path / "file" / "inner").write({"a.docx": b""})
    assert "--output" in error.value.hint
    with pytest.raises(UsageError):
        Output.open(tmp_path / "file").write({"a.docx": b""})


def test_a_folder_in_the_place_of_a_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.docx").mkdir()
    with pytest.raises(UsageError, match="can't be replaced"):
        Output.open(tmp_path, force=True).write({"a.docx": b""})


@posix
def test_permissions_are_those_of_an_ordinary_file(tmp_path: pathlib.Path) -> None:
    old = os.umask(0o027)
    try:
        Output.open(tmp_path).write({"a.docx": b""})
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.docx").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("county-coverage", "county-coverage"),
        ("County of Alameda / DHCS: 2027", "County-of-Alameda-DHCS-2027"),
        ("Año Nuevo", "Ano-Nuevo"),
        ("con", "con-file"),
        ("NUL", "NUL-file"),
        ("Com1", "Com1-file"),
        ("lpt9.draft", "lpt9-file.draft"),
        ("console", "console"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", None),
        ("", None),
        ("日本", None),
        ("trailing. ", "trailing"),
        ("-x-", "x"),
        ("a\nb\tc", "a-b-c"),
        ('a<b>c:d"e|f?g*h', "a-b-c-d-e-f-g-h"),
    ],
)
def test_file_name(text: str, name: str | None) -> None:
    found = file_name(text)
    if name is None:
        assert found.startswith("agreement-")
        assert found == file_name(text)
    else:
        assert found == name


@given(st.text())
def test_any_text_makes_a_name(text: str) -> None:
    name = file_name(text)
    assert name
    assert len(name) <= LONGEST + 5
    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
    assert name[0] not in "-. "
    assert name[-1] not in "-. "
    assert not RESERVED.match(name)
    assert file_name(name) == name or len(name) > LONGEST


def test_a_proposal_is_the_same_wherever_the_command_runs(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, inside, proposal = tmp_path / "mine/output", tmp_path / "mine", pathlib.Path("proposals/one.yaml")
    monkeypatch.chdir(tmp_path)
    Output.open(output).write({"a.docx": b"one"}, "mine" / proposal)
    inside.joinpath("proposals").mkdir()
    monkeypatch.chdir(inside)
    Output.open(output).write({"a.docx": b"two"}, proposal)
    monkeypatch.chdir(inside / "proposals")
    Output.open(output).write({"a.docx": b"three"}, pathlib.Path("one.yaml"))
    assert (output / "a.docx").read_bytes() == b"three"
    monkeypatch.chdir(tmp_path)
    for other, partner, said in (("two.yaml", None, "two.yaml"), ("one.yaml", "Butte County", "one.yaml Butte County")):
        with pytest.raises(UsageError) as wrong:
            Output.open(output).write({"a.docx": b"four"}, pathlib.Path("mine/proposals", other), partner)
        before, now = (str(pathlib.Path("mine/proposals", name)) for name in ("one.yaml", said))
        assert str(wrong.value) == f"{output / 'a.docx'} was made from {before}, not from {now}"
