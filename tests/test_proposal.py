"""Proposals: derived truths, order of parties, keys and descriptions of every field."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from agreegen.answer import Section, spaced
from agreegen.partner import Party
from agreegen.proposal import Proposal

DHCS = {"legal name": "Department of Health Care Services", "kind": "calhhs entity", "short name": "DHCS"}
COUNTY = {"legal name": "County of Sample", "kind": "county"}


def proposal(**fields: Any) -> Proposal:
    return Proposal.model_validate({"proposal": "Sample", "provider": DHCS, "recipient": COUNTY, **fields})


def sections(model: type[BaseModel], seen: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """Every model that a proposal can hold."""
    if model.__name__ not in seen:
        seen[model.__name__] = model
        for info in model.model_fields.values():
            for inner in _models(info.annotation):
                sections(inner, seen)
    return seen


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for arg in get_args(annotation) for m in _models(arg)]


MODELS = sections(Proposal, {})


def test_parties_recipients_first_none_twice() -> None:
    found = proposal(provider=[DHCS, COUNTY], recipient=[COUNTY])
    assert [p.legal_name for p in found.parties] == ["County of Sample", "Department of Health Care Services"]
    assert found.lead_provider.short_name == "DHCS"
    assert found.lead_recipient.legal_name == "County of Sample"


def test_units_of_one_body_are_parties_of_their_own() -> None:
    found = proposal(provider={**DHCS, "unit": "Benefits"}, recipient={**DHCS, "unit": "Data"})
    assert [p.unit for p in found.parties] == ["Data", "Benefits"]


@pytest.mark.parametrize("side", ["provider", "recipient"])
def test_each_side_has_a_party(side: str) -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        proposal(**{side: []})


def test_classes_of_the_elements() -> None:
    elements = [{"name": "a", "classification": "PHI"}, {"name": "b", "classification": ["pii", "part2"]}, "c"]
    assert proposal(data={"elements": elements}).classes() == {"phi", "pii", "part2"}
    assert proposal().classes() == frozenset()


def test_truths() -> None:
    assert not proposal().disputed
    assert proposal(dispute={"objection": "Cost"}).disputed
    assert not proposal(dispute="no").disputed
    assert proposal(research=False).research is None
    assert proposal(research="yes").research is not None


@pytest.mark.parametrize(
    ("said", "has", "named"),
    [
        (None, False, 0),
        ("no", False, 0),
        ("yes", True, 0),
        ([], False, 0),
        (["Host"], True, 1),
        ({"name": "Host"}, True, 1),
    ],
)
def test_contractors(said: Any, has: bool, named: int) -> None:
    use = proposal(use={"contractors": said}).use
    assert (use.has_contractors, len(use.named_contractors)) == (has, named)


def test_public_products() -> None:
    use = proposal(use={"products": [{"name": "a", "public": "yes"}, "b"]}).use
    assert [p.name for p in use.public_products] == ["a"]


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda m: m.__name__)
def test_every_block_is_strict(model: type[BaseModel]) -> None:
    assert issubclass(model, Section)
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"]
    assert (model.__doc__ or "").strip()
    keys = [spaced(name) for name in model.model_fields]
    assert keys == [info.alias for info in model.model_fields.values()], "a key is the field's name with spaces"
    assert len(set(keys)) == len(keys)


def test_there_are_blocks_to_check() -> None:
    assert {"Proposal", "Party", "Element", "Research", "Approval", "Contact"} <= set(MODELS)
    assert len(MODELS) > 35


@pytest.mark.parametrize("model", [Proposal, Party])
def test_unknown_key_is_refused(model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        model.model_validate({"legal name": "x", "kind": "county", "proposal": "x", "provider": DHCS,
                              "recipient": COUNTY, "nonsense": 1})  # fmt: skip


def test_schema_keys_are_those_that_a_person_writes() -> None:
    schema = Proposal.model_json_schema(by_alias=True)
    keys = {k for d in [schema, *schema["$defs"].values()] for k in d.get("properties", {})}
    assert "end of use" in keys
    assert not [k for k in keys if "_" in k]
