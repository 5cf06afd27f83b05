"""The example proposals: complete by the rules, without people, with reserved names, one for each kind of exchange."""

from __future__ import annotations

import datetime as dt
import functools
import pathlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from agreegen.agreement import agreement_of
from agreegen.law.authorities import find_authority
from agreegen.reading import read_partners, read_proposal
from agreegen.rules import Case, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROPOSALS = pathlib.Path(__file__).parents[1] / "proposals"
EXAMPLES = sorted(p.stem for p in PROPOSALS.glob("*.yaml"))
FILES = sorted(p.relative_to(PROPOSALS).as_posix() for p in PROPOSALS.rglob("*") if p.suffix in {".yaml", ".csv"})

ROLE = re.compile(
    r"\b(?:Analyst|Attorney|Auditor|Chief|Clerk|Co-investigator|Coordinator|Counsel|Dean|Director|Investigator|Manager|"
    r"Office|Officer|President|Receiver|Statistician|Superintendent|Supervisor|Unit)\b",
    re.IGNORECASE,
)
HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\b\.? [A-Z]")
PHONE = re.compile(r"\(?\d{3}\)?[ .-]\d{3}-\d{4}")
SUBDIVISION = re.compile(r"\d\([a-z]\)")


@functools.cache
def case_of(name: str) -> Case:
    """The case of an example; fails where reading finds anything."""
    reading = read_proposal(PROPOSALS / f"{name}.yaml", read_partners(PROPOSALS / "partners"))
    assert reading.findings == ()
    assert reading.proposal is not None
    return Case.of(reading.proposal, reading.source)


def names(value: Any) -> Iterator[str]:
    """Every value of a key `name` below contacts, officers, signatories, opinions and signatures."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "name" and isinstance(inner, str):
                yield inner
            yield from names(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from names(inner)


def dates(value: Any) -> Iterator[dt.date]:
    """Every date of a block."""
    if isinstance(value, dt.date):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from dates(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from dates(inner)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_satisfies_every_rule(name: str) -> None:
    assert [f"{f.location.line}: {f.code} {f.message}" for f in check(case_of(name))] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_makes_an_agreement(name: str) -> None:
    case = case_of(name)
    agreement = agreement_of(case.proposal)
    assert agreement.variant == case.variant
    assert "data-elements" in agreement.exhibits


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_citation_is_in_the_catalogue(name: str) -> None:
    proposal = case_of(name).proposal
    cited = [c for side in (proposal.authority.provider, proposal.authority.recipient) for c in side.citations]
    cited += [s for element in proposal.data.elements for s in element.statute]
    cited += proposal.regimes.riders
    assert [c for c in cited if find_authority(c) is None] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_contacts_and_signers_are_roles(name: str) -> None:
    proposal = case_of(name).proposal
    blocks = [p.model_dump(include={"contacts", "signatory", "agency_data_officer"}) for p in proposal.parties]
    blocks += [b.model_dump() for b in (*proposal.opinions, *proposal.signatures)]
    said = list(names(blocks))
    assert said
    assert [n for n in said if not ROLE.search(n)] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_dates_lie_in_2027_or_later(name: str) -> None:
    proposal = case_of(name).proposal.model_dump()
    blocks = [proposal[k] for k in ("dates", "opinions", "research", "regimes", "signatures", "amendments", "filing")]
    found = list(dates(blocks))
    assert found
    assert min(found) >= dt.date(2027, 1, 1)


@pytest.mark.parametrize("file", FILES)
def test_a_file_has_reserved_addresses_and_numbers_only(file: str) -> None:
    text = (PROPOSALS / file).read_text(encoding="utf-8")
    domains = {m[1] for m in re.finditer(r"@([\w.-]+)", text)}
    assert {d for d in domains if not (d == "example.gov" or d.endswith(".example.gov"))} == set()
    assert [m[0] for m in PHONE.finditer(text) if not re.search(r"555-01\d\d$", m[0])] == []
    assert HONORIFIC.search(text) is None
    assert "http" not in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_table_of_elements_is_named_after_its_proposal(name: str) -> None:
    named = re.findall(r"[\w-]+\.csv", (PROPOSALS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert set(named) <= {f"{name}-elements.csv"}


def test_no_file_is_left_over() -> None:
    read = "".join((PROPOSALS / f).read_text(encoding="utf-8") for f in FILES if "/" not in f and f.endswith(".yaml"))
    tables = [f for f in FILES if f.endswith("-elements.csv")]
    parties = [f.removeprefix("partners/").removesuffix(".yaml") for f in FILES if f.startswith("partners/")]
    assert [f for f in tables if f not in read] == []
    assert [p for p in parties if p not in read] == []


KINDS: dict[str, Callable[[Case], bool]] = {
    "county-coverage": lambda c: c.variant == "local-government" and c.facts["phi"] and c.facts["governing_body"],
    "calhhs-hipaa": lambda c: (
        c.variant == "intra-agency"
        and not c.proposal.required_by_law
        and all(p.hipaa_status in {"covered", "business_associate", "hybrid"} for p in c.proposal.parties)
        and c.facts["phi"]
    ),
    "statewide-part2": lambda c: c.variant == "state-agency" and c.facts["part2"] and not c.facts["disputed"],
    "university-research": lambda c: (
        c.variant == "university"
        and all(
            c.facts[f] for f in ("ferpa_studies", "cphs", "irb", "subawards", "students", "cloud", "public_products")
        )
    ),
    "disputed-eligibility": lambda c: c.facts["disputed"] and c.proposal.status == "disputed",
    "required-by-law": lambda c: (
        c.facts["required_by_law"] and bool(SUBDIVISION.search(c.proposal.required_by_law or ""))
    ),
}
"""What each of the six examples is there to show."""


def test_the_six_kinds_are_covered() -> None:
    assert set(KINDS) <= set(EXAMPLES)
    assert {c for c in KINDS if not KINDS[c](case_of(c))} == set()
    assert {case_of(c).variant for c in EXAMPLES} == {"intra-agency", "state-agency", "local-government", "university"}
    assert {case_of(c).program for c in EXAMPLES} == {"calhhs", "idea", "standalone"}


def test_each_kind_is_one_of_its_own() -> None:
    fitting = {kind: [e for e in EXAMPLES if shows(case_of(e))] for kind, shows in KINDS.items()}
    assert fitting == {kind: [kind] for kind in KINDS}


def test_the_statewide_example_has_opinions_of_both_sides() -> None:
    opinions = case_of("statewide-part2").proposal.opinions
    assert {(o.party, o.kind) for o in opinions} == {
        (side, kind) for side in ("DHCS", "CDCR") for kind in ("legal", "privacy", "security")
    }


def test_education_records_are_destroyed_before_two_witnesses() -> None:
    proposal = case_of("university-research").proposal
    assert proposal.end_of_use.witnesses == 2
    assert proposal.ferpa is not None
    source = proposal.ferpa.source_agency or ""
    assert proposal.lead_provider.legal_name not in source, "the schools hold the records first, not the department"
    assert any("local educational agencies" in a.label for a in proposal.attachments)


def test_the_business_associate_of_the_example_acts_for_the_provider() -> None:
    proposal = case_of("calhhs-hipaa").proposal
    assert proposal.hipaa.relationship == "business_associate"
    assert proposal.authority.provider.ipa_ground == "(d)"
    assert "ipa_24d" in proposal.authority.provider.citations


def test_a_disputed_example_states_every_position() -> None:
    dispute = case_of("disputed-eligibility").proposal.dispute
    assert dispute is not None
    said = dispute.model_dump(exclude={"by", "outcome", "decision", "decided_by", "decided_on"})
    assert [k for k, v in said.items() if not v] == []


def test_the_short_form_is_the_shortest() -> None:
    sizes = {name: (PROPOSALS / f"{name}.yaml").stat().st_size for name in EXAMPLES}
    assert min(sizes, key=lambda n: sizes[n]) == "required-by-law"


@pytest.mark.parametrize("key", ["purpose", "data", "use", "transfer", "end of use", "security", "dates", "hipaa"])
def test_the_short_form_has_nothing_to_spare(key: str, tmp_path: pathlib.Path) -> None:
    text = (PROPOSALS / "required-by-law.yaml").read_text(encoding="utf-8")
    shorter = re.sub(rf"^{key}:.*\n(?: .*\n)*", "", text, flags=re.MULTILINE)
    assert shorter != text
    (tmp_path / "shorter.yaml").write_text(shorter, encoding="utf-8")
    reading = read_proposal(tmp_path / "shorter.yaml")
    assert reading.proposal is not None
    found = check(Case.of(reading.proposal, reading.source))
    assert "P001" in {f.code for f in found}
