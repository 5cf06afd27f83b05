"""Fields of forms: all that proposals have, each with a tag, a title and a kind; values go there and back."""

from __future__ import annotations

import pytest
from form_samples import EXAMPLES, proposal_of
from hypothesis import example, given
from hypothesis import strategies as st

from agreegen.forms.fields import LONGEST, Field, entry_at, field_at, leaves, path_of, question, title_of, top
from agreegen.forms.kinds import Kind
from agreegen.forms.labels import label_of, singular, unnumbered
from agreegen.forms.values import as_date, assembled, chosen, flat, meant
from agreegen.forms.writing import written
from agreegen.proposal import Proposal
from agreegen.reading import read_source

ALL = [field for entry in top() for field in leaves(entry, 2)]


def at(tag: str) -> Field:
    found = field_at(path_of(tag))
    assert found is not None, tag
    return found


def test_every_field_has_a_tag_of_its_own_that_leads_back() -> None:
    assert len(ALL) > 500
    assert len({f.tag for f in ALL}) == len(ALL)
    for field in ALL:
        assert field_at(field.path) == field
        assert path_of(field.tag) == field.path
        assert len(field.tag) <= LONGEST
        assert 0 < len(title_of(field.path)) <= LONGEST
        assert field.label
        assert field.hint.startswith("[")


def test_unknown_places_have_no_field() -> None:
    assert path_of("No such tag!") == ()
    for tag in ("purpose", "purpose.scope.more", "nothing", "provider.legal_name", "purpose.answer", "funds[1]"):
        assert field_at(path_of(tag)) is None, tag
    assert entry_at(("data", "elements")) is not None
    assert entry_at(("data", "nothing")) is None


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("proposal", Kind.LONG),
        ("provider[1].legal_name", Kind.TEXT),
        ("recipient[2].kind", Kind.CHOICE),
        ("recipient[1].ipa_applies", Kind.CHOICE),
        ("recipient[1].education_agency", Kind.CHECK),
        ("recipient[1].population", Kind.NUMBER),
        ("dates.start", Kind.DATE),
        ("data.categories", Kind.LINES),
        ("data.elements[3].type", Kind.CHOICE),
        ("data.elements[3].required", Kind.CHECK),
        ("funds.answer", Kind.CHOICE),
        ("use.contractors.answer", Kind.CHOICE),
        ("regimes.part2.answer", Kind.CHOICE),
        ("end_of_use.certificate", Kind.LONG),
        ("purpose.scope", Kind.RICH),
        ("purpose.benefits.agency", Kind.RICH),
        ("dispute.provider", Kind.RICH),
        ("use.products[1].release_approved_by.provider", Kind.LONG),
        ("research.students", Kind.LONG),
    ],
)
def test_kinds(tag: str, kind: Kind) -> None:
    assert at(tag).kind is kind


def test_words_and_defaults_are_the_models() -> None:
    assert ("public health", "public_health") in at("hipaa.relationship").choices
    assert at("use.products[1].stage").preset == "final"
    assert at("data.elements[1].required").preset == "yes"
    assert at("recipient[1].contacts.incident.email").email
    assert not at("recipient[1].contacts.incident.phone").email
    assert at("data.elements[1].classification").words


def test_settings_of_counsel_are_not_asked() -> None:
    assert not {"terms", "extra", "template", "variant"} & {str(f.path[0]) for f in ALL}


def test_labels() -> None:
    assert label_of("hipaa_status") == "HIPAA status"
    assert label_of("data_subjects") == "Data subjects"
    assert singular("Data elements") == "Data element"
    assert unnumbered("Provider 2: Deviations 12: Term") == "Provider: Deviations: Term"


@pytest.mark.parametrize("name", EXAMPLES)
def test_values_of_an_example_go_there_and_back(name: str) -> None:
    proposal = proposal_of(name)
    values = flat(proposal.model_dump(mode="json"))
    assert len(values) > 100
    assert all(field_at(path) is not None for path in values)
    assert Proposal.model_validate(assembled(values)) == proposal


def test_a_box_ticked_in_an_empty_row_is_no_entry() -> None:
    values = {("use", "products", 0, "public"): "yes", ("use", "products", 1, "name"): "Counts"}
    assert assembled(values) == {"use": {"products": [{"name": "Counts"}]}}


def test_what_was_typed_below_a_no_is_kept() -> None:
    values = {("funds", "answer"): "no", ("funds", "number"): "CMA-12"}
    assert assembled(values) == {"funds": {"number": "CMA-12"}}
    assert assembled({("funds", "answer"): "no"}) == {"funds": "no"}
    assert assembled({("ferpa", "answer"): "yes"}) == {"ferpa": "yes"}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2027-03-01", "2027-03-01"),
        ("March 1, 2027", "2027-03-01"),
        ("Mar 1, 2027", "2027-03-01"),
        ("3/1/2027", "2027-03-01"),
        ("2027-02-30", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert as_date(text) == date


def test_what_a_text_means() -> None:
    assert meant(at("data.categories"), "one, with a comma\n\n two ") == ["one, with a comma", "two"]
    assert meant(at("data.elements[1].classification"), "phi, pii\nssa") == ["phi", "pii", "ssa"]
    assert meant(at("recipient[1].population"), "1,650,000") == 1650000
    assert meant(at("recipient[1].population"), "many") == "many"
    assert chosen(at("hipaa.relationship"), "Public Health") == "public health"
    assert chosen(at("hipaa.relationship"), "friendship") == ""
    group = entry_at(("funds",))
    assert group is not None
    assert not isinstance(group, Field)
    assert meant(question(group), "No") == "no"


WORDS = st.text(st.characters(blacklist_categories=["Cs", "Co", "Cn", "Cc"], blacklist_characters="\u2028\u2029\ufeff",
                              whitelist_characters="\n:#-'\"{}[]&*!|>%@`, "), min_size=1, max_size=200)  # fmt: skip


@given(WORDS)
@example("\n\xa0")
def test_any_text_is_read_back_from_the_yaml_as_it_was(text: str) -> None:
    data = {"proposal": text, "purpose": {"scope": text}, "data": {"categories": [text]}}
    source = read_source(written(data, {}).encode(), "x.yaml")
    assert source.findings == []
    assert source.data["proposal"] == text
    assert source.data["purpose"] == {"scope": text}
    assert source.data["data"]["categories"] == [text]


def test_yaml_has_the_order_of_the_skeleton_and_notes_in_their_places() -> None:
    data = {
        "dates": {"start": "2027-03-01"},
        "proposal": "A name",
        "recipient": [{"legal name": "County", "kind": "county"}],
    }
    text = written(data, {("dates", "start"): ["M003: look"], ("purpose", "scope"): ["M005: gone"]}, ["Head"],
                   [("provider",), ("purpose", "need")], ["tail"])  # fmt: skip
    lines = text.splitlines()
    assert lines[1] == "# Head"
    order = [text.index(x) for x in ("proposal: A name", "# provider:", "recipient:", "# purpose:", "  # M003: look",
                                     "  start: 2027-03-01", "# M005: gone", "# tail")]  # fmt: skip
    assert order == sorted(order)
    assert read_source(text.encode(), "x.yaml").findings == []
