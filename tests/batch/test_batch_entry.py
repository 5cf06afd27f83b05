"""What an entry tells of files and records, told quickly: the same as by the long way."""

from __future__ import annotations

import copy
import hashlib
import io
import pickle
import zipfile
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreegen.batch.entry import FileRecord, flat, text_digest
from agreegen.batch.staging import Staged
from agreegen.batch.work import Job, Made
from agreegen.damage import BROKEN
from agreegen.reading.listed import Listed

MEMBERS = ("word/document.xml", "word/a", "word/\u00e9", "word", "docProps/core.xml", "word/media/x y.png", "w")
NAMES = st.lists(st.sampled_from(MEMBERS), unique=True)


def by_zipfile(data: bytes) -> str:
    """The digest as the library tells the archive."""
    if data[:2] != b"PK":
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(i.filename, i.file_size, i.CRC) for i in archive.infolist() if i.filename.startswith("word/")]
    except BROKEN:
        return ""
    return hashlib.sha256("\n".join(f"{n} {size} {crc:08x}" for n, size, crc in sorted(parts)).encode()).hexdigest()


def packed(names: list[str], contents: list[bytes], method: int, comment: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        archive.comment = comment
        for number, name in enumerate(names):
            archive.writestr(name, contents[number % len(contents)])
    return held.getvalue()


@given(
    names=NAMES, contents=st.lists(st.binary(max_size=60), min_size=1), comment=st.sampled_from([b"", b"", b"said"]),
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]), harm=st.data(),
)  # fmt: skip
def test_the_text_of_an_archive_is_that_of_its_directory(
    names: list[str], contents: list[bytes], comment: bytes, method: int, harm: st.DataObject
) -> None:
    data = packed(names, contents, method, comment)
    assert text_digest(data) == by_zipfile(data)
    at = harm.draw(st.integers(0, len(data) - 1))
    harmed = {
        "cut": data[:at],
        "changed": data[:at] + bytes([harm.draw(st.integers(0, 255))]) + data[at + 1 :],
        "longer": data[:at] + b"x" + data[at:],
        "behind": data + b"x",
        "before": b"PK" + data,
    }[harm.draw(st.sampled_from(["cut", "changed", "longer", "behind", "before"]))]
    assert text_digest(harmed) == by_zipfile(harmed)


@pytest.mark.parametrize("place", range(46))
def test_no_byte_of_a_directory_is_passed_over(place: int) -> None:
    data = bytearray(packed(["word/a"], [b"said"], zipfile.ZIP_STORED, b""))
    for value in (0, 1, 64, 255):
        harmed = data.copy()
        harmed[data.index(b"PK\1\2") + place] = value
        assert text_digest(bytes(harmed)) == by_zipfile(bytes(harmed)), value


def test_what_is_no_archive_has_no_text() -> None:
    assert {text_digest(data) for data in (b"", b"PK", b"PK\5\6" + bytes(5), b"%PDF-1.7", b"PK" + bytes(40))} == {""}


@pytest.mark.parametrize(("said", "texts"), [
    ({"a": "x", "b": {"c": "y", "d": ""}, "e": None}, {"a": "x", "b.c": "y"}),
    ({"a": True, "b": False, "n": 0, "f": 1.5}, {"a": "yes", "b": "no", "n": "0", "f": "1.5"}),
    ({"a": [{"b": "x"}, "y", [], ("z",)]}, {"a[1].b": "x", "a[2]": "y", "a[4][1]": "z"}),
    (MappingProxyType({1: MappingProxyType({2: "x"})}), {"1.2": "x"}),
    ("x", {"": "x"}),
    ([], {}),
])  # fmt: skip
def test_a_record_as_texts(said: object, texts: dict[str, str]) -> None:
    assert flat(said) == texts
    assert list(flat(said)) == list(texts)


records = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.5, "", "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "1", 1, True, 0, False]), inner, max_size=4)
    ),
)


@given(records)
def test_names_of_records_are_those_of_each_alone(said: object) -> None:
    def pairs(said: object, path: str) -> list[tuple[str, str]]:
        if isinstance(said, dict):
            named = [(f"{path}.{key}" if path else f"{key}", value) for key, value in said.items()]
        elif isinstance(said, list):
            named = [(f"{path}[{number}]", value) for number, value in enumerate(said, 1)]
        else:
            text = {None: "", True: "yes", False: "no"}[said] if said is None or isinstance(said, bool) else str(said)
            return [(path, text)] if text else []
        return [pair for name, value in named for pair in pairs(value, name)]

    assert flat(said) == dict(pairs(said, ""))
    assert list(flat(said)) == list(dict(pairs(said, "")))


def test_what_goes_to_workers_and_comes_from_them_arrives_whole() -> None:
    from pathlib import Path  # noqa: PLC0415 (for a value)

    record = FileRecord("a", "b", 3, 4)
    made = Made({"docx": Staged("x", record)}, (), "variant", "template", ("e",), "engine", 5, 6.5, True, True)
    job = Job("k", Path("p.yaml"), Listed("id", {"a": "b"}, {"c": "d"}, None, None), "name")
    for value in (record, made, job):
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.copy(value) == value
