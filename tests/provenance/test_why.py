"""Why a sentence stands in an agreement: right by construction, found however it was copied."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from agreegen.agreement import facts
from agreegen.provenance import search
from agreegen.provenance.facts import FACTS
from agreegen.provenance.origins import known_fields, origins
from agreegen.provenance.passages import Passage, Piece
from agreegen.provenance.unprinted import truth, unprinted
from agreegen.provenance.why import Answer, Record, answer
from agreegen.render import render
from agreegen.template.base import unpack
from agreegen.template.container import W
from agreegen.template.lists import parse

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from lxml import etree

    from command_line import Run
    from conftest import Traced

EXAMPLES = ("calhhs-hipaa", "disputed-eligibility", "required-by-law", "statewide-part2", "university-research")
SIGNS = {W + "tab": "\t", W + "br": "\n", W + "noBreakHyphen": "-"}


def paragraphs(docx: bytes) -> list[str]:
    root = parse(unpack(docx)["word/document.xml"])
    return [text for p in root.iter(W + "p") if (text := _text(p, SIGNS)).strip()]


def _text(p: etree._Element, signs: dict[str, str]) -> str:
    return "".join(signs.get(str(e.tag)) or e.text or "" for e in p.iter(W + "t", *signs))


def says_what_is_rendered(one: Traced) -> None:
    """The passages are the document's paragraphs, and their words stand in the files that they name."""
    assert one.opened.agreement is not None
    assert one.opened.template is not None
    body = [p for p in one.passages if p.part == "body" and p.text.strip()]
    assert [p.text for p in body] == paragraphs(render(one.opened.template, one.opened.agreement.context))
    files = {p.place.file for p in body}
    assert len(files) > 60
    texts = {f: _texts((one.workspace.templates / f).read_bytes()) for f in files}
    for p in body:
        own = iter(re.findall(r"\w+", texts[p.place.file][(p.place.paragraph or 0) - 1]))
        for piece in p.pieces:
            if piece.step is None and not piece.ref:
                assert all(word in own for word in re.findall(r"\w+", piece.text)), (p.place, piece.text)


def _texts(docx: bytes) -> list[str]:
    """Every paragraph of a file as it stands, tags and all."""
    root = parse(unpack(docx)["word/document.xml"])
    return [_text(p, {**SIGNS, W + "br": " "}) for p in root.iter(W + "p")]


def test_passages_are_the_document(county: Traced) -> None:
    says_what_is_rendered(county)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_passages_are_the_document_of_every_example(traced: Callable[[str], Traced], name: str) -> None:
    says_what_is_rendered(traced(name))


def ask(one: Traced, words: str) -> list[Answer]:
    assert one.opened.agreement is not None
    record = Record(one.opened.agreement.context, one.opened.reading.source)
    return [answer(hit, one.marked, record) for place in search.hits(one.passages, words) for hit in place]


def test_a_sentence_is_told_with_file_value_law_and_number(county: Traced) -> None:
    [found] = ask(county, "shall report each Incident in writing to the Data Provider immediately on")
    assert found.where == "Section 7.2(a), Reporting incidents"
    assert found.place == 'clauses/incident-notice.docx: body, under "Reporting incidents", paragraph 2'
    assert found.conditions == ()
    assert [v.printed.split()[0] for v in found.values] == ["the", "immediately"]
    assert found.values[1].tag == "{{ notice.incident.time }}"
    assert [f.field for f in found.values[1].fields] == ["terms: incident outer hours"]
    assert found.values[1].fields[0].value == "24, by counsel's settings"
    assert any("II.B R6" in line for line in found.law)


def test_a_condition_is_told_with_what_decided_it(county: Traced) -> None:
    [found] = ask(county, "The Proposal describes its scope as follows: ")
    [condition] = found.conditions
    assert (condition.words, condition.holds) == ("the Proposal states “purpose: scope”", True)
    [field] = condition.decided
    assert field.field == "purpose: scope"
    line = county.path.read_text(encoding="utf-8").splitlines()[int(field.place.split(":")[-2]) - 1]
    assert "scope:" in line


def test_words_that_another_agreement_would_print_are_told_with_what_keeps_them_out(county: Traced) -> None:
    [found] = unprinted("Data moves in both directions", county.marked, _record(county))
    [condition] = found.conditions
    assert (condition.words, condition.holds) == ("data move both ways", False)
    assert [f.field for f in condition.decided] == ["direction"]
    assert found.place.startswith("masters/local-government/master.docx")
    [entry] = unprinted("The Data Provider discloses a limited data set, under", county.marked, _record(county))
    assert [c.holds for c in entry.conditions if "limited data set" in c.words] == [None]
    assert unprinted("zebra crossing", county.marked, _record(county)) == ()


def test_truth_of_conditions_is_that_of_the_rendering(county: Traced) -> None:
    """Each branch that was taken holds, by its expression, and those before it don't."""
    taken = {x for p in county.passages for x in (*p.within, *(x for piece in p.pieces for x in piece.within))}
    checked = 0
    for group, branch in taken:
        for at, step in enumerate(county.marked.groups[group].branches[: branch + 1]):
            if step is not None and county.marked.groups[group].kind == "if":
                holds = truth(county.marked.steps[step], _record(county).context)
                assert holds in (None, at == branch), county.marked.steps[step].place
                checked += holds is not None
    assert checked > 150


def test_what_stands_otherwise_is_told_by_the_condition_that_does_not_hold(county: Traced) -> None:
    others = [
        p for p in county.passages for piece in p.pieces for g, b in piece.within
        if county.marked.groups[g].kind == "if" and county.marked.groups[g].branches[b] is None and piece.step is None
        and len(search.words(piece.text)) > 4
    ]  # fmt: skip
    assert others
    piece = next(x for x in others[0].pieces if x.within and x.step is None and len(search.words(x.text)) > 4)
    found = next(a for a in ask(county, piece.text) if a.text == others[0].text)
    assert False in [c.holds for c in found.conditions]


def test_places_of_values_are_those_of_the_yaml(county: Traced) -> None:
    lines = county.path.read_text(encoding="utf-8").splitlines()
    told = {(f.field, f.place, f.value) for p in county.passages[:900] for piece in p.pieces if piece.step is not None
            for a in [answer(search.Hit(p, (piece,)), county.marked, _record(county))]
            for v in a.values for f in v.fields if f.place.startswith(str(county.path)) and f.value}  # fmt: skip
    assert len(told) > 20
    for field, place, value in told:
        line, column = map(int, place.rsplit(":", 2)[1:])
        if value not in ("a block", "nothing") and "entries" not in value and not value.endswith("…"):
            rest = lines[line - 1][column - 1 :].strip("\"'>|[]- ")
            assert rest == "" or rest.casefold()[:8] == value.casefold()[:8] or ", " in value, (field, place, value)


def _record(one: Traced) -> Record:
    assert one.opened.agreement is not None
    return Record(one.opened.agreement.context, one.opened.reading.source)


# ---------------------------------------------------------------------------------------------------- searching
def passage(text: str, label: str = "") -> Passage:
    from agreegen.finding import Location  # noqa: PLC0415

    return Passage(Location("clauses/x.docx", paragraph=1), (Piece(text),), label=label)


@pytest.mark.parametrize(
    "sought",
    [
        "the recipient's own “Data”",
        "THE  recipient\u2019s\n\town data",
        'The recipient\'s own "Data", and',
        "recipients own data and n",
    ],
)
def test_words_are_found_however_they_were_copied(sought: str) -> None:
    found = search.hits([passage("The Recipient\u2019s own “Data”, and nothing else.")], sought)
    assert len(found) == 1


def test_words_that_run_over_values_and_paragraphs_are_found() -> None:
    first = Passage(
        passage("").place, (Piece("It starts on "), Piece("March 1, 2027", step=3), Piece(".")), label="(a)"
    )
    found = search.hits([first, passage("It ends later.", "(b)")], "on march 1 2027 (b) it ends")
    assert [[h.passage.label for h in place] for place in found] == [["(a)", "(b)"]]
    assert [p.step for p in found[0][0].pieces] == [None, 3]


def test_a_word_in_two_runs_is_one_word() -> None:
    split = Passage(passage("").place, (Piece("Data"), Piece("base", step=1), Piece(" access")))
    assert search.hits([split], "database access")
    assert search.hits([split], "data base access")  # spaces may be lost or added by a copy
    assert not search.hits([split], "base access")


def test_every_place_is_found_and_none_invented() -> None:
    several = [passage("each Incident"), passage("no incident"), passage("report each incident now")]
    assert len(search.hits(several, "each incident")) == 2
    assert search.hits(several, "each accident") == []
    near = search.nearest(several, "report each accident now")
    assert near is several[2]
    assert search.nearest(several, "zebra crossing ahead") is None


# ---------------------------------------------------------------------------------------------------- tables
def test_every_fact_has_words_and_fields_that_exist(county: Traced) -> None:
    assert county.opened.agreement is not None
    assert set(county.opened.agreement.context["facts"]) == set(FACTS)
    unknown = {f for _, fields in FACTS.values() for f in fields if f not in known_fields()}
    assert unknown == set()


def test_facts_name_the_fields_that_their_code_reads() -> None:
    import inspect  # noqa: PLC0415

    checked = 0
    for group in facts.GROUPS:
        for name, expression in re.findall(r'^        "(\w+)": (.+),$', inspect.getsource(group), re.MULTILINE):
            for path in re.findall(r"\bproposal\.([a-z_]+(?:\.[a-z_]+)*)(?![\w(])", expression):
                behind = origins(f"proposal.{path}")
                if path in ("parties", "use.public_products"):
                    continue
                checked += 1
                assert any(f.startswith(b) or b.startswith(f) for b in behind for f in FACTS[name][1]), (name, path)
    assert checked > 15


def test_every_name_of_the_masters_has_an_origin_or_is_supplied(county: Traced) -> None:
    known = known_fields()
    names = {n for s in county.marked.steps for n in s.names}
    assert len(names) > 400
    assert {f for n in names for f in origins(n) if f not in known} == set()
    without = {n.split(".")[0] for n in names if not origins(n)}
    assert without <= {"times", "notice", "document", "blocks", "checklist"}


# ---------------------------------------------------------------------------------------------------- command
def test_command_tells_why(run: Callable[..., Run], county: Traced) -> None:
    said = run("why", "report each  incident IN writing", county.path)
    assert said.code == 0
    assert "Section 7.2(a), Reporting incidents" in said.out
    assert "clauses/incident-notice.docx" in said.out
    told = json.loads(run("why", "report each incident in writing", county.path, "--json").out)
    assert told["places"][0][0]["file"] == "clauses/incident-notice.docx"


def test_command_names_the_nearest_where_there_is_none(run: Callable[..., Run], county: Traced) -> None:
    said = run("why", "shall report every Incident by telephone", county.path)
    assert said.code == 1
    assert "not in the agreement; nearest is Section 11.1(c), Notices" in said.out
    assert run("why", "…", county.path).code == 2
    kept_out = run("why", "Data moves in both directions", county.path)
    assert kept_out.code == 1
    assert "because data move one way only" in kept_out.out


@pytest.mark.slow
def test_command_tells_of_a_finished_agreement(run: Callable[..., Run], county: Traced, tmp_path: pathlib.Path) -> None:
    assert run("generate", county.path, "-f", "docx", "-o", tmp_path / "out").code == 0
    said = run("why", "describes its scope as follows", tmp_path / "out" / "county-coverage.docx")
    assert said.code == 0
    assert "purpose: scope" in said.out
    assert str(tmp_path) not in said.out.replace("\n", "")
