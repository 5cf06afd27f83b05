"""What a batch tells once of all agreements: numbers of one partner, attached papers, the proposal's own parties."""

from __future__ import annotations

import pathlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from batch_samples import entry

from agreegen.batch import grouping, summary
from agreegen.batch.entry import flat
from agreegen.batch.manifest import Manifest
from agreegen.batch.names import foreign
from agreegen.batch.numbers import belonging_to_one
from agreegen.batch.once import told_once
from agreegen.batch.outvoted import outvoted
from agreegen.batch.plan import planned
from agreegen.batch.told import placed_now
from agreegen.finding import Finding, Location, Severity
from agreegen.pdf.attached import Attached
from agreegen.reading.listed import Listed
from agreegen.reading.partner_list import read_table
from agreegen.reading.record import with_keys
from agreegen.reading.source import letters

if TYPE_CHECKING:
    from collections.abc import Mapping

PROPOSAL = pathlib.Path("proposals/sample.yaml")
SAID = """
reference: BUCP-1
provider: DHCS
recipient: partner
use:
  contractors:
    - {name: Clinic, contract: HCSA-27-014}
    - {name: Host, contract: ITD-26-201, party: DHCS}
research: {approvals: [{body: CPHS, number: 2027-041}, {body: IRB, number: HS-27-118}]}
"""


def texts(said: str) -> dict[pathlib.Path, Mapping[str, str]]:
    """A proposal's texts by their dotted names."""
    return {PROPOSAL: flat(with_keys(yaml.safe_load(said)))}


def partners(*overrides: dict[str, Any]) -> list[Listed]:
    return [Listed(f"p{n}", {"legal name": f"County {n}", "kind": "county"}, said) for n, said in enumerate(overrides)]


def told(said: str, *overrides: dict[str, Any]) -> dict[str, str]:
    """The warnings about numbers, by the field that they are about."""
    found = belonging_to_one(partners(*overrides), texts(said))
    assert {(f.code, f.severity) for f in found} <= {("B016", Severity.WARNING)}
    assert all(f.hint for f in found)
    return {f.location.path: f.message for f in found}


def test_numbers_of_one_that_several_get_are_told() -> None:
    found = told(SAID, {}, {}, {})
    assert found.keys() == {"use.contractors[1].contract", "research.approvals[1].number"}
    assert "(HCSA-27-014) are printed for all 3 partners" in found["use.contractors[1].contract"]
    assert "2027-041, HS-27-118" in found["research.approvals[1].number"]


@pytest.mark.parametrize(("field", "own"), [
    ("research", {"research": "no"}),
    ("research", {"research": {"approvals": [{"body": "IRB", "number": "1"}]}}),
    ("use", {"use": {"contractors": "no"}}),
])  # fmt: skip
def test_partners_with_a_list_of_their_own_are_left_out(field: str, own: dict[str, Any]) -> None:
    assert not any(path.startswith(field) for path in told(SAID, own, own, {}))
    (message,) = [m for path, m in told(SAID, own, {}, {}).items() if path.startswith(field)]
    assert "2 of 3 partners" in message


def test_an_override_beside_the_list_changes_nothing() -> None:
    assert len(told(SAID, {"use": {"analysis": "x"}}, {"research": {"title": "x"}})) == 2


def test_a_single_partner_or_another_side_has_its_own_numbers() -> None:
    assert told(SAID, {}) == {}
    turned = SAID.replace("provider: DHCS", "provider: partner").replace("recipient: partner", "recipient: UC Davis")
    assert told(turned, {}, {}) == {}
    assert len(told(f"{turned}direction: two way\n", {}, {})) == 2


def test_contacts_below_the_open_party_are_told() -> None:
    said = """
recipient:
  party: partner
  contacts: {incident: {name: Privacy Officer, email: privacy@one.example.gov}, program: help@one.example.gov}
provider: {party: DHCS, contacts: {incident: {email: privacy@dhcs.example.gov}}}
"""
    found = told(said, {}, {})
    assert found.keys() == {"recipient.contacts.incident.email"}
    (message,) = found.values()
    assert "privacy@one.example.gov, help@one.example.gov" in message
    assert told(said.replace("email: privacy@one", "division: privacy").replace("help@one.example.gov", "Help"), {},
                {}) == {}  # fmt: skip


# ------------------------------------------------------------------------------------------------------ outvoted
OPEN = """
provider: {party: DHCS, signatory: {title: Director}}
recipient:
  party: partner
  hipaa status: hybrid
  signatory: {title: Chair of the Board}
  security attestation: {kind: nist_800_53}
  governing body: {may destroy records: yes, number: R-1}
"""


def rows(*records: dict[str, Any]) -> list[Listed]:
    return [Listed(f"p{n}", {"legal name": f"County {n}", "kind": "county", **said}) for n, said in enumerate(records)]


def test_what_rows_say_otherwise_than_the_proposal_says_of_all_is_told() -> None:
    manager, clerk = {"signatory": {"title": "General Manager"}}, {"signatory": {"title": "Clerk"}}
    (one,) = outvoted(rows(manager, {}, clerk, manager), texts(OPEN))
    assert (one.code, one.location.path) == ("B018", "recipient.signatory.title")
    assert one.message == ("`signatory.title` is 'Chair of the Board' for every partner, and the records of 3 of 4 "
                           "partners say 'General Manager', 'Clerk'")  # fmt: skip
    assert one.hint.startswith("delete it in the proposal")
    (one,) = outvoted(rows({}, clerk), texts(OPEN))
    assert "the record of 1 of 2 partners says 'Clerk'" in one.message
    assert told_once(rows({}, clerk), texts(OPEN), [], []) != ()


@pytest.mark.parametrize("own", [
    {}, {"signatory": {"title": " chair of  the board"}}, {"security attestation": {"kind": "NIST 800-53"}},
    {"hipaa status": "Hybrid", "unit": "Health"}, {"governing body": {"may destroy records": True}},
    {"governing body": {"number": "R-2"}},  # B016 tells of what only one body has
])  # fmt: skip
def test_a_row_that_says_the_same_or_nothing_of_it_is_no_doubt(own: dict[str, Any]) -> None:
    assert outvoted(rows(own), texts(OPEN)) == ()
    assert outvoted(rows({"hipaa status": "covered"}), texts("recipient: partner\nprovider: DHCS\n")) == ()


LISTED = """
provider: DHCS
recipient:
  party: partner
  governing body: {date: "February 9, 2027", may destroy records: y}
  reviewers: Risk Manager
  deviations: [{term: T, reason: R}]
"""


@pytest.mark.parametrize(("own", "told"), [
    ({"governing body": {"date": "2027-02-09", "may destroy records": True}}, {}),
    ({"governing body": {"date": "2027-02-10"}}, {"governing body.date": "2027-02-10"}),
    ({"reviewers": ["Risk Manager"], "deviations": [{"term": "T", "reason": "R"}]}, {}),
    ({"reviewers": ["Risk Manager", "Chief"]}, {"reviewers": "Risk Manager; Chief"}),
    ({"deviations": [{"term": "T", "reason": "R"}, {"term": "U"}]}, {"deviations": "T; R; U"}),
])  # fmt: skip
def test_lists_are_compared_as_a_whole_and_values_by_what_they_mean(own: dict[str, Any], told: dict[str, str]) -> None:
    found = outvoted(rows(own), texts(LISTED))
    assert {f.message.split("`")[1]: f.message.rpartition(" says ")[2].strip("'") for f in found} == told
    assert all("the record of the partner says" in f.message for f in found)


# ------------------------------------------------------------------------------------------------------ places
HEAD = "notes,party,hipaa status,contacts.incident.email,use.contractors.1.name,purpose.benefits.recipient"
FIELDS = {  # column -> how a finding names it
    "hipaa status": "recipient[1].hipaa status", "contacts.incident.email": "recipient[1].contacts.incident[1].email",
    "use.contractors.1.name": "use.contractors[1].name", "purpose.benefits.recipient": "purpose.benefits.recipient",
}  # fmt: skip


def test_findings_in_a_table_are_placed_where_the_row_stands_now() -> None:
    content = f"{HEAD}\n,Yuba County,hybrid,a@example.gov,Clinic,Fewer calls\n"
    (partner,) = read_table(content.encode(), "now.csv").partners
    where = {path: Location("before.csv", 9, 1, path=path, cell=f"row 9, column A ({column})")
             for column, path in FIELDS.items()}  # fmt: skip
    bare = Location("before.csv", 9, 1, path="recipient[1].clerk", cell="row 9")
    elsewhere = Location("proposal.yaml", 3, 1, path="recipient[1].signatory")
    table = Location("elements.csv", 5, 3, cell="row 5")
    others = (table, replace(table, cell="row 5, column C (name)", path="data.elements[4].name"))
    found = tuple(Finding("P001", Severity.WARNING, place, "so") for place in (*where.values(), bare, elsewhere))
    in_tables = tuple(Finding("L006", Severity.NOTE, place, "so") for place in others)
    assert placed_now(in_tables, partner) == in_tables, "a table of data elements is no list of partners"
    now = [finding.location for finding in placed_now(found, partner)]
    columns = HEAD.split(",")
    assert [str(place) for place in now[:-2]] == [
        f"now.csv, row 2, column {letters(columns.index(column) + 1)} ({column})" for column in FIELDS
    ]
    assert [place.path for place in now[:-2]] == [*FIELDS.values()]
    assert (str(now[-2]), now[-1]) == ("now.csv, row 2", elsewhere)
    assert placed_now(found[-1:], partner) == found[-1:]
    assert placed_now(found, Listed("x", {})) == found, "a party of a shipped list stands in no table"


# ------------------------------------------------------------------------------------------------------ attached
PLAN = Attached("papers/plan.pdf", "Security plan", b"%PDF-")


@pytest.mark.parametrize("attachments", [
    "[Security plan]", '["Attachment 2, security-plan"]', "[{label: Annex, file: plan.pdf}]",
    "[{label: Security plan}]",
])  # fmt: skip
def test_a_paper_that_the_proposal_names_is_its_part(attachments: str) -> None:
    assert told_once(partners({}), texts(f"attachments: {attachments}"), [PLAN], []) == ()


@pytest.mark.parametrize("said", ["reference: x", "attachments: [Insecurity plan]", "attachments: [Security]"])
def test_a_paper_that_the_proposal_does_not_name_is_told(said: str) -> None:
    (one,) = told_once(partners({}), texts(said), [PLAN], [])
    assert (one.code, one.severity, one.location.file) == ("P070", Severity.WARNING, PROPOSAL.as_posix())
    assert "'Security plan'" in one.message
    own = partners({"attachments": ["Security plan"]})
    assert told_once(own, texts(said), [PLAN], []) == ()


# --------------------------------------------------------------------------------------------- the proposal's own
def doubt(path: str) -> Finding:
    return Finding("P062", Severity.WARNING, Location("sample.yaml", 3, 5, path=path), f"not sure of {path}", "ask it")


def test_a_doubt_about_the_proposals_own_party_is_told_once_and_of_a_partner_with_it() -> None:
    common = {"provider": "Department of Fair Employment and Housing", "recipient.party": "partner"}
    both = (doubt("provider[1]"), doubt("recipient[1]"))
    entries = [entry(n, findings=both, common=common) for n in (1, 2)]
    assert told_once(partners({}, {}), {}, [], entries) == both[:1]
    (group,) = grouping.groups_of(entries)
    assert (group.message, len(group.cases)) == ("not sure of recipient[1]", 2)
    record = Manifest(entries={e.key: e for e in entries})
    assert summary.as_html(record, both[:1]).count(b"not sure of provider[1]") == 1
    assert summary.as_csv(record).count(b"not sure of provider[1]") == 0


# --------------------------------------------------------------------------------------------------------- names
def test_every_text_that_names_a_partner_is_told_of() -> None:
    """Five one by one, and the others with how many they are; a sixth alone is told as the first five."""
    said = {f"text{n:02}": f"as agreed with County {n % 2}, first" for n in range(1, 15)}
    for count in (5, 6):
        few = foreign(partners({}, {}), {PROPOSAL: dict([*said.items()][:count])})
        assert [f.location.path for f in few] == [*said][:count]
    *first, last = foreign(partners({}, {}), {PROPOSAL: said})
    assert [f.location.path for f in first] == [*said][:5]
    assert {(f.code, f.severity, f.hint) for f in first} == {(last.code, last.severity, last.hint)}
    assert last.message == ("and 9 more texts ('text06', 'text07', 'text08', 'text09', 'text10' and 4 more) name "
                            "County 0, County 1, and are printed for all 2 partners")  # fmt: skip
    assert last.location == Location(PROPOSAL.as_posix(), path="text06")


@pytest.mark.parametrize(("reference", "told"), [
    ("BUCP-ALAMEDA-1", "Alameda County"), ("bucp_los_angeles/2", "County of Los Angeles"), ("BUCP-ALAMEDAN-1", ""),
    ("ANGELES", ""), ("BUCP-2027", ""), ("Alameda County 1", "Alameda County"),
])  # fmt: skip
def test_a_reference_that_holds_the_place_of_one_partner_is_told_of(reference: str, told: str) -> None:
    names = ("Alameda County", "County of Los Angeles", "Alameda Water District")
    some = [replace(one, record={"legal name": name}) for one, name in zip(partners({}, {}, {}), names, strict=True)]
    found = foreign(some, {PROPOSAL: {"reference": reference}})
    assert [(f.code, f.location.path) for f in found] == ([("B013", "reference")] if told else [])
    assert all(f"'reference' names {told}, " in f.message for f in found)
    own = [replace(one, overrides={"reference": "X"}) for one in some]
    spelled = bool(told) and told in reference
    assert bool(foreign(own, {PROPOSAL: {"reference": reference}})) is spelled


def test_names_take_a_partners_own_reference(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(SAID, encoding="utf-8")
    listed = partners({"reference": "BUCP-A"}, {}, {"reference": "BUCP-B"})
    plan = planned([path], listed, "{partner.kind}/{proposal.reference}")
    assert [job.name for job in plan.jobs] == ["county/BUCP-A", "county/BUCP-1", "county/BUCP-B"]
    clash = planned([path], partners({"reference": "BUCP-A"}, {}, {"reference": "bucp-a"}),
                    "{partner.kind}/{proposal.reference}")  # fmt: skip
    assert [job.partner.id for job in clash.jobs] == ["p1"]
    assert {finding.code for _, finding in clash.refused} == {"B001"}
