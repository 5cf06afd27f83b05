"""Approvals: what is recorded, what is refused after a change, and what drafts and batches do."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pack_samples import PROPOSAL, RECORD, TEXT, here, pack, proposal

from agreegen import approval, batch, generate, packs, workspace
from agreegen.approval.book import Approval, read_book, write_book
from agreegen.errors import FindingsError, UsageError
from agreegen.reading.partner_list import read_partner_list
from agreegen.template.draft import draft

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from agreegen.workspace import Workspace
    from command_line import Run

DAY = dt.date(2027, 1, 4)
STRICT = "require_approved = true\n"


@pytest.fixture
def own(tmp_path: pathlib.Path) -> Workspace:
    """A workspace with a pack, which asks for approved templates."""
    return here(tmp_path, pack(tmp_path / "p"), settings=STRICT)


def approve(own: Workspace, role: str = "General Counsel", effective: dt.date | None = None) -> approval.Pinned:
    (done,) = approval.pin(["short"], own, role=role, on=DAY, effective=effective)
    return done


def refused(own: Workspace, *, as_draft: bool = False) -> list[tuple[str, str, str]]:
    """The findings about approvals: code, severity, name of the file."""
    opened = generate.opened_proposal(proposal(own.root), own, as_draft=as_draft)
    return [(f.code, str(f.severity), f.location.file.rpartition("/")[2]) for f in opened.findings
            if f.code.startswith("T07")]  # fmt: skip


def change(own: Workspace, text: str = TEXT.replace("Each Party", "No Party")) -> None:
    (own.root / "p" / "master.docx").write_bytes(draft(text))


def test_nothing_is_asked_unless_it_is_set(tmp_path: pathlib.Path) -> None:
    assert refused(here(tmp_path, pack(tmp_path / "p"))) == []


def test_an_unapproved_template_is_refused_and_a_draft_is_not(own: Workspace) -> None:
    assert refused(own) == [("T071", "error", "approvals.yaml")]
    with pytest.raises(FindingsError):
        generate.generate(proposal(own.root), own)
    assert refused(own, as_draft=True) == [("T071", "warning", "approvals.yaml")]
    assert generate.generate(proposal(own.root), own, as_draft=True).files[0].name == "sample-DRAFT.docx"


def test_an_approval_records_each_file_and_keeps_a_copy(own: Workspace) -> None:
    done = approve(own)
    assert done.new
    assert set(done.approval.files) == {"master.docx", "template.yaml"}
    assert (done.approval.version, done.approval.effective, done.approval.on) == ("1", DAY, DAY)
    assert done.approval.digest == generate.opened_template("short", own).sha256
    assert read_book(own.root / "p") == {"short": (done.approval,)}
    with zipfile.ZipFile(own.root / "p" / done.approval.copy) as copy:
        assert copy.read("master.docx") == (own.root / "p" / "master.docx").read_bytes()
    assert refused(own) == []
    assert not approve(own).new


@pytest.mark.parametrize("name", ["master.docx", "template.yaml"])
def test_a_changed_file_is_refused_until_it_is_approved_again(name: str, own: Workspace) -> None:
    first = approve(own).approval
    if name == "master.docx":
        change(own)
    else:
        (own.root / "p" / name).write_text((own.root / "p" / name).read_text().replace('"1"', '"2"'), encoding="utf-8")
    assert refused(own) == [("T070", "error", name)]
    assert refused(own, as_draft=True) == [("T070", "warning", name)]
    (finding,) = (f for f in generate.opened_proposal(proposal(own.root), own).findings if f.code == "T070")
    assert f"agreegen templates diff {(own.root / 'p' / first.copy).resolve().as_posix()}" in finding.hint
    second = approve(own, "Chief Counsel").approval
    assert refused(own) == []
    assert read_book(own.root / "p")["short"] == (second, replace(first, files={}))  # its copy has its files
    assert (own.root / "p" / first.copy).is_file()
    assert "General Counsel approves it again by `agreegen templates pin short --role" in finding.hint
    assert finding.message.startswith("the master was" if name == "master.docx" else "the template's record was")


def test_a_book_of_many_approvals_of_large_templates_can_be_read(tmp_path: pathlib.Path) -> None:
    files = {f"clauses/{n:03}-clause-with-a-long-name.docx": "0" * 64 for n in range(120)}
    made = tuple(Approval("1", DAY, "General Counsel", DAY + dt.timedelta(n), "0" * 64, files, f"approved/{n}.zip")
                 for n in range(1000))  # fmt: skip
    write_book(tmp_path, {"one": made, "two": made})
    assert (tmp_path / "approvals.yaml").stat().st_size < 700_000
    again = read_book(tmp_path)
    assert again["two"][0] == made[0]
    assert [a.on for a in again["one"]] == [a.on for a in made]


@pytest.mark.parametrize(
    ("file", "called"),
    [
        ("clauses/no-reliance.docx", "the clause “Accuracy and continued supply”"),
        ("clauses/deidentification-standalone.docx", "the clause “De-identified data”"),
        ("clauses/own.docx", "the clause “own”"),
        ("exhibits/hipaa.docx", "the exhibit “HIPAA terms”"),
        ("elsewhere.docx", "the file elsewhere.docx"),
    ],
)
def test_a_refusal_names_what_lawyers_know(file: str, called: str, own: Workspace) -> None:
    approve(own)
    book = own.root / "p" / "approvals.yaml"
    book.write_text(book.read_text(encoding="utf-8") + f'        "{file}": "0"\n', encoding="utf-8")
    (finding,) = (f for f in generate.opened_proposal(proposal(own.root), own).findings if f.code == "T070")
    assert finding.message.startswith(f"{called} was removed since General Counsel approved the template short")


def test_a_shared_clause_that_changed_is_named(tmp_path: pathlib.Path) -> None:
    folder = pack(tmp_path / "p", '{%p include "clauses/pay" %}')
    (folder / "clauses").mkdir()
    (folder / "clauses" / "pay.docx").write_bytes(draft("Each Party pays."))
    own = here(tmp_path, folder, settings=STRICT)
    approve(own)
    (folder / "clauses" / "pay.docx").write_bytes(draft("No Party pays."))
    assert refused(own) == [("T070", "error", "pay.docx")]
    (folder / "master.docx").write_bytes(draft("Nothing."))
    assert refused(own) == [("T070", "error", "pay.docx"), ("T070", "error", "master.docx")]


def test_a_template_is_in_force_from_its_day_on(own: Workspace) -> None:
    approve(own, effective=dt.date(2027, 3, 1))
    assert refused(own) == []
    approve(own, effective=dt.date(2027, 3, 2))
    assert refused(own) == [("T072", "error", "approvals.yaml")]
    path = proposal(own.root, PROPOSAL.replace("dates: {start: 2027-03-01}\n", "version: 1\n"))
    found = generate.opened_proposal(path, own).findings
    assert [(f.code, str(f.severity)) for f in found if f.code == "T072"] == [("T072", "error")]
    as_draft = generate.opened_proposal(path, own, as_draft=True).findings
    assert [(f.code, str(f.severity)) for f in as_draft if f.code == "T072"] == [("T072", "warning")]
    approve(own, effective=DAY)  # in force when it was approved: whatever is made from it starts later
    assert not [f for f in generate.opened_proposal(path, own).findings if f.code == "T072"]


def test_an_approval_is_not_in_force_before_its_day_unless_it_says_so(own: Workspace) -> None:
    record = own.root / "p" / "template.yaml"
    record.write_text(RECORD.replace("effective: 2027-01-01", "effective: 2027-02-01"), encoding="utf-8")
    assert approve(own).approval.effective == dt.date(2027, 2, 1)
    record.write_text(RECORD, encoding="utf-8")
    assert approve(own).approval.effective == DAY
    assert approve(own, effective=dt.date(2026, 12, 1)).approval.effective == dt.date(2026, 12, 1)


def test_ends_of_lines_are_no_change_and_other_letters_are(own: Workspace) -> None:
    approve(own)
    record = own.root / "p" / "template.yaml"
    record.write_bytes(record.read_bytes().replace(b"\n", b"\r\n"))
    book = own.root / "p" / "approvals.yaml"
    book.write_bytes(book.read_bytes().replace(b"\n", b"\r\n"))
    assert refused(own) == []
    record.write_bytes(record.read_bytes() + b" ")
    assert refused(own) == [("T070", "error", "template.yaml")]


def test_nothing_is_recorded_if_one_template_has_no_version(tmp_path: pathlib.Path) -> None:
    first = pack(tmp_path / "a")
    other = pack(tmp_path / "b", record=RECORD.replace("short", "other").replace('version: "1"', "status: new"))
    with pytest.raises(UsageError, match="gives no version"):
        approval.pin(["short", "other"], here(tmp_path, first, other), role="Counsel", on=DAY)
    assert not (first / "approvals.yaml").exists()


@pytest.mark.parametrize("name", ["../../secret.txt", "a" * 400, "a\\0b", "C:/x.docx"])
def test_odd_names_in_a_book_are_files_that_were_removed(name: str, own: Workspace) -> None:
    approve(own)
    book = own.root / "p" / "approvals.yaml"
    book.write_text(book.read_text(encoding="utf-8") + f'        "{name}": "0"\n', encoding="utf-8")
    assert [code for code, _, _ in refused(own)] == ["T070"]


def test_a_template_with_errors_is_not_approved(own: Workspace) -> None:
    change(own, "{{ broken")
    with pytest.raises(FindingsError):
        approve(own)
    assert not (own.root / "p" / "approvals.yaml").exists()
    change(own, "Hello {{ nobody }}")  # a name that no proposal can fill
    with pytest.raises(FindingsError, match="T046"):
        approve(own)
    with pytest.raises(UsageError, match="no name"):
        approval.pin(["short"], own, role=" ", on=DAY)


def test_what_came_with_agreegen_is_not_approved_in_place(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="came with agreegen"):
        approval.pin(["university"], workspace.find(tmp_path), role="General Counsel", on=DAY)
    assert not (workspace.shipped("templates") / "approvals.yaml").exists()


@pytest.mark.parametrize(
    "text", ["approvals: [", "approvals: 7", "approvals:\n  short:\n    - version: 1", "other: 1", "approvals:\n  x: 1"]
)
def test_a_damaged_book_stops_and_is_named(text: str, own: Workspace) -> None:
    (own.root / "p" / "approvals.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FindingsError) as wrong:
        generate.generate(proposal(own.root), own)
    assert {f.code for f in wrong.value.findings} == {"T073"}
    assert wrong.value.findings[0].location.file.endswith("p/approvals.yaml")
    assert "Error" not in wrong.value.findings[0].message  # words, and not those of Python


def test_a_book_that_can_not_be_opened_is_named(own: Workspace) -> None:
    (own.root / "p" / "approvals.yaml").mkdir()
    with pytest.raises(UsageError, match="can't be read"):
        refused(own)


def test_a_batch_looks_again_when_an_approval_changes(own: Workspace) -> None:
    path = proposal(own.root, PROPOSAL.replace("Alameda County", "partner"))
    (own.root / "list.csv").write_text("party\nAlpine County\n", encoding="utf-8")
    listed = read_partner_list("list.csv", own.root, None).partners

    def run() -> list[str]:
        done = batch.run(batch.Order((path,), listed, own), lambda *_: None)
        return [e.outcome for e in done.manifest.entries.values()]

    assert run() == ["failed"]
    approve(own)
    assert run() == ["made"]
    assert run() == ["unchanged"]
    approve(own, effective=dt.date(2027, 12, 1))
    assert run() == ["failed"]


def test_the_same_files_make_the_same_copy(tmp_path: pathlib.Path) -> None:
    copies = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        own = here(tmp_path / name, pack(tmp_path / name / "p"))
        done = approve(own)
        copies.append((own.root / "p" / done.approval.copy).read_bytes())
        copies.append((own.root / "p" / "approvals.yaml").read_bytes())
    assert copies[:2] == copies[2:]


def test_the_commands_say_and_leave_as_the_state_is(tmp_path: pathlib.Path, run: Callable[..., Run]) -> None:
    here(tmp_path, pack(tmp_path / "p"))
    assert run("templates", "approvals", "short").code == 1
    assert "an office and a day" in run("templates", "pin", "short").err
    assert "isn't a day" in run("templates", "pin", "short", "--role", "General Counsel", "--date", "soon").err
    done = run("templates", "pin", "short", "--role", "General Counsel", "--date", "2027-01-04")
    assert done.code == 0
    assert "short 1: approved, in force from January 4, 2027, by General Counsel on January 4, 2027" in done.out
    shown = run("templates", "approvals", "short")
    assert (shown.code, shown.out) == (
        0, "short  approved  1, in force from January 4, 2027: General Counsel, January 4, 2027\n")  # fmt: skip
    change(here(tmp_path, tmp_path / "p"))
    said = json.loads(run("templates", "approvals", "short", "--json").out)["templates"][0]
    assert (said["state"], said["changes"]) == ("changed since", {"master.docx": "changed"})
    proposal(tmp_path)
    wrong = run("generate", "sample.yaml", "-f", "docx", "--require-approved")
    assert (wrong.code, wrong.out) == (1, "")
    assert "T070" in wrong.err
    assert run("generate", "sample.yaml", "-f", "docx").code == 0


def test_a_folder_that_was_moved_keeps_its_approvals(own: Workspace, tmp_path: pathlib.Path) -> None:
    approve(own)
    shutil.copytree(own.root / "p", tmp_path / "elsewhere" / "p")
    moved = here(tmp_path / "elsewhere", tmp_path / "elsewhere" / "p", settings=STRICT)
    assert refused(moved) == []
    assert packs.named("short", moved).folder == (tmp_path / "elsewhere" / "p").resolve()
    assert "short" in RECORD


def test_templates_that_came_with_agreegen_are_approved_with_a_note(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval, "pin", lambda *_, **__: [])
    said = run("templates", "pin", "university", "--role", "General Counsel", "--date", "2027-01-04")
    assert said.err == "note: these are the templates that came with agreegen; for your own, go into the folder " \
                       "that has them\n"  # fmt: skip
