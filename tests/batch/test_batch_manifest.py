"""The record of a batch: what is written is read again, what can't be used is refused, what changed is noticed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import os
import pathlib
import re
import time
import zipfile
from typing import Any

import jsonschema
import pytest
from batch_samples import IN_WORD, MISSING, WARNED, entry, sha
from hypothesis import given
from hypothesis import strategies as st

from agreegen.batch import manifest as module
from agreegen.batch.entry import OUTCOMES, Entry, FileRecord, Row, flat, inside, text_digest
from agreegen.batch.inputs import NAMES
from agreegen.batch.journal import JOURNAL, Journal, recovered, save
from agreegen.batch.manifest import NAME, Manifest, carried
from agreegen.batch.shared import compact
from agreegen.errors import UsageError
from agreegen.package import Output

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "manifest.md"


def manifest(*entries: Entry, **scope: str) -> Manifest:
    return Manifest({e.key: e for e in entries}, scope)


FULL = manifest(
    entry(2, findings=(WARNED,), outcome="unchanged"),
    entry(1, findings=(MISSING, WARNED, IN_WORD), outcome="failed", files={}, pages=None, engine=""),
    entry(3, overrides=("dates.start",), exhibits={}, clauses={}, fields={}, inputs={}, variant=""),
    partners="counties",
    where="kind=county",
)

texts = st.text(max_size=12)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
)


@given(plain)
def test_values_are_written_as_json_writes_them(said: Any) -> None:
    assert compact(said) == json.dumps(said, separators=(",", ":"))


def test_what_json_does_not_hold_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match="not JSON serializable"):
            compact({"a": [object()]})
    assert compact({"a": []}) == '{"a":[]}'


mappings = st.dictionaries(texts, texts, max_size=4)
entries = st.builds(
    Entry,
    key=texts, partner=texts, proposal=texts, name=texts, variant=texts, outcome=st.sampled_from(list(OUTCOMES)),
    files=st.dictionaries(st.text("abc.\u00e9", min_size=1, max_size=6).filter(inside),
                          st.builds(FileRecord, texts, texts, st.integers(0), st.integers(0)), max_size=2),
    inputs=mappings, overrides=st.lists(texts, max_size=2).map(tuple), exhibits=mappings, clauses=mappings,
    fields=mappings, common=mappings, engine=texts, pages=st.none() | st.integers(0, 999),
    seconds=st.integers(0, 99_999).map(lambda n: n / 10_000),
    findings=st.lists(st.sampled_from([MISSING, WARNED, IN_WORD]), max_size=2).map(tuple),
)  # fmt: skip


@given(st.lists(entries, max_size=4))
def test_what_is_written_is_read(several: list[Entry]) -> None:
    written = manifest(*several)
    read = Manifest.parsed(written.bytes())
    assert read.entries == written.entries
    assert read.bytes() == written.bytes()


def test_record_is_ascii_with_an_entry_a_line_in_order() -> None:
    lines = FULL.bytes().decode("ascii").splitlines()
    found = [line.split('":')[0][1:] for line in lines if line.startswith('"county-coverage/')]
    assert found == [f"county-coverage/partner-0000{n}" for n in (1, 2, 3)] * 2


def test_order_of_finishing_changes_no_byte() -> None:
    assert manifest(entry(1), entry(2)).bytes() == manifest(entry(2), entry(1)).bytes()


def test_runs_alone_differ_between_equal_runs() -> None:
    one = json.loads(manifest(entry(1)).bytes())
    files = {p: dataclasses.replace(f, mtime_ns=1) for p, f in entry(1).files.items()}
    other = json.loads(manifest(entry(1, outcome="unchanged", seconds=3.0, files=files)).bytes())
    assert one.pop("runs") != other.pop("runs")
    assert one == other


def test_shared_values_stand_once() -> None:
    text = manifest(*map(entry, range(50))).bytes().decode()
    assert text.count(sha("template")) == text.count(sha("clause 1")) == text.count("protected health") == 1


def schema() -> Any:
    found = re.search(r"```json\n(\{\n {2}\"\$schema.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert found is not None
    return json.loads(found[1])


def test_record_is_as_its_page_says() -> None:
    said = json.loads(FULL.bytes())
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(said, schema())
    for broken in ({**said, "version": 2}, {**said, "more": 1}, {**said, "runs": {"a/b": ["gone", 0]}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema())
    told = {
        name for block in ("entries", "shared") for item in said[block].values() for name in item if block == "entries"
    }
    page = PAGE.read_text(encoding="utf-8")
    assert told >= {"partner", "files", "inputs", "fields", "clauses", "overrides", "findings"}
    assert all(f"`{name}`" in page for name in told)


def test_page_has_the_names_of_the_digests() -> None:
    said = re.search(r"^\| `inputs` \| .*what they are of: (.*) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert said is not None
    assert tuple(said[1].split(", ")) == NAMES
    assert {*entry().inputs} == {*NAMES}


def fresh(held: Manifest) -> bytes:
    """The bytes of a record that was never read."""
    return Manifest(dict(held.entries), held.scope, archives=held.archives, outdated=held.outdated).bytes()


@given(st.lists(entries, max_size=3, unique_by=lambda e: e.key), st.lists(entries, max_size=2), st.data())
def test_record_that_was_read_is_written_as_a_new_one(old: list[Entry], new: list[Entry], data: st.DataObject) -> None:
    held = Manifest.parsed(manifest(*old).bytes())
    for key in list(held.entries):
        more = data.draw(st.fixed_dictionaries({}, optional={
            "outcome": st.just("unchanged"), "seconds": st.just(1.5), "name": texts, "pages": st.just(7),
            "fields": mappings, "inputs": mappings,
            "files": st.just({p: dataclasses.replace(f, mtime_ns=3) for p, f in held.entries[key].files.items()}),
        }))  # fmt: skip
        held.put(dataclasses.replace(held.entries[key], **more))
    held.scope = {"where": "x"}
    assert held.bytes() == fresh(held)
    for one in new:
        held.put(one)
    assert held.bytes() == fresh(held)
    held.entries = dict(list(held.entries.items())[1:])
    assert held.bytes() == fresh(held)


def test_only_the_last_run_is_written_anew_where_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Manifest.parsed(FULL.bytes())
    held.entries = {k: dataclasses.replace(e, outcome="left", seconds=9.0) for k, e in held.entries.items()}
    expected = fresh(held)
    monkeypatch.setattr(module, "entry_json", lambda *_: pytest.fail("written anew"))
    assert held.bytes() == expected


# ------------------------------------------------------------------------------------------------ what can't be used
def test_no_record_is_an_empty_one(tmp_path: pathlib.Path) -> None:
    assert Manifest.read(tmp_path).entries == {}
    assert Manifest.read(tmp_path / "none").entries == {}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"name": "my app", "icons": []}', "isn't the record of a batch"),
        (b"[]", "isn't the record of a batch"),
        (FULL.bytes().replace(b'"version":1', b'"version":2'), "written by a newer agreegen"),
        (FULL.bytes()[:-40], "is damaged"),
        (b"", "is damaged"),
        (b"\xff\xfe\x00", "is damaged"),
        (FULL.bytes().replace(b"partner-00002/county", b"../county"), "is damaged"),
        (FULL.bytes().replace(b'"unchanged"', b'"hopeful"'), "is damaged"),
    ],
)
def test_unusable_record_is_refused(tmp_path: pathlib.Path, data: bytes, message: str) -> None:
    (tmp_path / NAME).write_bytes(data)
    with pytest.raises(UsageError, match=message) as error:
        Manifest.read(tmp_path)
    assert error.value.hint
    assert NAME in error.value.message


def test_damaged_record_is_begun_anew_when_asked_and_a_foreign_one_is_not(tmp_path: pathlib.Path) -> None:
    (tmp_path / NAME).write_bytes(b"{")
    anew = recovered(tmp_path, anew=True)
    assert (anew.entries, [f.code for f in anew.findings]) == ({}, ["B003"])
    assert str(anew.findings[0].location).endswith(NAME)
    (tmp_path / NAME).write_bytes(b'{"name": "my app"}')
    with pytest.raises(UsageError, match="isn't the record of a batch"):
        Manifest.read(tmp_path, anew=True)


def _mutated(said: Any, path: list[int], value: Any) -> Any:
    """The JSON with the value at some place: each number picks an item of a list or mapping."""
    if not path or not isinstance(said, dict | list) or not said:
        return value
    keys = list(said) if isinstance(said, dict) else list(range(len(said)))
    key = keys[path[0] % len(keys)]
    copy = dict(said) if isinstance(said, dict) else list(said)
    copy[key] = _mutated(said[key], path[1:], value)  # type: ignore[index]
    return copy


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6),
       st.sampled_from([None, 0, -1, 10**30, "x", [], {}, [1], True, 0.5, {"a": 1}]))  # fmt: skip
def test_wrong_values_are_refused_or_harmless(path: list[int], value: Any) -> None:
    data = json.dumps(_mutated(json.loads(FULL.bytes()), path, value)).encode()
    try:
        read = Manifest.parsed(data)
    except UsageError:
        return
    read.bytes()
    for key, one in read.entries.items():
        read.confirmed(key, one.inputs, "/nonexistent")
        "".join(f"{f.code} {f.severity} {f.location} {f.message} {f.hint}" for f in one.findings)


# ------------------------------------------------------------------------------------------------ what changed
@pytest.fixture
def made(tmp_path: pathlib.Path) -> Manifest:
    """A record of one agreement, whose two files are there."""
    files = {}
    for path in ("a/one.docx", "a/one.pdf"):
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(path.encode())
        files[path] = FileRecord.of(path.encode(), (tmp_path / path).stat())
    return manifest(entry(1, files=files))


KEY = entry(1).key
INPUTS = dict(entry(1).inputs)


def test_same_inputs_and_files_are_unchanged(made: Manifest, tmp_path: pathlib.Path) -> None:
    assert made.confirmed(KEY, INPUTS, tmp_path) is not None
    again = Manifest.parsed(made.bytes())
    assert again.confirmed(KEY, Row(tuple(INPUTS), tuple(INPUTS.values())), tmp_path) is not None
    confirmed = again.confirmed(KEY, INPUTS, tmp_path)
    assert confirmed is not None
    assert (confirmed.outcome, confirmed.pages, confirmed.files) == ("unchanged", 91, made.entries[KEY].files)
    again.put(confirmed)
    assert again.confirmed(KEY, INPUTS, tmp_path) is confirmed


@pytest.mark.parametrize("name", INPUTS)
def test_another_input_is_a_change(made: Manifest, tmp_path: pathlib.Path, name: str) -> None:
    assert made.confirmed(KEY, {**INPUTS, name: sha("other")}, tmp_path) is None
    assert made.confirmed(KEY, {k: v for k, v in INPUTS.items() if k != name}, tmp_path) is None
    assert made.confirmed("county-coverage/other", INPUTS, tmp_path) is None


@pytest.mark.parametrize("outcome", ["failed", "refused", "left"])
def test_what_was_not_made_is_made_again(made: Manifest, tmp_path: pathlib.Path, outcome: str) -> None:
    made.put(dataclasses.replace(made.entries[KEY], outcome=outcome))
    assert made.confirmed(KEY, INPUTS, tmp_path) is None


def test_missing_and_edited_files_are_noticed(made: Manifest, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a/one.pdf").unlink()
    assert made.confirmed(KEY, INPUTS, tmp_path) is None
    (tmp_path / "a/one.pdf").write_bytes(b"a/one.PDF")
    assert made.confirmed(KEY, INPUTS, tmp_path) is None


def test_copied_folder_is_unchanged_and_its_times_are_taken(made: Manifest, tmp_path: pathlib.Path) -> None:
    os.utime(tmp_path / "a/one.docx", ns=(5, 5))
    confirmed = made.confirmed(KEY, INPUTS, tmp_path)
    assert confirmed is not None
    assert confirmed.files["a/one.docx"].mtime_ns == 5


def test_what_we_wrote_before_is_ours(made: Manifest) -> None:
    record = FileRecord.of(b"second")
    assert sha("a/one.docx") in made.digests("a/one.docx")
    made.put(dataclasses.replace(made.entries[KEY], files={"a/one.docx": record}))
    assert sha("a/one.docx") in made.digests("a/one.docx")
    assert sha("second") in made.digests("a/one.docx")
    assert sha("someone else's") not in made.digests("a/one.docx")
    assert sha("second") not in made.digests("a/other.docx")
    assert made.owner("A/ONE.docx") == KEY


def test_failure_keeps_the_files_that_still_stand(made: Manifest) -> None:
    before = made.entries[KEY]
    failed = entry(1, outcome="failed", files={}, inputs={"partner": "new"})
    assert carried(before, failed).files == before.files
    assert carried(before, failed).inputs == failed.inputs
    assert carried(None, failed) is failed
    assert carried(before, entry(1)) == entry(1)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../../x", "C:/x", "a\\b", "a//b", "./a", "a/"])
def test_no_path_leads_out_of_the_folder(path: str) -> None:
    assert not inside(path)
    assert inside("a/b.docx")
    assert inside("b..docx")


def test_text_digest_ignores_compression_and_what_nobody_reads() -> None:
    def packed(level: int, text: str, about: str) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            archive.writestr("docProps/core.xml", about)
            archive.writestr("word/document.xml", text * 100)
        return held.getvalue()

    assert text_digest(packed(1, "word ", "a")) == text_digest(packed(9, "word ", "b")) != ""
    assert text_digest(packed(1, "word ", "a")) != text_digest(packed(1, "ward ", "a"))
    assert text_digest(b"%PDF-1.7") == text_digest(b"PK damaged") == text_digest(b"") == ""


def test_flat_names_are_those_of_findings() -> None:
    said = {"dates": {"start": dt.date(2027, 3, 1), "end": None}, "research": False, "elements": [{"name": "x"}, "y"]}
    told = {"dates.start": "2027-03-01", "research": "no", "elements[1].name": "x", "elements[2]": "y"}
    assert flat(said) == told


# ------------------------------------------------------------------------------------------------ journal
def test_journal_cut_at_every_byte_loses_only_what_was_not_whole(tmp_path: pathlib.Path) -> None:
    def small(number: int, **more: object) -> Entry:
        return entry(number, files={"a": FileRecord("", "", 1)}, inputs={}, common={}, emails=0, **more)  # type: ignore[arg-type]

    save(manifest(small(1, pages=0), small(9)), tmp_path)
    several = [small(1, parts=1), small(2, parts=0, findings=(WARNED,)), small(3, parts=1, findings=(WARNED,))]
    ends = []
    with Journal.begin(tmp_path, Manifest.read(tmp_path)) as journal:
        for one in several:
            journal.add(one)
            ends.append((tmp_path / JOURNAL).stat().st_size)
    data = (tmp_path / JOURNAL).read_bytes()
    for cut in range(len(data) + 1):
        (tmp_path / JOURNAL).write_bytes(data[:cut])
        whole = [one for one, end in zip(several, ends, strict=True) if end <= cut]
        assert recovered(tmp_path).entries == {e.key: e for e in (small(1, pages=0), small(9), *whole)}, cut


def test_damage_in_the_middle_costs_only_what_it_touches(tmp_path: pathlib.Path) -> None:
    with Journal.begin(tmp_path, Manifest()) as journal:
        for n in range(1, 4):
            journal.add(entry(n, parts=n))
    data = (tmp_path / JOURNAL).read_bytes()
    lines = data.split(b"\n")
    (tmp_path / JOURNAL).write_bytes(b"\n".join([lines[0], lines[1], lines[2][:50], lines[3]]))
    found = recovered(tmp_path).entries
    assert found == {entry(n, parts=n).key: entry(n, parts=n) for n in (1, 3)}


def test_journal_is_folded_into_the_record(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "new"
    with Journal.begin(folder, Manifest()) as journal:
        journal.add(entry(1))
    held = recovered(folder)
    with Journal.begin(folder, held) as journal:  # the next batch
        assert Manifest.read(folder).entries == held.entries
        journal.add(entry(2))
    last = recovered(folder)
    save(last, folder)
    assert [p.name for p in folder.iterdir()] == [NAME]
    assert Manifest.read(folder).entries == {entry(n).key: entry(n) for n in (1, 2)}


def test_announced_files_are_ours_through_any_number_of_kills(tmp_path: pathlib.Path) -> None:
    save(manifest(entry(1)), tmp_path)
    path = next(iter(entry(1).files))
    with Journal.begin(tmp_path, recovered(tmp_path)) as journal:
        journal.announce({path: sha("new"), "other.docx": sha("other")})
    for _ in range(2):
        held = recovered(tmp_path)
        assert held.digests(path) == {entry(1).files[path].sha256, sha("new")}
        assert sha("other") in held.digests("other.docx")
        Journal.begin(tmp_path, held).close()


def test_full_disk_is_told_and_what_follows_is_whole(tmp_path: pathlib.Path) -> None:
    class Full:
        """A file that takes ten bytes of a line, and then none."""

        def __init__(self) -> None:
            self.left = 10

        def write(self, data: bytes) -> int:
            if not self.left:
                raise OSError(28, "No space left on device")
            taken, self.left = data[: self.left], 0
            return file.write(taken) or 0

    journal = Journal.begin(tmp_path, Manifest())
    journal.add(entry(1))
    file, journal.file = journal.file, Full()  # type: ignore[assignment]
    with pytest.raises(UsageError, match="No space left"):
        journal.add(entry(2, parts=6))
    journal.file = file
    journal.add(entry(3, parts=6))
    journal.close()
    assert recovered(tmp_path).entries == {e.key: e for e in (entry(1), entry(3, parts=6))}


def test_record_that_is_the_same_is_not_written_again(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(FULL, tmp_path)
    monkeypatch.setattr("agreegen.batch.journal.stored", lambda *_: pytest.fail("written"))
    save(FULL, tmp_path)


def test_read_only_folder_is_told(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("agreegen.batch.journal.stored", refused)
    with pytest.raises(UsageError, match="can't be written: Permission denied"):
        save(FULL, tmp_path)
    with pytest.raises(UsageError, match="can't be written: Permission denied"):
        Journal.begin(tmp_path, FULL)


# ------------------------------------------------------------------------------------------------ with generate
def test_generate_replaces_what_a_batch_wrote_unless_it_was_edited(tmp_path: pathlib.Path) -> None:
    (tmp_path / "one.docx").write_bytes(b"of a batch")
    save(manifest(entry(1, files={"one.docx": FileRecord.of(b"of a batch")})), tmp_path)
    Output.open(tmp_path).write({"one.docx": b"by generate"})
    assert (tmp_path / "one.docx").read_bytes() == b"by generate"
    (tmp_path / "one.docx").write_bytes(b"edited")
    with pytest.raises(UsageError, match="isn't our own unchanged output"):
        Output.open(tmp_path).write({"one.docx": b"again"})


def test_batch_knows_what_generate_wrote(tmp_path: pathlib.Path) -> None:
    save(manifest(entry(1, files={"one.docx": FileRecord.of(b"of a batch")})), tmp_path)
    Output.open(tmp_path).write({"one.docx": b"by generate", "other.docx": b"other"})
    held = recovered(tmp_path)
    assert sha("by generate") in held.digests("one.docx")
    assert sha("other") in held.digests("other.docx")
    assert held.confirmed(entry(1).key, entry(1).inputs, tmp_path) is None


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"\xff", b'{"entries": []}', b'{"entries": {"a": {"files": {"one.docx": []}}}}']
)
def test_unreadable_record_leaves_generate_to_refuse(tmp_path: pathlib.Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    (tmp_path / "one.docx").write_bytes(b"theirs")
    with pytest.raises(UsageError, match="isn't our own unchanged output"):
        Output.open(tmp_path).write({"one.docx": b"ours"})


def test_values_that_stand_in_two_tables_have_a_number_in_each() -> None:
    one = {"a": "b"}
    held = manifest(entry(1), entry(2, clauses=one, exhibits=one, common=one))
    assert Manifest.parsed(held.bytes()).entries == held.entries


# ------------------------------------------------------------------------------------------------ size
@pytest.mark.slow
def test_ten_thousand_agreements_fit_and_are_decided_quickly() -> None:
    held = manifest(*(entry(n, emails=38, parts=70) for n in range(10_000)))
    data = held.bytes()
    assert 5e6 < len(data) < 40e6
    start = time.process_time()
    read = Manifest.parsed(data)
    assert read.bytes() == data
    for key, one in held.entries.items():
        assert read.confirmed(key, one.inputs, "/nonexistent") is None
    assert time.process_time() - start < 3  # about 0.7 on a calm machine; benchmarks/batch_records.py measures


def test_module_says_its_version() -> None:
    assert f'"version":{module.VERSION}'.encode() in Manifest().bytes()
