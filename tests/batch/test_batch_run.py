"""A batch from its proposal and list to files and record: whole, the same as one by one, again only what changed."""

from __future__ import annotations

import csv
import os
import pathlib
import re
import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agreegen import batch, generate, workspace
from agreegen.batch import Order, crew, work
from agreegen.batch.entry import FAILED, LEFT, MADE, REFUSED, UNCHANGED
from agreegen.batch.lock import Lock
from agreegen.errors import EngineError, UsageError
from agreegen.pdf.contents import quick_contents
from agreegen.plate import press
from agreegen.reading.partner_list import read_partner_list
from short_templates import short_templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.finding import Finding
    from agreegen.plate import Steps
    from agreegen.reading.listed import Listed
    from agreegen.workspace import Workspace

EXAMPLES = pathlib.Path(__file__).parents[2] / "proposals"
PAGE = re.compile(rb'PAGEREF [^<]*</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                  rb"<w:r><w:t[^>]*>([0-9]+)<")  # fmt: skip
"""The page number of an entry of the contents."""

COUNTIES = ("Alameda", "Alpine", "Contra Costa", "San Luis Obispo", "Yuba")


def write_list(folder: pathlib.Path, counties: tuple[str, ...] = COUNTIES) -> pathlib.Path:
    """A list of counties, each with all that the agreement asks of it."""
    text = (EXAMPLES / "partners" / "alameda-county.yaml").read_text(encoding="utf-8").split("\nparty:", 1)[1]
    records = []
    for county in counties:
        said = f"party:{text}".replace("Alameda", county).replace(
            "alameda-county", f"{county.lower().replace(' ', '-')}-county"
        )
        records.append("- " + said.strip().replace("\n", "\n  "))
    path = folder / "counties.yaml"
    path.write_text("\n".join(records) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def place(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a proposal that leaves its recipient open, a list of five counties, and a short agreement."""
    text = (EXAMPLES / "county-coverage.yaml").read_text(encoding="utf-8")
    text = text.replace("recipient: alameda-county ", "recipient: partner ")
    (tmp_path / "coverage.yaml").write_text(text, encoding="utf-8")
    shutil.copy(EXAMPLES / "county-coverage-elements.csv", tmp_path)
    write_list(tmp_path)
    short_templates(tmp_path)
    return tmp_path


@pytest.fixture
def shipped(place: pathlib.Path) -> pathlib.Path:
    """The same folder, where agreements are the whole ones."""
    shutil.rmtree(place / "templates")
    return place


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One cache for all; page numbers aren't the subject here, and take a drawing."""
    monkeypatch.setenv("AGREEGEN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    for module in (generate, press):
        monkeypatch.setattr(module, "quick_contents", lambda docx, *_, **__: docx)


def order(place: pathlib.Path, **more: object) -> Order:
    """A batch of Word documents, by this process."""
    here = workspace.find(place, format="docx")
    listed = read_partner_list("counties.yaml", place)
    assert not listed.findings
    return replace(Order((place / "coverage.yaml",), listed.partners, here), **more)


def outcomes(done: batch.Batch) -> dict[str, str]:
    return {entry.partner: entry.outcome for entry in done.manifest.entries.values()}


def parts(path: pathlib.Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def files(folder: pathlib.Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix == ".docx"}


def test_each_agreement_is_what_generate_makes(shipped: pathlib.Path) -> None:
    """The visible text, part by part; what is inside as source is the partner's record in place of a file."""
    done = batch.run(order(shipped))
    assert set(outcomes(done).values()) == {MADE}
    found = by_generate(shipped, read_partner_list("counties.yaml", shipped).partners)
    assert len(found) == len(COUNTIES)
    for name, alone in found.items():
        assert parts(shipped / "output" / name) == alone, name


@pytest.mark.slow
def test_agreements_from_a_plate_have_the_pages_that_are_counted_for_each(
    shipped: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page numbers as they are; `generate` counts them with a memory of its own."""
    for module in (generate, press):
        monkeypatch.setattr(module, "quick_contents", quick_contents)
    presses: list[press.Press] = []
    start = press.Press.__init__

    def noted(self: press.Press, *given: Workspace) -> None:
        presses.append(self)
        start(self, *given)

    monkeypatch.setattr(press.Press, "__init__", noted)
    monkeypatch.setenv("AGREEGEN_CACHE", str(shipped / "cache"))
    one = order(shipped)
    done = batch.run(replace(one, partners=one.partners[:3]))
    assert list(outcomes(done).values()) == [MADE] * 3
    assert [(p.whole, p.unfit) for p in presses] == [(1, 0)], "the first the whole way, two from its plate"
    monkeypatch.setenv("AGREEGEN_CACHE", str(shipped / "another"))
    for name, alone in by_generate(shipped, one.partners[:3]).items():
        made = parts(shipped / "output" / name)
        assert made == alone, name
        numbers = [int(n) for n in PAGE.findall(made["word/document.xml"])]
        assert numbers == sorted(numbers)
        assert numbers[-1] > numbers[0], "what was compared has page numbers"


def test_what_agreements_share_is_made_ready_while_they_are_checked(
    place: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, for the first job, if it passes; and whatever happens then, the checks say what they say without."""
    begun: list[str] = []

    def begin(shop: work.Workshop, job: work.Job) -> None:
        begun.append(job.key)
        raise EngineError("it can't be drawn")

    monkeypatch.setattr(work, "begin", begin)
    one = order(place)
    jobs, setup = _jobs(one), work.Setup(one.workspace, staging=place)
    (place / "wrong.yaml").write_text("- id: wrong\n  kind: county\n", encoding="utf-8")
    wrong = replace(jobs[0], key="wrong", partner=read_partner_list("wrong.yaml", place).partners[0])
    plain = work.Check(setup)([wrong, *jobs])
    assert (begun, [c.passed for c in plain]) == ([], [False, *[True] * len(jobs)])
    for first, expected in ((jobs[0].key, [jobs[0].key]), ("none", [])):
        begun.clear()
        assert work.Check(setup, first)([jobs[1], jobs[0]]) == [plain[2], plain[1]]
        assert begun == expected
    begun.clear()
    assert work.Check(setup, wrong.key)([wrong]) == plain[:1]
    assert begun == []
    work.close()


def test_only_for_what_is_flawless_nothing_is_looked_for_again(
    place: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Findings of the check that is done first are those of the record, whether they are looked for twice or not."""
    seen: dict[str, str] = {}
    tried = work.Make._made

    def noted(self: work.Make, job: work.Job) -> Steps[work.Made]:
        seen[job.key] = job.flawless
        return tried(self, job)

    monkeypatch.setattr(work.Make, "_made", noted)
    one = order(place)
    warned = work.Check(work.Setup(one.workspace, staging=place))(_jobs(one))
    done = batch.run(one)
    found = {entry.partner: entry.findings for entry in done.manifest.entries.values()}
    assert list(seen.values()) == ["" if c.findings else c.proposal for c in warned]
    assert [bool(found[p.id]) for p in one.partners] == [bool(c.findings) for c in warned]


@pytest.mark.parametrize("meanwhile", ["", "the worker is another"])
def test_what_was_changed_after_its_check_is_looked_at_again(place: pathlib.Path, meanwhile: str) -> None:
    one = order(place)
    setup = work.Setup(replace(one.workspace, format="docx"), staging=place)
    job = _jobs(one)[0]
    (checked,) = work.Check(setup)([job])
    assert checked.findings == ()
    job = replace(job, flawless=checked.proposal)
    if meanwhile:
        work.close()
    path = place / "coverage.yaml"
    path.write_text(re.sub(r"end: \d{4}", "end: 2020", path.read_text(encoding="utf-8")), encoding="utf-8")
    (made,) = work.Make(setup)([job])
    work.close()
    assert not made.files
    assert [f.code for f in made.findings] == ["P010" if meanwhile else "B014"]


@pytest.mark.parametrize("asked", ["pdf", "both"])
def test_pdfs_from_a_plate_are_what_generate_makes(place: pathlib.Path, asked: str) -> None:
    _same_pdfs(place, asked, COUNTIES)


@pytest.mark.slow
def test_pdfs_of_ninety_pages_are_what_generate_makes(shipped: pathlib.Path) -> None:
    pages = _same_pdfs(shipped, "both", ("Alpine", "San Luis Obispo", "Yuba"))
    assert len(set(pages)) > 1, "lines and pages break otherwise"


def _same_pdfs(place: pathlib.Path, asked: str, counties: tuple[str, ...]) -> list[int | None]:
    """The numbers of pages of a batch of PDFs that came from a plate but the first, and are what `generate` makes."""
    write_list(place, counties)
    presses: list[press.Press] = []
    start = press.Press.__init__

    def noted(self: press.Press, *given: object) -> None:
        presses.append(self)
        start(self, *given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(press.Press, "__init__", noted)
        patched.setenv("AGREEGEN_CACHE", str(place / "cache"))
        one = order(place)
        one = replace(one, workspace=replace(workspace.find(place), format=asked, pdf_engine="embedded"))
        made = [work.Make(work.Setup(one.workspace, staging=place, run=asked))([job]) for job in _jobs(one)]
    work.close()
    assert [(p.whole, p.pressed, p.unfit) for p in presses] == [(1, len(counties) - 1, 0)]
    (place / "partners").mkdir()
    for partner, (found,) in zip(one.partners, made, strict=True):
        (place / "partners" / f"{partner.id}.yaml").write_text(partner.text(), encoding="utf-8")
        alone = workspace.find(place, format=asked, output=str(place / "alone"), pdf_engine="embedded")
        alone = replace(alone, cache=place / "cache" / partner.id)
        result = generate.generate(place / "coverage.yaml", alone, partner=partner.id)
        files = {path.suffix[1:]: path for path in result.files}
        assert found.files.keys() == files.keys()
        if asked == "both":
            assert parts(pathlib.Path(found.files["docx"].path)) == parts(files["docx"])
        assert pathlib.Path(found.files["pdf"].path).read_bytes() == files["pdf"].read_bytes()
        assert (found.findings, found.engine) == (result.findings, result.engine)
    return [found.pages for (found,) in made]


def _jobs(one: Order) -> list[work.Job]:
    return [work.Job(p.id, one.proposals[0], p, p.id) for p in one.partners]


def by_generate(place: pathlib.Path, partners: tuple[Listed, ...]) -> dict[str, dict[str, bytes]]:
    """The parts of each agreement as `generate` makes it, by the file's name; each partner has a file of its own."""
    (place / "partners").mkdir()
    made = {}
    for partner in partners:
        (place / "partners" / f"{partner.id}.yaml").write_text(partner.text(), encoding="utf-8")
        alone = workspace.find(place, format="docx", output=str(place / "alone"))
        (path,) = generate.generate(place / "coverage.yaml", alone, partner=partner.id).files
        made[path.name] = parts(path)
    return made


def test_the_second_run_makes_nothing(place: pathlib.Path) -> None:
    batch.run(order(place))
    before = files(place / "output")
    again = batch.run(order(place))
    assert (again.tried, set(outcomes(again).values())) == (0, {UNCHANGED})
    assert files(place / "output") == before
    assert summed_up(place) == {partner.id: UNCHANGED for partner in order(place).partners}


def summed_up(place: pathlib.Path) -> dict[str, str]:
    """The outcome of each partner as the summary tells it."""
    with (place / "output" / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["partner"]: row["outcome"] for row in csv.DictReader(file)}


def test_the_summary_is_of_this_run_though_nothing_was_made(place: pathlib.Path) -> None:
    one = order(place)
    batch.run(one)
    batch.run(replace(one, partners=one.partners[1:3]))
    assert summed_up(place) == {partner.id: UNCHANGED for partner in one.partners[1:3]}
    assert "2 agreements: 2 unchanged" in (place / "output" / "summary.html").read_text(encoding="utf-8")
    pages = {name: (place / "output" / name).stat().st_mtime_ns for name in ("summary.html", "summary.csv")}
    batch.run(replace(one, partners=one.partners[1:3]))
    assert pages == {name: (place / "output" / name).stat().st_mtime_ns for name in pages}, "not written again"


def test_only_the_partner_that_changed_is_made_again(place: pathlib.Path) -> None:
    batch.run(order(place))
    listed = place / "counties.yaml"
    listed.write_text(listed.read_text(encoding="utf-8").replace("R-2027-0015", "R-2027-0016", 1), encoding="utf-8")
    again = batch.run(order(place))
    assert outcomes(again)["alameda-county"] == MADE
    assert list(outcomes(again).values()).count(UNCHANGED) == 4


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("coverage.yaml", "About 1,800 children", "About 1,900 children"),
        ("county-coverage-elements.csv", "Client index number", "Client index no."),
    ],
)
def test_all_are_made_again_when_what_they_share_changes(place: pathlib.Path, file: str, old: str, new: str) -> None:
    batch.run(order(place))
    text = (place / file).read_text(encoding="utf-8")
    assert old in text
    (place / file).write_text(text.replace(old, new), encoding="utf-8")
    assert set(outcomes(batch.run(order(place))).values()) == {MADE}


def test_settings_that_change_words_make_all_again(place: pathlib.Path) -> None:
    batch.run(order(place))
    (place / "agreegen.toml").write_text('watermark = "COPY"\n', encoding="utf-8")
    assert set(outcomes(batch.run(order(place))).values()) == {MADE}


def test_force_makes_all_again(place: pathlib.Path) -> None:
    batch.run(order(place))
    assert batch.run(order(place, force=True)).tried == len(COUNTIES)


class Ahead(crew.Process):
    """A worker process that was started ahead, and notes that it is ended."""

    ended = False

    def stop(self) -> None:
        self.ended = True
        super().stop()


def test_workers_that_turn_out_not_to_be_needed_end_before_the_first_agreement(place: pathlib.Path) -> None:
    ready = (Ahead(), Ahead())
    seen: list[bool] = []
    assert batch.run(order(place, ready=ready), lambda _: seen.extend(one.ended for one in ready)).whole
    assert seen
    assert all(seen)


def test_a_bad_partner_stops_no_other(place: pathlib.Path) -> None:
    listed = place / "counties.yaml"
    listed.write_text(listed.read_text(encoding="utf-8").replace("signatory: {title", "signatory: {name", 1),
                      encoding="utf-8")  # fmt: skip
    listed_now = read_partner_list("counties.yaml", place)
    done = batch.run(order(place, partners=listed_now.partners))
    assert outcomes(done)["alameda-county"] == FAILED
    assert list(outcomes(done).values()).count(FAILED) == 1
    assert any(
        f.location.file.endswith("counties.yaml") for f in done.manifest.entries["coverage/alameda-county"].findings
    )
    assert not (place / "output" / "coverage-alameda-county.docx").exists()
    assert not done.whole


def test_all_are_checked_before_the_first_is_made(place: pathlib.Path) -> None:
    one = order(place)
    bad = replace(one.partners[-1], record={**one.partners[-1].record, "kind": "castle"})
    told: list[batch.Progress] = []
    done = batch.run(replace(one, partners=(*one.partners[:-1], bad)), told.append)
    checked = [now for now in told if now.step == "checking"]
    made = [now for now in told if now.step == "making"]
    assert told == [*checked, *made]
    assert (len(checked), checked[-1].failed) == (len(one.partners), 1)
    assert (len(made), done.count("made")) == (len(one.partners) - 1,) * 2


def test_fail_fast_stops_at_the_first(place: pathlib.Path) -> None:
    listed = place / "counties.yaml"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace("signatory: {title", "signatory: {name", 1), encoding="utf-8")
    done = batch.run(replace(order_of_any(place), fail_fast=True))
    assert done.stopped
    assert files(place / "output") == {}
    assert {FAILED, LEFT} == set(outcomes(done).values())


def order_of_any(place: pathlib.Path) -> Order:
    return Order((place / "coverage.yaml",), read_partner_list("counties.yaml", place).partners,
                 workspace.find(place, format="docx"))  # fmt: skip


def test_what_someone_edited_is_not_overwritten(place: pathlib.Path) -> None:
    batch.run(order(place))
    edited = place / "output" / "coverage-alpine-county.docx"
    edited.write_bytes(b"edited by hand")
    done = batch.run(order(place))
    assert outcomes(done)["alpine-county"] == REFUSED
    assert edited.read_bytes() == b"edited by hand"
    assert [f.code for f in done.manifest.entries["coverage/alpine-county"].findings] == ["B002"]
    again = batch.run(order(place))
    assert outcomes(again)["alpine-county"] == REFUSED, "a refusal isn't forgotten"
    batch.run(order(place, force=True))
    assert zipfile.is_zipfile(edited)


def test_a_file_of_someone_else_is_not_overwritten(place: pathlib.Path) -> None:
    (place / "output").mkdir()
    other = place / "output" / "coverage-alpine-county.docx"
    other.write_bytes(b"not ours")
    done = batch.run(order(place))
    assert outcomes(done)["alpine-county"] == REFUSED
    assert [f.code for f in done.manifest.entries["coverage/alpine-county"].findings] == ["B009"]
    assert other.read_bytes() == b"not ours"


def test_names_that_collide_cost_those_agreements_only(place: pathlib.Path) -> None:
    one = order(place)
    twin = replace(one.partners[1], id=one.partners[0].id.upper())
    done = batch.run(replace(one, partners=(*one.partners[:1], twin, *one.partners[2:])))
    assert sorted(outcomes(done).values()) == [FAILED, FAILED, MADE, MADE, MADE]


def test_a_name_that_windows_forbids_is_mended(place: pathlib.Path) -> None:
    one = order(place)
    done = batch.run(replace(one, partners=(replace(one.partners[0], id="con"),), name="{partner.id}"))
    (path,) = [path for entry in done.manifest.entries.values() for path in entry.files]
    assert path == "con-file.docx"


def test_a_folder_that_cannot_be_written_to_is_told(place: pathlib.Path) -> None:
    (place / "output").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(UsageError, match="output"):
        batch.run(order(place))


def test_a_full_disk_stops_the_batch_and_the_next_run_goes_on(
    place: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = work.staged
    count = iter(range(100))

    def until_full(folder: pathlib.Path, data: bytes) -> object:
        if next(count) >= 2:
            raise OSError(28, "No space left on device")
        return full(folder, data)

    monkeypatch.setattr(work, "staged", until_full)
    done = batch.run(order(place))
    assert done.stopped == "the disk is full"
    assert sorted(outcomes(done).values()) == [LEFT, LEFT, MADE, MADE, REFUSED]
    monkeypatch.setattr(work, "staged", full)
    again = batch.run(order(place))
    assert (again.tried, again.whole) == (3, True)


def test_files_do_not_hang_on_the_order_of_the_list(
    shipped: pathlib.Path, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    """Nor on which partner differs in what is the same for the others."""
    monkeypatch.undo()  # pages are counted here
    first, second, *rest = order(shipped).partners
    given = (first, replace(second, overrides={"dates": {"end": "2029-12-31"}}), *rest)
    found = []
    for n, partners in enumerate((given, given[::-1])):
        monkeypatch.setenv("AGREEGEN_CACHE", str(tmp_path / f"cache-{n}"))
        asked = order(shipped, partners=partners)
        output = tmp_path / f"output-{n}"
        done = batch.run(replace(asked, workspace=replace(asked.workspace, output=output)))
        assert set(outcomes(done).values()) == {MADE}
        found.append(files(output))
    assert found[0] == found[1]
    assert len(found[0]) == len(COUNTIES)


def test_a_fault_of_ours_costs_one_agreement(place: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = work.made_of

    def faulty(shop: work.Workshop, job: work.Job) -> Steps[work.Made]:
        if job.partner.id == "yuba-county":
            raise ZeroDivisionError("a fault")
        return right(shop, job)

    monkeypatch.setattr(work, "made_of", faulty)
    done = batch.run(order(place))
    assert outcomes(done)["yuba-county"] == FAILED
    assert [f.code for f in done.manifest.entries["coverage/yuba-county"].findings] == ["B008"]
    assert list(outcomes(done).values()).count(MADE) == 4


def test_two_batches_in_one_folder_do_not_meet(place: pathlib.Path) -> None:
    with Lock.take(place / "output"), pytest.raises(UsageError, match="another batch"):
        batch.run(order(place))


def test_a_pdf_of_an_earlier_version_is_told_and_stays_ours(place: pathlib.Path) -> None:
    """Word and PDF, a change made in Word alone, then both: the old PDF is never taken for someone else's."""
    one = replace(order(place), partners=order(place).partners[:1])
    both = replace(one, workspace=replace(one.workspace, format="both", pdf_engine="embedded"))
    assert batch.run(both).whole
    assert batch.run(one).tried == 0, "the Word file is there, and right"
    proposal = place / "coverage.yaml"
    proposal.write_text(proposal.read_text(encoding="utf-8").replace("1,800", "1,900"), encoding="utf-8")
    done = batch.run(one)
    (entry,) = done.manifest.entries.values()
    assert [f.code for f in entry.findings] == ["B012"]
    assert done.manifest.outdated.keys() == {"coverage-alameda-county.pdf"}
    (hint,) = [f.hint for f in entry.findings]
    assert hint == "delete it, or make both with --format both"
    again = batch.run(both)
    assert (again.whole, again.manifest.outdated) == (True, {})
    assert [f.code for entry in again.manifest.entries.values() for f in entry.findings] == []


def test_a_file_of_another_name_is_told_as_such_and_until_it_is_gone(place: pathlib.Path) -> None:
    one = replace(order(place), partners=order(place).partners[:1])
    batch.run(one)
    other = replace(one, name="{partner.id}/{proposal.id}")

    def told() -> list[Finding]:
        return [f for entry in batch.run(other).manifest.entries.values() for f in entry.findings if f.code == "B012"]

    (found,) = told()
    assert found.location.file == "coverage-alameda-county.docx"
    assert "under another name" in found.message
    assert ("--format" in found.hint, "--output of its own" in found.hint) == (False, True)
    assert told() == [found], "as long as it stands"
    (place / "output" / "coverage-alameda-county.docx").unlink()
    assert told() == []
    assert told() == []


def test_a_proposal_that_names_one_of_the_partners_is_told(place: pathlib.Path) -> None:
    done = batch.run(order(place))
    assert {f.code for f in done.findings} == {"B013", "B016"}  # and the numbers of its contracts
    assert "(B013)" in (place / "output" / "summary.html").read_text(encoding="utf-8")
    assert {f.location.path for f in done.findings} >= {"data.population", "data.geography"}
    alone = replace(order(place), partners=order(place).partners[:1], roll=order(place).listed)
    assert batch.run(alone).findings == ()


def test_an_engine_that_cannot_be_used_is_told_before_anything_is_made(place: pathlib.Path) -> None:
    one = order(place)
    with pytest.raises(EngineError, match="gotenberg"):
        batch.run(replace(one, workspace=replace(one.workspace, format="pdf", pdf_engine="gotenberg")))
    assert not (place / "output").exists()


def test_a_new_version_of_the_master_makes_all_again(place: pathlib.Path) -> None:
    master = place / "templates" / "masters" / "local-government"
    few = replace(order(place), partners=order(place).partners[:2])
    batch.run(few)
    text = (master / "template.yaml").read_text(encoding="utf-8")
    (master / "template.yaml").write_text(text.replace('version: "', 'version: "9'), encoding="utf-8")
    assert set(outcomes(batch.run(few)).values()) == {MADE}


def test_a_master_that_is_changed_while_the_batch_runs_is_not_taken_for_the_one_that_was_used(
    place: pathlib.Path,
) -> None:
    master = place / "templates" / "masters" / "local-government"
    few = replace(order(place), partners=order(place).partners[:2])
    text = (master / "template.yaml").read_text(encoding="utf-8")

    def change(now: batch.Progress) -> None:
        if now.step == "checking":
            (master / "template.yaml").write_text(text.replace('version: "', 'version: "9'), encoding="utf-8")

    batch.run(few, change)
    again = batch.run(few)
    assert "9" in again.manifest.entries["coverage/alameda-county"].inputs["template"]
    assert set(outcomes(again).values()) == {MADE}


def test_a_proposal_that_is_changed_while_the_batch_runs_makes_all_again(place: pathlib.Path) -> None:
    proposal = place / "coverage.yaml"
    text = proposal.read_text(encoding="utf-8")

    def change(now: batch.Progress) -> None:
        if now.step == "making":
            proposal.write_text(text.replace("1,800", "1,900"), encoding="utf-8")

    done = batch.run(order(place), change)
    assert "changed while the batch ran" in done.stopped
    proposal.write_text(text, encoding="utf-8")
    again = batch.run(order(place))
    assert (again.whole, again.stopped) == (True, "")
    assert set(outcomes(again).values()) == {MADE}


def test_a_table_that_an_override_names_is_one_of_the_inputs(place: pathlib.Path) -> None:
    (place / "own.csv").write_bytes((place / "county-coverage-elements.csv").read_bytes())
    listed = place / "counties.yaml"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text + "  overrides: {data: {elements: [own.csv]}}\n", encoding="utf-8")
    assert batch.run(order(place)).whole
    text = (place / "own.csv").read_text(encoding="utf-8")
    (place / "own.csv").write_text(text.replace("Client index number", "Client index no."), encoding="utf-8")
    assert {partner for partner, outcome in outcomes(batch.run(order(place))).items() if outcome == MADE} == {
        "yuba-county"
    }


def test_a_table_that_an_override_names_and_that_is_changed_while_the_batch_runs_is_told(place: pathlib.Path) -> None:
    own, listed = place / "coverage.csv", place / "counties.yaml"  # the proposal has the same name but for its ending
    own.write_bytes((place / "county-coverage-elements.csv").read_bytes())
    before = own.read_text(encoding="utf-8")
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text + "  overrides: {data: {elements: [coverage.csv]}}\n", encoding="utf-8")

    def change(now: batch.Progress) -> None:
        if now.step == "making":
            own.write_text(before.replace("Client index number", "Client index no."), encoding="utf-8")

    done = batch.run(order(place), change)
    assert "coverage.csv was changed while the batch ran" in done.stopped
    again = batch.run(order(place))
    assert (again.whole, again.stopped) == (True, "")
    assert {partner for partner, outcome in outcomes(again).items() if outcome == MADE} == {"yuba-county"}


@pytest.mark.parametrize("file", ["coverage.yaml", "coverage.csv"])
def test_what_is_changed_before_the_first_is_taken_down_is_told(
    place: pathlib.Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    (place / "coverage.csv").write_bytes((place / "county-coverage-elements.csv").read_bytes())
    listed = place / "counties.yaml"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text + "  overrides: {data: {elements: [coverage.csv]}}\n", encoding="utf-8")
    make = work.Make.__call__

    def changing(self: work.Make, lot: Sequence[work.Job]) -> list[work.Made]:
        made = make(self, lot)
        text = (place / file).read_text(encoding="utf-8")
        (place / file).write_text(text.replace("Client index number", "Client index no.").replace("1,800", "1,900"),
                                  encoding="utf-8")  # fmt: skip
        return made

    monkeypatch.setattr(work.Make, "__call__", changing)
    assert f"{file} was changed while the batch ran" in batch.run(order(place)).stopped
    monkeypatch.undo()
    assert MADE in outcomes(batch.run(order(place))).values()


def test_a_batch_of_another_proposal_does_not_take_the_names_of_the_first(place: pathlib.Path) -> None:
    first = replace(order(place), name="{partner.id}")
    batch.run(first)
    before = files(place / "output")
    shutil.copy(place / "coverage.yaml", place / "other.yaml")
    done = batch.run(replace(first, proposals=(place / "other.yaml",)))
    assert {f.code for entry in done.manifest.entries.values() for f in entry.findings} == {"B001"}
    assert files(place / "output") == before


def test_a_pdf_that_is_held_open_keeps_its_word_file_too(place: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = replace(order(place), partners=order(place).partners[:1])
    both = replace(one, workspace=replace(one.workspace, format="both", pdf_engine="embedded"))
    batch.run(both)
    word = place / "output" / "coverage-alameda-county.docx"
    before = word.read_bytes()
    proposal = place / "coverage.yaml"
    proposal.write_text(proposal.read_text(encoding="utf-8").replace("1,800", "1,900"), encoding="utf-8")
    right = os.replace

    def held(path: str | pathlib.Path, target: str | pathlib.Path) -> None:
        if str(target).endswith(".pdf"):
            raise PermissionError(13, "Permission denied")
        right(path, target)

    monkeypatch.setattr(os, "replace", held)
    assert outcomes(batch.run(both)) == {"alameda-county": REFUSED}
    assert word.read_bytes() == before
    monkeypatch.undo()
    monkeypatch.setenv("AGREEGEN_CACHE", str(place / "cache"))
    assert outcomes(batch.run(both)) == {"alameda-county": MADE}
