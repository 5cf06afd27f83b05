"""Agreements: the variant of each pair of kinds, facts, names in words, signature blocks, rows of the tables."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest

from agreegen.agreement import TITLES, Identity, agreement_of, program_of, standing_of, variant_of
from agreegen.agreement.facts import facts_of
from agreegen.agreement.naming import capacity, designation, party_record
from agreegen.law import PROGRAM_OF, VARIANTS
from agreegen.law.exhibits import exhibits
from agreegen.partner import Kind
from agreegen.proposal import Proposal

JOINED = {"chhs agreement signatory": "yes"}


def record(kind: str, name: str = "Sample", **fields: Any) -> dict[str, Any]:
    return {"legal name": name, "kind": kind, **{k.replace("_", " "): v for k, v in fields.items()}}


STATE = record("state agency", "Department of Samples")


def proposal(provider: Any = None, recipient: Any = None, **fields: Any) -> Proposal:
    return Proposal.model_validate({
        "proposal": "Sample", "provider": provider or STATE,
        "recipient": recipient or record("county", "County of Sample"),
        **{k.replace("_", " "): v for k, v in fields.items()}})  # fmt: skip


# ------------------------------------------------------------------------------------------------ variant and program

UNIVERSITIES = {"uc", "csu", "ccc", "private_university", "auxiliary"}
LOCALS = {"county", "city", "special_district", "jpa", "school_agency", "tribe"}


def expected(first: str, second: str, joined: bool) -> str | None:
    pair = {first, second}
    if "nonprofit" in pair:
        return None
    if pair & UNIVERSITIES:
        return "university"
    if pair & LOCALS:
        return "local-government"
    return "intra-agency" if joined else "state-agency"


@pytest.mark.parametrize(("first", "second"), list(itertools.product([k.value for k in Kind], repeat=2)))
def test_variant_of_each_pair_of_kinds(first: str, second: str) -> None:
    for joined in (True, False):
        more = JOINED if joined else {}
        found = proposal({**record(first, "A"), **more}, {**record(second, "B"), **more})
        variant = expected(first, second, joined)
        assert variant_of(found) == variant
        assert program_of(found) == (PROGRAM_OF[variant] if variant else "standalone")


def test_one_party_that_has_not_joined_makes_it_statewide() -> None:
    pair = [{**record("calhhs entity", n), **JOINED} for n in "AB"]
    assert variant_of(proposal(*pair)) == "intra-agency"
    assert variant_of(proposal(pair[0], record("calhhs entity", "B"))) == "state-agency"
    assert variant_of(proposal(pair, record("state agency", "C"))) == "state-agency"


def test_one_local_party_among_several_picks_the_variant() -> None:
    assert variant_of(proposal([STATE, record("county", "C")], record("state agency", "D"))) == "local-government"
    assert variant_of(proposal([STATE, record("county", "C")], [STATE, record("uc", "D")])) == "university"


def test_what_is_said_goes_first() -> None:
    assert variant_of(proposal(variant="State Agency")) == "state-agency"
    assert program_of(proposal(program="idea")) == "idea"


# -------------------------------------------------------------------------------------------------------------- facts

FACTS: list[tuple[dict[str, Any], set[str]]] = [
    ({"dispute": {"objection": "x"}}, {"disputed"}),
    ({"required_by_law": "x"}, {"required_by_law"}),
    ({"direction": "two way"}, {"two_way", "recipient_state", "-provider_under_governor"}),
    ({"provider": [STATE, record("state agency", "B")]}, {"several_providers"}),
    ({"recipient": [record("county", "B"), record("county", "C")]}, {"several_recipients"}),
    ({"research": "yes"}, {"research"}),
    ({"research": {"approvals": [{"body": "CPHS"}]}}, {"research", "cphs"}),
    ({"research": {"approvals": {"body": "Committee for the Protection of Human Subjects"}}}, {"research", "cphs"}),
    ({"research": {"approvals": [{"body": "Campus IRB"}]}}, {"research", "irb"}),
    ({"research": {"subawards": [{"institution": "x"}], "students": "yes"}}, {"research", "subawards", "students"}),
    ({"research": {"students": "no"}}, {"research"}),
    ({"use": {"products": [{"name": "x", "public": "yes"}]}}, {"public_products", "deidentification"}),
    ({"use": {"deidentification": "ddg"}}, {"deidentification"}),
    ({"use": {"contractors": "yes"}}, {"contractors"}),
    ({"use": {"contractors": ["Host"]}}, {"contractors"}),
    ({"use": {"artificial intelligence": {"tools": "x"}}}, {"ai"}),
    ({"redisclosure": "x"}, {"redisclosure"}),
    ({"funds": "yes"}, {"funds"}),
    ({"dates": {"mode": "one time", "end": "2027-03-01"}}, {"-ongoing", "-open_ended"}),
    ({"dates": {"end": "2027-03-01"}}, {"-open_ended"}),
    ({"recipient": record("uc", "B")}, {"uc_csu_party", "-ipa_by_contract", "-governing_body", "-recipient_local"}),
    ({"recipient": record("ccc", "B")}, {"-recipient_local"}),
    ({"recipient": record("state agency", "B")}, {"-ipa_by_contract", "-governing_body", "all_under_governor",
      "recipient_state",      "-recipient_local"}),
    ({"recipient": record("private university", "B")},
     {"-recipient_public", "-recipient_agency", "recipient_outside_cpra", "private_party", "recipient_private",
      "-governing_body", "-recipient_local"}),
    ({"recipient": record("auxiliary", "B")},
     {"-recipient_public", "-recipient_agency", "recipient_outside_cpra", "private_party", "recipient_private",
      "-governing_body", "-recipient_local", "auxiliary_party"}),
    ({"recipient": record("tribe", "B")}, {"tribe_party", "-recipient_agency", "recipient_outside_cpra"}),
    ({"provider": record("county", "B")},
     {"-provider_ipa", "-accounting", "-there_ipa", "-provider_state", "-state_party", "-provider_under_governor"}),
    ({"provider": record("county", "B"), "recipient": STATE, "direction": "two way"},
     {"-there_ipa", "back_ipa", "two_way", "recipient_state", "-provider_under_governor"}),
    ({"provider": record("private university", "B"), "recipient": record("tribe", "C")},
     {"-provider_ipa", "-accounting", "-there_ipa", "-provider_state", "-state_party", "-provider_under_governor",
      "-provider_agency", "-agency_party", "-recipient_agency", "recipient_outside_cpra", "private_party",
      "tribe_party", "provider_outside_cpra"}),
    ({"provider": {**STATE, "hipaa status": "covered"}}, {"hipaa_any"}),
    ({"provider": {**STATE, "hipaa status": "none"}}, set()),
    ({"provider": {**STATE, "deviations": [{"term": "x", "reason": "y"}]}}, {"deviations"}),
    ({"provider": {**STATE, "auxiliary": "x"}}, {"auxiliary"}),
    ({"hipaa": "business associate"}, {"hipaa_associate"}),
    ({"authority": {"provider": {"ipa ground": "(d)"}}}, {"agent", "-accounting"}),
    ({"hipaa": "limited data set"}, {"hipaa_limited"}),
    ({"data": {"elements": [{"name": "x", "classification": "phi"}]}}, {"phi", "there_phi"}),
    ({"direction": "two way", "data": {"elements": [{"name": "x", "classification": "phi", "party": "recipient"}]}},
     {"two_way", "recipient_state", "-provider_under_governor", "phi", "back_phi"}),
    ({"direction": "two way", "return flow": {"hipaa": "business associate"}},
     {"two_way", "recipient_state", "-provider_under_governor", "hipaa_associate"}),
    ({"data": {"elements": [{"name": "x", "classification": ["pii", "education"]}]}}, {"ferpa"}),
    ({"data": {"elements": [{"name": "x", "classification": "part2"}]}}, {"part2"}),
    ({"data": {"elements": [{"name": "x", "classification": "fti"}]}}, {"fti"}),
    ({"data": {"elements": [{"name": "x", "classification": "ssa"}]}}, {"ssa"}),
    ({"data": {"elements": [{"name": "x", "classification": "cji"}]}}, {"cjis"}),
    ({"data": {"elements": [{"name": "x", "classification": "hiv"}]}}, {"hiv", "riders"}),
    ({"data": {"elements": [{"name": "x", "classification": "vital"}]}}, {"vital_records", "riders"}),
    ({"data": {"elements": [{"name": "x", "classification": ["pii", "sensitive", "none"]}]}}, set()),
    ({"regimes": {"fti": "yes", "ssa": {"agreement": "x"}}}, {"fti", "ssa"}),
    ({"regimes": {"tribal": {"tribes": "x"}}}, {"tribal", "tribes_outside"}),
    ({"regimes": {"tribal": {"tribes": "County of Sample"}}}, {"tribal"}),
    ({"regimes": {"riders": "medi_cal"}}, {"riders"}),
    ({"regimes": {"riders": "lic_breach"}}, {"riders", "licensed_facility"}),
    ({"authority": {"provider": {"citations": ["lic_breach"]}}}, {"licensed_facility"}),
    ({"authority": {"consent": "yes"}}, {"consent"}),
    ({"ferpa": "yes"}, {"ferpa"}),
    ({"ferpa": {"kind": "audit"}}, {"ferpa", "ferpa_audit"}),
    ({"ferpa": {"kind": "studies"}}, {"ferpa", "ferpa_studies"}),
    ({"attachments": ["x"]}, {"attachments"}),
    ({"confidential": "security"}, {"confidential"}),
    ({"joinder": {"body": "x"}}, {"joinder"}),
    ({"transfer": {"remote": "x", "cloud": "Government region"}}, {"remote", "cloud"}),
]  # fmt: skip
"""What is said, and which facts turn true (with a hyphen: false) by it; all others stay as they are."""


@pytest.mark.parametrize(("fields", "turned"), FACTS)
def test_facts(fields: dict[str, Any], turned: set[str]) -> None:
    before, after = facts_of(proposal()), facts_of(proposal(**fields))
    assert {("" if after[n] else "-") + n for n in after if after[n] != before[n]} == turned


@pytest.mark.parametrize(
    ("ground", "back", "kept"),
    [(None, False, True), ("e", False, True), ("(i)(1)", False, True), ("(t)(1)", False, False), ("b", False, False),
     ("t", True, True)],
)  # fmt: skip
def test_an_accounting_is_kept_where_the_ground_asks_for_one(ground: str | None, back: bool, kept: bool) -> None:
    two_way = {"direction": "two way", "recipient": record("state agency", "B")} if back else {}
    found = facts_of(proposal(authority={"provider": {"ipa ground": ground}}, **two_way))
    assert found["accounting"] is kept


@pytest.mark.parametrize(("ground", "kept"), [("t", False), ("o", True), (None, True)])
def test_the_way_back_has_a_ground_of_its_own(ground: str | None, kept: bool) -> None:
    found = proposal(**{
        "direction": "two way", "recipient": record("state agency", "B"),
        "authority": {"provider": {"ipa ground": "t"}},
        "return flow": {"authority": {"provider": {"ipa ground": ground}}},
    })  # fmt: skip
    assert facts_of(found)["accounting"] is kept


def test_every_fact_is_tried() -> None:
    assert {name.removeprefix("-") for _, turned in FACTS for name in turned} == set(facts_of(proposal()))
    assert all(isinstance(v, bool) for v in facts_of(proposal()).values())


@pytest.mark.parametrize(
    ("fields", "on"),
    [({}, False), ({"terms": {"signed acknowledgment": "yes"}}, True), ({"regimes": {"hiv": "yes"}}, True)],
)
def test_acknowledgment_follows_from_setting_or_regime(fields: dict[str, Any], on: bool) -> None:
    fields = {"terms": {"signed acknowledgment": "no"}, **fields}
    assert standing_of(proposal(**fields, variant="local-government")).facts["acknowledgment"] is on


# -------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (record("county", "County of Sample"), "County of Sample, a political subdivision of the State of California"),
        (record("county", "City and County of San Francisco"),
         "City and County of San Francisco, a charter city and county of the State of California"),
        (record("city", "City of Sample"), "City of Sample, a municipal corporation"),
        (record("city", "City of Sample", charter="charter city"),
         "City of Sample, a municipal corporation and charter city"),
        (record("private university", "Sample University", incorporated_in="Nevada"),
         "Sample University, a private university organized under the laws of the State of Nevada"),
        (record("private university", "Sample University"), "Sample University, a private university"),
        (record("private university", "Sample University", legal_form="an institutional trust",
                incorporated_in="California"),
         "Sample University, an institutional trust organized under the laws of the State of California"),
        (record("auxiliary", "Sample Foundation", campus="California State University, Fresno",
                legal_form="nonprofit public benefit corporation"),
         "Sample Foundation, a nonprofit public benefit corporation and auxiliary organization of California State "
         "University, Fresno"),
        (record("state agency", "Department of Samples"),
         "Department of Samples, a department of the State of California"),
        (record("state agency", "Sample Board"), "Sample Board, a board of the State of California"),
        (record("state agency", "Sample Agency"), "Sample Agency, an agency of the State of California"),
        (record("state agency", "Secretary of Samples"),
         "Secretary of Samples, a public body of the State of California"),
        (record("uc", "UC Sample", contracting_party="The Regents"),
         "The Regents, a California public corporation, on behalf of UC Sample"),
        (record("tribe", "Sample Tribe", unit="Health Clinic"),
         "Sample Tribe, a federally recognized Indian tribe, acting through its Health Clinic"),
    ],
)  # fmt: skip
def test_designation(fields: dict[str, Any], words: str) -> None:
    assert designation(proposal(provider=fields).lead_provider) == words


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_capacity(kind: Kind) -> None:
    words = capacity(proposal(provider=record(kind.value)).lead_provider)
    assert words.split()[0] in ("a", "an")


def test_roles() -> None:
    one_way = proposal()
    assert [party_record(p, one_way)["role"] for p in one_way.parties] == ["Data Recipient", "Data Provider"]
    two_way = proposal(direction="two way")
    assert {party_record(p, two_way)["side"] for p in two_way.parties} == {"both"}
    units = proposal({**STATE, "unit": "A"}, {**STATE, "unit": "B"})
    assert [party_record(p, units)["side"] for p in units.parties] == ["recipient", "provider"]


# --------------------------------------------------------------------------------------------------- signature blocks


def blocks_of(found: Proposal) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = agreement_of(found).context["blocks"]
    return blocks


def lines(block: dict[str, Any]) -> dict[str, str]:
    return {line["label"]: line["value"] for line in block["lines"]}


PARTY_BLOCKS: dict[str, list[tuple[str, str | None]]] = {
    "county": [("Data Recipient", "Chair of the Board of Supervisors"), ("ATTEST", ""), ("APPROVED AS TO FORM", ""),
               ("Action of the governing body of Sample", None), ("Reviewed: Auditor", "Auditor")],
    "city": [("Data Recipient", "City Manager"), ("ATTEST", ""), ("APPROVED AS TO FORM", ""),
             ("Action of the governing body of Sample", None), ("Reviewed: Auditor", "Auditor")],
    "special_district": [("Data Recipient", "General Manager"), ("ATTEST", ""), ("APPROVED AS TO FORM", ""),
                         ("Action of the governing body of Sample", None), ("Reviewed: Auditor", "Auditor")],
    "jpa": [("Data Recipient", "Executive Director"), ("ATTEST", ""), ("APPROVED AS TO FORM", ""),
            ("Action of the governing body of Sample", None), ("Reviewed: Auditor", "Auditor")],
    "school_agency": [("Data Recipient", "Superintendent"), ("ATTEST", ""), ("APPROVED AS TO FORM", ""),
                      ("Approval or ratification by the governing board of Sample", None),
                      ("Reviewed: Auditor", "Auditor")],
    "tribe": [("Data Recipient", "Tribal Chairperson"), ("ATTEST", ""), ("APPROVED AS TO FORM", ""),
              ("Action of the governing body of Sample", None), ("Reviewed: Auditor", "Auditor")],
    "uc": [("Data Recipient: authorized contracts official", "Contract and Grant Officer"),
           ("APPROVED AS TO FORM", ""), ("Reviewed: Auditor", "Auditor")],
    "csu": [("Data Recipient: delegated officer", ""), ("APPROVED AS TO FORM", ""), ("Reviewed: Auditor", "Auditor")],
    "ccc": [("Data Recipient", "Superintendent/President"), ("ATTEST", ""), ("APPROVED AS TO FORM", ""),
            ("Approval or ratification by the governing board of Sample", None), ("Reviewed: Auditor", "Auditor")],
    "private_university": [("Data Recipient: authorized officer", ""), ("APPROVED AS TO FORM", ""),
                           ("Reviewed: Auditor", "Auditor")],
    "auxiliary": [("Data Recipient: authorized officer", ""), ("APPROVED AS TO FORM", ""),
                  ("Reviewed: Auditor", "Auditor")],
    "state_agency": [("Data Recipient", "Director"), ("Reviewed: Data Coordinator of Sample", "Data Coordinator"),
                     ("APPROVED AS TO FORM", ""), ("Reviewed: Auditor", "Auditor")],
    "calhhs_entity": [("Data Recipient", "Director"), ("Reviewed: Data Coordinator of Sample", "Data Coordinator"),
                      ("APPROVED AS TO FORM", ""), ("Reviewed: Auditor", "Auditor")],
}  # fmt: skip
"""The blocks of a recipient of a kind in a standalone agreement, in order, with the title (None: a record)."""


@pytest.mark.parametrize("kind", PARTY_BLOCKS)
def test_blocks_of_each_kind(kind: str) -> None:
    party = record(kind, clerk="Clerk", counsel={"title": "Counsel"}, reviewers="Auditor",
                   contacts={"data coordinator": {"title": "Data Coordinator"}})  # fmt: skip
    provider = record("county", "Other") if kind in ("state_agency", "calhhs_entity") else STATE
    found = blocks_of(proposal(provider, party))
    number = len(PARTY_BLOCKS[kind])
    assert [(b["heading"], lines(b).get("Title")) for b in found[:number]] == PARTY_BLOCKS[kind]
    assert [b["heading"] for b in found[number:]] == ["Data Provider"] + (
        ["Action of the governing body of Other"] if provider is not STATE else [])  # fmt: skip
    assert all(list(lines(b)) == ["By", "Name", "Title", "Date"] for b in found if "Title" in lines(b))


def test_every_kind_that_can_sign_is_tried() -> None:
    assert set(PARTY_BLOCKS) | {"nonprofit"} == {k.value for k in Kind}


def test_blocks_that_need_their_officer() -> None:
    found = [b["heading"] for b in blocks_of(proposal(recipient=record("county")))]
    assert found == ["Data Recipient", "Action of the governing body of Sample", "Data Provider"]
    no = record("county", counsel={"title": "Counsel", "approves form": "no"})
    assert "APPROVED AS TO FORM" not in [b["heading"] for b in blocks_of(proposal(recipient=no))]


OFFICIAL = {
    "intra-agency": ["Data Recipient: Data Coordinator",
                     "Data Recipient: approver (Chief Deputy Director or Program Deputy Director)",
                     "Data Provider: Data Coordinator",
                     "Data Provider: approver (Chief Deputy Director or Program Deputy Director)",
                     "Filed with the Governance Liaison"],
    "state-agency": ["Data Recipient: Data Coordinator", "Data Recipient: Executive Sponsor",
                     "Data Provider: Data Coordinator", "Data Provider: Executive Sponsor",
                     "Filed with the Chief Data Officer"],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["calhhs entity", "state agency"])
def test_blocks_of_a_party_stand_together_on_the_official_forms_too(kind: str) -> None:
    found = blocks_of(proposal(record(kind, "Provider"), record(kind, "Recipient")))
    assert [b["together"] for b in found] == [True, False, True, False, False]


def test_heads_of_the_signatory_entities_adopt_a_new_statewide_master() -> None:
    pair = [record("calhhs entity", n) for n in ("Provider", "Recipient")]
    assert not [b for b in blocks_of(proposal(*pair)) if b["heading"].startswith("Head of")]
    first = blocks_of(proposal(*pair, terms={"instrument": "new_master"}))[:2]
    assert [b["heading"] for b in first] == [
        "Head of Recipient, or of its Agency",
        "Head of Provider, or of its Agency",
    ]
    assert all("as a Signatory Entity" in b["statement"] for b in first)


@pytest.mark.parametrize("variant", OFFICIAL)
def test_blocks_of_the_official_forms(variant: str) -> None:
    more = JOINED if variant == "intra-agency" else {}
    pair = [{**record("calhhs entity", n), **more} for n in ("Provider", "Recipient")]
    found = blocks_of(proposal(*pair))
    assert [b["heading"] for b in found] == OFFICIAL[variant]
    assert [b["party"].split(",")[0] for b in found] == ["Recipient", "Recipient", "Provider", "Provider", ""]
    assert all(list(lines(b)) == ["By", "Name", "Title", "Email", "Phone", "Date"] for b in found[:4])
    both = blocks_of(proposal(*pair, direction="two way"))
    assert {b["party"].split(",")[0] for b in both} == {"Recipient", "Provider", ""}
    assert len({(b["heading"], b["party"]) for b in both}) == len(both) >= 5
    several = [
        b["party"].split(",")[0] for b in blocks_of(proposal([pair[0], {**pair[0], "legal name": "Third"}], pair[1]))
    ]
    assert several == ["Recipient", "Recipient", "Provider", "Third", "Provider", "Third", ""]


def test_result_of_a_dispute_has_its_block() -> None:
    found = proposal(recipient=record("state agency", "B"),
                     dispute={"decision": "Share the list", "decided by": "The Directors",
                              "decided on": "2027-02-01"})  # fmt: skip
    [block] = [b for b in blocks_of(found) if b["heading"] == "Result of the Dispute Resolution Process"]
    assert set(lines(block).values()) >= {"Share the list", "The Directors", "February 1, 2027"}


def test_signer_from_signatures_goes_before_the_record() -> None:
    county = record("county", signatory={"title": "President", "name": "The President"})
    found = proposal(recipient=county)
    assert lines(blocks_of(found)[0]) == {"By": "", "Name": "The President", "Title": "President", "Date": ""}
    signed = {"party": "recipient", "role": "signatory", "title": "Vice President", "signed on": "2027-02-09"}
    found = proposal(recipient=county, signatures=[signed])
    assert lines(blocks_of(found)[0]) == {"By": "", "Name": "", "Title": "Vice President", "Date": "February 9, 2027"}
    other = proposal(recipient=county, signatures=[{**signed, "party": "provider"}])
    assert lines(blocks_of(other)[0])["Title"] == "President"


def test_research_blocks() -> None:
    research = {"principal investigator": "Professor of public health",
                "approvals": [{"body": "CPHS", "number": "27-1", "date": "2027-01-15"},
                              {"body": "Campus board"}]}  # fmt: skip
    found = blocks_of(proposal(recipient=record("uc"), research=research))
    headings = [b["heading"] for b in found]
    assert headings[1] == "Principal Investigator (not a Party)"
    assert headings[-2:] == ["Research approval: CPHS", "Research approval: Campus board"]
    assert lines(found[1])["Title"] == "Professor of public health"
    assert lines(found[-2]) == {"Number": "27-1", "Date": "January 15, 2027", "Expiry": ""}
    assert "Principal Investigator (not a Party)" not in [
        b["heading"] for b in blocks_of(proposal(recipient=record("county"), research=research))]  # fmt: skip


def test_source_education_agency_signs() -> None:
    found = blocks_of(proposal(ferpa={"kind": "audit", "source agency": "Sample Unified School District"}))
    [block] = [b for b in found if b["heading"] == "Source education agency"]
    assert block["party"] == "Sample Unified School District"


# -------------------------------------------------------------------------------------------------------- the context


@pytest.mark.parametrize("variant", VARIANTS)
def test_context_of_each_variant(variant: str) -> None:
    more = JOINED if variant == "intra-agency" else {}
    kind = {"intra-agency": "calhhs entity", "state-agency": "state agency", "local-government": "county",
            "university": "uc"}[variant]  # fmt: skip
    found = agreement_of(
        proposal({**STATE, **more}, {**record(kind), **more}), Identity("t", "1.2", "abc", "agreegen 1")
    )
    assert (found.variant, found.program) == (variant, PROGRAM_OF[variant])
    context = found.context
    assert context["document"]["title"] == TITLES[variant]
    assert context["document"]["template_digest"] == "abc"
    assert context["is_state_form"] is (variant in OFFICIAL)
    assert context["is_standalone"] is not context["is_state_form"]
    known = [e.switch for e in exhibits()]
    assert list(found.exhibits) == [s.replace("_", "-") for s in known if context["on"][s]]
    assert all(isinstance(v, dict) for v in context["notice"].values())
    assert context["provider"]["name"] == "Department of Samples"
    assert all(s["name"] and s["value"] for s in context["document"]["settings"])


def test_context_holds_plain_data_only() -> None:
    found = agreement_of(proposal(research={"approvals": [{"body": "CPHS"}]}, use={"products": ["Counts"]}))
    plain = (str, int, bool, type(None), dt.date)

    def odd(node: Any, path: str) -> list[str]:
        if isinstance(node, dict):
            return [x for k, v in node.items() for x in odd(v, f"{path}.{k}")]
        if isinstance(node, list | tuple):
            return [x for i, v in enumerate(node) for x in odd(v, f"{path}[{i}]")]
        return [] if isinstance(node, plain) else [f"{path}: {type(node)}"]

    assert odd(dict(found.context), "context") == []
    assert odd({"x": object()}, "context") == ["context.x: <class 'object'>"]


def test_same_proposal_same_context() -> None:
    assert agreement_of(proposal()).context == agreement_of(proposal()).context


def test_rows() -> None:
    found = agreement_of(proposal(
        {**STATE, "short name": "DS", "contacts": {"incident": "incidents@example.gov"}},
        record("county", "County of Sample", id="sample"),
        data={"elements": [{"name": "First", "classification": "phi", "statute": "medi_cal"},
                           {"name": "Second", "statute": ["medi_cal", "Some Act section 1"]}]},
        opinions=[{"party": "DS", "kind": "legal", "date": "2027-01-10"}, {"party": "sample", "kind": "privacy"}],
        confidential=["security", "transfer.storage"],
        dates={"start": "2027-03-01"},
    )).context  # fmt: skip
    assert [(r["role"], r["email"]) for r in found["directory"]] == [("Incident contact", "incidents@example.gov")]
    elements = {r["citation"]: r["element"] for r in found["authorities"]}
    assert list(elements.values()) == ["All", "Second"]
    assert "Some Act section 1" in elements
    assert [o["party"] for o in found["opinions"]] == ["DS", "County of Sample"]
    assert [r["place"] for r in found["redactions"]][:2] == ["Security", "Transfer: storage"]
    assert [r["part"] for r in found["redactions"]] == ["security", "transfer", "annex"]
    start = [r for r in found["checklist"] if r["task"] == "Start date"]
    assert [r["date"] for r in start] == ["March 1, 2027", "March 1, 2027"]
    assert [r["date"] for r in found["checklist"] if r["task"] == "Legal review"] == ["", "January 10, 2027"]
    assert found["regimes"]["hipaa"]["elements"] == "First"
    assert found["regimes"]["ferpa"] == {"present": False, "parties": None, "receivers": [], "elements": None}


@pytest.mark.parametrize("two_way", [True, False])
def test_a_side_in_an_opinion_or_a_signature_is_its_lead_party(two_way: bool) -> None:
    other = {"legal name": "Department of Examples", "short name": "DE", "kind": "state agency"}
    found = agreement_of(proposal(
        {**STATE, "short name": "DS"},
        other if two_way else [other, {**other, "legal name": "Department of Tests", "short name": "DT"}],
        direction="two way" if two_way else "one way",
        opinions=[{"party": "provider" if two_way else "recipient", "kind": "legal", "date": "2027-01-10"}],
        signatures=[{"party": "recipient", "role": "executive sponsor", "signed on": "2027-02-09"}],
    )).context  # fmt: skip
    assert [o["party"] for o in found["opinions"]] == ["DS" if two_way else "DE"]
    legal = {r["party"][:2]: r["date"] for r in found["checklist"] if r["task"] == "Legal review"}
    assert {name for name, day in legal.items() if day} == {"DS" if two_way else "DE"}
    signed = [b["party"] for b in found["blocks"] if b["lines"][-1]["value"] == "February 9, 2027"]
    assert signed == ["Department of Examples, a department of the State of California"]


def test_other_statutes_name_the_elements_that_cite_them() -> None:
    elements = [{"name": "First", "statute": "medi_cal"}, {"name": "Second", "statute": "ipa"}]
    found = agreement_of(proposal(data={"elements": elements}, regimes={"riders": "medi_cal", "hiv": "yes"})).context
    assert found["regimes"]["riders"]["elements"] == "First"
    only_hiv = agreement_of(proposal(data={"elements": elements}, regimes={"hiv": "yes"})).context
    assert not only_hiv["regimes"]["riders"]["present"]
