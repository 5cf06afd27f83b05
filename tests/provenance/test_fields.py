"""What a template asks of people, and where each field lands."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from jinja2 import nodes

from agreegen import provenance
from agreegen.errors import UsageError
from agreegen.law.requirements import requirements
from agreegen.provenance import listing
from agreegen.provenance.landing import landings
from agreegen.provenance.needs import akin, found_field, needs, required
from agreegen.provenance.origins import known_fields, origins
from agreegen.provenance.phrases import condition
from agreegen.provenance.suggestions import labels
from agreegen.provenance.suppliers import supplier
from agreegen.template.printing import environment

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from command_line import Run
    from conftest import Traced


def test_each_field_says_what_why_who_and_where(county: Traced) -> None:
    found = {n.field: n for n in needs(county.marked)}
    scope = found["purpose: scope"]
    assert scope.meaning == "What the use covers, in a sentence or a few"
    assert (scope.type, scope.required) == ("text", "always")
    assert scope.supplier == "program staff of the Data Recipient"
    assert scope.printed[:2] == ("1.2(c)", "A.2")
    assert found["dates: start"].type == "date"
    assert found["hipaa: relationship"].required.startswith("if health information moves on the way there")
    assert found["recipient: governing body: file number"].printed[0] == "cover"
    assert "signatures" in found["provider: clerk"].printed
    assert all(n.meaning and n.supplier and n.type for n in found.values())


def test_every_required_field_is_listed(county: Traced) -> None:
    found = {n.field for n in needs(county.marked) if n.required}
    wanted = {r.field.replace("[]", "").replace("_", " ").replace(".", ": ") for r in requirements("standalone")
              if r.need != "no"}  # fmt: skip
    assert len(wanted) > 60
    assert wanted <= found | {"terms"}


def test_every_tag_lands_under_each_of_its_fields(county: Traced) -> None:
    """By construction: each step of the master is a landing of each field behind its names."""
    landed = landings(county.marked)
    tags = {(x.place, x.tag) for places in landed.values() for x in places}
    steps = [s for s in county.marked.steps if any(origins(n) for n in s.names) and s.place.part == "body"]
    assert len(steps) > 800
    missing = [s.place for s in steps if (str(s.place), s.place.text) not in tags and s.kind != "set"]
    assert missing == []
    assert set(landed) <= set(known_fields())


def test_values_of_the_example_stand_where_they_are_said_to_land(county: Traced) -> None:
    """The other way round: the value of a field is printed in a passage that is said to print it."""
    assert county.opened.reading.proposal is not None
    scope = county.opened.reading.proposal.purpose.scope or ""
    files = {x.place.partition(":")[0] for x in landings(county.marked)["purpose: scope"] if x.how == "printed"}
    stands = {p.place.file for p in county.passages if scope.rstrip(".") in p.text}
    assert stands
    assert stands <= files


def test_when_required_tells_of_disputes_and_of_law() -> None:
    assert required("intra-agency")["undisputed because"] == (
        "always, but not in a dispute or where law requires the disclosure"
    )
    assert "undisputed because" not in required("university")
    assert required("university")["recipient: governing body: delegate"].endswith(
        "“Data Recipient: governing body: action” has the word “delegation”"
    )


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("purpose: scope", ("purpose: scope",)),
        ("purpose.scope", ("purpose: scope",)),
        ("end_of_use.within", ("end of use: within",)),
        ("legal name", ("provider: legal name", "recipient: legal name")),
        ("recipient.legal_name", ("recipient: legal name",)),
        ("terms.training_months", ("terms: training months",)),
        ("proposal.dates.start", ("dates: start",)),
        ("terms.small_cell", ("terms: small cell",)),
        ("start date", ("dates: start",)),
        ("term.start", ("dates: start",)),
        ("the deadline", ("dates: deadlines",)),
        ("who signs", ("signatures",)),
        ("Signatory of the recipient", ("recipient: signatory",)),
    ],
)
def test_a_field_is_known_however_it_is_written(said: str, meant: tuple[str, ...]) -> None:
    assert found_field(said) == meant


def test_an_unknown_field_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        found_field("purpose: scoop")
    assert refused.value.hint == "did you mean 'purpose: scope' (What the use covers, in a sentence or a few)?"
    with pytest.raises(UsageError) as refused:
        found_field("zebra")
    assert refused.value.hint == "`agreegen templates fields` lists them"


def test_words_of_meanings_and_of_labels_on_the_page_lead_to_fields(county: Traced) -> None:
    with pytest.raises(UsageError) as refused:
        found_field("smallest count")
    assert "'terms: small cell' (Smallest count that may be shown" in (refused.value.hint or "")
    shown = labels([county.marked])
    assert shown["dates: start"].startswith("Start date")
    assert found_field("local reference", labeled=lambda: shown) == ("reference",)


def test_other_fields_with_the_word_are_named() -> None:
    also = akin(("hipaa",), "hipaa", known_fields())
    assert {"provider: hipaa status", "recipient: hipaa status"} <= set(also)
    assert not any(field.startswith("hipaa: ") for field in also)


def test_everyone_has_a_supplier() -> None:
    assert (
        supplier("provider: contacts: security reviewer: email") == "information security office of the Data Provider"
    )
    assert supplier("terms: mfa") == "counsel"
    assert all(supplier(key) for key in known_fields())


def test_workbook_is_the_same_twice_and_opens(county: Traced) -> None:
    found = needs(county.marked)
    book = listing.workbook({"local-government": found})
    assert book == listing.workbook({"local-government": found})
    texts = zipfile.ZipFile(io.BytesIO(book)).read("xl/sharedStrings.xml").decode()
    assert "What the use covers, in a sentence or a few" in texts
    assert "1.2(c) Background and purpose" in texts


def test_commands(run: Callable[..., Run], county: Traced, tmp_path: pathlib.Path) -> None:
    said = run("where", "purpose: scope", "--variant", "local-government")
    assert said.code == 0
    assert "printed in Section 1.2(c), Background and purpose" in said.out
    assert "if the Proposal states “purpose: scope”" in said.out
    told = json.loads(run("where", "scope", "--variant", "local-government", "--json").out)
    assert told["fields"][0]["templates"]["local-government"][0]["short"] == "1.2(c)"
    listed = run("templates", "fields", "local-government")
    assert "THE EXCHANGE" in listed.out
    assert max(map(len, listed.out.splitlines())) <= listing.WIDTH
    told = json.loads(run("templates", "fields", "local-government", "--json").out)
    assert any(n["field"] == "dates: start" and n["printed"] for n in told["templates"]["local-government"])
    book = tmp_path / "fields.xlsx"
    assert run("templates", "fields", "local-government", "--xlsx", book).code == 0
    assert book.read_bytes().startswith(b"PK")
    assert run("templates", "fields", "local-goverment").code == 2
    assert run("templates", "fields", county.workspace.templates / "clauses" / "training.docx").code == 0
    assert provenance.names(county.workspace)[:2] == ("intra-agency", "local-government")


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ('parties | selectattr("ipa_applies") | list | length > 1',
         "the number of parties for which “ipa applies” holds is more than 1"),
        ('recipients | rejectattr("side", "equalto", "x") | selectattr("ipa_applies") | list | length == 1',
         "the number of recipients for which “side” is not “x” and “ipa applies” holds is 1"),
        ("recipients | length > 1", "the number of entries of “recipients” is more than 1"),
        ("not facts.phi and facts.research",
         "health information under HIPAA is not among the data and the use is research"),
        ("facts.research and not facts.phi",
         "the use is research and health information under HIPAA is not among the data"),
    ],
)  # fmt: skip
def test_conditions_say_which_entries_they_count_and_what_they_deny(tag: str, said: str) -> None:
    [output] = environment().parse(f"{{{{ {tag} }}}}").body
    assert isinstance(output, nodes.Output)
    assert condition(output.nodes[0], {}) == said


def test_fields_of_a_template_of_ones_own(run: Callable[..., Run], tmp_path: pathlib.Path, county: Traced) -> None:
    from agreegen.template.draft import draft  # noqa: PLC0415

    pack = tmp_path / "town"
    pack.mkdir()
    text = "# Terms\n\n## [records] Records\n\nKept by {{ keeper }} until {{ proposal.extra.kept_until | date }}.\n"
    (pack / "master.docx").write_bytes(draft(text))
    (pack / "template.yaml").write_text(
        'template: town\nversion: "1"\nbased on: local-government\nfields:\n'
        "  keeper: {type: text, meaning: Who keeps the records}\n"
        "  kept until: {type: date, required: no}\n",
        encoding="utf-8",
    )
    (tmp_path / "agreegen.toml").write_text(f'templates = ["{county.workspace.templates}", "town"]\n', encoding="utf-8")
    said = run("templates", "fields", "town", "--json")
    assert said.code == 0, said.err
    found = {n["field"]: n for n in json.loads(said.out)["templates"]["town"]}
    assert found["extra: keeper"]["meaning"] == "Who keeps the records"
    assert found["extra: keeper"]["required"] == "always"
    assert (found["extra: kept until"]["type"], found["extra: kept until"]["required"]) == ("date", "")
    told = run("where", "kept until", "--variant", "town")
    assert "printed in Section 1.1, Records  (master.docx)" in told.out
    other = tmp_path / "village"
    other.mkdir()
    (other / "master.docx").write_bytes(draft("Nothing is kept."))
    (other / "template.yaml").write_text("template: village\nversion: '1'\n", encoding="utf-8")
    settings = tmp_path / "agreegen.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"town"', '"town", "village"'), encoding="utf-8")
    both = run("where", "keeper", "--variant", "town", "--variant", "village").out
    assert "town: required always" in both
    assert "village" not in both  # it has no such field
    by_file = run("templates", "fields", pack / "master.docx", "--json")
    assert json.loads(by_file.out)["templates"] == json.loads(said.out)["templates"]
    record = pack / "template.yaml"
    record.write_text(record.read_text(encoding="utf-8") + "asks: own fields\n", encoding="utf-8")
    own = json.loads(run("templates", "fields", "town", "--json").out)["templates"]["town"]
    assert [n["field"] for n in own if n["required"]] == ["extra: keeper"]
