"""Any proposal that can be read: every rule and the agreement run through, and each finding has its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from complete_proposal import CASE, completed, merged, read, written
from hypothesis import given, settings
from hypothesis import strategies as st

from agreegen.agreement import agreement_of
from agreegen.rules import Case, check

if TYPE_CHECKING:
    import pytest

KINDS = ["calhhs entity", "state agency", "county", "uc", "ccc", "tribe", "nonprofit", "private university"]
CLASSES = ["pii", "phi", "part2", "education", "fti", "ssa", "cji", "hiv", "vital", "sensitive", "none"]
TEXTS = st.sampled_from(
    ["x", "no", "2027", "Gov. Code 6254", "Dr. Sample Name", "FIPS 140-2", "ipa", "ipa_99x", "§ (a)"]
)
DATES = st.sampled_from([None, "2026-01-31", "2027-02-28", "2027-03-01", "2031-12-31"])
SWITCH = st.sampled_from(["yes", "no", None])
PARTIES = st.fixed_dictionaries(
    {"legal name": st.sampled_from(["Alpha", "Beta"]), "kind": st.sampled_from(KINDS)},
    optional={
        "hipaa status": st.sampled_from(["covered", "hybrid", "none"]),
        "chhs agreement signatory": SWITCH,
        "idea signatory": st.fixed_dictionaries({"signed": st.sampled_from(["yes", "no"])}),
        "governing body": st.fixed_dictionaries({"name": TEXTS}),
        "contacts": st.dictionaries(st.sampled_from(["executive sponsor", "data coordinator", "incident"]), TEXTS),
        "reviewers": st.lists(TEXTS, max_size=2),
    },
)
ELEMENTS = st.fixed_dictionaries(
    {"name": TEXTS},
    optional={"classification": st.lists(st.sampled_from(CLASSES), max_size=3), "statute": st.lists(TEXTS, max_size=2)},
)
FRAGMENTS = st.fixed_dictionaries(
    {},
    optional={
        "provider": PARTIES | st.lists(PARTIES, min_size=1, max_size=3),
        "recipient": PARTIES | st.lists(PARTIES, min_size=1, max_size=3),
        "direction": st.sampled_from(["one way", "two way"]),
        "variant": st.sampled_from(["intra-agency", "state-agency", "local-government", "university"]),
        "program": st.sampled_from(["calhhs", "idea", "standalone"]),
        "required by law": TEXTS,
        "dispute": SWITCH | st.fixed_dictionaries({"objection": TEXTS}),
        "purpose": st.dictionaries(st.sampled_from(["scope", "need", "reason"]), TEXTS),
        "data": st.fixed_dictionaries({"elements": st.lists(ELEMENTS, max_size=3)}),
        "use": st.fixed_dictionaries({"contractors": SWITCH, "products": st.lists(TEXTS, max_size=2)}),
        "hipaa": st.sampled_from(["business associate", "research waiver", "limited data set", "none"]),
        "ferpa": SWITCH,
        "research": SWITCH | st.fixed_dictionaries({"approvals": st.lists(st.fixed_dictionaries(
            {"body": TEXTS, "date": DATES, "expires": DATES}), max_size=2)}),
        "regimes": st.dictionaries(st.sampled_from(["part2", "fti", "ssa", "cjis", "hiv", "vital records"]), SWITCH),
        "authority": st.fixed_dictionaries({"provider": TEXTS, "consent": SWITCH}),
        "dates": st.dictionaries(st.sampled_from(["draft final", "sent", "start", "end", "review"]), DATES),
        "end of use": st.fixed_dictionaries({"witnesses": st.sampled_from([None, 0, 1, 2])}),
        "signatures": st.lists(st.fixed_dictionaries({"party": TEXTS, "role": st.sampled_from(["signatory", "other"]),
                                                      "signed on": DATES}), max_size=2),
        "confidential": st.lists(st.sampled_from(["security", "data.elements", "x.y", "transfer storage"]), max_size=2),
        "terms": st.dictionaries(st.sampled_from(["venue", "small cell", "nonsense", "gap"]), TEXTS),
    },
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(FRAGMENTS, st.booleans())
def test_any_proposal(tmp_path_factory: pytest.TempPathFactory, fragment: dict[str, Any], whole: bool) -> None:
    data = (
        completed(fragment) if whole else merged({k: CASE[k] for k in ("proposal", "provider", "recipient")}, fragment)
    )
    text, _ = written(data)
    reading = read(text, tmp_path_factory.getbasetemp())
    assert reading.proposal is not None, reading.findings
    found = check(Case.of(reading.proposal, reading.source))
    lines = text.count("\n")
    assert all(1 <= (f.location.line or 0) <= lines and f.message and f.hint for f in found)
    agreement = agreement_of(reading.proposal)
    assert agreement.context["blocks"] or agreement.variant
