"""Where the text of a Word document was changed, in words; what no reader sees doesn't count."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import source_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from agreegen.finding import Finding, Location, Severity
from agreegen.source import comparison, extracted, marks, visible, within_docx

if TYPE_CHECKING:
    import pytest

WITH = within_docx(samples.document(), samples.SOURCE)
SIGNED = samples.paragraph("BodyText", "Signed in two originals.")


def findings(*edits: tuple[str, str], part: str = "word/document.xml") -> tuple[Finding, ...]:
    return extracted(samples.edited(WITH, *edits, part=part), "a.docx").findings


def one(*edits: tuple[str, str], part: str = "word/document.xml") -> str:
    (finding,) = findings(*edits, part=part)
    assert (finding.code, finding.severity) == ("X002", Severity.WARNING)
    assert finding.hint
    return f"{finding.location} {finding.message}"


def test_a_changed_word_is_shown_with_the_words_around_it() -> None:
    said = one(("within 30 days", "within 10 days"))
    assert said.startswith('a.docx: body, under "2. Security", paragraph 8 was changed: “')
    assert "within 10 days" in said
    assert len(said) < 240


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(samples.LONG.split()), min_size=1, max_size=300), st.data())
def test_the_changed_word_is_always_among_those_that_are_shown(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    new = [*words[:place], "zebra", *words[place + 1 :]]
    before = {"body": [marks.mark(" ".join(words))]}
    (finding,) = comparison.changes(before, {"body": [marks.Block(" ".join(new), Location())]})
    assert "zebra" in finding.message
    assert len(finding.message.split()) < 40


def test_words_taken_out_are_noticed() -> None:
    assert "was changed: “" in one((", in writing,", ","))


def test_a_paragraph_in_a_cell_is_named_by_its_cell() -> None:
    assert "table 1, row 8, column 1 was changed: “Element seven”" in one(("Element 7<", "Element seven<"))


def test_a_new_paragraph_is_added_and_a_lost_one_removed() -> None:
    new = samples.paragraph("BodyText", "No fees are due.")
    assert one((SIGNED, new + SIGNED)).endswith("was added: “No fees are due.”")
    assert "a paragraph was removed after “" in one((SIGNED, ""))
    assert one((samples.paragraph("Clause2", "The Parties agree."), "")).count("was removed") == 1


def test_an_emptied_paragraph_is_named() -> None:
    assert "was emptied" in one(("The Parties agree.", ""))


def test_a_number_that_word_would_print_otherwise_is_a_change() -> None:
    found = findings((samples.paragraph("Heading1", "Security"), samples.paragraph("Heading2", "Security")))
    assert found
    assert any("Security" in f.message for f in found)


def test_headers_footers_notes_and_boxes_count() -> None:
    assert "header was changed: “DSA-2027-002”" in one(("DSA-2027-001", "DSA-2027-002"), part="word/header1.xml")
    assert "footer was changed" in one((">Page <", ">Sheet <"), part="word/footer1.xml")
    assert "footnote 1 was changed: “1 Said in no note.”" in one(("in a note", "in no note"), part="word/footnotes.xml")
    assert "text box was changed: “In a box”" in one(("In the box", "In a box"))


def test_a_new_header_for_the_first_page_counts() -> None:
    new = '<w:headerReference w:type="first" r:id="rId12"/><w:footerReference w:type="first" r:id="rId11"/><w:pgSz'
    assert findings(("<w:pgSz", new))


def test_page_numbers_that_word_counts_again_are_no_change() -> None:
    assert findings((">3<", ">5<"), (">4<", ">16<"), (">7<", ">12<")) == ()
    assert findings((">1<", ">2<"), (">9<", ">31<"), part="word/footer1.xml") == ()
    assert "“1. Conditions" in one(("1. Terms", "1. Conditions"))


def test_contents_that_word_made_anew_with_page_numbers_as_text_are_no_change() -> None:
    plain = samples.run("1. Terms") + samples.TAB + samples.run("15")
    assert findings((samples.entry("1. Terms", 3), plain)) == ()


def test_a_save_that_splits_runs_and_adds_revision_ids_is_no_change() -> None:
    assert extracted(samples.saved_by_word(WITH), "a.docx").findings == ()


def test_spaces_and_look_are_no_change() -> None:
    bold = '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">The  Parties agree. </w:t></w:r>'
    assert findings((samples.run("The Parties agree."), bold)) == ()


def test_hidden_text_is_a_change_because_nobody_reads_it() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>The Parties agree.</w:t></w:r>"
    assert "was emptied" in one((samples.run("The Parties agree."), hidden))


def test_tracked_changes_are_named() -> None:
    old = "<w:del w:id='1' w:author='Counsel'><w:r><w:delText>The Parties</w:delText></w:r></w:del>"
    new = "<w:ins w:id='2' w:author='Counsel'><w:r><w:t>Both Parties</w:t></w:r></w:ins>"
    found = findings((samples.run("The Parties agree."), old + new + samples.run(" agree.")))
    assert [f.code for f in found] == ["X002", "X003"]
    assert "deletion of “The Parties”" in found[1].message
    assert "insertion of “Both Parties”" in found[1].message
    assert "paragraph 5" in str(found[1].location)


def test_a_tracked_change_that_changes_nothing_visible_is_still_named() -> None:
    mark = '<w:pPr><w:pStyle w:val="BodyText"/><w:rPr><w:ins w:id="3" w:author="Counsel"/></w:rPr></w:pPr>'
    (found,) = findings(('<w:pPr><w:pStyle w:val="BodyText"/></w:pPr>', mark))
    assert (found.code, found.message) == ("X003", "tracked insertion of a paragraph or row")


def test_other_files_within_are_named() -> None:
    assert "holds another file" in one((SIGNED, SIGNED + '<w:altChunk r:id="rId99"/>'))


def test_many_changes_end_in_a_number() -> None:
    other = samples.document("".join(samples.paragraph("BodyText", f"Other text {n}") for n in range(300)))
    members = {**samples.base.unpack(WITH), "word/document.xml": samples.base.unpack(other)["word/document.xml"]}
    found = extracted(samples.base.pack(members), "a.docx").findings
    assert len(found) == 101
    assert "more places differ" in found[-1].message


def test_a_flood_of_equal_paragraphs_is_not_compared_one_by_one() -> None:
    plain = samples.document("".join(samples.paragraph("BodyText", "Yes") for _ in range(6000)))
    more = samples.document("".join(samples.paragraph("BodyText", "Yes") for _ in range(6001)))
    members = {**samples.base.unpack(within_docx(plain, samples.SOURCE)),
               "word/document.xml": samples.base.unpack(more)["word/document.xml"]}  # fmt: skip
    (found,) = extracted(samples.base.pack(members), "a.docx").findings
    assert found.message == "the text is another: 6000 paragraphs were generated, 6001 stand here"


def test_marks_of_another_reading_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "READING", marks.READING + 1)
    found = extracted(WITH, "a.docx")
    assert [f.code for f in found.findings] == ["X006"]
    assert not found.matches
    assert "can't be told" in found.verdict


def test_reading_has_not_changed() -> None:
    """Agreements that are out there are compared by these marks: if this fails, raise `marks.READING`."""
    found = visible.of_document(samples.document())
    said = {k: "".join(marks.mark(b.text).digest.hex() for b in v) for k, v in found.items()}
    assert (marks.READING, hashlib.sha256(repr(said).encode()).hexdigest()[:16]) == (1, "48e6efca5689c3c2")


def test_excerpts_are_short_and_plain() -> None:
    (found,) = findings(("The Parties agree.", "\u202eevil " + "word " * 200))
    assert "\u202e" not in found.message
    assert len(found.message) < 200
