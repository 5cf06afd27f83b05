"""What changed between two batches: each field, clause and exhibit, nobody left out, and nothing told that isn't so."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest
from batch_samples import entry, sha
from hypothesis import given
from hypothesis import strategies as st

from agreegen.batch.difference import as_json, changed, differences, lines
from agreegen.batch.manifest import Manifest

if TYPE_CHECKING:
    from agreegen.batch.entry import Entry, FileRecord


def manifest(*entries: Entry) -> Manifest:
    return Manifest({e.key: e for e in entries})


def again(old: Entry, **more: Any) -> Entry:
    """The entry made again: mappings of `more` are laid over the old ones, and None takes an item away."""
    for name, value in more.items():
        if isinstance(value, dict):
            laid = {**dict(getattr(old, name)), **value}
            more[name] = {k: v for k, v in laid.items() if v is not None}
    return dataclasses.replace(old, **more)


def other_text(old: Entry) -> dict[str, FileRecord]:
    return {p: dataclasses.replace(f, sha256=sha(p + "2"), text=f.text and sha(p + "3")) for p, f in old.files.items()}


OLD = [entry(n) for n in range(1, 58)]


def told(*new: Entry, few: int = 3) -> list[str]:
    return lines(differences(manifest(*OLD[: len(new)]), manifest(*new)), few=few)


def test_what_the_proposal_says_of_every_partner_is_compared_as_it_is_printed() -> None:
    """In the place of a partner's own values, a list in that of the whole list."""
    common = {"recipient.party": "partner", "recipient.title": "Chair", "recipient.terms[1].name": "T"}
    own = {"title": "Chief", "terms[1].name": "A", "terms[2].name": "B", "terms.note": "C", "unit": "U"}
    was = entry(1, common=common, fields=own)
    silent = dataclasses.replace(was, fields={**own, "title": "Agent", "terms[2].name": "X"})
    assert changed(was, silent).fields == ()
    now = dataclasses.replace(was, common={"recipient": "partner"})
    assert [(v.name, v.old, v.new) for v in changed(was, now).fields] == [
        ("terms.note", None, "C"),
        ("terms[1].name", "T", "A"),
        ("terms[2].name", None, "B"),
        ("title", "Chair", "Chief"),
    ]
    assert [v.name for v in changed(was, now).common] == ["recipient", "recipient.party"]


def test_a_clause_that_all_share_is_told_once() -> None:
    new = [again(e, clauses={"clauses/clause-1": sha("new")}, inputs={"template": sha("x")}) for e in OLD]
    said = lines(differences(manifest(*OLD), manifest(*new)))
    assert said == ["57 partners: clause clause-1 changed (County of N\u00famero 1, County of N\u00famero 10, "
                    "County of N\u00famero 11 and 54 more)"]  # fmt: skip


def test_clauses_and_exhibits_come_and_go() -> None:
    new = again(OLD[0], clauses={"clauses/new.docx": "1", "exhibits/ferpa.docx": "2", "clauses/clause-0": None},
                exhibits={"ferpa": "education records", "hipaa-baa": None})  # fmt: skip
    assert told(new) == [f"1 partner: {said} (County of N\u00famero 1)" for said in (
        "clause clause-0 removed", "clause new added", "exhibit file ferpa added",
        "exhibit ferpa is on now: education records", "exhibit hipaa-baa is off now")]  # fmt: skip


def test_masters_are_called_by_their_variant() -> None:
    new = again(OLD[0], clauses={"masters/university/master.docx": "1", "base.docx": "2"})
    assert [line.split(" (")[0] for line in told(new)] == ["1 partner: file base.docx added",
                                                          "1 partner: master university added"]  # fmt: skip


def test_fields_are_told_with_their_values() -> None:
    new = again(OLD[0], fields={"partner.kind": "city", "partner.contacts.0.email": None, "dates.start": "2027-05-01"})
    assert told(new) == [f"1 partner: {said} (County of N\u00famero 1)" for said in (
        "field dates.start: nothing \u2192 2027-05-01",
        "field partner.contacts.0.email: role0-1@county.example.gov \u2192 nothing",
        "field partner.kind: county \u2192 city")]  # fmt: skip


def test_a_field_of_the_proposal_is_told_once_for_all() -> None:
    new = [again(e, common={"dates.start": "2027-04-01"}, inputs={"proposal": sha("y")}) for e in OLD[:9]]
    assert told(*new, few=1) == ["9 partners: field of the proposal dates.start: 2027-03-01 \u2192 2027-04-01 "
                                 "(County of N\u00famero 1 and 8 more)"]  # fmt: skip


def test_a_field_with_a_value_for_each_is_one_line() -> None:
    new = [again(e, fields={"partner.contacts.0.email": f"new{e.partner}@example.gov"}) for e in OLD[:9]]
    assert told(*new)[0].startswith("9 partners: field partner.contacts.0.email changed, to each its own (")
    assert len(told(*new)) == 1
    assert len(told(*new[:3])) == 3


def test_only_the_template_or_engine() -> None:
    one = again(OLD[0], inputs={"template": sha("x"), "engine": sha("y")})
    two = again(OLD[1], inputs={"agreegen": sha("x")}, files=other_text(OLD[1]))
    assert told(one, two) == [
        "1 partner: only the PDF engine and the template changed; the text is the same (County of N\u00famero 1)",
        "1 partner: only agreegen's version or tables changed; the text isn't the same (County of N\u00famero 2)",
    ]


def test_nothing_changed() -> None:
    new = again(
        OLD[1],
        outcome="unchanged",
        seconds=3.0,
        files={p: dataclasses.replace(f, mtime_ns=1) for p, f in OLD[1].files.items()},
    )
    assert told(OLD[0], new) == ["2 partners: unchanged"]
    assert as_json(differences(manifest(OLD[0]), manifest(OLD[0]))) == []


def test_same_input_with_other_files_is_told() -> None:
    assert told(again(OLD[0], files=other_text(OLD[0]))) == [
        "1 partner: the same input gave other files (County of N\u00famero 1)"
    ]


def test_partners_come_and_go() -> None:
    said = lines(differences(manifest(OLD[0], OLD[1]), manifest(OLD[1], OLD[2])))
    assert said == ["1 partner: removed (County of N\u00famero 1)", "1 partner: added (County of N\u00famero 3)",
                    "1 partner: unchanged"]  # fmt: skip


def test_a_failure_is_no_loss_of_clauses() -> None:
    failed = again(OLD[0], outcome="failed", inputs={"partner": sha("z")})
    assert told(dataclasses.replace(failed, clauses={}, exhibits={})) == [
        "1 partner: outcome: made \u2192 failed (County of N\u00famero 1)"]  # fmt: skip


def test_what_no_record_explains_is_told() -> None:
    new = again(OLD[0], inputs={"proposal": sha("z")}, files=other_text(OLD[0]))
    assert told(new) == ["1 partner: the proposal changed in nothing that is recorded; the text isn't the same "
                         "(County of N\u00famero 1)"]  # fmt: skip


def test_overrides_and_long_values() -> None:
    new = again(OLD[0], overrides=("dates.end",), fields={"purpose.scope": "word " * 40})
    assert "field purpose.scope: nothing \u2192 " + ("word " * 12)[:59] + "\u2026 (" in told(new)[0]
    assert told(new)[1] == "1 partner: override of dates.end added (County of N\u00famero 1)"


def renamed(old: Entry, *endings: str, other: bool = False) -> Entry:
    """The entry with the files of these endings under other names, and with other bytes."""
    files = other_text(old) if other else dict(old.files)
    return dataclasses.replace(old, files={f"x/{p.replace('/', '-')}": f for p, f in files.items()
                                           if p.rpartition(".")[2] in endings})  # fmt: skip


def test_files_are_compared_whatever_they_are_called() -> None:
    assert told(renamed(OLD[0], "docx", "pdf")) == ["1 partner: unchanged"]
    assert told(renamed(OLD[0], "docx", "pdf", other=True)) == [
        "1 partner: the same input gave other files (County of N\u00famero 1)"
    ]


def test_another_format_is_told() -> None:
    only = renamed(OLD[0], "pdf")
    assert told(only) == ["1 partner: format: docx and pdf \u2192 pdf (County of N\u00famero 1)"]
    (change,) = differences(manifest(only), manifest(renamed(OLD[0], "docx")))
    assert (change.kind, lines([change])) == (
        "changed", ["1 partner: format: pdf \u2192 docx (County of N\u00famero 1)"])  # fmt: skip


@pytest.mark.parametrize("outcomes", [("failed", "failed"), ("refused", "left"), ("left", "failed")])
@pytest.mark.parametrize("inputs", [{}, {"template": sha("x")}])
def test_what_was_made_neither_time_is_not_unchanged(outcomes: tuple[str, str], inputs: dict[str, str]) -> None:
    old, new = (dataclasses.replace(OLD[0], outcome=outcome) for outcome in outcomes)
    changes = differences(manifest(old), manifest(again(new, inputs=inputs)))
    assert lines(changes) == ["1 partner: still not made (County of N\u00famero 1)"]
    assert [said["kind"] for said in as_json(changes)] == ["absent"]


def test_several_agreements_of_a_partner_are_counted_as_agreements() -> None:
    """Two proposals for five partners, whose names are told once each."""
    old = [again(e, key=f"{proposal}/{e.partner}", proposal=proposal) for e in OLD[:5] for proposal in ("one", "two")]
    new = [again(e, clauses={"clauses/clause-1": "2"} if e.proposal == "one" or e.partner == OLD[0].partner else {})
           for e in old]  # fmt: skip
    assert lines(differences(manifest(*old), manifest(*new))) == [
        "6 agreements of 5 partners: clause clause-1 changed (County of N\u00famero 1, County of N\u00famero 2, "
        "County of N\u00famero 3 and 2 more)",
        "4 agreements of 4 partners: unchanged",
    ]
    gone = lines(differences(manifest(*old[:2]), manifest(old[0])))
    assert gone == ["1 agreement of 1 partner: removed (County of N\u00famero 1)",
                    "1 agreement of 1 partner: unchanged"]  # fmt: skip


def test_partners_of_one_name_are_told_apart_in_number() -> None:
    new = [again(e, name="The County", clauses={"clauses/clause-1": "2"}) for e in OLD[:2]]
    assert told(*new)[0] == "2 partners: clause clause-1 changed (The County, The County)"


def test_json_is_partner_by_partner_with_old_and_new() -> None:
    new = [again(OLD[0], fields={"partner.kind": "city"}), OLD[1]]
    said = json.loads(json.dumps(as_json(differences(manifest(*OLD[:2]), manifest(*new)))))
    assert said == [{"key": OLD[0].key, "name": OLD[0].name, "kind": "changed", "reads": True,
                     "fields": [{"name": "partner.kind", "old": "county", "new": "city"}],
                     "partner": OLD[0].partner}]  # fmt: skip


def test_read_records_differ_as_written_ones() -> None:
    new = again(OLD[0], fields={"partner.kind": "city"})
    read = Manifest.parsed(manifest(new).bytes())
    assert differences(Manifest.parsed(manifest(OLD[0]).bytes()), read) == differences(manifest(OLD[0]), manifest(new))


mappings = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"))
made = st.builds(entry, st.integers(1, 4), fields=mappings, clauses=mappings, exhibits=mappings, common=mappings,
                 inputs=mappings, outcome=st.sampled_from(["made", "unchanged", "failed"]))  # fmt: skip


@given(st.lists(made), st.lists(made))
def test_every_agreement_is_told_of(old: list[Entry], new: list[Entry]) -> None:
    before, now = manifest(*old), manifest(*new)
    changes = differences(before, now)
    assert {c.key for c in changes} == before.entries.keys() | now.entries.keys()
    for change in changes:
        one, other = before.entries.get(change.key), now.entries.get(change.key)
        if change.kind == "same":
            assert one is not None and other is not None
            assert (one.fields, one.common, one.inputs) == (other.fields, other.common, other.inputs)
            assert "failed" not in (one.outcome, other.outcome)
        back = changed(other, one)
        assert [(v.new, v.old) for v in back.fields] == [(v.old, v.new) for v in change.fields]
        assert (back.kind in ("added", "removed")) == (change.kind in ("added", "removed"))
    assert sum(c.kind != "same" for c in changes) == 0 or lines(changes)
