"""Exhibits: order, switches, letters."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from agreegen.errors import UsageError
from agreegen.law import VARIANTS
from agreegen.law.conditions import holds
from agreegen.law.exhibits import exhibits, exhibits_on, letters
from agreegen.law.terms import terms

IA, SA, LG, UN = VARIANTS
FACTS = """disputed required_by_law two_way several_providers several_recipients research cphs irb public_products
contractors redisclosure funds ongoing open_ended ipa_by_contract provider_ipa recipient_public recipient_private
provider_state phi hipaa_any hipaa_associate hipaa_limited ferpa ferpa_audit ferpa_studies part2 fti ssa cjis hiv
accounting vital_records tribal riders deidentification ai auxiliary governing_body consent acknowledgment attachments
confidential
joinder provider_under_governor all_under_governor subawards students remote cloud""".split()  # noqa: SIM905
ALWAYS = [
    "proposal", "data_elements", "transfer_storage", "access_list", "security", "incident_plan", "notices",
    "destruction_certificate", "amendment_form",
]  # fmt: skip


def on(variant: str, *true: str, opinions: tuple[str, ...] = (), authorities: int = 2) -> list[str]:
    unknown = set(true) - set(FACTS)
    assert not unknown, unknown
    context: dict[str, Any] = {
        "facts": {name: name in true for name in FACTS},
        "terms": terms(variant)[0],
        "proposal": SimpleNamespace(opinions=opinions),
        "authorities": ["x"] * authorities,
    }
    return [name for name, is_on in exhibits_on(variant, context).items() if is_on]


def test_order_and_number() -> None:
    ids = [e.id for e in exhibits()]
    assert len(ids) == len(set(ids)) == 31
    assert ids[0] == "proposal" and ids[-1] == "redaction-index"
    assert ids.index("hipaa") < ids.index("ferpa") < ids.index("part2") < ids.index("research") < ids.index("tribal")


def test_what_is_always_there() -> None:
    assert sorted(on(LG)) == sorted(ALWAYS)
    assert sorted(on(UN)) == sorted(ALWAYS)
    assert sorted(on(SA)) == sorted([*ALWAYS, "legal_authority", "joinder_form"])
    assert sorted(on(IA)) == sorted([*ALWAYS, "joinder_form"])


@pytest.mark.parametrize(
    ("variant", "fact", "exhibit"),
    [
        (LG, "acknowledgment", "user_acknowledgment"), (IA, "hipaa_any", "hipaa"), (SA, "hipaa_limited", "hipaa_lds"),
        (UN, "ferpa", "ferpa"), (LG, "part2", "part2"), (LG, "fti", "fti"), (LG, "ssa", "ssa"), (LG, "cjis", "cjis"),
        (LG, "riders", "statute_riders"), (LG, "hiv", "statute_riders"), (LG, "vital_records", "statute_riders"),
        (UN, "ipa_by_contract", "ipa_duties"), (IA, "research", "research"), (LG, "research", "publication_plan"),
        (UN, "research", "publication_plan"), (UN, "public_products", "publication_plan"),
        (IA, "public_products", "deidentification"), (IA, "deidentification", "deidentification"),
        (LG, "funds", "funds"), (LG, "governing_body", "local_authority"), (SA, "disputed", "dispute_packet"),
        (LG, "tribal", "tribal"), (LG, "ai", "ai"), (SA, "accounting", "accounting_log"),
        (LG, "joinder", "joinder_form"), (LG, "confidential", "redaction_index"),
    ],
)  # fmt: skip
def test_a_fact_switches_its_exhibit(variant: str, fact: str, exhibit: str) -> None:
    assert exhibit not in on(variant)
    assert exhibit in on(variant, fact)


def test_what_a_variant_never_has() -> None:
    everything = tuple(FACTS)
    for variant in (IA, SA):
        assert not {"ipa_duties", "publication_plan", "local_authority"} & set(on(variant, *everything))
    assert "joinder_form" not in on(UN, *everything)
    assert "publication_plan" not in on(IA, "research")


def test_opinions_and_many_authorities_bring_the_legal_authority_exhibit() -> None:
    assert "legal_authority" in on(LG, opinions=("legal",))
    assert "legal_authority" not in on(LG, authorities=5)
    assert "legal_authority" in on(LG, authorities=6)


def test_letters_run_without_a_gap() -> None:
    everything = {e.switch: True for e in exhibits()}
    found = letters(everything)
    assert list(found.values())[:3] == ["A", "B", "C"]
    assert list(found.values())[25:28] == ["Z", "AA", "AB"]
    assert len(found) == 31
    assert letters({**everything, "data_elements": False})["transfer-storage"] == "B"


def test_a_condition_never_takes_a_missing_fact_for_no() -> None:
    with pytest.raises(UsageError, match=r"facts\.missing"):
        holds("facts.missing", {"facts": {}})
    with pytest.raises(UsageError, match="can't be decided"):
        holds("facts.", {"facts": {}})
    assert holds("facts.a or facts.b", {"facts": {"a": False, "b": 1}}) is True
