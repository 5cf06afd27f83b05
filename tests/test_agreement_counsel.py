"""What each variant prints under facts that no shipped example has, as opposing counsel would read it."""

from __future__ import annotations

import datetime as dt
import pathlib
from typing import TYPE_CHECKING, Any

import pytest

from agreegen import generate, workspace
from agreegen.agreement import agreement_of
from agreegen.partner import GoverningBody, Kind, Signatory
from agreegen.proposal import Execution, ReturnFlow
from agreegen.proposal.regimes import Hipaa, Subaward
from agreegen.proposal.technical import Element, Flow
from masters import example, printed, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreegen.proposal import Proposal

ROOT = pathlib.Path(__file__).parents[1]


def paragraph(text: str, words: str) -> str:
    """The one paragraph that has these words."""
    [found] = [line for line in text.splitlines() if words in line]
    return found


def disputed(_: Proposal) -> dict[str, Any]:
    return {"dispute": example("disputed-eligibility").dispute, "undisputed_because": None}


def of_terms(**chosen: Any) -> Callable[[Proposal], dict[str, Any]]:
    return lambda proposal: {"terms": {**proposal.terms, **chosen}}


def two_providers(proposal: Proposal) -> dict[str, Any]:
    other = proposal.lead_provider.model_copy(update={"legal_name": "Department of Samples", "short_name": "DS"})
    return {"provider": (*proposal.provider, other)}


def two_recipients(proposal: Proposal) -> dict[str, Any]:
    other = proposal.lead_recipient.model_copy(update={"legal_name": "Sample Recipient", "short_name": "SR"})
    return {"recipient": (*proposal.recipient, other)}


PROPOSAL_ONLY = of_terms(body="proposal_only")
CASES: list[tuple[str, Callable[[Proposal], dict[str, Any]], str, str]] = [
    ("state-agency", two_providers,
     "It gives and receives notices for all of them, except that a report of an Incident or a Misuse goes to each Data "
     "Provider whose Data is concerned", ""),
    ("intra-agency", two_providers, "a report of an Incident or a Misuse goes to each Data Provider whose Data", ""),
    ("university", two_providers, "a report of an Incident or a Misuse goes to each Data Provider whose Data", ""),
    ("state-agency", two_recipients, "Each Data Recipient itself reports an Incident or a Misuse", ""),
    ("university", two_recipients,
     "The Data Recipient to whose faculty or staff the Principal Investigator belongs shall assign", ""),
    ("university", disputed, "a citation for a Party is no admission by it", "Each Party states the Law"),
    ("university", disputed, "withdraws its objection by signing", ""),
    ("local-government", disputed, "| Status | Disputed |", "For signature"),
    ("local-government", disputed, "gives this affirmation when the dispute has been settled or decided", ""),
    ("university", disputed, "settled, on the footing of that settlement", "footing of that decision"),
    ("local-government", unchanged, "This paragraph does not delay a disclosure that is Required by Law.", ""),
    ("local-government", unchanged, "The Approved Proposal ends with this Agreement.", ""),
    ("local-government", unchanged, "to whom the Agreement lets my organization disclose it", ""),
    ("local-government", of_terms(gap={"ai": True, "enforcement": True}),
     "3.1, 3.3, 3.5, 6.1, 6.2, 6.3, 6.4, 6.5, and 8.7;", ""),
    ("local-government", unchanged, "so far as it covers Data", ""),
    ("university", unchanged, "This paragraph extends no time that an Exhibit for a special regime", ""),
    ("university", unchanged, "even where Exhibit M or the Proposal names an approver for it", ""),
    ("university", of_terms(signed_acknowledgment=False),
     "No signature of the user is needed, except as Section", ""),
    ("university", unchanged, "[publication-plan]", "[accounting-log]"),
    ("state-agency", unchanged, "Discovery is the first moment at which", "(health care component)"),
    ("state-agency", PROPOSAL_ONLY, "The Signed Master has no provision on this subject",
     "Section 4.1 of Addendum B"),
    ("state-agency", PROPOSAL_ONLY, "A Party gives a notice in writing, to", "**Undersecretary**"),
    ("state-agency", unchanged, "<Note> 45 CFR 164.512(d).", ""),
    ("state-agency", lambda _: {"hipaa": Hipaa.model_construct(relationship="⟦hipaa: relationship⟧")},
     "(b) Relationship for this exchange: ⟦hipaa: relationship⟧", "is not the business associate of the Data Provider"),
    ("state-agency", lambda _: {"research": example("university-research").research},
     "Where the Data Recipient uses Data for Research, it shall do so only for Research that a Signatory Entity", ""),
]  # fmt: skip


@pytest.mark.parametrize(("variant", "change", "said", "never"), CASES, ids=[f"{v}: {s[:40]}" for v, _, s, _ in CASES])
def test_words(variant: str, change: Callable[[Proposal], dict[str, Any]], said: str, never: str) -> None:
    found = printed(variant, change)
    assert said in found
    assert not never or never not in found


def delegated(proposal: Proposal, **changes: Any) -> dict[str, Any]:
    body = {"name": "Board of Supervisors of the County of Alameda", "action": "Delegation", "number": "Ordinance 2.42",
            "date": dt.date(2020, 1, 14), "delegate": "Director", **changes}  # fmt: skip
    county = proposal.lead_recipient.model_copy(update={
        "governing_body": GoverningBody.model_validate(body),
        "signatory": Signatory(title="Director", authority="Administrative Code section 2.42"),
    })  # fmt: skip
    return {"recipient": (county,)}


def test_a_standing_delegation_is_no_action_on_this_agreement() -> None:
    found = printed("local-government", delegated)
    said = paragraph(found, "By a delegation (Ordinance 2.42) of January 14, 2020")
    assert "gave this officer the power to sign agreements of this kind" in said
    assert "on no action of that body on this Agreement itself" in said
    assert "authorized this Agreement for" not in found and "By that action or by a standing delegation" not in found
    assert "comes from: Administrative Code section 2.42." in found
    acted = printed("local-government", lambda p: delegated(p, action="resolution"))
    assert "authorized this Agreement for Alameda County by resolution Ordinance 2.42" in acted


ROW = "| Officer who may sign or amend by delegation | "
RECORDED = "As recorded in Section 11.11"


def test_an_agreement_that_rests_on_a_delegation_never_says_that_nobody_has_it() -> None:
    found = printed("local-government", lambda p: delegated(p, delegate=None))
    assert "gave the officer who signs for Alameda County the power to sign" in found
    assert f"{ROW}The officer who signs for Alameda County |" in found and f"{ROW}None" not in found


def trustees(proposal: Proposal) -> dict[str, Any]:
    """A campus with a governing body, beside a county."""
    (campus,) = delegated(proposal, name="The Regents", action="resolution", delegate=None)["recipient"]
    county = proposal.lead_provider.model_copy(update={"kind": Kind.COUNTY})
    return {"provider": (county,), "recipient": (campus.model_copy(update={"kind": Kind.UC}),)}


def test_a_campus_whose_officer_holds_a_delegation_never_says_that_nobody_has_it() -> None:
    found = printed("university", trustees)
    assert "holds a delegation of the power to sign" in found
    assert f"{ROW}The officer who signs for " in found and f"{ROW}None" not in found


def test_what_a_board_has_not_done_yet_is_recorded_where_there_are_lines_for_it() -> None:
    open_facts = {"action": "resolution", "number": None, "date": None, "delegate": None}
    found = printed("local-government", lambda p: delegated(p, **open_facts))
    lines = ("Number", "Date", "Agenda item", "File or local agreement number")
    assert ("approves or ratifies this Agreement for Alameda County before this Agreement takes effect; Section 11.11 "
            "records the action.") in found  # fmt: skip
    assert "took the action described above and in Section 11.11 at a meeting" in found
    assert "## [signatures] Signatures" in found and all(f"| {line} | {RECORDED} |" in found for line in lines)
    assert f"{ROW}{RECORDED} |" in found
    record = found.split("Action of the governing body of Alameda County")[1].split("\n\n")
    assert [r.split("> ")[1] for r in record[4:8]] == [r"Number:\t\t", r"Date:\t\t", r"Item:\t\t", r"File:\t\t"]
    numbered = printed("local-government", lambda p: delegated(p, **open_facts, file_number="A-27-15"))
    assert "| File or local agreement number | A-27-15 |" in numbered and f"| Number | {RECORDED} |" in numbered
    acted = printed("local-government", lambda p: delegated(p, action="resolution", delegate=None))
    assert (
        f"{ROW}{RECORDED} |" in acted
        and f"| Agenda item | {RECORDED} |" in acted
        and f"| Date | {RECORDED} |" not in acted
    )
    campus = printed("university", trustees)
    assert "| Agenda item | — |" in campus and "As recorded in Section" not in campus, "no such lines for a campus"


def test_an_old_delegation_is_not_the_approval_that_the_education_code_asks_for() -> None:
    def school(proposal: Proposal) -> dict[str, Any]:
        more = {"name": "Board of Trustees", "number": "BP 6340", "may destroy records": True}
        (county,) = delegated(proposal, **more)["recipient"]
        return {"recipient": (county.model_copy(update={"kind": Kind.SCHOOL_AGENCY}),)}

    found = printed("local-government", school)
    record = found.split("Approval or ratification by the governing board of Alameda County")[1].split("\n\n")
    assert [r.split("> ")[1] for r in record[3:6]] == [r"Action:\t\t", r"Number:\t\t", r"Date:\t\t"]
    assert any("Director (Delegation BP 6340, January 14, 2020)" in line for line in record[6:9])
    assert " records that approval or ratification." in found
    assert "that delegation also authorizes the destruction" in found and "Given by the same delegation" in found
    assert "The delegation of the governing body of Alameda County that Exhibit" in found
    assert f"| Approval or ratification of this Agreement | {RECORDED} |" in found
    assert "took the action described above and in Section 11.11 at a meeting" in found
    assert "| Approval or ratification of this Agreement |" not in printed("local-government", delegated)
    assert "its delegate has signed it" not in found, "no signature stands for the board's approval"


def test_approval_as_to_form_is_told_where_a_counsel_gives_it() -> None:
    def without(proposal: Proposal) -> dict[str, Any]:
        (county,) = delegated(proposal)["recipient"]
        state = proposal.lead_provider.model_copy(update={"counsel": county.counsel})  # it has no governing body
        return {"provider": (state,), "recipient": (county.model_copy(update={"counsel": None}),)}

    said = ("and the approval of counsel as to form", "and counsel this approval,")
    assert all(words in printed("local-government", delegated) for words in said)
    assert not any(words in printed("local-government", without) for words in said)


def test_the_delegate_s_signature_stands_for_an_action_where_somebody_acts_by_delegation() -> None:
    words = "its delegate has signed it"
    assert words in printed("local-government", delegated)
    assert words not in printed("local-government", lambda p: delegated(p, action="resolution", date=None))


def entry(**more: Any) -> Execution:
    return Execution.model_validate({"party": "recipient", "role": "signatory", **more})


@pytest.mark.parametrize(
    ("record", "said", "title"),
    [
        ({"title": "President of the Board"}, {"name": "A person"}, "President of the Board"),
        ({"title": "President of the Board", "name": "A person"}, {"name": "a person"}, "President of the Board"),
        ({"title": "President of the Board", "name": "A person"}, {"name": "Another"}, ""),
        ({"title": "President of the Board"}, {"name": "A person", "title": "Vice Chair"}, "Vice Chair"),
    ],
)
def test_a_signer_keeps_the_title_of_the_record(record: dict[str, Any], said: dict[str, Any], title: str) -> None:
    proposal = example("county-coverage")
    county = proposal.lead_recipient.model_copy(update={"signatory": Signatory.model_validate(record)})
    found = agreement_of(proposal.model_copy(update={"recipient": (county,), "signatures": (entry(**said),)})).context
    [block] = [b for b in found["blocks"] if b["heading"] == "Data Recipient"]
    lines = {line["label"]: line["value"] for line in block["lines"]}
    assert (lines["Name"], lines["Title"]) == (said["name"], title)


def test_a_sponsor_keeps_mailbox_and_telephone_of_the_role() -> None:
    proposal = example("statewide-part2")
    signed = Execution.model_validate({"party": "recipient", "role": "executive sponsor", "signed on": "2027-02-01"})
    contact = proposal.lead_recipient.contacts.executive_sponsor
    assert contact is not None and contact.email and contact.phone
    found = agreement_of(proposal.model_copy(update={"signatures": (signed,)})).context
    mine = [b for b in found["blocks"] if {"label": "Email", "value": contact.email, "anchor": ""} in b["lines"]]
    assert len(mine) == 1
    assert {line["value"] for line in mine[0]["lines"]} >= {contact.email, contact.phone, "February 1, 2027"}


def test_a_draft_marks_the_title_of_a_signer_that_nobody_named(tmp_path: pathlib.Path) -> None:
    text = (ROOT / "proposals/university-research.yaml").read_text(encoding="utf-8")
    assert "  signatory: {title: Chief Deputy Superintendent}\n" in text
    path = tmp_path / "proposals" / "case.yaml"
    path.parent.mkdir()
    path.write_text(text.replace("  signatory: {title: Chief Deputy Superintendent}\n", ""), encoding="utf-8")
    (path.parent / "university-research-elements.csv").write_bytes(
        (ROOT / "proposals/university-research-elements.csv").read_bytes()
    )
    here = workspace.find(ROOT / "proposals")
    opened = generate.opened_proposal(path, here, as_draft=True)
    assert opened.agreement is not None
    blocks = [b for b in opened.agreement.context["blocks"] if b["heading"] == "Data Provider"]
    titles = [line["value"] for b in blocks for line in b["lines"] if line["label"] == "Title"]
    assert len(titles) == 1 and titles[0].startswith("⟦")


def test_a_ground_is_one_for_all_data_of_its_way() -> None:
    proposal = example("county-coverage")
    rows = agreement_of(proposal).context["authorities"]
    assert {r["element"] for r in rows if r["citation"] == "Civil Code section 1798.24(e)"} == {
        "All to which it applies"
    }
    elements = tuple(
        Element.model_validate({"name": n, "party": p}) for n, p in (("One", "DHCS"), ("Two", "recipient"))
    )
    both = proposal.model_copy(update={
        "direction": "two_way", "data": proposal.data.model_copy(update={"elements": elements}),
    })  # fmt: skip
    own = {r["element"] for r in agreement_of(both).context["authorities"]}
    assert own == {"One, as far as it applies to them"}


def test_only_receivers_of_part_2_records_acknowledge_them() -> None:
    def two_way(proposal: Proposal) -> dict[str, Any]:
        names = [p.name for p in (proposal.lead_provider, proposal.lead_recipient)]
        elements = [e.model_copy(update={"party": (names[0],)}) for e in proposal.data.elements]
        plain = Element.model_validate({"name": "Plain", "classification": "pii", "statute": "ipa", "party": names[1]})
        flows = [Flow.model_validate({"sender": a, "receiver": b}) for a, b in (names, names[::-1])]
        return {"direction": "two_way", "data": proposal.data.model_copy(update={"elements": (*elements, plain)}),
                "transfer": proposal.transfer.model_copy(update={"flows": tuple(flows)})}  # fmt: skip

    proposal = example("statewide-part2")
    found = printed("state-agency", two_way).split("Acknowledgment of the Data Recipient", 1)[1].split("\n@ ", 1)[0]
    provider, recipient = (party.legal_name for party in (proposal.lead_provider, proposal.lead_recipient))
    assert f"For the {recipient}" in found and f"For the {provider}" not in found


def test_a_sub_award_shows_task_place_and_elements_or_blanks() -> None:
    def blank(proposal: Proposal) -> dict[str, Any]:
        assert proposal.research is not None
        awards = (Subaward(institution="Sample College"),)
        return {"research": proposal.research.model_copy(update={"subawards": awards})}

    assert "| Checks results | Protected server of the campus | All | |" in printed("university")
    found = printed("university", blank)
    assert "| Sample College | | | | | |" in found and "none before its row is complete" in found


@pytest.mark.parametrize(("ground", "back", "kept"), [("e", "t", "CDCR"), ("t", "e", "DHCS"), ("e", "e", "both")])
def test_the_log_lists_only_ways_that_are_accounted_for(ground: str, back: str, kept: str) -> None:
    def two_way(proposal: Proposal) -> dict[str, Any]:
        there = proposal.authority.provider.model_copy(update={"ipa_ground": f"({ground})"})
        way_back = ReturnFlow.model_validate({"authority": {"provider": {"ipa ground": back}}})
        authority = proposal.authority.model_copy(update={"provider": there})
        return {"direction": "two_way", "authority": authority, "return_flow": way_back}

    log = printed("state-agency", two_way).split("@ [accounting-log]")[1].split("\n@ ")[0]
    rows = dict(line.strip("| ").split(" | ", 1) for line in log.splitlines() if line.count(" | ") == 1)
    provider, recipient = (f"Department of {n}" for n in ("Corrections and Rehabilitation", "Health Care Services"))
    to = rows["Recipient and business address"]
    assert (recipient in to, provider in to) == (kept != "DHCS", kept != "CDCR")
    assert rows["Authority"].count("1798.24, subdivision (e)") == 1 + (kept == "both")
    assert "subdivision (t)" not in log
    for name in ("CDCR", "DHCS"):
        assert (name in rows["Kept by"]) is (kept in (name, "both")) is (name in log.split("Agreement by ")[1][:14])


def test_a_notice_speaks_of_one_other_party_where_there_are_two() -> None:
    one, more = printed("state-agency"), printed("state-agency", two_recipients)
    assert "arly enough that the other Party has a reasonable time" in one
    assert "arly enough that the other Parties have a reasonable time" in more
