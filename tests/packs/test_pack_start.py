"""Packs from existing agreements: which blanks become fields, and that no word of the agreement is lost."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from agreegen import generate, workspace
from agreegen.agreement import agreement_of
from agreegen.errors import FindingsError, UsageError
from agreegen.packs.filled import OURS
from agreegen.packs.guess import SIGNED
from agreegen.packs.naming import key_of
from agreegen.packs.start import Started, start
from agreegen.reading import read_partners, read_proposal, read_source
from agreegen.template.outline import outline

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = pathlib.Path(__file__).parents[2]


def document(tmp_path: pathlib.Path, *paragraphs: str, more: Callable[[Any], None] | None = None) -> pathlib.Path:
    """An agreement in Word with these paragraphs under a heading, and what else is added."""
    made = docx.Document()
    made.add_heading("Parties", 1)
    for text in paragraphs:
        made.add_paragraph(text)
    if more is not None:
        more(made)
    path = tmp_path / "old.docx"
    made.save(str(path))
    return path


def started(tmp_path: pathlib.Path, *paragraphs: str, more: Callable[[Any], None] | None = None) -> Started:
    return start("mine", document(tmp_path, *paragraphs, more=more), tmp_path / "mine")


def again(made: Started, tmp_path: pathlib.Path) -> pathlib.Path:
    """The draft that the pack's own example makes: its blanks keep it from being final."""
    here = workspace.find(made.folder, {"AGREEGEN_CACHE": str(tmp_path / "cache")}, format="docx")
    return generate.generate(made.files[-1], here, as_draft=True).files[0]


def fields(made: Started) -> dict[str, str]:
    return {f.key: f.type for f in made.fields}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Between [Name of County] and [Name of County].", {"name of county": "text"}),
        ("From [Effective Date] on.", {"effective date": "date"}),
        ("It ends after ____ (number of months).", {"number of months": "number"}),
        ("The fee is $________ for each file.", {"fee amount": "text"}),
        ("[Insert the name of the program] and «Clerk» and <<Board>>.",
         {"name of the program": "text", "clerk": "text", "board": "text"}),
        ("It says [sic] and [1] and [Reserved] and [ ].", {}),
        ("By: ________  Name and title: ________  Date: ____", {}),
        ("{{ fee }} and {{ start | date }}{% if renew %} again{% endif %}.",
         {"fee": "text", "start": "date", "renew": "yes/no"}),
        ("Paid by ____ and by ____.", {"paid": "text", "blank": "text"}),
        ("{% for x in [10, 20] %}{{ x }} {% endfor %}of [Name of County].", {"name of county": "text"}),
        ("{{ CompanyName }} and {{ recipient.name }}", {"company name": "text"}),
        ("Agreement No.: ____  Effective Date: ____", {"agreement number": "text", "effective date": "date"}),
        ("County shall pay Contractor $____ for each month, not to exceed $____.",
         {"amount for each month": "text", "amount not to exceed": "text"}),
        ("It begins on ____ and ends on [DATE].", {"start date": "date", "end date": "date"}),
        ("Payment is due within ____ days.", {"payment due within days": "number"}),
        ("The County of ____ (“County”) and ____ (the “Contractor”)",
         {"county name": "text", "contractor name": "text"}),
        ("Subcontractors allowed (Yes/No): ____", {"subcontractors allowed": "yes/no"}),
        ("Data may be kept abroad: ☐ Yes ☐ No", {"data may be kept abroad": "yes/no"}),
        ("The Data [will/will not] name people.", {"data name people": "one of"}),
        ("Title: [TBD], lead: [●], fee of [AMOUNT], from XX/XX/XXXX.",
         {"title": "text", "lead": "text", "fee amount": "text", "date": "date"}),
    ],
)  # fmt: skip
def test_blanks_become_fields(text: str, expected: dict[str, str], tmp_path: pathlib.Path) -> None:
    made = started(tmp_path, text)
    assert fields(made) == expected
    assert read_source(made.files[1].read_bytes(), "x").findings == []
    assert again(made, tmp_path).is_file()


def test_the_first_agreement_reads_as_the_old_one(tmp_path: pathlib.Path) -> None:
    def more(made: Any) -> None:
        p = made.add_paragraph("Pay $")
        p.add_run("__").bold = True
        p.add_run("____ (fee) for the ")
        for part in ("client ", "index"):
            p.add_run(part).font.highlight_color = WD_COLOR_INDEX.YELLOW
        p.add_run(" only. [Name of ")
        p.add_run("County] signs.").italic = True
        table = made.add_table(1, 2)
        table.cell(0, 0).text = "County contact"
        table.cell(0, 1).text = "______"
        made.sections[0].footer.paragraphs[0].text = "[Name of County] _____"

    made = started(tmp_path, "Between the Department and [Name of County].", "By: _____", more=more)
    assert list(fields(made)) == ["name of county", "fee", "client index", "county contact", "name of county 2"]
    old, new = ((p).read_bytes() for p in (tmp_path / "old.docx", again(made, tmp_path)))
    assert plain(outline(new)) == plain(outline(old))
    master = docx.Document(str(made.files[0]))
    assert "the {{ proposal.extra.client_index }} only. {{ proposal.extra.name_of_county }} signs." in "\n".join(
        p.text for p in master.paragraphs
    )
    assert not any(r.font.highlight_color for p in master.paragraphs for r in p.runs)


def plain(text: str) -> str:
    """An outline without its looks: a tag has the look of its first letter."""
    return text.replace("*", "")


def test_content_controls_become_fields(tmp_path: pathlib.Path) -> None:
    def control(properties: str, text: str) -> Any:
        return parse_xml(
            f'<w:sdt {nsdecls("w")}><w:sdtPr>{properties}</w:sdtPr><w:sdtContent><w:r><w:rPr><w:rStyle w:val="x"/>'
            f"</w:rPr><w:t>{text}</w:t></w:r></w:sdtContent></w:sdt>"
        )

    def more(made: Any) -> None:
        p = made.add_paragraph("From ")._p
        p.append(control('<w:alias w:val="First day"/><w:date/>', "Click to enter a date"))
        items = "".join(f'<w:listItem w:displayText="{t}" w:value="{t}"/>' for t in ("Choose one", "north", "south"))
        p.append(control(f'<w:tag w:val="area"/><w:dropDownList>{items}</w:dropDownList>', "Choose one"))
        p.append(control("<w:showingPlcHdr/>", "Name of clerk"))
        p.append(control("<w:docPartObj/>", "Contents"))

    made = started(tmp_path, more=more)
    assert fields(made) == {"first day": "date", "area": "one of", "name of clerk": "text"}
    assert [f.choices for f in made.fields] == [(), ("north", "south"), ()]
    text = docx.Document(str(again(made, tmp_path))).paragraphs[1].text
    assert text == "From January 1, 2027northName of clerk"


def test_each_guess_is_a_note_with_its_place(tmp_path: pathlib.Path) -> None:
    made = started(tmp_path, "Between [Name of County] and us.", "By: ______")
    notes = [(f.code, str(f.severity), f.location.heading, f.location.paragraph) for f in made.findings
             if f.code.startswith("T06")]  # fmt: skip
    assert notes == [("T065", "note", "Parties", 2), ("T066", "note", "Parties", 3)]
    assert '# “[Name of County]” in body, under "Parties", paragraph 2' in made.files[1].read_text(encoding="utf-8")


def test_names_of_templates_are_those_of_agreements() -> None:
    path = ROOT / "proposals" / "county-coverage.yaml"
    proposal = read_proposal(path, read_partners(path.parent / "partners")).proposal
    assert proposal is not None
    assert set(agreement_of(proposal).context) == OURS


def test_labels_make_names() -> None:
    labels = ("the Name of the County's Counsel", "for 12 days after", "___", "Amount, in dollars")
    assert [key_of(s) for s in labels] == ["name of the county counsel", "days after", "blank", "amount in dollars"]
    signed = ("By", "Name and title", "Supervisor signature", "County contact")
    assert [bool(SIGNED.fullmatch(s)) for s in signed] == [True, True, True, False]


def test_what_can_not_be_started(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        start("mine", tmp_path / "none.docx", tmp_path / "x")
    (tmp_path / "text.docx").write_text("no Word file", encoding="utf-8")
    with pytest.raises(FindingsError, match="T001"):
        start("mine", tmp_path / "text.docx", tmp_path / "x")
    path = document(tmp_path, "{% if %}")
    with pytest.raises(FindingsError) as wrong:
        start("mine", path, tmp_path / "x")
    assert {f.location.file for f in wrong.value.findings} == {path.as_posix()}
    assert not (tmp_path / "x").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="isn't an empty folder"):
        start("mine", document(tmp_path, "x"), tmp_path / "full")


def test_empty_cells_of_a_form_become_fields_and_those_of_other_tables_stay(tmp_path: pathlib.Path) -> None:
    def more(made: Any) -> None:
        for rows in ((("Program manager", ""), ("Start date", "____"), ("Signature", "")),
                     (("Element", "Meaning", ""), ("Name", "", "")),
                     (("Term", "Meaning"), ("Data", "All of it"), ("Party", "Who signs"), ("Law", ""))):  # fmt: skip
            table = made.add_table(len(rows), len(rows[0]))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, words in zip(row.cells, cells, strict=True):
                    cell.text = words

    made = started(tmp_path, "Between [Name of County] and others.", more=more)
    assert fields(made) == {"name of county": "text", "program manager": "text", "start date": "date"}
    assert [row[2] for row in made.guessed if row[0] == "program manager"] == ["an empty cell"]
    said = [cell.text for t in docx.Document(str(again(made, tmp_path))).tables for c in t.rows for cell in c.cells]
    assert said[:6] == ["Program manager", "____", "Start date", "January 1, 2027", "Signature", ""]


@pytest.mark.parametrize(("answer", "printed"), [("yes", "☒ Yes ☐ No, Yes"), ("no", "☐ Yes ☒ No, No")])
def test_yes_and_no_are_printed_as_boxes_and_as_words(answer: str, printed: str, tmp_path: pathlib.Path) -> None:
    made = started(tmp_path, "Data abroad: ☐ Yes ☐ No, allowed (Yes/No) ____")
    text = made.files[-1].read_text(encoding="utf-8")
    assert text.count('"yes"') == 2
    made.files[-1].write_text(text.replace('"yes"', f'"{answer}"'), encoding="utf-8")
    words = [p.text for p in docx.Document(str(again(made, tmp_path))).paragraphs]
    assert f"Data abroad: {printed.partition(',')[0]}, allowed (Yes/No) {printed.rpartition(' ')[2]}" in words


def test_command_shows_a_table_of_guesses(run: Callable[..., Any], tmp_path: pathlib.Path) -> None:
    old = document(tmp_path, "Effective Date: ____", "By: ____ Date: ____")
    said = run("templates", "new", "mine", "--from", old, "--output", tmp_path / "mine")
    assert said.code == 0
    assert "effective date  date  “____”" in said.out
    assert "T066" in said.err
    assert "T065" not in said.err
    checked = run("templates", "check", tmp_path / "mine" / "master.docx")
    assert checked.code == 0
    none = run("templates", "new", "none", "--from", document(tmp_path, "No blank."), "--output", tmp_path / "none")
    assert "no blank was found" in none.out
