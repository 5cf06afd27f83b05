"""The clause table: counts, files, switches that name real things."""

from __future__ import annotations

import re

import pytest
from law_fields import field_exists

from agreegen.law import VARIANTS
from agreegen.law.clauses import beyond, clauses, clauses_on
from agreegen.law.definitions import definitions
from agreegen.law.exhibits import exhibits
from agreegen.law.notices import notices
from agreegen.law.tables import table
from agreegen.law.terms import settings, terms
from agreegen.partner import Party
from agreegen.proposal import Proposal

IA, SA, LG, UN = VARIANTS


def test_counts() -> None:
    rows = list(clauses().values())
    assert len(rows) == len(table("clauses")["clauses"]) == 143
    assert sum(c.part == 12 for c in rows) == 32
    assert sum(all(text == "same" for text in c.texts.values()) for c in rows) == 96
    texts = {(c.id, v if c.texts[v] == "own" else c.texts[v]) for c in rows for v in VARIANTS if c.is_in(v)}
    assert len(texts) == 209
    assert [sum(c.part == part for c in rows) for part in range(1, 13)] == [
        10, 8, 7, 13, 8, 11, 8, 12, 11, 12, 11, 32
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("id_", "files"),
    [
        ("incident-notice", ["clauses/incident-notice"] * 4),
        ("cover-block", [f"master:{v}" for v in VARIANTS]),
        ("objection", ["clauses/objection-state"] * 2 + ["clauses/objection-standalone"] * 2),
        ("modified-data", ["master:intra-agency"] + ["clauses/modified-data"] * 3),
        ("public-records", ["clauses/public-records"] * 3 + ["master:university"]),
        ("subaward", [None, None, None, "master:university"]),
        ("hipaa-mou", ["exhibits/hipaa"] * 4),
        ("hipaa-lds", ["exhibits/hipaa-lds"] * 4),
        ("ssa-data", ["exhibits/ssa"] * 4),
        ("hiv-records", ["exhibits/statute-riders"] * 4),
        ("tribal-data", ["exhibits/tribal"] * 4),
        ("dispute-idea", [None, "master:state-agency", None, None]),
    ],
)
def test_files(id_: str, files: list[str | None]) -> None:
    assert [clauses()[id_].file(v) for v in VARIANTS] == files


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_variant_has_exactly_one_dispute_clause(variant: str) -> None:
    assert len([c for c in clauses().values() if c.id.startswith("dispute-") and c.is_in(variant)]) == 1


def test_cells_are_of_the_known_kinds_and_absence_is_explained_where_we_know_why() -> None:
    for clause in clauses().values():
        assert set(clause.texts.values()) <= {"same", "own", "own-state", "own-standalone", "absent"}, clause.id
        assert clause.source, clause.id
        for variant in VARIANTS:
            pair = {"own-state": (IA, SA), "own-standalone": (LG, UN)}.get(clause.texts[variant], (variant,))
            assert variant in pair, clause.id
        assert all(not clause.is_in(v) for v in clause.absent), clause.id
        assert not re.search(r"†|\bS\d{1,2}\b|dossier", " ".join(clause.source)), clause.id


def test_exhibits_named_exist_and_regime_clauses_have_one() -> None:
    ids = {e.id for e in exhibits()}
    for clause in clauses().values():
        assert clause.exhibit is None or clause.exhibit in ids, clause.id
        assert clause.part != 12 or clause.exhibit, clause.id


def test_notices_point_to_clauses_and_clauses_to_notices() -> None:
    for notice in notices(UN, terms(UN)[0]).values():
        assert set(notice.clauses) <= set(clauses()), notice.rule


def test_switches_name_fields_settings_and_notices_that_exist() -> None:
    known = {f"notice.{rule}" for rule in notices(UN, terms(UN)[0])} | {f"terms.{name}" for name in settings()}
    checked = 0
    for clause in clauses().values():
        for switch in clause.switches:
            root, _, path = switch.partition(".")
            if root == "proposal":
                assert field_exists(Proposal, path), (clause.id, switch)
            elif root in {"provider", "recipient"}:
                assert not path or field_exists(Party, path), (clause.id, switch)
            elif root == "law":
                assert path in {row["id"] for row in table("authorities")}, (clause.id, switch)
            else:
                assert switch in known, (clause.id, switch)
            checked += 1
    assert checked > 150
    assert not field_exists(Proposal, "purpose.scopes")
    assert not field_exists(Proposal, "purposes")


def test_gap_clauses_follow_their_settings() -> None:
    for variant, there in ((IA, False), (LG, True)):
        context = {"terms": terms(variant)[0], "facts": {"ai": False}}
        for id_ in ("no-reidentification", "processing-location", "suspension", "ai-use", "enforcement-requests"):
            clause = clauses()[id_]
            assert clause.is_on(variant, context) is clause.default[variant], id_
            assert clause.beyond
        assert clauses()["processing-location"].is_on(variant, context) is there
    assert clauses()["ai-use"].is_on(IA, {"terms": terms(IA)[0], "facts": {"ai": True}})
    assert clauses()["suspension"].default[IA] is True
    assert clauses()["notices"].default[IA] is None


def test_defined_terms() -> None:
    names = [d.term for d in definitions()]
    assert len(names) == len(set(names)) > 70
    by_name = {d.term: d for d in definitions()}
    assert by_name["Governance Liaison"].is_in(IA) and not by_name["Governance Liaison"].is_in(SA)
    assert by_name["Data"].needed == VARIANTS
    assert by_name["De-identified Data"].optional == (IA,)
    assert by_name["Business Use Case Proposal"].forms == ("Proposal",)
    ids = {e.id for e in exhibits()}
    for definition in definitions():
        assert definition.needed or definition.optional, definition.term
        assert definition.regime is None or definition.regime in ids, definition.term


def test_body_clauses_and_those_beyond_the_official_texts() -> None:
    names = "ai research public_products ipa_by_contract joinder governing_body uc_csu_party deviations"
    facts = dict.fromkeys(names.split(), False)
    context = {"terms": terms(IA)[0], "facts": facts, "proposal": None}
    printed = [c.id for c in clauses_on(IA, context)]
    assert printed[0] == "cover-block" and printed[-1] == "signatures"
    assert not any(c.exhibit for c in clauses_on(IA, context))
    assert "precedence" in [c.id for c in beyond(IA, context)]
    assert "incident-notice" not in [c.id for c in beyond(IA, context)]
