"""Names of files from a template: unknown fields are refused, no path leaves the folder, no two are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreegen.batch.delivery import FIELDS, USUAL, Naming, names
from agreegen.batch.entry import inside
from agreegen.batch.grouping import grouped
from agreegen.errors import UsageError
from agreegen.package import RESERVED

ALAMEDA = {"partner.id": "alameda", "partner.name": "County of Alameda", "partner.kind": "county",
           "proposal.id": "county-coverage"}  # fmt: skip


def test_fields_are_filled_in() -> None:
    naming = Naming.of("{partner.kind}s/{partner.name}/{proposal.id}")
    assert naming.path(ALAMEDA) == "countys/County-of-Alameda/county-coverage"
    assert naming.fields == ("partner.kind", "partner.name", "proposal.id")
    assert Naming.of("").path(ALAMEDA, "-DRAFT") == "county-coverage-alameda-DRAFT"
    assert Naming.of(r"{partner.id}\{proposal.id}").path(ALAMEDA) == "alameda/county-coverage"


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        ("{partner.idd}", "doesn't exist: {partner.idd}", "did you mean {partner.id}?"),
        ("{date}-{partner.id}", "doesn't exist: {date}", "fields: {partner.id}, "),
        ("{partner.id!r}", "doesn't exist", ""),
        ("{partner.id:>9}", "doesn't exist", ""),
        ("{partner.id.__class__}", "doesn't exist", ""),
        ("{}-{partner.id}", "doesn't exist: {}", ""),
        ("{partner.id", "a brace without its other half", ""),
        ("{{partner.id}}", "a brace without its other half", ""),
        ("/{partner.id}", "leads out of the folder", ""),
        ("../{partner.id}", "leads out of the folder", ""),
        ("{partner.id}/../x", "leads out of the folder", ""),
        (r"C:\{partner.id}", "leads out of the folder", ""),
        (r"\\server\{partner.id}", "leads out of the folder", ""),
        ("{partner.id}//{proposal.id}", "an empty part", ""),
        ("{partner.id}/", "an empty part", ""),
        ("{proposal.id}", "the same for every partner", "{partner.id}"),
    ],
)
def test_wrong_templates_are_refused(template: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        Naming.of(template)
    assert message in error.value.message
    assert hint in error.value.hint


texts = st.text(max_size=30) | st.sampled_from(
    ["..", ".", "CON", "nul.txt", "a/b", "a\\b", "C:", "\u2215", "~", "x" * 300]
)
fields = st.sampled_from([*FIELDS])


@given(st.lists(fields, min_size=1, max_size=3), st.dictionaries(fields, texts))
def test_no_value_leaves_the_folder_or_adds_one(named: list[str], values: dict[str, str]) -> None:
    naming = Naming.of("/".join(f"{{{name}}}" for name in [*named, "partner.id"]))
    path = naming.path(values)
    assert inside(path)
    segments = path.split("/")
    assert len(segments) == len(named) + 1
    assert all(s.isascii() and len(s) <= 130 and not RESERVED.match(s) and s == s.strip(". ") for s in segments)


@given(st.lists(st.tuples(texts, texts), max_size=6, unique=True))
def test_no_two_agreements_have_one_path(several: list[tuple[str, str]]) -> None:
    values = {f"{n}": {"partner.id": a, "partner.name": a, "proposal.id": b} for n, (a, b) in enumerate(several)}
    paths, wrong = names(Naming.of("{partner.id}/{proposal.id}"), values)
    right = [path.casefold() for key, path in paths.items() if key not in wrong]
    assert len(set(right)) == len(right)
    assert paths.keys() == values.keys()


def test_both_partners_are_named_where_names_clash() -> None:
    values = {
        "p/a": {**ALAMEDA, "partner.id": "Los Angeles", "partner.name": "County of Los Angeles"},
        "p/b": {**ALAMEDA, "partner.id": "los-angeles", "partner.name": "City of Los Angeles"},
        "p/c": ALAMEDA,
    }
    paths, wrong = names(Naming.of(USUAL), values)
    assert wrong.keys() == {"p/a", "p/b"}
    found = wrong["p/a"]
    assert (found.code, found.location.file) == ("B001", paths["p/a"])
    assert found.message == f"2 agreements would be written to '{paths['p/a']}'"
    assert found is wrong["p/b"]
    assert "{partner.id}" in found.hint


def test_names_cut_at_their_length_clash() -> None:
    values = {f"p/{end}": {**ALAMEDA, "partner.id": "x" * 200 + end} for end in "ab"}
    assert names(Naming.of("{partner.id}"), values)[1].keys() == {"p/a", "p/b"}


def test_a_clash_of_many_is_told_once() -> None:
    values = {f"p/{n}": {**ALAMEDA, "partner.id": f"p{n}"} for n in range(9)}
    wrong = names(Naming.of("{partner.kind}"), values)[1]
    assert len(wrong) == 9
    assert wrong["p/0"].message == "9 agreements would be written to 'county'"
    (group,) = grouped((f"p{n}", f"County of Alder {n}", wrong[f"p/{n}"]) for n in range(9))
    assert len(group.cases) == 9


def test_missing_value_is_a_finding() -> None:
    paths, wrong = names(Naming.of("{partner.county}/{partner.id}"), {"p/a": ALAMEDA})
    assert wrong["p/a"].code == "B010"
    assert "there is no value for partner.county" in wrong["p/a"].message
    assert paths
