"""Plain parties: the short way gives the party that validation gives, or leaves the record to it."""

from __future__ import annotations

import copy
import enum
import unicodedata
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agreegen.answer import Section
from agreegen.partner import Kind, Party
from agreegen.reading.record import with_keys
from agreegen.series import plain_party
from agreegen.series.plain_party import MOST, Block, party_of, plain_of

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD: dict[str, Any] = {
    "legal name": "County of Sample", "kind": "county", "unit": "Health Agency", "population": 1500,
    "hipaa status": "hybrid", "chhs agreement signatory": "no", "reviewers": ["Risk Manager"],
    "governing body": {"name": "Board", "action": "resolution", "date": "2027-02-09", "may destroy records": True},
    "insurance": {"kind": "self insured"}, "idea signatory": {"signed": "yes", "via": "own"},
    "security attestation": {"kind": "nist 800 53", "date": "February 9, 2027"},
    "contacts": {"incident": {"name": "Privacy Officer", "email": "a@example.gov", "phone": "9165550100"}},
    "deviations": [{"term": "t", "reason": "r"}],
}  # fmt: skip


class Word(enum.StrEnum):
    """A text of another type."""

    NAME = "name"


def blocks(kind: type[Section] = Party, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Block]]:
    """The blocks of a party, itself included, by their keys, but for those in lists."""
    block = Block(kind)
    yield above, block
    for key, (_, reader) in block.fields.items():
        if isinstance(reader, Block):
            yield from blocks(reader.kind, (*above, key))


LEAVES = sorted((*above, key) for above, block in blocks() for key in block.fields)
FEW = [path for path in LEAVES if path[0] != "contacts" or path[1:2] in ((), ("incident",))]
"""Those of one contact stand for those of all."""

ODD = (
    "", " ", " a", "a ", "a\n", "\x1c", "a\x1c", "\u00a0a", "a\u3000", "\u200ba", "\ud800", "Pe\u00f1asco", "none",
    "no", "Yes", "y", "true", "on", "1", "county", "Special-District", "special district", "x" * 300, "Covered ", "own",
    "2027-02-09", "2027-13-09", "20270209", "2027-W01-1", " 2027-02-09 ", "February 9, 2027", "(916) 555-0100",
    "9165550100", "916 555 0100 ext. 2", "555-0100", "a@example.gov", " a@example.gov", "a@example.gov\n",
    "\u00e9@example.gov", "a b@example.gov", "a@b", "a@b.\x1cc", "resolution", "vote", 0, 1, 1.0, 1.5, -1, 10**30, True,
    False, None, [], {}, ["a"], [" a "], [None], {"name": "a"}, {"title": "a"}, {"no such": "a"}, {"legal_name": "a"},
    Word.NAME, b"a", ("a",),
)  # fmt: skip


def changed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The record with a value at a path."""
    made = copy.deepcopy(RECORD)
    node = made
    for key in path[:-1]:
        node = node.setdefault(key, {})
    node[path[-1]] = value
    return made


def parts(party: Any) -> Any:
    """A party with all that it is made of: the types of values, the order of fields, which of them were given."""
    if not isinstance(party, Section):
        return type(party), party
    fields = [(name, parts(value)) for name, value in vars(party).items()]
    return type(party), fields, party.model_fields_set, party.__pydantic_extra__, party.__pydantic_private__


def told(error: ValidationError) -> str:
    """What a fault says; half a character can't be told."""
    try:
        return repr(error.errors(include_url=False))
    except UnicodeEncodeError:
        return str(error.error_count())


def alike(said: Any) -> None:
    """Fails where the short way makes something else of a record than validation, the first or the second time."""
    before = copy.deepcopy(said)
    for _ in range(2):
        try:
            whole = Party.model_validate(said)
        except ValidationError as error:
            with pytest.raises(ValidationError) as raised:
                party_of(said)
            assert told(raised.value) == told(error)
        else:
            short = party_of(said)
            assert parts(short) == parts(whole)
            assert short == whole and hash(short) == hash(whole) and repr(short) == repr(whole)
            assert repr(short.model_dump()) == repr(whole.model_dump())
            assert repr(plain_of(short)) == repr(plain_of(whole)) == repr(whole.model_dump())
    assert repr(said) == repr(before)


def test_every_leaf_is_tried() -> None:
    assert len(LEAVES) > len(FEW) > 60
    assert ("contacts", "incident", "phone") in LEAVES and ("governing body", "date") in LEAVES


@pytest.mark.parametrize("path", FEW, ids=".".join)
def test_a_value_is_what_validation_makes_of_it(path: tuple[str, ...]) -> None:
    for value in ODD:
        alike(changed(path, value))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(LEAVES), st.sampled_from(ODD) | st.text(max_size=6)), max_size=4))
def test_a_record_is_what_validation_makes_of_it(changes: list[tuple[tuple[str, ...], Any]]) -> None:
    made = changed(("unit",), "Unit")
    for path, value in changes:
        node: Any = made
        for key in path[:-1]:
            node = node.get(key) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node[path[-1]] = value
    alike(made)


NO_RECORDS: tuple[Any, ...] = (
    {}, [], "county", None, 1, {1: "a"}, {"kind": "county"}, {"legal_name": "a", "kind": "city"},
    {"legal-name": "a", "kind": "city"}, {"legal name": "a", "kind": ["city"]},
)  # fmt: skip


@pytest.mark.parametrize("said", NO_RECORDS)
def test_what_is_no_plain_record_is_left_to_validation(said: Any) -> None:
    alike(said)


def test_every_character_at_the_edge_of_a_text_is_as_validation_has_it() -> None:
    spaces = [chr(n) for n in range(0x3100) if chr(n).isspace() or unicodedata.category(chr(n))[0] in "CZ"]
    assert len(spaces) > 80
    for space in spaces:
        alike(changed(("unit",), f"{space}a"))
        alike(changed(("unit",), f"a{space}"))
        alike(changed(("contacts", "incident", "email"), f"a{space}@example.gov"))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_implies_what_it_implies(kind: Kind) -> None:
    for word in (kind.value, kind.value.replace("_", " ").upper(), f" {kind.value} "):
        alike(changed(("kind",), word))
    alike(with_keys({"legal_name": "A", "kind": kind.value, "ipa_applies": "no"}))


def test_no_block_has_a_validator_that_the_short_way_doesnt_know() -> None:
    kinds = {block.kind for _, block in blocks()}
    assert len(kinds) > 7
    own = {"Party": {"defaults_of_kind"}, "Contact": {"from_text"}}
    for kind in kinds:
        found = kind.__pydantic_decorators__
        assert set(found.model_validators) == {"keys_with_spaces"} | own.get(kind.__name__, set()), kind
        assert not (found.validators or found.field_validators or found.root_validators), kind
        assert kind.__pydantic_post_init__ is None and not kind.__private_attributes__, kind
        assert all(f.default_factory is None and not f.validate_default for f in kind.model_fields.values()), kind
        read = [name for name, reader in Block(kind).fields.values() if not isinstance(reader, plain_party._CodeWords)]
        optional = [f for n, f in kind.model_fields.items() if n in read and type(None) in get_args(f.annotation)]
        assert not any(f.metadata for f in optional), kind  # nothing is asked of them but what their types ask


def test_a_plain_record_isnt_validated_where_its_code_words_were_met(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {key: value for key, value in RECORD.items() if key not in ("reviewers", "deviations")}
    first = party_of(plain)
    monkeypatch.setattr(Party, "model_validate", None)
    assert party_of(plain) == first
    assert party_of({**plain, "legal name": "Another"}).legal_name == "Another"
    with pytest.raises(TypeError):
        party_of({**plain, "kind": "city of a kind"})


def test_a_field_that_is_said_in_two_ways_of_writing_teaches_nothing() -> None:
    words = {"hipaa status": "business  associate", "hipaa_status": "covered"}
    said = {"legal name": "A", "kind": "county", **words, "insurance": {"kind": "Pool ", "ki-nd": "x"}}
    alike(said)
    alike({key: value for key, value in said.items() if key != "insurance"})
    alike({"legal name": "A", "kind": "county", "hipaa status": "none", "hipaa-status": "covered"})
    assert party_of({"legal name": "A", "kind": "county", "hipaa status": "none"}).hipaa_status == "none"


def test_most_fields_are_read_as_words_and_code_words_are_bounded() -> None:
    block = Block(Party)
    readers = [reader for _, reader in block.fields.values()]
    assert readers.count(plain_party._text) > 15
    words = plain_party._CodeWords()
    for n in range(3 * MOST):
        words.learn(f"word {n}", n)
    assert len(words.known) == MOST
    for key in list(block.fields)[:MOST]:
        for other in block.fields:
            block._shape(tuple(dict.fromkeys(("legal name", "kind", key, other))))
    assert 0 < len(block._shapes) <= MOST
