"""The masters agree with the table of clauses: nothing lost, nothing added, same order, conditions, headings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agreegen.law import VARIANTS
from agreegen.law.clauses import clauses
from agreegen.law.definitions import definitions
from agreegen.law.exhibits import exhibits
from agreegen.law.notices import notices
from agreegen.law.terms import settings, terms
from agreegen.law.times import times

TEMPLATES = Path(__file__).parents[2] / "templates"
LINE = re.compile(
    r'\{%p (?P<turn>else|elif|endif)|\{%p if (?P<when>.*?) %\}|\{%p include "(?P<file>[a-z0-9/-]+)" %\}|'
    r"## \[(?P<own>[a-z0-9-]+)\]"
)
CLOSING = {"clauses/colophon"}
BODY = 'terms.body != "proposal_only"'
INSTEAD = "clauses/signed-master-state"


def places(variant: str) -> list[tuple[str, str | None, bool]]:
    """What a master prints, in order: files and own clauses, the condition on the line before, and whether in BODY."""
    found: list[tuple[str, str | None, bool]] = []
    condition = None
    open_: list[bool] = []
    text = (TEMPLATES / "masters" / variant / "master.txt").read_text(encoding="utf-8")
    for line in filter(None, text.splitlines()):
        match = LINE.match(line)
        if match and (name := match["file"] or match["own"]):
            found.append((name, condition if condition != BODY else None, any(open_)))
        elif match and match["when"]:
            open_.append(match["when"] == BODY)
        elif match and match["turn"] == "endif":
            open_.pop()
        elif match and match["turn"]:
            open_[-1] = False
        condition = match["when"] if match else None
    assert open_ == []
    return found


def printed(variant: str) -> list[tuple[str, str | None]]:
    """What a master prints in full, in order: files and own clauses, each with its condition."""
    return [(name, when) for name, when, _ in places(variant) if name != INSTEAD]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_master_prints_every_clause_of_its_variant_once_in_order_under_its_condition(variant: str) -> None:
    wanted: list[tuple[str, str | None]] = []
    for clause in clauses().values():
        file = clause.file(variant)
        if file is not None and clause.exhibit is None and clause.id != "cover-block":
            wanted.append((clause.id if file.startswith("master:") else file, clause.when))
    assert len(wanted) > 90
    body = [(name, when) for name, when in printed(variant) if not name.startswith("exhibits/") and name not in CLOSING]
    assert body == wanted


@pytest.mark.parametrize("variant", ["intra-agency", "state-agency"])
def test_only_the_clauses_of_the_form_stand_outside_the_body(variant: str) -> None:
    kept = {c.id for c in clauses().values() if c.form} - {"cover-block"}
    found = places(variant)
    outside = {name for name, _, body in found if not body and not name.startswith("exhibits/")}
    assert {name.removeprefix("clauses/") for name in outside} == kept - {"effective-date"} | {
        "colophon",
        "signed-master-state",
    }
    assert len([name for name, _, body in found if body]) > 60


def test_the_sections_that_lead_to_the_signed_agreement_are_those_to_which_printed_text_refers() -> None:
    text = (TEMPLATES / f"{INSTEAD}.txt").read_text(encoding="utf-8")
    ids = re.findall(r"^## \[([a-z0-9-]+)\]", text, re.M)
    known = {
        i: c for i, c in clauses().items() if c.exhibit is None and (c.is_in("intra-agency") or c.is_in("state-agency"))
    }
    assert len(ids) == len(set(ids)) > 50
    files = [f"exhibits/{e.id}" for e in exhibits() if "state-agency" in e.variants or "intra-agency" in e.variants]
    files += ["clauses/definitions", "clauses/interpretation"]
    said = "".join((TEMPLATES / f"{file}.txt").read_text(encoding="utf-8") for file in files)
    said, branches = re.subn(
        r"\{% (?:if is_standalone|elif variant == \"local-government\"[^%]*) %\}.*?(?=\{% (?:el|endif))", "", said
    )
    assert branches, "what only a complete agreement prints leads nowhere else"
    wanted = {i for i in known if re.search(rf'ref\("(?:clause:)?{i}["#]', said)} - {
        i for i, c in known.items() if c.form
    }
    assert wanted <= set(ids) <= set(known)
    order = [i for i in known if i in ids and i != "effective-date"]
    assert [i for i in ids if i != "effective-date"] == order
    for name, clause in known.items():
        if name in ids:
            heading = clause.headings.get("intra-agency") or clause.headings["state-agency"]
            assert f"## [{name}] {heading}\n" in text


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_master_prints_its_exhibits_in_the_order_of_lettering(variant: str) -> None:
    wanted = [
        (f"exhibits/{e.id}", f"on.{e.switch}" if e.when else None) for e in exhibits() if variant in e.variants
    ]  # fmt: skip
    assert [row for row in printed(variant) if row[0].startswith("exhibits/")] == wanted


def test_headings_of_texts_are_those_of_the_table() -> None:
    checked = 0
    for clause in clauses().values():
        for variant, heading in clause.headings.items():
            file = clause.file(variant) or ""
            name = f"masters/{variant}/master" if file.startswith("master:") else file
            if clause.id != "cover-block":
                text = (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")
                assert re.search(rf"^(?:##|@@?) \[{clause.id}\] {re.escape(heading)}$", text, re.M), (clause.id, name)
                checked += 1
    assert checked > 400
    for exhibit in exhibits():
        text = (TEMPLATES / "exhibits" / f"{exhibit.id}.txt").read_text(encoding="utf-8")
        assert f"@ [{exhibit.id}] {exhibit.title}\n" in text, exhibit.id


def test_texts_name_only_settings_notices_times_and_switches_that_exist() -> None:
    rules = notices("university", terms("university")[0])
    known = {
        r"\bterms\.((?:gap\.|dispute_days\.)?\w+)": set(settings()),
        r"\bnotice\.(\w+)": set(rules),
        r"\btimes\.(\w+)": set(times()),
        r"\bon\.(\w+)": {e.switch for e in exhibits()},
        r'\bref\("(?:clause:|exhibit:)?([a-z0-9-]+)': set(clauses()) | {e.id for e in exhibits()},
    }
    found = dict.fromkeys(known, 0)
    for path in TEMPLATES.rglob("*.txt"):
        text = path.read_text(encoding="utf-8")
        for pattern, names in known.items():
            said = set(re.findall(pattern, text))
            assert said <= names, (path.name, said - names)
            found[pattern] += len(said)
    assert all(found.values())


def test_the_definitions_define_the_terms_of_the_table() -> None:
    text = (TEMPLATES / "clauses" / "definitions.txt").read_text(encoding="utf-8")
    heads = [
        re.split(r" (?:means|mean|has|have|is|are) ", line)[0] for line in text.splitlines() if "<Definition>" in line
    ]
    defined = {term for head in heads for term in re.findall(r"\*\*(.+?)\*\*", head)}
    table = [(d.term, *d.forms) for d in definitions() if d.regime is None]
    assert len(defined) > 50
    assert defined <= {name for names in table for name in names}
    assert [names for names in table if not defined & set(names)] == []
