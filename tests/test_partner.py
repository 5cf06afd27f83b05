"""Parties: what the kind implies, short forms, properties of each kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from agreegen.law.parties import known_party, known_party_names
from agreegen.partner import LOCAL, PRIVATE, STATE, UNIVERSITY, Contact, Kind, Party

IPA = {Kind.CALHHS_ENTITY, Kind.STATE_AGENCY, Kind.UC, Kind.CSU}
GOVERNED = LOCAL | {Kind.CCC}


def party(**fields: Any) -> Party:
    return Party.model_validate({"legal name": "Sample", "kind": "county", **fields})


@pytest.mark.parametrize("kind", Kind)
def test_what_the_kind_implies(kind: Kind) -> None:
    found = party(kind=kind.value.replace("_", " "))
    assert found.kind is kind
    assert found.ipa_applies is (kind in IPA)
    assert found.public_agency is (kind not in PRIVATE | {Kind.TRIBE})
    assert found.under_governor is (kind in STATE)
    assert found.education_agency is (kind is Kind.SCHOOL_AGENCY)
    assert found.needs_governing_body is (kind in GOVERNED)
    assert (found.is_state, found.is_local, found.is_university, found.is_private) == (
        kind in STATE, kind in LOCAL, kind in UNIVERSITY, kind in PRIVATE)  # fmt: skip


@pytest.mark.parametrize(
    ("action", "delegated"),
    [("Standing delegation", True), ("delegation", True), ("resolution", False), (None, False)],
)
def test_a_delegation_is_no_action_on_the_agreement(action: str | None, delegated: bool) -> None:
    found = party(**{"governing body": {"name": "Board", "action": action}})
    assert found.acts_by_delegation is delegated
    assert party().acts_by_delegation is False


@pytest.mark.parametrize(
    ("kind", "body", "has_lines"),
    [
        ("county", None, True),
        ("county", {"action": "resolution"}, True),
        ("county", {"action": "resolution", "date": "2027-02-09"}, True),
        ("county", {"action": "delegation"}, True),
        ("school agency", {"action": "resolution"}, True),
        ("school agency", {"action": "delegation"}, False),
        ("ccc", {"action": "delegation"}, False),
        ("uc", {"action": "delegation"}, False),
        ("state agency", None, False),
    ],
)
def test_what_nobody_gave_of_an_action_is_recorded_where_the_pages_have_its_lines(
    kind: str, body: dict[str, str] | None, has_lines: bool
) -> None:
    record = {"governing body": {"name": "Board", **body}} if body else {}
    assert party(kind=kind, **record).action_has_lines is has_lines


def test_every_kind_is_of_one_group() -> None:
    groups = [STATE, LOCAL, UNIVERSITY, {Kind.NONPROFIT}]
    assert all(sum(kind in group for group in groups) == 1 for kind in Kind)


@pytest.mark.parametrize("key", ["ipa applies", "ipa_applies", "ipa-applies"])
def test_what_is_said_goes_before_what_the_kind_implies(key: str) -> None:
    assert party(**{key: "yes"}).ipa_applies is True
    assert party(kind="state agency", **{"under governor": False}).under_governor is False


@pytest.mark.parametrize("word", ["state agency", "State-Agency", " STATE_AGENCY ", "state_agency"])
def test_ways_of_writing_a_kind(word: str) -> None:
    assert party(kind=word).kind is Kind.STATE_AGENCY


@pytest.mark.parametrize("kind", ["nonsense", None, 7, ["county"]])
def test_wrong_kind_is_refused(kind: Any) -> None:
    with pytest.raises(ValidationError):
        party(kind=kind)


def test_short_forms() -> None:
    found = party(contacts={"program": "Program Office", "incident": "incidents@example.gov"}, reviewers="Auditor",
                  population=12)  # fmt: skip
    assert found.contacts.program == Contact(name="Program Office")
    assert found.contacts.incident == Contact(email="incidents@example.gov")
    assert found.reviewers == ("Auditor",)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2027-02-09", dt.date(2027, 2, 9)), ("February 9, 2027", dt.date(2027, 2, 9)), (dt.date(2027, 2, 9),) * 2],
)
def test_dates(text: Any, day: dt.date) -> None:
    body = party(**{"governing body": {"name": "Board", "date": text}}).governing_body
    assert body is not None
    assert body.date == day


@pytest.mark.parametrize("text", ["2027-02-30", "09.02.2027", "2/9/2027", "soon", "", 7, True])
def test_wrong_dates_are_refused(text: Any) -> None:
    with pytest.raises(ValidationError):
        party(**{"governing body": {"name": "Board", "date": text}})


@pytest.mark.parametrize("address", ["no mailbox", "a@b", "a b@example.gov", "@example.gov"])
def test_wrong_mailboxes_are_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        Contact.model_validate({"email": address})


def test_name_is_the_short_one_where_there_is_one() -> None:
    assert party().name == "Sample"
    assert party(**{"short name": "S"}).name == "S"


def test_parties_do_not_change() -> None:
    with pytest.raises(ValidationError):
        party().legal_name = "Other"  # type: ignore[misc]


def test_every_listed_party_is_a_party() -> None:
    names = known_party_names()
    assert len(names) > 150
    for name in names:
        record = known_party(name)
        assert record is not None, name
        assert Party.model_validate(record).legal_name
