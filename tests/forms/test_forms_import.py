"""Filled forms read back: each value as it was typed, and a finding for all that isn't as the form was sent."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

import pytest
from form_filling import DATA_PART, as_word, changed, write
from form_samples import (
    EXAMPLES,
    PLACE,
    answers_of,
    codes,
    form_of,
    imported_from,
    made,
    opened,
    proposal_of,
    read_back,
    short_form,
)
from lxml import etree

from agreegen.errors import UsageError
from agreegen.forms import gaps, store
from agreegen.forms.controls import W
from agreegen.forms.fields import field_at, keyed
from agreegen.forms.identity import path_of_control
from agreegen.generate import document
from agreegen.reading import read_proposal, read_source
from agreegen.rules import Case, complete
from agreegen.template.base import pack, unpack

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from agreegen.forms.fields import Path
    from agreegen.forms.importing import Imported

_W = f"{{{W}}}"
DOCUMENT = "word/document.xml"
NAME: Path = ("recipient", 0, "legal_name")
SCOPE: Path = ("purpose", "scope")
SOME = {("proposal",): "Helping families", ("provider", 0, "legal_name"): "Department of Data",
        ("provider", 0, "kind"): "state_agency", NAME: "County of Example", ("recipient", 0, "kind"): "county",
        SCOPE: "Calls to families & <letters>\nin two languages", ("dates", "start"): "2027-03-01",
        ("data", "elements", 0, "name"): "Telephone"}  # fmt: skip


def edited(docx: bytes, change: Callable[[etree._Element], None]) -> bytes:
    """The form with its body changed by a function."""
    members = unpack(docx)
    root = etree.fromstring(members[DOCUMENT])
    change(root)
    return pack({**members, DOCUMENT: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)})


def control(root: etree._Element, path: Path, number: int = 0) -> etree._Element:
    return [s for s in root.iter(f"{_W}sdt") if path_of_control(s) == path][number]


def one(found: Imported, code: str) -> str:
    """The message and place of the one finding of a code."""
    (finding,) = [f for f in found.findings if f.code == code]
    return f"{finding.location} {finding.message}"


@pytest.fixture(scope="module")
def blank_form() -> bytes:
    return short_form()


@pytest.fixture(scope="module")
def some(blank_form: bytes) -> bytes:
    """The county's form with a few fields filled in."""
    return as_word(blank_form, SOME)


# --------------------------------------------------------------------------------------------------- round trips
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n == "university-research" else pytest.mark.slow) for n in EXAMPLES],
)
def test_an_example_filled_into_a_form_comes_back(name: str, tmp_path: pathlib.Path) -> None:
    answers = answers_of(name)
    assert len(answers) > 100
    standing = opened(name).agreement
    assert standing is not None
    filled = as_word(form_of(standing.variant), answers)
    found = imported_from(filled)
    assert read_back(found, tmp_path) == proposal_of(name)
    assert found.findings == ()
    assert found.variant == standing.variant


@pytest.mark.slow
def test_more_entries_than_rows_come_back(tmp_path: pathlib.Path) -> None:
    assert len(proposal_of("university-research").data.elements) > 8
    many = {("data", "elements", n, "name"): f"Element {n}" for n in range(25)}
    found = imported_from(as_word(form_of("local-government", every=False), {**SOME, **many}))
    back = read_back(found, tmp_path)
    assert back is not None
    assert [e.name for e in back.data.elements] == [f"Element {n}" for n in range(25)]
    assert codes(found) == []


def test_an_entry_that_was_deleted_leaves_no_gap(some: bytes, tmp_path: pathlib.Path) -> None:
    filled = as_word(some, {("data", "elements", n, "name"): f"E{n}" for n in range(3)})

    def remove(root: etree._Element) -> None:
        item = control(root, ("data", "elements", 1, "name"))
        while item.find(f"{_W}sdtPr/{{*}}repeatingSectionItem") is None:
            item = next(item.iterancestors(f"{_W}sdt"))
        holder = item.getparent()
        assert holder is not None
        holder.remove(item)

    members = unpack(edited(filled, remove))
    data = etree.fromstring(members[DATA_PART])
    items = data.findall(".//{*}elements/{*}item")
    items[1].getparent().remove(items[1])  # type: ignore[union-attr]
    back = read_back(imported_from(pack({**members, DATA_PART: etree.tostring(data)})), tmp_path)
    assert back is not None
    assert [e.name for e in back.data.elements] == ["E0", "E2"]


@pytest.mark.slow
def test_what_a_proposal_settled_comes_back_with_what_was_filled_in(tmp_path: pathlib.Path) -> None:
    whole = proposal_of("county-coverage")
    text = opened("county-coverage").reading.source.text
    start = tmp_path / "started.yaml"
    gaps = re.sub(r"\n  reason: >\n(?:    .*\n)+", "\n  reason:\n", text)
    gaps = gaps.replace("start: 2027-04-01", "start: ").replace("county-coverage-elements.csv", "elements.csv")
    assert gaps.count("reason:\n") == 1
    start.write_text(gaps + "terms: {training_months: 6}\n", encoding="utf-8")
    folder = opened("county-coverage").reading.source.file
    for source, target in (("county-coverage-elements.csv", "elements.csv"), ("partners/alameda-county.yaml", "")):
        content = (folder_of(folder) / source).read_bytes()
        path = tmp_path / (target or source)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    moved = tmp_path / "proposals"
    moved.mkdir()
    for path in list(tmp_path.glob("*.*")):
        path.rename(moved / path.name)
    (tmp_path / "partners").rename(moved / "partners")
    form = made("local-government", proposal=moved / "started.yaml").docx
    answers = answers_of("county-coverage")
    asked = {("purpose", "reason"), ("dates", "start")}
    filled = as_word(form, {p: v for p, v in answers.items() if p in asked})
    found = imported_from(filled)
    assert codes(found) == []
    back = read_back(found, tmp_path)
    assert back is not None
    assert back.terms == {"training_months": 6}
    assert back.model_copy(update={"terms": {}}) == whole


def folder_of(file: str) -> pathlib.Path:
    import pathlib  # noqa: PLC0415 (the name is only a type above)

    return pathlib.Path(file).parent


@pytest.mark.slow
def test_an_open_party_of_a_proposal_comes_back_as_filled_in(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "started.yaml"
    path.write_text("proposal: Helping\nprovider: DHCS\nrecipient: partner\nfunds: no\n", encoding="utf-8")
    form = made("local-government", proposal=path).docx
    filled = as_word(form, {NAME: "County of Example", ("recipient", 0, "kind"): "county", SCOPE: "Calls"})
    found = imported_from(filled)
    back = read_back(found, tmp_path)
    assert back is not None
    assert back.recipient[0].legal_name == "County of Example"
    assert back.provider[0].legal_name == "Department of Health Care Services"
    assert "funds: no" in found.text
    assert "partner of the form" not in found.text


# --------------------------------------------------------------------------------------------------- what is empty
def test_what_is_empty_is_named_with_its_place(some: bytes) -> None:
    found = imported_from(some)
    empty = {f.location.path: f for f in found.findings if f.code == "M002"}
    assert empty["purpose: reason"].message == (
        "'Purpose: reason' (`purpose: reason`) is empty: Why the exchange is wanted"
    )
    assert "purpose: scope" not in empty
    assert "data: elements[1]: definition" in empty
    place = empty["purpose: reason"].location
    assert (place.heading, place.cell.split(",")[0][:5]) == ("Purpose", "table")
    assert "# reason:" in found.text


def test_a_form_that_nobody_filled_in_is_read_all_the_same(blank_form: bytes) -> None:
    found = imported_from(blank_form)
    assert found.values == {}
    assert codes(found) == []
    assert found.text.count("\n# proposal:") == 1
    empty = {f.location.path for f in found.findings if f.code == "M002"}
    assert empty > {"proposal", "provider: legal name", "recipient: kind", "recipient: governing body: name",
                    "research", "funds", "redisclosure", "use: users", "use: products", "transfer: sites",
                    "dates: review"}  # fmt: skip


@pytest.mark.parametrize(
    ("faulty", "key"),
    [
        ({("data", "elements", 0, "classification"): "personal"}, "data: elements[1]: classification"),
        ({("recipient", 0, "kind"): ""}, "recipient: kind"),
        ({("dates", "start"): "Feb 30"}, "dates: start"),
    ],
)
def test_what_check_will_ask_for_is_told_while_something_else_is_faulty(
    blank_form: bytes, tmp_path: pathlib.Path, faulty: dict[Path, str], key: str
) -> None:
    """What `import` names is what `check` asks for, once the fault is mended: no field more, none less."""
    parties = {("provider", 0, "legal_name"): "Sample Department", ("provider", 0, "kind"): "calhhs entity",
               ("recipient", 0, "legal_name"): "Sample County", ("recipient", 0, "kind"): "county"}  # fmt: skip
    right = {**parties, ("proposal",): "Helping families", ("data", "elements", 0, "name"): "Telephone"}
    mended = {("data", "elements", 0, "classification"): "pii", ("dates", "start"): "2027-12-31"}
    said = {**right, **mended}
    found = imported_from(as_word(blank_form, {p: v for p, v in {**said, **faulty}.items() if v}))
    empty = {f.location.path for f in found.findings if f.code == "M002"} - {key}
    whole = imported_from(as_word(blank_form, said))
    path = tmp_path / "mended.yaml"
    path.write_text(whole.text, encoding="utf-8")
    reading = read_proposal(path)
    assert reading.proposal is not None
    case = Case.of(reading.proposal, reading.source)
    asked = [p for r in complete.RULES for p, *_ in r.find(case)]
    assert len(asked) > 50
    assert {keyed(p) for p in asked} == empty
    assert {f.location.path for f in whole.findings if f.code == "M002"} == empty
    assert "data: elements[1]: why needed" in empty


def test_a_date_that_cannot_be_is_not_taken_for_none() -> None:
    """Whoever typed an end date, however wrongly, isn't asked for the date of review."""
    kinds = {"provider": "calhhs_entity", "recipient": "county"}
    none, faulty = (read_source(f"dates: {{{text}}}".encode(), "x.yaml") for text in ("", "end: Feb 30"))
    assert ("dates", "review") in gaps.open_fields(none, kinds)
    assert ("dates", "review") not in gaps.open_fields(faulty, kinds)
    assert ("dates", "start") in gaps.open_fields(faulty, kinds)


def test_a_common_name_in_the_place_of_a_legal_one_is_told(blank_form: bytes) -> None:
    names = {("provider", 0, "legal_name"): "Department of Health Care Services",
             ("recipient", 0, "legal_name"): "Napa County"}  # fmt: skip
    found = imported_from(as_word(blank_form, names))
    (note,) = [f for f in found.findings if f.code == "M014"]
    assert note.severity == "note"
    assert note.location.path == "recipient: legal name"
    assert "the lists give as 'County of Napa'" in note.message
    assert "# M014: 'Napa County' is printed" in found.text
    assert "legal name: Napa County" in found.text


# --------------------------------------------------------------------------------------------------- what was changed
def test_a_changed_word_of_the_agreement_is_an_error_with_both_texts(some: bytes) -> None:
    found = imported_from(changed(some, DOCUMENT, "binds no Party, gives no right", "binds each Party, gives no right"))
    said = one(found, "M001")
    assert "before “explains why the Parties act. It binds no Party, gives no right" not in said
    assert "binds no Party, gives no" in said
    assert "binds each Party, gives no" in said
    assert "Background and purpose" in said
    assert "# M001" in found.text


@pytest.mark.parametrize(("where", "words"), [("word/footer.xml", "Page"), ("word/header.xml", "Data Sharing")])
def test_a_change_above_or_below_the_pages_is_found(some: bytes, where: str, words: str) -> None:
    found = imported_from(changed(some, where, words, f"Other {words}"))
    assert codes(found) == ["M001"]
    assert f"Other {words}" in one(found, "M001")


def test_words_typed_outside_of_the_fields_are_kept(some: bytes) -> None:
    def add(root: etree._Element) -> None:
        after = control(root, NAME).getparent()
        assert after is not None
        new = etree.SubElement(after, f"{_W}r")
        etree.SubElement(new, f"{_W}t").text = "and text messages"

    found = imported_from(edited(some, add))
    assert "and text messages" in one(found, "M001")
    assert "and text messages" in found.text


def test_a_long_paragraph_outside_of_the_fields_and_a_comment_are_kept_whole(some: bytes) -> None:
    words = " ".join(f"word{n}" for n in range(120))

    def add(root: etree._Element) -> None:
        end = next(p for p in root.iter(f"{_W}p") if "Each Party is bound for itself" in "".join(p.itertext()))
        new = etree.fromstring(f'<w:p xmlns:w="{W}"><w:r><w:t>{words}</w:t></w:r></w:p>')
        end.addnext(new)

    members = unpack(edited(some, add))
    comment = (f'<w:comments xmlns:w="{W}"><w:comment w:id="1" w:author="County Counsel"><w:p><w:r><w:t>Please ask us.'
               "</w:t></w:r></w:p></w:comment></w:comments>")  # fmt: skip
    found = imported_from(pack({**members, "word/comments.xml": comment.encode()}))
    assert codes(found) == ["M001", "M013"]
    assert f"now in full: {words}" in found.text
    assert "by County Counsel says “Please ask us.”" in one(found, "M013")
    assert "#   Please ask us." in found.text


def test_a_paragraph_that_was_added_and_one_that_was_removed(some: bytes) -> None:
    def change(root: etree._Element) -> None:
        gone = next(p for p in root.iter(f"{_W}p") if "Each Party is bound for itself" in "".join(p.itertext()))
        new = copy.deepcopy(gone)
        for t in new.iter(f"{_W}t"):
            t.text = "The county pays nothing for anything at all, ever."
        end = next(p for p in root.iter(f"{_W}p") if "If documents or provisions that govern" in "".join(p.itertext()))
        end.addprevious(new)
        gone.getparent().remove(gone)  # type: ignore[union-attr]

    found = imported_from(edited(some, change))
    said = " ".join(f.message for f in found.findings if f.code == "M001")
    assert "was added: “" in said
    assert "pays nothing for anything" in said
    assert "removed: “" in said
    assert "Each Party is bound for itself" in said


def test_a_deleted_control_leaves_its_value_in_the_data(some: bytes) -> None:
    def remove(root: etree._Element) -> None:
        while found := [s for s in root.iter(f"{_W}sdt") if path_of_control(s) == SCOPE]:
            found[0].getparent().remove(found[0])  # type: ignore[union-attr]

    found = imported_from(edited(some, remove))
    assert "the control of 'purpose: scope' was deleted" in one(found, "M004")
    assert found.values["purpose: scope"] == SOME[SCOPE]
    assert "M001" in codes(found)


def test_a_control_that_became_text_loses_nothing(some: bytes) -> None:
    def dissolve(root: etree._Element) -> None:
        while found := [s for s in root.iter(f"{_W}sdt") if path_of_control(s) == NAME]:
            for inner in found[0].findall(f"{_W}sdtContent/*"):
                found[0].addprevious(inner)
            found[0].getparent().remove(found[0])  # type: ignore[union-attr]

    found = imported_from(edited(some, dissolve))
    assert found.values["recipient: legal name"] == "County of Example"
    assert {"M001", "M004"} <= set(codes(found))


# --------------------------------------------------------------------------------------------------- what differs
def test_what_is_shown_wins_over_data_that_stayed_behind(blank_form: bytes) -> None:
    """Another program than Word: the text in the controls is new, the data part as it was."""
    stale = as_word(as_word(blank_form, SOME), {SCOPE: "Only letters"}, data=False)
    found = imported_from(stale)
    assert found.values["purpose: scope"] == "Only letters"
    assert "what is shown holds" in one(found, "M007")
    assert "in two languages" in found.text


def test_a_value_typed_in_one_place_of_several_is_taken(some: bytes) -> None:
    found = imported_from(as_word(some, {NAME: "County of Sample"}, places=1, data=False))
    assert found.values["recipient: legal name"] == "County of Sample"
    assert "M005" not in codes(found)


def test_two_values_for_one_field_are_a_conflict_and_both_are_kept(some: bytes) -> None:
    def differ(root: etree._Element) -> None:
        write(control(root, NAME, 0), NAME, "County of One")
        write(control(root, NAME, 1), NAME, "County of Two")

    found = imported_from(edited(some, differ))
    said = one(found, "M005")
    assert "County of One" in said
    assert "County of Two" in said
    assert found.values["recipient: legal name"] == "County of One"
    assert "#   County of Two" in found.text


def test_the_place_of_a_change_can_be_found_in_word(some: bytes) -> None:
    def change(root: etree._Element) -> None:
        gone = next(p for p in root.iter(f"{_W}p") if "Each Party is bound for itself" in "".join(p.itertext()))
        gone.getparent().remove(gone)  # type: ignore[union-attr]

    filled = changed(some, DOCUMENT, "binds no Party, gives no right", "binds each Party, gives no right")
    filled = changed(filled, DOCUMENT, "Quality issues", "Other issues")
    places = {f.location.heading: f.location for f in imported_from(edited(filled, change)).findings
              if f.code == "M001"}  # fmt: skip
    assert places["1.2 Background and purpose"].text.startswith("(d) This Section")
    assert places["Data"].text == "Notes"
    removed = next(v for k, v in places.items() if k not in ("Data", "1.2 Background and purpose"))
    assert re.match(r"\d\.\d ", removed.heading)
    assert removed.text
    assert all(place.paragraph is None for place in places.values())


def test_data_that_nothing_shows_are_taken_and_named(blank_form: bytes) -> None:
    members = unpack(as_word(blank_form, SOME))
    blank = unpack(blank_form)
    found = imported_from(pack({**blank, DATA_PART: members[DATA_PART]}))
    assert found.values["purpose: scope"] == SOME[SCOPE]
    assert set(codes(found)) == {"M007"}


def test_line_breaks_that_a_program_dropped_come_from_the_data(some: bytes) -> None:
    flat = as_word(some, {SCOPE: SOME[SCOPE].replace("\n", "")}, data=False)
    found = imported_from(flat)
    assert found.values["purpose: scope"] == SOME[SCOPE]
    assert codes(found) == []


def test_hints_that_a_program_wrote_into_the_data_are_no_values(some: bytes) -> None:
    members = unpack(some)
    values, _ = store.stored(members)
    assert values is not None
    hints = {("purpose", "need"): "[Purpose: need]", ("dates", "end"): "[Dates: end: choose a date]"}
    found = imported_from(pack({**members, DATA_PART: store.data_xml({**values, **hints})}))
    assert "purpose: need" not in found.values
    assert codes(found) == []


def test_nothing_that_anybody_typed_is_lost(blank_form: bytes) -> None:
    """Another word in each control, whatever it asks for, and in each paragraph beside: all stand in the proposal."""
    words: list[str] = []

    def word() -> str:
        words.append(f"Typed{len(words)}here")
        return words[-1]

    def type_in(root: etree._Element) -> None:
        for sdt in [s for s in root.iter(f"{_W}sdt") if field_at(path_of_control(s)) is not None]:
            for t in sdt.findall(f"{_W}sdtContent/{_W}r/{_W}t"):
                t.text = word() if t.text not in ("\u2610", "\u2612") else t.text
        for t in [t for t in root.iter(f"{_W}t") if (t.text or "").startswith("The Parties")]:
            t.text = f"{word()} {t.text}"

    found = imported_from(edited(blank_form, type_in))
    assert len(words) > 300
    assert [w for w in words if w not in found.text] == []


# --------------------------------------------------------------------------------------------------- what can't be
def test_a_bad_date_is_told_at_its_field_and_kept(some: bytes) -> None:
    def type_in(root: etree._Element) -> None:
        for sdt in [s for s in root.iter(f"{_W}sdt") if path_of_control(s) == ("dates", "start")]:
            for t in sdt.iter(f"{_W}t"):
                t.text = "February 30, 2027"

    found = imported_from(edited(some, type_in))
    said = one(found, "M003")
    assert "February 30, 2027" in said
    assert "Dates" in said
    assert "February 30, 2027" in found.text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("recipient", 0, "contacts", "incident", "email"), "call us"),
        (("recipient", 0, "kind"), "duchy"),
        (("data", "elements", 0, "classification"), "secret"),
    ],
)
def test_a_value_that_a_field_cannot_have_is_told_at_its_place(some: bytes, path: Path, text: str) -> None:
    found = imported_from(as_word(some, {path: text}))
    said = one(found, "M003")
    assert text in said
    assert "table" in said
    assert text in found.text


def test_characters_that_no_document_holds_become_spaces(some: bytes) -> None:
    found = imported_from(as_word(some, {SCOPE: "Calls\ue000to families"}))
    assert found.values["purpose: scope"] == "Calls to families"
    assert codes(found) == ["M010"]


def test_pending_changes_are_named_and_read_as_accepted(some: bytes) -> None:
    def track(root: etree._Element) -> None:
        for sdt in [s for s in root.iter(f"{_W}sdt") if path_of_control(s) == NAME]:
            run = sdt.find(f"{_W}sdtContent/{_W}r")
            assert run is not None
            old = copy.deepcopy(run)
            for t in old.findall(f"{_W}t"):
                t.tag = f"{_W}delText"
            gone = etree.Element(f"{_W}del")
            gone.append(old)
            run.addprevious(gone)
            run.find(f"{_W}t").text = "County of Sample"  # type: ignore[union-attr]
            new = etree.Element(f"{_W}ins")
            run.addprevious(new)
            new.append(run)
        end = next(p for p in root.iter(f"{_W}p") if "Each Party is bound for itself" in "".join(p.itertext()))
        for run in end.findall(f"{_W}r"):
            for t in run.findall(f"{_W}t"):
                t.tag = f"{_W}delText"
            gone = etree.Element(f"{_W}del")
            run.addprevious(gone)
            gone.append(run)

    found = imported_from(edited(some, track))
    assert found.values["recipient: legal name"] == "County of Sample"
    said = " ".join(f.message for f in found.findings if f.code == "M006")
    assert "'recipient: legal name' holds a tracked change" in said
    assert "Each Party is bound for itself" in said
    assert "is deleted by a tracked change" in said
    place = next(f.location for f in found.findings if f.code == "M006" and "is deleted" in f.message)
    assert re.match(r"\d\.\d ", place.heading)


def test_a_control_of_others_is_kept_as_a_note(some: bytes) -> None:
    def add(root: etree._Element) -> None:
        holder = control(root, NAME).getparent()
        assert holder is not None
        new = copy.deepcopy(control(root, NAME))
        pr = new.find(f"{_W}sdtPr")
        assert pr is not None
        pr.remove(pr.find(f"{_W}dataBinding"))  # type: ignore[arg-type]
        pr.find(f"{_W}tag").set(f"{_W}val", "remarks")  # type: ignore[union-attr]
        pr.find(f"{_W}alias").set(f"{_W}val", "Remarks")  # type: ignore[union-attr]
        for t in new.iter(f"{_W}t"):
            t.text = "Call before nine"
        holder.append(new)

    found = imported_from(edited(some, add))
    assert "'Remarks' isn't a field of proposals" in one(found, "M011")
    assert "Call before nine" in found.text


# --------------------------------------------------------------------------------------------------- rich text
RICH = {("purpose", "reason"): "Mail doesn't reach them & returns.\n\nCalls do: <see above>.",
        ("use", "roles"): "One line only"}  # fmt: skip


@pytest.mark.parametrize("data", [True, False])
def test_paragraphs_of_prose_come_back(blank_form: bytes, tmp_path: pathlib.Path, data: bool) -> None:
    found = imported_from(as_word(blank_form, {**SOME, **RICH}, data=data))
    back = read_back(found, tmp_path)
    assert back is not None
    assert back.purpose.reason == RICH["purpose", "reason"]
    assert back.use.roles == "One line only"
    assert codes(found) == []


def test_prose_that_nothing_shows_is_read_from_the_document_in_the_data(blank_form: bytes) -> None:
    members = unpack(as_word(blank_form, RICH))
    found = imported_from(pack({**unpack(blank_form), DATA_PART: members[DATA_PART]}))
    assert found.values["purpose: reason"] == RICH["purpose", "reason"]
    assert "M007" in codes(found)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<w:rPr><w:b/></w:rPr>", "bold: “shall not”"),
        ('<w:rPr><w:vanish w:val="0"/><w:i w:val="false"/><w:color w:val="FF0000"/></w:rPr>', ""),
        ("<w:pict/>", "a picture"),
    ],
)
def test_a_look_that_no_proposal_holds_is_told(some: bytes, xml: str, said: str) -> None:
    def mark(root: etree._Element) -> None:
        run = control(root, ("use", "roles")).find(f"{_W}sdtContent/{_W}r")
        assert run is not None
        run.insert(0, etree.fromstring(f'<x xmlns:w="{W}">{xml}</x>')[0])

    found = imported_from(edited(as_word(some, {("use", "roles"): "shall not"}), mark))
    assert found.values["use: roles"] == "shall not"
    assert codes(found) == (["M012"] if said else [])
    assert said in found.text
    if said:
        assert "table" in one(found, "M012")


def test_a_list_and_a_table_in_prose_are_told(some: bytes) -> None:
    def grow(root: etree._Element) -> None:
        content = control(root, SCOPE).find(f"{_W}sdtContent")
        assert content is not None
        items = "".join(f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr><w:r><w:t>{t}</w:t></w:r></w:p>'
                        for t in ("first", "second"))  # fmt: skip
        more = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        content.extend(etree.fromstring(f'<x xmlns:w="{W}">{items}{more}</x>'))

    found = imported_from(edited(some, grow))
    assert found.values["purpose: scope"].endswith("\nfirst\nsecond\nA cell")
    assert "a list that begins with “first”; a table" in one(found, "M012")


def test_paragraphs_that_libreoffice_leaves_outside_belong_to_their_field(blank_form: bytes) -> None:
    """It splits a rich text of three paragraphs: the first in a control without a name, each part in a bookmark."""

    def split(root: etree._Element) -> None:
        sdt = control(root, SCOPE)
        first = next(p for p in sdt.iter(f"{_W}p"))
        name = sdt.getprevious().get(f"{_W}name")  # type: ignore[union-attr]
        later = [p for p in sdt.iter(f"{_W}p") if p is not first]
        xml = (f'<w:p xmlns:w="{W}"><w:sdt><w:sdtPr/><w:sdtContent><w:bookmarkStart w:id="7000" w:name="{name}"/>'
               '<w:r><w:t>One</w:t></w:r></w:sdtContent></w:sdt><w:bookmarkEnd w:id="7000"/></w:p>')  # fmt: skip
        sdt.addprevious(etree.fromstring(xml))
        for paragraph in later:
            sdt.addprevious(paragraph)
        start = etree.Element(f"{_W}bookmarkStart", {f"{_W}id": "7001", f"{_W}name": name or ""})
        later[-1].insert(0, start)
        etree.SubElement(later[-1], f"{_W}bookmarkEnd").set(f"{_W}id", "7001")
        for gone in (sdt.getprevious(), sdt.getnext(), sdt):
            if gone is not None and gone.tag != f"{_W}p":
                gone.getparent().remove(gone)  # type: ignore[union-attr]

    filled = as_word(blank_form, {SCOPE: "One\nTwo\nThree"}, places=1)
    found = imported_from(edited(filled, split))
    assert found.values["purpose: scope"] == "One\nTwo\nThree"
    assert codes(found) == []


def test_a_hint_that_was_left_standing_beside_the_answer_is_no_answer(blank_form: bytes) -> None:
    def type_in(root: etree._Element) -> None:
        for t in control(root, ("use", "roles")).iter(f"{_W}t"):
            t.text = f"{t.text}The analysts"

    assert imported_from(edited(blank_form, type_in)).values["use: roles"] == "The analysts"


# --------------------------------------------------------------------------------------------------- what was lost
def without_parts(docx: bytes) -> bytes:
    """The form as LibreOffice leaves it where a bound text has an ampersand: its data are empty files."""
    members = unpack(docx)
    return pack({**members, "customXml/item1.xml": b"", "customXml/item2.xml": b""})


def test_a_form_whose_data_were_emptied_is_read_from_its_controls(some: bytes) -> None:
    found = imported_from(without_parts(some))
    assert found.values["purpose: scope"] == SOME[SCOPE]
    assert found.variant == "local-government"
    assert codes(found) == ["M009"]


def test_the_form_that_was_sent_stands_in_for_a_lost_record(some: bytes, blank_form: bytes) -> None:
    broken = changed(without_parts(some), DOCUMENT, "binds no Party", "binds each Party")
    found = imported_from(broken, sent=blank_form)
    assert codes(found) == ["M001"]
    again = imported_from(broken, again=lambda _: blank_form)
    assert codes(again) == ["M001", "M009"]


@pytest.mark.parametrize("content", [b"", b"PK not a file", b"%PDF-1.7"])
def test_no_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError):
        imported_from(content)


@pytest.mark.parametrize(
    ("part", "pattern", "new"),
    [
        (DOCUMENT, r"</w:body>.*", ""),
        ("word/footer.xml", r"</w:ftr>", ""),
    ],
)
def test_a_damaged_form_is_refused(some: bytes, part: str, pattern: str, new: str) -> None:
    with pytest.raises(UsageError, match="is damaged"):
        imported_from(changed(some, part, pattern, new))


@pytest.mark.parametrize("number", ["0", "99999999999"])
def test_a_place_that_no_form_has_is_no_field(some: bytes, number: str) -> None:
    found = imported_from(changed(some, DOCUMENT, r"f:elements\[1\]/f:item\[2\]", f"f:elements[1]/f:item[{number}]"))
    assert found.values["data: elements[1]: name"] == "Telephone"


@pytest.mark.slow
def test_another_text_altogether_is_told_in_time(some: bytes) -> None:
    found = imported_from(some, sent=form_of("university"))
    assert found.values["purpose: scope"] == SOME[SCOPE]
    other = imported_from(without_parts(some), sent=form_of("university"))
    assert 20 < codes(other).count("M001") <= 101


def test_an_agreement_is_no_form() -> None:
    agreement, _ = document(opened("county-coverage"), PLACE)
    with pytest.raises(UsageError, match="is no form that can be read"):
        imported_from(agreement)
