"""The command `batch` from end to end: what it makes, what it says where, how it leaves, and how it is stopped."""

from __future__ import annotations

import csv
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from agreegen.batch import running
from agreegen.cli.console import flags
from agreegen.plate import press
from short_templates import short_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from command_line import Run

EXAMPLES = pathlib.Path(__file__).parents[1] / "proposals"
COUNTIES = ("Alameda", "Alpine", "Contra Costa", "Yuba")
TITLE = "signatory.title"


def row(county: str, **other: str) -> dict[str, str]:
    """A county with all that the agreement asks of it; role mailboxes and numbers that are nobody's."""
    id_ = f"{county.lower().replace(' ', '-')}-county"
    host = f"{id_}.example.gov"
    said = {
        "id": id_, "legal name": f"County of {county}", "kind": "county", "county": county,
        "unit": "Health Care Services Agency", "hipaa status": "hybrid", "population": "165000",
        "address": f"100 Main Street, {county}, California",
        "governing body.name": f"Board of Supervisors of the County of {county}", "governing body.action": "resolution",
        "governing body.number": "R-2027-0015", "governing body.date": "2027-02-09",
        "governing body.may destroy records": "yes", "counsel.title": "County Counsel", "clerk": "Clerk of the Board",
        TITLE: "President of the Board of Supervisors", "executive role": "the Director",
        "security attestation.kind": "nist 800 53", "security attestation.date": "2026-11-02",
        "insurance.kind": "self insured", "records authority": "Government Code section 26201",
        "contacts.data coordinator.name": "Data Coordinator",
        "contacts.data coordinator.division": "Office of the Director",
        "contacts.data coordinator.email": f"data-coordinator@{host}",
        "contacts.data coordinator.phone": "(510) 555-0120",
        "contacts.executive sponsor.name": "Agency Director", "contacts.executive sponsor.division": "Health Agency",
        "contacts.executive sponsor.email": f"agency-director@{host}",
        "contacts.executive sponsor.phone": "(510) 555-0121",
        "contacts.incident.name": "Privacy Officer", "contacts.incident.email": f"privacy-officer@{host}",
        "contacts.incident.phone": "(510) 555-0122", "contacts.incident.hours": "24 hours, every day",
        "contacts.legal reviewer.email": f"counsel@{host}", "contacts.privacy reviewer.email": f"privacy@{host}",
        "contacts.security reviewer.email": f"security@{host}",
    }  # fmt: skip
    return {**said, **other}


def sheet(path: pathlib.Path, rows: Sequence[dict[str, str]]) -> pathlib.Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for one in rows for name in one)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def prepared(folder: pathlib.Path) -> pathlib.Path:
    """A folder with a proposal that leaves its recipient open, a sheet of four counties, and a short agreement."""
    text = (EXAMPLES / "county-coverage.yaml").read_text(encoding="utf-8").replace("-ALAMEDA-", "-")
    assert "recipient: alameda-county " in text
    text = text.replace("recipient: alameda-county ", "recipient: partner ")
    text, count = re.subn(r" contract: [A-Z]+-[-0-9]+,", "", text)  # those of one county
    assert count == 2
    (folder / "coverage.yaml").write_text(text, encoding="utf-8")
    shutil.copy(EXAMPLES / "county-coverage-elements.csv", folder)
    sheet(folder / "counties.csv", [row(county) for county in COUNTIES])
    short_templates(folder)
    return folder


@pytest.fixture
def folder(run: Callable[..., Run], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """The folder that commands run in; page numbers aren't the subject, and take a drawing."""
    assert run
    monkeypatch.setattr(press, "quick_contents", lambda docx, *_, **__: docx)
    return prepared(tmp_path)


@pytest.fixture
def batch(run: Callable[..., Run], folder: pathlib.Path) -> Callable[..., Run]:
    """The command with the sheet, as Word documents."""
    assert folder

    def batch_(*more: object, partners: str = "counties.csv", proposal: str = "coverage.yaml") -> Run:
        return run("batch", proposal, "--partners", partners, "--format", "docx", *more)

    return batch_


def made(folder: pathlib.Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.docx")}


def usual(counties: Sequence[str] = COUNTIES) -> set[str]:
    return {f"coverage-{county.lower().replace(' ', '-')}-county.docx" for county in counties}


# ------------------------------------------------------------------------------------------------------- what is said
def test_a_batch_says_what_it_made_and_where(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    done = batch()
    assert (done.code, done.err) == (0, "")
    assert done.out == f"4 agreements in {folder / 'output'}: 4 made\n  {folder / 'output' / 'summary.html'} " \
                       "tells what became of each\n"  # fmt: skip
    assert made(folder / "output") == usual()
    again = batch()
    assert (again.code, again.err) == (0, "")
    assert ": 4 unchanged\n" in again.out


def test_json_is_whole_and_alone_on_standard_output(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    rows = [row("Alameda"), row("Alpine", **{TITLE: ""}), {**row("Yuba"), "id": "", "legal name": ""}]
    sheet(folder / "counties.csv", rows)
    done = batch("--json")
    said: dict[str, Any] = json.loads(done.out)
    assert (done.code, done.err) == (4, "")
    assert said["version"] == 1
    assert said["counts"] == {"made": 1, "unchanged": 0, "failed": 1, "refused": 0, "left": 0}
    assert (said["folder"], said["stopped"], said["archives"], said["changes"]) == (str(folder / "output"), "", [], [])
    (group,) = [group for group in said["groups"] if group["severity"] == "error"]
    assert [case["name"] for case in group["cases"]] == ["County of Alpine"]
    (finding,) = [f for f in said["findings"] if f["severity"] == "error"]
    assert "row 4" in finding["location"].get("part", "") or finding["location"].get("line") == 4
    assert batch("--json").out.startswith("{")


def test_rows_with_errors_are_told_by_row_and_column_and_the_others_are_made(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    rows = [row("Alameda"), row("Alpine", **{TITLE: ""}), row("Yuba", **{"governing body.date": "someday"}),
            {**row("Yolo"), "id": "", "legal name": ""}]  # fmt: skip
    sheet(folder / "counties.csv", rows)
    done = batch()
    assert done.code == 4
    assert made(folder / "output") == usual(["Alameda"])
    assert "counties.csv, row 5" in done.err.splitlines()[0]
    assert "error[L" in done.err.splitlines()[0]
    assert "County of Alpine; at counties.csv, row 3, column P (signatory.title)" in done.err
    assert "County of Yuba; at counties.csv, row 4, column L (governing body.date)" in done.err
    assert "fill in the column `signatory.title` of the list" in done.err
    assert "3 agreements" in done.out
    assert "1 made, 2 failed" in done.out
    assert "Traceback" not in done.all


def test_a_list_of_nothing_but_errors_makes_nothing(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    sheet(folder / "counties.csv", [{**row("Yuba"), "id": "", "legal name": ""}])
    done = batch()
    assert done.code == 1
    assert done.out == ""
    assert "counties.csv, row 2" in done.err
    assert "error[" in done.err
    assert not (folder / "output").exists()


def test_where_everything_fails_the_exit_code_is_that_of_findings(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    sheet(folder / "counties.csv", [row(county, **{TITLE: ""}) for county in COUNTIES])
    done = batch()
    assert done.code == 1
    assert "4 partners: error[P001]" in done.err
    assert "partners template" not in done.err, "the sheet has the column"
    assert made(folder / "output") == set()
    assert len(json.loads((folder / "output" / "manifest.json").read_bytes())["entries"]) == 4


def test_a_proposal_that_names_its_recipient_is_no_proposal_for_a_batch(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    text = (folder / "coverage.yaml").read_text(encoding="utf-8")
    (folder / "coverage.yaml").write_text(text.replace("recipient: partner ", "recipient: County of Yuba "),
                                          encoding="utf-8")  # fmt: skip
    done = batch()
    assert done.code in (1, 2)
    assert "recipient: partner" in done.err
    assert done.err.count("recipient: partner") == 1, "told once, not for each partner"
    assert made(folder / "output") == set()
    assert "Traceback" not in done.all


def test_what_a_shipped_list_lacks_is_told_grouped_with_the_way_out(batch: Callable[..., Run]) -> None:
    done = batch(partners="counties")
    assert done.code == 1
    assert "58 partners: error[P001]" in done.err
    assert done.err.count("County of Alameda") == done.err.count("58 partners:")
    assert "partners template coverage.yaml --from counties\n" in done.err
    assert "58 agreements" in done.out


def test_where_chooses(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    done = batch("--where", "county=Yuba")
    assert (done.code, made(folder / "output")) == (0, usual(["Yuba"]))
    assert "1 agreement in " in done.out
    none = batch("--where", "county=Nowhere")
    assert none.code == 2
    assert "no partner is left" in none.err
    wrong = batch("--where", "colour=red")
    assert wrong.code == 2
    assert "colour" in wrong.err


def test_several_proposals(run: Callable[..., Run], folder: pathlib.Path) -> None:
    text = (folder / "coverage.yaml").read_text(encoding="utf-8")
    (folder / "second.yaml").write_text(text, encoding="utf-8")
    done = run("batch", "coverage.yaml", "second.yaml", "-p", "counties.csv", "-f", "docx", "--name",
               "{partner.id}/{proposal.id}", "--zip", "each")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert "8 agreements" in done.out
    assert made(folder / "output") == {
        f"{row(c)['id']}/{proposal}.docx" for c in COUNTIES for proposal in ("coverage", "second")
    }
    with zipfile.ZipFile(folder / "output" / "yuba-county.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["coverage.docx", "second.docx"]
    twice = run("batch", "coverage.yaml", "./coverage.yaml", "-p", "counties.csv", "-f", "docx")
    assert twice.code == 2
    assert "two proposals are called coverage" in twice.err


def test_a_proposal_that_cant_be_read_doesnt_stop_another(run: Callable[..., Run], folder: pathlib.Path) -> None:
    (folder / "second.yaml").write_text("proposal: x\npurpose: [\n", encoding="utf-8")
    done = run("batch", "coverage.yaml", "second.yaml", "-p", "counties.csv", "-f", "docx")
    assert (done.code, made(folder / "output")) == (4, usual())
    assert "second.yaml:" in done.err
    assert f"{len(COUNTIES)} made, {len(COUNTIES)} failed" in done.out
    named = run("batch", "second.yaml", "coverage.yaml", "-p", "counties.csv", "-f", "docx", "-o", "named", "--name",
                "{proposal.reference}-{partner.id}")  # fmt: skip
    assert (named.code, "B010" in named.err, "second.yaml:" in named.err) == (4, False, True)
    alone = run("batch", "second.yaml", "-p", "counties.csv", "-f", "docx", "-o", "other")
    assert (alone.code, "second.yaml can't be read as a proposal: second.yaml:" in alone.err) == (2, True)
    assert not (folder / "other").exists()


def test_what_the_proposal_says_of_all_is_told_where_rows_say_otherwise(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    """The proposal's word is printed; `--diff` compares what is printed, so that only what changes there is told."""
    proposal = folder / "coverage.yaml"
    said = "recipient: {party: partner, signatory: {title: President of the Board of Supervisors}}"
    proposal.write_text(proposal.read_text(encoding="utf-8").replace("recipient: partner", said), encoding="utf-8")
    sheet(folder / "counties.csv", [row("Alameda"), row("Alpine", **{TITLE: "Purchasing Agent"}), row("Yuba")])
    done = batch()
    assert done.code == 0
    message = ("`signatory.title` is 'President of the Board of Supervisors' for every partner, and the record of 1 of "
               "3 partners says 'Purchasing Agent'")  # fmt: skip
    assert f"warning[B018] {message}" in done.err
    proposal.write_text(proposal.read_text(encoding="utf-8").replace(said, "recipient: partner"), encoding="utf-8")
    shutil.copy(folder / "output" / "manifest.json", folder / "before.json")
    done = batch("--diff", "before.json")
    assert "B018" not in done.err
    assert ("1 partner: field signatory.title: President of the Board of Supervisors \u2192 Purchasing Agent "
            "(County of Alpine)") in done.out  # fmt: skip
    assert done.out.count("signatory") == 1


def test_a_warning_of_an_agreement_that_is_there_names_the_row_as_it_is_now(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    late = row("Yuba", **{"governing body.date": "2027-08-03"})
    sheet(folder / "counties.csv", [late])
    assert "counties.csv, row 2, column L (governing body.date)" in batch().err
    sheet(folder / "moved.csv", [{"notes": "", **row("Alameda")}, late])
    done = batch(partners="moved.csv")
    assert "1 made, 1 unchanged" in done.out
    assert "at moved.csv, row 3, column M (governing body.date)" in done.err
    assert "counties.csv" not in done.err


def test_an_output_that_is_a_file_is_told(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    (folder / "plan.pdf").write_bytes(b"%PDF-")
    for output in ("plan.pdf", "plan.pdf/below"):
        done = batch("--output", output)
        assert (done.code, "plan.pdf is a file, and agreements go into a folder" in done.err) == (2, True)


def test_the_way_to_a_sheet_is_told_where_the_list_lacks_a_column(
    run: Callable[..., Run], folder: pathlib.Path
) -> None:
    (folder / "aa.yaml").write_text("proposal: x\nreference: [\n", encoding="utf-8")
    (folder / "coverage.yaml").rename(folder / "my coverage.yaml")
    sheet(folder / "lack.csv", [{k: v for k, v in row("Yuba").items() if k != TITLE}])
    done = run("batch", "aa.yaml", "my coverage.yaml", "-p", "lack.csv", "-f", "docx")
    assert 'partners template "my coverage.yaml" --from lack.csv\n' in done.err
    text = (folder / "my coverage.yaml").read_text(encoding="utf-8")
    (folder / "my coverage.yaml").write_text(re.sub(r"\n  signatory: .*", "", text, count=1), encoding="utf-8")
    done = run("batch", "my coverage.yaml", "-p", "counties.csv", "-f", "docx")
    assert "error[P001]" in done.err and "partners template" not in done.err, "the provider lacks it"


def test_one_archive_of_all(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    done = batch("--zip", "all")
    assert done.code == 0
    assert f"  {folder / 'output' / 'agreements.zip'}\n" in done.out
    with zipfile.ZipFile(folder / "output" / "agreements.zip") as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == usual()


def test_fail_fast(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    sheet(folder / "counties.csv", [row("Alameda"), row("Alpine", **{TITLE: ""}), row("Yuba")])
    done = batch("--fail-fast")
    assert done.code == 1
    assert made(folder / "output") == set()
    assert "1 failed, 2 not reached" in done.out
    assert "an agreement failed" in done.err
    assert "goes on where it was" in done.err


def test_drafts_are_made_although_something_is_missing(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    sheet(folder / "counties.csv", [row("Alpine", **{TITLE: ""})])
    done = batch("--draft")
    assert done.code == 0
    assert made(folder / "output") == {"coverage-alpine-county-DRAFT.docx"}
    assert "P001" in done.err


# ------------------------------------------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--zip", "some"], "all"),
        (["--name", "{partner.idd}"], "did you mean {partner.id}?"),
        (["--name", "same"], "the same for every partner"),
        (["--format", "odt"], "docx"),
        (["--diff", "none.json"], "there is no file none.json"),
        (["--jobs", "-1"], "--jobs"),
        (["--time-limit", "0"], "--time-limit"),
        (["--time-limit", "nan"], "--time-limit"),
        (["--executor", "spark://somewhere"], "dask://"),
        (["--where", "nonsense"], "nonsense"),
    ],
)
def test_wrong_options_are_told_before_anything_is_made(
    batch: Callable[..., Run], folder: pathlib.Path, arguments: list[str], words: str
) -> None:
    done = batch(*arguments)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""
    assert "Traceback" not in done.all
    assert not (folder / "output").exists()


@pytest.mark.parametrize(
    ("partners", "proposal", "words"),
    [
        ("countis.csv", "coverage.yaml", "did you mean counties.csv?"),
        ("martians", "coverage.yaml", "martians"),
        ("counties.csv", "none.yaml", "none.yaml"),
        ("counties.csv", "README.md", "README.md can't be read as a proposal: README.md:"),
        ("counties.csv", "counties.csv", "counties.csv is a proposal, not a list"),
        ("calhhs", "counties.csv", "counties.csv can't be read as a proposal: "),
        ("counties.csv", "party.yaml", "party.yaml can't be read as a proposal: it has no field of a proposal"),
        ("counties.csv", "empty.yaml", "empty.yaml can't be read as a proposal: "),
        ("coverage.yaml", "coverage.yaml", "coverage.yaml is a proposal, not a list of partners"),
        ("", "coverage.yaml", "list"),
    ],
)
def test_inputs_that_are_not_there(
    batch: Callable[..., Run], folder: pathlib.Path, partners: str, proposal: str, words: str
) -> None:
    (folder / "README.md").write_text("# Agreements\n\nOne thing: another: a third\n", encoding="utf-8")
    (folder / "party.yaml").write_text("kind: county\nlegal name: County of Yuba\n", encoding="utf-8")
    (folder / "empty.yaml").touch()
    done = batch(partners=partners, proposal=proposal)
    assert done.code in (1, 2)
    assert words in done.err
    assert "Traceback" not in done.all
    assert not (folder / "output").exists()


@pytest.mark.parametrize("said", ["", " "])
def test_no_folder_to_write_to(batch: Callable[..., Run], folder: pathlib.Path, said: str) -> None:
    before = {*folder.rglob("*")}
    done = batch("--output", said)
    assert (done.code, "--output names no folder" in done.err) == (2, True)
    assert {*folder.rglob("*")} == before


def test_archives_that_dont_hold_what_is_there_now_are_told_until_they_do(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    done = batch("--zip", "each")
    assert "  and 1 more archive\n" in done.out
    text = (folder / "coverage.yaml").read_text(encoding="utf-8")
    assert "1,800" in text
    (folder / "coverage.yaml").write_text(text.replace("1,800", "1,900"), encoding="utf-8")
    page = folder / "output" / "summary.html"
    for _ in range(2):
        done = batch()
        assert done.code == 0
        assert "warning[B017] 4 archives of an earlier batch don't hold the agreements as they are now: " in done.err
        assert "alameda-county.zip, alpine-county.zip, contra-costa-county.zip and 1 more\n" in done.err
        assert "(B017)" in page.read_text(encoding="utf-8")
    assert "B017" not in batch("--zip", "each").err
    assert "(B017)" not in page.read_text(encoding="utf-8")
    assert "B017" not in batch("--zip", "all").err
    done = batch("--zip", "each", "--name", "{partner.id}/{proposal.id}")
    assert "1 archive of an earlier batch doesn't hold the agreements as they are now: agreements.zip\n" in done.err
    assert "run the batch again with --zip all" in done.err
    assert zipfile.is_zipfile(folder / "output" / "agreements.zip"), "nothing is deleted"


def test_the_archive_of_a_row_that_is_gone_is_told_with_it(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch("--zip", "each")
    sheet(folder / "counties.csv", [row(county) for county in COUNTIES[:3]])
    for more in ((), ("--zip", "each")):
        done = batch(*more)
        assert "now: County of Yuba (coverage-yuba-county.docx and yuba-county.zip)\n" in done.err
        assert "B017" not in done.err
    (folder / "output" / "coverage-yuba-county.docx").unlink()
    assert "now: County of Yuba (yuba-county.zip)\n" in batch().err
    assert (folder / "output" / "yuba-county.zip").is_file()
    (folder / "output" / "yuba-county.zip").unlink()
    assert batch().err == ""


def test_the_page_says_which_list_it_was(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch("--draft", "--where", "county=Alpine", partners="counties")
    page = folder / "output" / "summary.html"
    assert "<dt>list</dt><dd>counties</dd>" in page.read_text(encoding="utf-8")
    batch()
    assert "<dt>list</dt><dd>counties.csv</dd>" in page.read_text(encoding="utf-8")


def test_diff(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch()
    old = folder / "old.json"
    old.write_bytes((folder / "output" / "manifest.json").read_bytes())
    nothing = batch("--diff", "old.json")
    assert (nothing.code, nothing.out.splitlines()[-1]) == (0, "4 partners: unchanged")
    rows = [row(c, **({TITLE: "Chair"} if c == "Yuba" else {})) for c in COUNTIES]
    sheet(folder / "counties.csv", rows)
    done = batch("--diff", "old.json")
    assert done.code == 0
    assert "3 unchanged" in done.out
    told = done.out.split("tells what became of each\n")[1]
    assert "3 partners: unchanged" in told
    assert "signatory.title" in told
    assert "County of Yuba" in told


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "something else", "version": 1}', "\x00\xff"])
def test_diff_with_what_is_no_record(batch: Callable[..., Run], folder: pathlib.Path, content: str) -> None:
    (folder / "old.json").write_text(content, encoding="latin-1")
    done = batch("--diff", "old.json")
    assert done.code == 2
    assert "old.json" in done.err
    assert "Traceback" not in done.all
    assert "--force" not in done.err, "that would begin the folder's record anew, and not help"
    assert not (folder / "output").exists()


def test_diff_with_the_record_of_other_agreements(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch("--output", "elsewhere", "--where", "county=Yuba")
    done = batch("--diff", "elsewhere/manifest.json")
    assert done.code == 0
    assert "Alameda" in done.out.split("tells what became of each\n")[1]


def test_a_damaged_record_is_told_and_force_begins_anew(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch()
    (folder / "output" / "manifest.json").write_text("{", encoding="utf-8")
    done = batch()
    assert done.code == 2
    assert "manifest.json is damaged" in done.err
    assert "--force" in done.err
    assert batch("--force").code == 0


def test_what_was_edited_is_told(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch()
    (folder / "output" / "coverage-yuba-county.docx").write_bytes(b"edited by hand")
    done = batch()
    assert done.code == 4
    assert "1 partner: error[B002]" in done.err
    assert "3 unchanged, 1 not written" in done.out


# ------------------------------------------------------------------------------------------------------ as a process
COMMAND = """
import os, time
from agreegen import cli
from agreegen.batch import running
running.FEW = 0 if "-j2" in {argv} else 150
put, slow = running._placed, int(os.environ.get("AGREEGEN_TEST_SLOW", 1000))
def placed(*what):
    global slow
    slow -= 1
    time.sleep(0.05 if slow < 0 else 0)
    put(*what)
running._placed = placed
print("begun", flush=True)
cli.main({argv})
"""
"""The command; after so many agreements it goes on slowly, so that a busy machine stops it in time too."""


def command(*more: str) -> list[str]:
    """The command as a person gives it; with two jobs even a few Word documents are made by workers."""
    argv = ["batch", "coverage.yaml", "-p", "counties.csv", "-f", "docx", *more]
    return [sys.executable, "-c", COMMAND.format(argv=argv)]


@pytest.fixture
def many(
    tmp_path: pathlib.Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> pathlib.Path:
    """A folder with a sheet of 300 counties that don't exist, for commands of their own."""
    monkeypatch.setenv("AGREEGEN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    prepared(tmp_path)
    names = [f"Made Up {chr(65 + n // 26)}{chr(97 + n % 26)}" for n in range(300)]
    sheet(tmp_path / "counties.csv", [row(name) for name in names])
    return tmp_path


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to a group")
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_ctrl_c_stops_soon_says_how_to_go_on_and_the_next_run_does(many: pathlib.Path, jobs: str) -> None:
    """At the start, while it makes, and late; to the whole group, as a terminal does."""
    output = many / "output"
    finished = 0
    for wanted in (-1, 1, 120):
        environment = os.environ | {"AGREEGEN_TEST_SLOW": str(wanted + 10)}
        running = subprocess.Popen(command(jobs), cwd=many, env=environment, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        if wanted < 0:
            time.sleep(0.05)
        else:
            until = time.monotonic() + 60
            while time.monotonic() < until and len([*output.glob("*.docx")]) < finished + wanted:  # no folder that goes
                time.sleep(0.005)
        os.killpg(running.pid, signal.SIGINT)
        _, err = running.communicate(timeout=60)
        assert "Traceback" not in err
        assert running.returncode == 2, (wanted, err)
        assert "run the same command again" in err
        finished = len(made(output)) if output.exists() else 0
        assert not list(output.glob(".agreegen-batch.tmp")), wanted
    assert 100 < finished < 300
    whole = subprocess.run(command(jobs), cwd=many, text=True, capture_output=True, check=True)
    found = re.search(r"(\d+) made, (\d+) unchanged", whole.stdout)
    assert found
    unchanged = int(found[2])
    assert int(found[1]) + unchanged == 300
    assert finished - 3 <= unchanged <= finished, "what was put in place and not yet recorded is made again, one a stop"
    assert whole.stderr == ""


@pytest.mark.slow
def test_a_process_of_its_own_says_nothing_of_progress_to_a_file(many: pathlib.Path) -> None:
    sheet(many / "counties.csv", [row(county) for county in COUNTIES])
    done = subprocess.run(command(), cwd=many, text=True, capture_output=True, check=True)
    assert done.stderr == ""
    assert done.stdout.startswith("begun\n4 agreements in ")
    assert "\x1b" not in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_in_a_terminal_a_bar_shows_rate_estimate_and_failures_and_goes(many: pathlib.Path) -> None:
    names = [f"Made Up {chr(65 + n // 26)}{chr(97 + n % 26)}" for n in range(300)]
    sheet(many / "counties.csv", [row(name, **({TITLE: ""} if n < 2 else {})) for n, name in enumerate(names)])
    code, shown = in_terminal(command("-j1"), many)
    assert code == 4
    assert re.search(r"making .*\d+/298", shown)
    assert re.search(r"\d+/s", shown)
    assert re.search(r"\d:\d\d:\d\d", shown)
    assert "2 failed" in shown
    assert screen(shown).startswith("2 partners: error[P001]"), "nothing remains of the bar"
    assert "\x1b[?25l" not in shown or shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l"), "the cursor is back"


def in_terminal(arguments: list[str], folder: pathlib.Path) -> tuple[int, str]:
    """The exit code of a command whose standard error is a terminal, and what was written to it."""
    import pty  # noqa: PLC0415 (not on Windows)

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"}
    running = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=theirs, env=environment)
    os.close(theirs)
    data = b""
    while True:
        try:
            if select.select([ours], [], [], 60)[0] and (more := os.read(ours, 65536)):
                data += more
                continue
        except OSError:  # the other side is closed
            pass
        break
    os.close(ours)
    return running.wait(60), data.decode()


def screen(shown: str) -> str:
    """What stands on the screen in the end, by the few control sequences that a bar uses."""
    lines, at, column = [""], 0, 0
    for part in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", shown):
        if part == "\r":
            column = 0
        elif part == "\n":
            at += 1
            lines += [""] * (at + 1 - len(lines))
        elif part.endswith("A") and part[0] == "\x1b":
            at = max(0, at - int(part[2:-1] or 1))
        elif part.endswith("K"):
            lines[at] = "" if part[2:-1] == "2" else lines[at][:column]
        elif part[0] != "\x1b":
            lines[at] = lines[at][:column].ljust(column) + part + lines[at][column + len(part) :]
            column += len(part)
    return "\n".join(line.rstrip() for line in lines).strip()


@pytest.mark.slow
@pytest.mark.skipif(not pathlib.Path("/proc/self/fd").is_dir(), reason="counts what a process holds open")
@pytest.mark.parametrize("format_", ["docx", "both"])
def test_a_batch_leaves_nothing_behind(
    many: pathlib.Path, tmp_path_factory: pytest.TempPathFactory, format_: str
) -> None:
    """Open files, threads, processes, temporary folders."""
    if format_ == "both":
        sheet(many / "counties.csv", [row(county) for county in COUNTIES])
    temporary = tmp_path_factory.mktemp("temporary")
    script = LEAKS.format(format=format_)
    done = subprocess.run([sys.executable, "-c", script], cwd=many, text=True, capture_output=True, check=True,
                          env=os.environ | {"TMPDIR": str(temporary)})  # fmt: skip
    before, after = json.loads(done.stdout)
    assert after["made"] == (4 if format_ == "both" else 300)
    assert after["threads"] <= before["threads"] + 1
    assert after["files"] <= before["files"] + 3, "those of the tracker of resources"
    assert after["children"] <= 1, "the tracker of resources"
    assert not list(temporary.iterdir())


LEAKS = """
import json, multiprocessing, os, pathlib, threading
from agreegen import batch, workspace
from agreegen.batch import lineage
from agreegen.reading.partner_list import read_partner_list

def held(made=0):
    return {{"threads": threading.active_count(), "files": len(os.listdir("/proc/self/fd")),
             "children": len(lineage.below(os.getpid())), "made": made}}

if __name__ == "__main__":
    here = workspace.find(pathlib.Path.cwd(), format="{format}")
    listed = read_partner_list("counties.csv", pathlib.Path.cwd())
    before = held()
    done = batch.run(batch.Order((pathlib.Path("coverage.yaml"),), listed.partners, here, jobs=2))
    print(json.dumps([before, held(done.count("made"))]))
"""


def test_options_stand_in_for_settings_only_where_they_are_given(tmp_path: pathlib.Path) -> None:
    none = flags(None, None, None, None, None, sign=False, source=True)
    assert set(none.values()) == {None}
    assert flags(tmp_path, ["pdf"], "word", "plain", "COPY", sign=True, source=False) == {
        "output": str(tmp_path), "format": "pdf", "pdf_engine": "word", "pdf_profile": "plain", "watermark": "COPY",
        "signature_fields": "yes", "source": "no", "require_approved": None,
    }  # fmt: skip
    assert none.keys() == flags(tmp_path, [], "", "", "", sign=True, source=True).keys()


def test_where_the_time_limit_holds_is_told(run: Callable[..., Run]) -> None:
    page = " ".join((EXAMPLES.parent / "docs" / "batch.md").read_text(encoding="utf-8").split())
    assert f"more than {running.FEW} to make by several workers" in page
    assert f"`--time-limit` ({running.LIMIT:g} seconds)" in page
    assert "in a worker process" in " ".join(run("batch", "--help").out.split())


# ------------------------------------------------------------------------------------------- what a list leaves out
def faulty(folder: pathlib.Path) -> None:
    """The sheet with two rows of five that can't be read as partners."""
    someday = {"governing body.date": "2/9/2027"}
    rows = [*map(row, COUNTIES[:3]), row("Yuba", **someday), {**row("Marin"), "id": "", "legal name": "", "kind": ""}]
    sheet(folder / "counties.csv", rows)


def test_rows_that_cant_be_read_are_counted_and_told_everywhere(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    faulty(folder)
    done = batch()
    assert done.code == 4
    assert ": 3 made; 2 rows of the list not taken as partners\n" in done.out
    page = (folder / "output" / "summary.html").read_text(encoding="utf-8")
    assert "<h1>3 agreements: 3 made; 2 rows of the list not taken as partners</h1>" in page
    assert page.count('<tr class="unread">') == 2
    with (folder / "output" / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        left = [one for one in csv.DictReader(file) if one["outcome"] == "unread"]
    assert [one["name"] for one in left] == ["counties.csv, row 5", "counties.csv, row 6"]
    assert "2/9/2027" in left[0]["findings"]
    record = json.loads((folder / "output" / "manifest.json").read_text(encoding="utf-8"))
    assert [f["location"]["line"] for f in record["list"] if f["severity"] == "error"] == [5, 6]
    assert json.loads(batch("--json").out)["unread"] == 2
    sheet(folder / "counties.csv", list(map(row, COUNTIES[:3])))
    assert "not read" not in batch().out
    assert "unread" not in (folder / "output" / "summary.html").read_text(encoding="utf-8").partition("</style>")[2]


def test_agreements_without_a_row_now_are_told_and_never_deleted(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    batch()
    sheet(folder / "counties.csv", [row("Alameda"), row("Alpine", id="alpine"), row("Contra Costa")])
    again = batch()
    assert again.code == 0
    assert "2 agreements of an earlier batch are still in the folder, without a row in the list now: " in again.err
    assert "coverage-alpine-county.docx" in again.err
    assert "coverage-yuba-county.docx" in again.err
    assert "give each list its own --output; delete them if they are not to be sent" in again.err
    assert made(folder / "output") == usual() | {"coverage-alpine.docx"}
    assert "(B015)" in (folder / "output" / "summary.html").read_text(encoding="utf-8")
    assert "B015" not in batch("--where", "county=Alameda", partners="counties.csv", proposal="coverage.yaml").out
    for name in ("alpine-county", "yuba-county"):
        (folder / "output" / f"coverage-{name}.docx").unlink()
    assert batch().err == ""
    assert "(B015)" not in (folder / "output" / "summary.html").read_text(encoding="utf-8")


def test_partners_that_werent_asked_for_arent_told_as_gone(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch()
    before = shutil.copy(folder / "output" / "manifest.json", folder / "before.json")
    done = batch("--where", "county=Yuba", "--diff", before)
    assert "removed" not in done.out
    assert "B015" not in done.err
    assert "1 partner: unchanged\n3 agreements of the earlier record were not asked for this time" in done.out
    sheet(folder / "counties.csv", [row("Alameda"), row("Alpine")])
    done = batch("--where", "county=Alpine", "--diff", before)
    assert "2 partners: removed (County of Contra Costa, County of Yuba)" in done.out
    assert "1 agreement of the earlier record was not asked for" in done.out


def test_a_list_that_cant_be_read_to_its_end_has_lost_nobody(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch()
    before = shutil.copy(folder / "output" / "manifest.json", folder / "before.json")
    lines = (folder / "counties.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "counties.csv").write_text("".join([*lines[:2], '"', *lines[2:]]), encoding="utf-8")
    done = batch("--diff", before)
    assert done.code == 4
    assert "3 agreements of an earlier batch are still in the folder, without a row in the list now that" in done.err
    assert ("mend the list first" in done.err, "delete" in done.err, "removed" in done.out) == (True, False, False)
    assert ": 1 unchanged; a part of the list couldn't be read\n" in done.out
    page = (folder / "output" / "summary.html").read_text(encoding="utf-8")
    assert "<h1>1 agreement: 1 unchanged; a part of the list couldn&#x27;t be read</h1>" in page.replace("'", "&#x27;")
    said = json.loads(batch("--json").out)
    assert (said["unread"], said["cut"]) == (0, True)


def test_names_on_the_command_line_dont_say_that_others_are_gone(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    batch()
    before = shutil.copy(folder / "output" / "manifest.json", folder / "before.json")
    done = batch("--diff", before, "--draft", partners="Alpine County")
    assert ("B015" in done.err, "removed" in done.out) == (False, False)
    assert "were not asked for this time, and not compared" in done.out


def test_an_error_about_all_of_the_batch_decides_the_exit_code(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch()
    (folder / "output" / "agreements.zip").write_bytes(b"of somebody else")
    done = batch("--zip", "all")
    assert ("error[B009]" in done.err, done.code) == (True, 4)
    assert (folder / "output" / "agreements.zip").read_bytes() == b"of somebody else"


def test_many_names_are_no_file(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    names = ", ".join(f"{county} County" for county in ("Alameda", "Alpine", "Amador", "Butte", "Colusa") * 6)
    assert len(names) > 255
    done = batch("--where", "county=Alpine", "--draft", partners=names)
    assert (done.code, ": 1 made\n" in done.out) == (0, True)


@pytest.mark.parametrize("fault", ["list", "paper"])
def test_json_tells_what_stops_a_batch_before_it_begins(
    fault: str, batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    more: tuple[str, ...] = ()
    if fault == "list":
        sheet(folder / "counties.csv", [{**row("Yuba"), "id": "", "legal name": ""}])
    else:
        (folder / "paper.pdf").write_bytes(b"no PDF")
        more = ("--attach", "paper.pdf", "--format", "pdf")
    done = batch("--json", *more)
    said = json.loads(done.out)
    assert (done.code, done.err) == (1, "")
    assert [f["severity"] for f in said["findings"]] == ["error"]
    assert said["counts"] == {"made": 0, "unchanged": 0, "failed": 0, "refused": 0, "left": 0}
    assert (said["unread"], said["groups"], said["archives"]) == (int(fault == "list"), [], [])
    assert not (folder / "output").exists()


def test_what_is_attached_isnt_in_word_documents_and_that_is_told(
    batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(folder / "plan.pdf")
    assert "[D707]" in batch("--attach", "plan.pdf").err


def test_an_archive_of_an_earlier_version_is_named(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    batch("--zip", "each")
    sheet(folder / "counties.csv", [row("Alameda"), row("Alpine", **{TITLE: ""})])
    done = batch("--zip", "each")
    old = (folder / "output" / "alpine-county.zip").as_posix()
    assert f"the agreement of County of Alpine isn't packed: it is failed; {old} is of its earlier version" in done.err


def test_what_many_partners_or_rows_have_is_told_once(
    run: Callable[..., Run], batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    clash = batch("--name", "{partner.kind}").err
    assert clash.count("[B001]") == 1
    assert "4 partners: error[B001] 4 agreements would be written to 'county'" in clash
    lacking = batch("--name", "{partner.campus}-{partner.id}").err
    assert (lacking.count("[B010]"), "4 partners: error[B010]" in lacking) == (1, True)
    doubtful = [row(f"C{n}", **{"governing body.date": f"{n}/9/2027"}) for n in range(1, 9)]
    sheet(folder / "counties.csv", doubtful)
    said = run("partners", "list", "counties.csv").err
    assert said.count("[L005]") == 1
    assert "8 places: error[L005]" in said
    assert "and 5 more" in said
    assert "`agreegen explain L005` tells more" in said


def test_names_take_the_short_name_that_is_printed(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    sheet(folder / "counties.csv", [row("Alameda", **{"legal name": "City of Alder", "kind": "city"})])
    assert batch("--name", "{partner.short_name}").code == 0
    assert made(folder / "output") == {"City-of-Alder.docx"}


def test_what_a_partner_lacks_is_asked_of_the_list(batch: Callable[..., Run], folder: pathlib.Path) -> None:
    """In the proposal the same mailbox would be every partner's."""
    done = batch(partners="Alpine County, Napa County")
    assert "[P001]" in done.err
    assert "`agreegen partners template coverage.yaml` writes the sheet, with the column `contacts.incident.email`" \
           in done.err  # fmt: skip
    assert "party: partner" not in done.err
    text = (folder / "coverage.yaml").read_text(encoding="utf-8")
    block = "recipient: {party: partner, signatory: {title: Chair}}"
    (folder / "coverage.yaml").write_text(text.replace("recipient: partner ", f"{block} "), encoding="utf-8")
    assert "with the column `contacts.incident.email`" in batch(partners="Alpine County, Napa County").err


def test_an_open_party_and_its_name_are_told_with_lists(run: Callable[..., Run], folder: pathlib.Path) -> None:
    assert "`agreegen batch PROPOSAL --partners LIST`" in run("check", "coverage.yaml").err
    (folder / "few.csv").write_text("party\nNapa County\nYuba County\n", encoding="utf-8")
    assert run("partners", "list", "few.csv", "--where", "party=Napa County").out.startswith("napa-county ")
    assert "'party' is: Napa County, Yuba County" in run("partners", "list", "few.csv", "--where", "party=Na").err


def test_a_word_document_isnt_validated(
    run: Callable[..., Run], batch: Callable[..., Run], folder: pathlib.Path
) -> None:
    batch()
    said = "".join(run("validate", folder / "output" / "coverage-yuba-county.docx")[1:])
    assert "it is a Word document, and PDFs are validated" in said
    assert "password" not in said


def test_a_batch_that_somebody_stopped_leaves_with_2_whatever_failed(
    batch: Callable[..., Run], folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    sheet(folder / "counties.csv", [row("Alameda"), row("Alpine", **{TITLE: ""})])
    monkeypatch.setattr(running.work.Make, "__call__", stopped)
    done = batch()
    assert ": 1 failed, 1 not reached\n" in done.out
    assert "the batch was stopped: it was interrupted" in done.err
    assert done.code == 2


def test_a_kind_that_no_list_has_needs_its_name_and_kind(run: Callable[..., Run], folder: pathlib.Path) -> None:
    assert run("partners", "template", "coverage.yaml", "--kind", "city", "-o", "cities.csv").code == 0
    heads = (folder / "cities.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert "legal name*" in heads.replace(" *", "*")
    assert "kind*" in heads.replace(" *", "*")
