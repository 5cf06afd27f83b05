"""Each clause in each variant: what is called the same is the same, and differences give both texts back."""

from __future__ import annotations

import html.parser
import itertools
import json
import pathlib
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from jinja2 import nodes

from agreegen import generate, matrix, provenance, workspace
from agreegen.difference import WORD
from agreegen.errors import UsageError
from agreegen.law.clauses import clauses
from agreegen.matrix.printing import COVER, MARGINS, PARTS, SHORT, key_of
from agreegen.provenance.passages import rendered
from agreegen.provenance.variants import decided
from agreegen.template.base import unpack
from agreegen.template.container import W
from agreegen.template.draft import draft
from agreegen.template.lists import parse
from agreegen.template.printing import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_line import Run

ROOT = pathlib.Path(__file__).parents[2]
HERE = workspace.find(ROOT / "proposals")
PAIR = ("local-government", "university")


@pytest.fixture(scope="module")
def pair() -> matrix.Matrix:
    return matrix.matrix(HERE, PAIR)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


# ---------------------------------------------------------------------------------------------------- conditions
@pytest.mark.parametrize(
    ("condition", "intra", "university"),
    [
        ("is_state_form", True, False),
        ("is_standalone", False, True),
        ('variant == "university"', False, True),
        ('variant != "intra-agency"', False, True),
        ("facts.research", None, None),
        ("is_state_form and facts.research", None, False),
        ("is_state_form or facts.research", True, None),
        ("not is_state_form", False, True),
        ('not (variant == "university" and facts.research)', True, None),
        ('variant == "university" or (is_standalone and facts.research)', False, True),
        ('variant in ["university"]', None, None),
    ],
)
def test_what_the_variant_decides(condition: str, intra: bool | None, university: bool | None) -> None:
    [output] = environment().parse("{{ " + condition + " }}").body
    assert isinstance(output, nodes.Output)
    assert decided(output.nodes[0], "intra-agency") is intra
    assert decided(output.nodes[0], "university") is university


# ---------------------------------------------------------------------------------------------------- texts
def test_rows_are_the_clauses_that_the_table_says(pair: matrix.Matrix) -> None:
    found = {r.id: r for r in pair.rows}
    body = [c for c in clauses().values() if c.exhibit is None]
    assert len(body) > 90
    for clause in body:
        for variant in PAIR:
            there = clause.id in found and bool(found[clause.id].cells[variant].letter)
            assert there == clause.is_in(variant), (clause.id, variant)
    assert set(found) - set(clauses()) == {PARTS, MARGINS, *(i for i in found if i.startswith("exhibit:"))}


def test_own_texts_differ_and_shared_files_are_compared_by_what_they_print(pair: matrix.Matrix) -> None:
    found = {r.id: r for r in pair.rows}
    assert not found["waiver"].differs
    assert not found["incident-notice"].differs
    assert found["precedence"].differs
    assert found["precedence"].cells["university"].letter == "B"
    # one file, with other words for this variant
    assert clauses()["definitions"].texts["university"] == "same"
    assert found["definitions"].differs


def test_every_printed_word_stands_in_the_text_of_its_clause(pair: matrix.Matrix) -> None:
    """The other way round: what an agreement prints, the matrix has, under the same clause and variant."""
    opened = generate.opened_proposal(ROOT / "proposals" / "county-coverage.yaml", HERE)
    assert opened.agreement is not None
    found = {r.id: " ".join(words(" ".join(r.cells["local-government"].lines))) for r in pair.rows}
    checked = 0
    for p in rendered(provenance.master("local-government", HERE), opened.agreement.context):
        for piece in p.pieces if p.part == "body" else ():
            said = words(piece.text)
            if piece.step is None and not piece.ref and len(said) > 6:
                checked += 1
                told = iter(found[key_of(p)].split())
                assert all(word in told for word in said), (p.where, piece.text)
    assert checked > 500


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("{{ recipient.name }}", "{{ recipient.name | upper_first }}", True),
        ('{{ parties | selectattr("ipa_applies") | map(attribute="name") | listing }}',
         '{{ parties | rejectattr("ipa_applies") | map(attribute="name") | listing }}', True),
        ('{% if terms.body | upper == "A" %}x{% endif %}', '{% if terms.body == "A" %}x{% endif %}', True),
        ("{% for p in parties %}{{ p.name }} {% endfor %}", "{% for q in parties %}{{ q.name }} {% endfor %}", False),
        ("{% if facts.research %}x{% endif %}", "{% if facts.phi %}y{% elif facts.research %}x{% endif %}", True),
    ],
)  # fmt: skip
def test_texts_are_the_same_if_their_tags_are(one: str, other: str, differs: bool, tmp_path: pathlib.Path) -> None:
    for variant, text in zip(PAIR, (one, other), strict=True):
        folder = tmp_path / "masters" / variant
        folder.mkdir(parents=True)
        (folder / "master.docx").write_bytes(draft(f"# Parties\n\nBetween {text}."))
        (folder / "template.yaml").write_text('version: "1"\n', encoding="utf-8")
    found = matrix.matrix(replace(HERE, templates=tmp_path), PAIR)
    assert [r.id for r in found.different] == [PARTS] * differs
    for row in found.different:
        assert [p for d in row.differences("B") for p in d.pieces if p.kind != "same"]


def test_headers_and_footers_are_compared_too(pair: matrix.Matrix) -> None:
    assert any("Page … of …" in line for line in pair.row(MARGINS).lines("A"))


def test_alternatives_of_other_variants_are_left_out(pair: matrix.Matrix) -> None:
    lines = [line for r in pair.rows for c in r.cells.values() for line in c.lines]
    assert len(lines) > 1500
    assert not [x for x in lines if re.search(r"\((?:If|Otherwise, if) the variant is [\w-]+:\)", x)]
    assert not [x for x in lines if re.search("[\ue000-\ue0ff]", x)]
    assert not [x for x in lines if x.count("[") != x.count("]")]


def gives_both_back(found: matrix.Matrix) -> int:
    count = 0
    for row in found.different:
        for letter in row.letters[1:]:
            first, other = row.lines("A"), row.lines(letter)
            kept_first, kept_other = list(first), list(other)
            for difference in row.differences(letter):
                count += 1
                a = " ".join(p.text for p in difference.pieces if p.kind != "added")
                b = " ".join(p.text for p in difference.pieces if p.kind != "removed")
                if a:
                    kept_first.remove(next(x for x in kept_first if " ".join(WORD.findall(x)) == a or x == a))
                if b:
                    kept_other.remove(next(x for x in kept_other if " ".join(WORD.findall(x)) == b or x == b))
            assert Counter(kept_first) == Counter(kept_other), (row.id, letter)
    return count


def test_differences_give_both_texts_back(pair: matrix.Matrix) -> None:
    assert gives_both_back(pair) > 100


def test_a_row_is_found_by_id(pair: matrix.Matrix) -> None:
    assert pair.row("Incident notice").id == "incident-notice"
    assert pair.row("hipaa").id == "exhibit:hipaa"
    assert pair.row(COVER).title == "Cover"
    with pytest.raises(UsageError) as refused:
        pair.row("incident-notic")
    assert refused.value.hint == "did you mean 'incident-notice'?"


@pytest.mark.slow
def test_all_four_variants() -> None:
    found = matrix.matrix(HERE)
    rows = {r.id: r for r in found.rows}
    assert rows[SHORT].letters == ("A", "B")
    assert rows["permitted-use"].letters == ("A",)
    assert rows["dispute-idea"].variants("A") == ("state-agency",)
    assert gives_both_back(found) > 400
    for clause in (c for c in clauses().values() if c.exhibit is None):
        assert {v for v, c in rows[clause.id].cells.items() if c.letter} == {
            v for v in found.variants if clause.is_in(v)
        }


# ---------------------------------------------------------------------------------------------------- files
class Page(html.parser.HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag


def test_page_is_accessible_and_needs_nothing_else(pair: matrix.Matrix) -> None:
    text = matrix.html(pair).decode()
    page = Page(text)
    assert page.open == []
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["for"] for t, a in page.tags if t == "label"} == {a["id"] for t, a in page.tags if t == "input"}
    assert {a["href"] for t, a in page.tags if t == "a"} <= {f"#{i}" for i in ids}
    assert all("scope" in a for t, a in page.tags if t == "th")
    assert ("html", {"lang": "en"}) in page.tags
    assert not re.search(r"https?:|src=|@import|url\(", text)
    signs = sum(len(r.letters) - 1 for r in pair.different) + len(pair.lacking)
    assert len(pair.lacking) > 3
    assert all(r.lacked in html.unescape(text) for r in pair.lacking)
    assert sum(a.get("type") == "checkbox" for t, a in page.tags if t == "input") == signs > 20
    levels = [int(t[1]) for t, _ in page.tags if re.fullmatch("h[1-6]", t)]
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_workbook_and_word_file_hold_every_difference(pair: matrix.Matrix, tmp_path: pathlib.Path) -> None:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    book = matrix.workbook(pair)
    assert book == matrix.workbook(pair)
    file = tmp_path / "m.xlsx"
    file.write_bytes(book)
    sheets = CalamineWorkbook.from_path(str(file))
    rows = sheets.get_sheet_by_name("Matrix").to_python()
    assert len(rows) == len(pair.rows) + 1
    assert rows[0][-3] == "signed off by (role)"
    lines = sheets.get_sheet_by_name("Differences").to_python()
    count = sum(len(r.differences(x)) for r in pair.different for x in r.letters[1:])
    assert len(lines) == count + 1
    word = matrix.docx(pair)
    assert word == matrix.docx(pair)
    root = parse(unpack(word)["word/document.xml"])
    said = re.sub(r"\s+", "", "".join(t.text or "" for t in root.iter(W + "t")))
    for row in pair.different:
        for letter in row.letters[1:]:
            for difference in row.differences(letter):
                assert re.sub(r"\s+", "", "".join(p.text for p in difference.pieces)) in said
    assert not re.search("[\ue000-\ue0ff]", said)
    assert next(root.iter(W + "strike"), None) is not None


@pytest.mark.slow
def test_command(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    said = run("templates", "matrix")
    assert said.code == 0
    assert "incident-notice" in said.out
    assert max(map(len, said.out.splitlines())) <= 100
    one = run("templates", "matrix", "precedence")
    assert "B against A" in one.out
    files = [tmp_path / f"m.{end}" for end in ("html", "xlsx", "docx")]
    made = run("templates", "matrix", "--html", files[0], "--xlsx", files[1], "--docx", files[2])
    assert made.code == 0
    assert all(f.stat().st_size > 10_000 for f in files)
    assert len(json.loads(run("templates", "matrix", "--json").out)["clauses"]) > 130
    assert run("templates", "matrix", "precedense").code == 2
    assert run("templates", "matrix", "--html", tmp_path / "m.pdf").code == 2
