"""Any words of an agreement are told: seeded phrases of each example, copied as people and programs copy them."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from agreegen.provenance import report, search
from agreegen.provenance.passages import Passage, Piece
from agreegen.provenance.unprinted import truth
from agreegen.provenance.why import Record, answer
from agreegen.render import render
from agreegen.source.visible import texts_of_document
from agreegen.template.base import unpack
from agreegen.template.container import W
from agreegen.template.lists import parse

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from command_line import Run
    from conftest import Traced

SLOW = ("calhhs-hipaa", "required-by-law", "university-research")
COPIES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    lambda words: words.replace(" ", "\u00a0"),
    lambda words: words.replace("-", "\u2011").replace("“", '"').replace("\u2019", "'"),
    lambda words: words.replace("-", "\u00ad-\n"),
    lambda words: f"“{words} …”",
)
"""What happens to words on their way from a page to a command."""


def phrases(one: Traced, many: int) -> list[str]:
    """Words of the finished document, numbers of paragraphs among them, each from another place."""
    assert one.opened.agreement is not None
    assert one.opened.template is not None
    texts = texts_of_document(render(one.opened.template, one.opened.agreement.context))
    shown = [text for part in ("body", "headers", "footers") for text in texts[part]]
    known = [text.split() for text in shown if "[contents]" not in text]
    choice = random.Random(one.name)
    found = []
    for words in choice.sample([w for w in known if any(map(search.words, w))], many):
        size = min(len(words), choice.randint(2, 9))
        start = choice.randrange(len(words) - size + 1)
        found.append(" ".join(words[start : start + size]))
    return found


def every_phrase_is_told(one: Traced, many: int = 10) -> None:
    """Found in however it was copied; the file has its words, and the conditions are as the data say."""
    assert one.opened.agreement is not None
    record = Record(one.opened.agreement.context, one.opened.reading.source)
    sought = [p for p in phrases(one, many) if search.words(p)]
    assert len(sought) == many
    conditions = 0
    for number, phrase in enumerate(sought):
        copied = COPIES[number % len(COPIES)](phrase)
        places = search.hits(one.passages, copied)
        assert places, (one.name, copied)
        for hit in (hit for place in places[:3] for hit in place):
            said = answer(hit, one.marked, record)
            file = (one.workspace.templates / said.file).read_bytes()
            own = iter(re.findall(r"\w+", _texts(file, hit.passage.place.part)))
            fixed = [w for p in hit.passage.pieces if p.step is None and not p.ref for w in re.findall(r"\w+", p.text)]
            assert all(word in own for word in fixed), (said.place, fixed)
            for within in {x for piece in hit.pieces for x in piece.within}:
                group = one.marked.groups[within[0]]
                for at, step in enumerate(group.branches[: within[1] + 1]):
                    if step is not None and group.kind == "if":
                        holds = truth(one.marked.steps[step], record.context)
                        assert holds in (None, at == within[1]), one.marked.steps[step].place
                        conditions += holds is not None
            assert all(c.words and "{" not in c.words and c.otherwise != c.words for c in said.conditions)
    assert conditions


def _texts(docx: bytes, part: str) -> str:
    """All words of a part of a Word file, tags and all."""
    kind = re.sub(r"[^a-z]", "", part) or "document"
    names = [n for n in unpack(docx) if re.fullmatch(rf"word/{'document' if kind == 'body' else kind}\d*\.xml", n)]
    roots = [parse(unpack(docx)[name]) for name in names]
    return "\n".join("".join(t.text or "" for t in p.iter(W + "t")) for root in roots for p in root.iter(W + "p"))


def test_ten_phrases_of_an_example_are_told(county: Traced) -> None:
    every_phrase_is_told(county)


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_ten_phrases_of_each_other_example_are_told(traced: Callable[[str], Traced], name: str) -> None:
    every_phrase_is_told(traced(name))


def where(one: Traced, words: str) -> list[str]:
    return [place[0].passage.where for place in search.hits(one.passages, words)]


def test_words_of_every_kind_of_place_are_told(county: Traced) -> None:
    assert where(county, "Digest of the template") == ["About this document"]
    assert where(county, "Section 7.2")[0] == "Section 7.2, Reporting incidents"
    assert where(county, "7.2(a)")[0] == "Section 7.2(a), Reporting incidents"
    assert where(county, "Exhibit C")[0].startswith("Exhibit C")
    assert where(county, "7.2 Reporting incidents ......... 30 7.3") == ["contents"]
    assert where(county, "coverage · Page 12 of 92") == ["footer"]
    assert where(county, "By: ____________ Name: ______")[0]
    assert "7.20" not in " ".join(where(county, "Section 7.2"))


def cells(*texts: str) -> list[Passage]:
    from agreegen.finding import Location  # noqa: PLC0415

    return [Passage(Location("x.docx", paragraph=1), (Piece(t),), row=(1, 1, n)) for n, t in enumerate(texts, 1)]


def test_words_through_the_cells_of_a_row_are_found_in_their_order_alone() -> None:
    row = cells("De-identified data set", "In writing to the Data Provider", "Section 5")
    [place] = search.hits(row, "data set in writing Section 5")
    assert [hit.passage.text for hit in place] == [c.text for c in row]
    assert not search.hits(row, "Section 5 in writing data set")


def test_words_over_a_page_break_are_found_without_footer_and_header() -> None:
    from agreegen.finding import Location  # noqa: PLC0415

    body = Passage(Location("x.docx", paragraph=1), (Piece("shall report each Incident in writing"),))
    footer = Passage(Location("x.docx"), (Piece("Coverage of families · Page … of …"),), part="footer")
    header = Passage(Location("x.docx"), (Piece("Data Sharing Agreement"),), part="header")
    broken = "report each Coverage of families · Page 7 of 9 Data Sharing Agreement Incident in"
    [[hit]] = search.hits([body, header, footer], broken)
    assert hit.passage is body
    assert not search.hits([body, header, footer], "report each quarter Incident in")


def test_a_number_is_not_cut_off() -> None:
    several = cells("Section 5.2 governs", "Section 5.21 governs")
    assert len(search.hits(several, "see Section 5.2")) == 0
    assert [p[0].passage for p in search.hits(several, "Section 5.2")] == several[:1]


@pytest.mark.slow
def test_words_that_somebody_wrote_into_the_word_file_are_named_as_such(
    run: Callable[..., Run], county: Traced, tmp_path: pathlib.Path
) -> None:
    from agreegen.template.base import pack  # noqa: PLC0415

    assert run("generate", county.path, "-f", "docx", "-o", tmp_path).code == 0
    file = tmp_path / "county-coverage.docx"
    members = unpack(file.read_bytes())
    body = members["word/document.xml"]
    assert b"shall report each Incident" in body
    edited = body.replace(b"shall report each Incident", b"shall swiftly announce each Incident", 1)
    file.write_bytes(pack({**members, "word/document.xml": edited}))
    said = run("why", "shall swiftly announce each Incident", file)
    assert said.code == 1
    assert "not in the agreement; nearest is Section 7.2(a), Reporting incidents" in said.out
    assert "somebody wrote them there later" in said.err


def test_the_report_has_no_more_law_than_a_person_reads(county: Traced) -> None:
    assert county.opened.agreement is not None
    record = Record(county.opened.agreement.context, county.opened.reading.source)
    from agreegen.provenance import Explained  # noqa: PLC0415

    [place] = search.hits(county.passages, "Certification or Security Attestation means")
    said = report.text(Explained((tuple(answer(hit, county.marked, record) for hit in place),)))
    assert "more provisions" in said
