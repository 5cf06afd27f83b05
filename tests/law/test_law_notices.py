"""The notice table gives each event one addressee, form and time, in words that read right in a sentence."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from agreegen.errors import UsageError
from agreegen.law import VARIANTS
from agreegen.law.notices import Notice, notices
from agreegen.law.terms import terms

IA, SA, LG, UN = VARIANTS
NO_FACTS = dict.fromkeys(("ssa", "hipaa_associate", "fti", "contractors", "research", "ferpa", "ferpa_studies"), False)


def rows(variant: str, facts: dict[str, bool] | None = None, **chosen: Any) -> dict[str, Notice]:
    settings, problems = terms(variant, chosen)
    assert problems == ()
    return notices(variant, settings, facts)


@pytest.mark.parametrize(
    ("variant", "rule", "to", "time"),
    [
        (IA, "incident", "the Data Provider, the Governance Liaison, and the Risk Management Subcommittee",
         "immediately on Discovery"),
        (SA, "incident", "the Data Provider", "immediately on Discovery"),
        (LG, "incident", "the Data Provider",
         "immediately on Discovery, and in any case within 24 hours after Discovery"),
        (IA, "misuse", "the Data Provider and the Governance Liaison (and to the Risk Management Subcommittee, if Data "
         "was released improperly or the Misuse was willful)", "immediately on Discovery"),
        (SA, "filing", "the Chief Data Officer (with a copy to the Agency Chief Data Officer)", "promptly on signing"),
        (SA, "stop", "the Agency Chief Data Officer and the Data Recipient", "immediately"),
        (SA, "cutoff", "the Data Recipient and the Chief Data Officer", "immediately"),
        (SA, "infeasible", "the Data Provider and the Chief Data Officer",
         "within 10 calendar days after learning that return or destruction is not possible as agreed"),
        (UN, "deid_objection", "the Data Recipient",
         "within 5 working days after receiving the proposed De-identified Data"),
        (LG, "deid_dispute", "the other Party, under the Dispute Resolution Process",
         "within 10 working days after the objection"),
        (LG, "cpra_request", "the Data Provider",
         "immediately on receiving the request, and in any case within 2 working days after receiving the request"),
        (UN, "compelled", "the Data Provider", "immediately on receiving the demand, and before any disclosure"),
        (UN, "pub_delay", "the Data Recipient", "for at most 30 further calendar days"),
        (UN, "pi_change", "the Data Provider",
         "at least 30 calendar days before the change, or immediately if the change is sudden"),
        (IA, "ferpa_copy", "the Data Provider", "at least 60 calendar days before release"),
        (SA, "law_change", "the Agency Information Officer and the other Party",
         "promptly on learning of the change"),
        (UN, "certification", "the Data Provider", "at signing, and every 12 months after that"),
        (IA, "fti_45", "the Internal Revenue Service",
         "at least 45 calendar days before the Contractor has access to FTI"),
        (LG, "terminate", "the other Party", "at least 30 calendar days before the end"),
    ],
)  # fmt: skip
def test_phrases(variant: str, rule: str, to: str, time: str) -> None:
    notice = rows(variant)[rule]
    assert (notice.to, notice.time) == (to, time)


def test_every_rule_is_there_in_order() -> None:
    wanted = [
        "under_review",
        "filing",
        "certification",
        "objection",
        "deid_proposed",
        "deid_objection",
        "deid_dispute",
        "stop",
        "cutoff",
        "misuse",
        "incident",
        "incident_report",
        "ssa_incident",
        "hipaa_report",
        "hipaa_rights",
        "infeasible",
        "return",
        "certificate",
        "cpra_request",
        "compelled",
        "individual_request",
        "excess_data",
        "law_change",
        "structure_change",
        "contractor_new",
        "fti_45",
        "audit",
        "user_removal",
        "approval_lapse",
        "pi_change",
        "pub_copy",
        "pub_comment",
        "pub_delay",
        "ferpa_copy",
        "ferpa_comments",
        "ferpa_response",
        "schedule_delay",
        "terminate",
    ]
    assert list(rows(UN)) == wanted


@pytest.mark.parametrize("variant", VARIANTS)
def test_phrases_have_no_markup_no_double_spaces_and_counted_days_say_which(variant: str) -> None:
    for notice in rows(variant).values():
        for phrase in (notice.actor, notice.to, notice.time, notice.form):
            if phrase is not None:
                assert not re.search(r"[{}_]|  |None|True", phrase), phrase
                assert not phrase.endswith((".", ",")), phrase
                assert not re.search(r"\d (?:further )?days?\b", phrase), phrase
        assert notice.source and notice.clauses, notice.rule
        if notice.to is None and notice.time is not None:
            assert notice.form == "act, no notice"


def test_a_variant_without_the_event_has_no_phrase_to_print() -> None:
    for rule in ("pub_copy", "pub_comment", "pub_delay", "pi_change"):
        notice = rows(IA)[rule]
        assert (notice.actor, notice.to, notice.time, notice.applies) == (None, None, None, False)
    assert not rows(LG)["pi_change"].applies


def test_conditions_follow_the_facts() -> None:
    quiet = rows(LG, NO_FACTS)
    off = {rule for rule, notice in quiet.items() if not notice.applies}
    assert off == {
        "ssa_incident", "hipaa_report", "hipaa_rights", "fti_45", "approval_lapse", "pi_change", "pub_copy",
        "pub_comment", "pub_delay", "ferpa_copy", "ferpa_comments", "ferpa_response", "schedule_delay",
    }  # fmt: skip
    assert rows(LG, {**NO_FACTS, "ssa": True})["ssa_incident"].applies
    assert not rows(LG, {**NO_FACTS, "fti": True})["fti_45"].applies
    assert rows(UN, NO_FACTS)["pub_copy"].applies


def test_settings_move_the_words() -> None:
    assert rows(IA, incident_outer_hours=12)["incident"].time == (
        "immediately on Discovery, and in any case within 12 hours after Discovery"
    )
    assert rows(LG, incident_outer_hours="none")["incident"].time == "immediately on Discovery"
    assert rows(IA)["filing"].actor == "the Data Recipient"
    assert rows(IA, filing_by="provider")["filing"].actor == "the Data Coordinator of the Data Provider"
    assert rows(LG)["filing"].actor == "each Party"
    assert rows(IA)["contractor_new"].form == "in writing"
    assert rows(LG)["contractor_new"].form == "in writing, for prior approval"


def test_the_proposal_moves_its_own_times() -> None:
    settings, _ = terms(UN)
    said = SimpleNamespace(
        end_of_use=SimpleNamespace(within="120 days"),
        research=SimpleNamespace(publication=SimpleNamespace(review_days=45, delay_days=None)),
    )
    found = notices(UN, settings, None, said)  # type: ignore[arg-type]
    assert found["return"].time == "within 120 days after the end of the Approved Proposal"
    assert found["pub_copy"].time == "at least 45 calendar days before submission or presentation"
    assert found["pub_comment"].amount == 45
    assert found["pub_delay"].amount == 30
    said.end_of_use.within, said.research = "by June 30, 2029", None
    found = notices(UN, settings, None, said)  # type: ignore[arg-type]
    assert found["return"].time == "by June 30, 2029"
    assert found["pub_copy"].amount == 30


def test_counts_for_deadline_lists() -> None:
    notice = rows(SA)["deid_objection"]
    assert (notice.amount, notice.unit, notice.start) == (
        5, "working day", "receiving the proposed De-identified Data")  # fmt: skip
    assert rows(LG)["incident"].amount == 24
    assert rows(IA)["incident"].amount is None


def test_gaps_are_marked_where_the_official_texts_are_silent() -> None:
    assert not rows(SA)["deid_objection"].gap
    assert rows(IA)["deid_objection"].gap
    assert rows(SA)["certificate"].gap


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(UsageError, match="incident_outer_hours"):
        notices(LG, {"filing_by": "each", "attest_months": 12})


def test_more_than_two_parties() -> None:
    several = {**NO_FACTS, "several_recipients": True}
    assert rows(LG, several)["terminate"].to == "the other Parties"
    assert rows(LG, several)["terminate"].actor == "any Party"
    assert rows(IA, several)["stop"].to == (
        "the Governance Liaison, the Risk Management Subcommittee, and the other Parties"
    )
    assert rows(LG, NO_FACTS)["terminate"].actor == "either Party"
