"""Both engines really draw; what goes wrong with them is said in plain words."""

# ruff: noqa: E501 (pieces of XML)

from __future__ import annotations

import concurrent.futures
import errno
import multiprocessing
import os
import pathlib
import stat
import subprocess
import sys
import time

import pdf_samples as samples
import pypdfium2
import pytest

from agreegen import pdf
from agreegen.errors import EngineError, UsageError
from agreegen.pdf import drawn, embedded, libreoffice, parts, worker
from agreegen.template import base

SMALL = samples.small(samples.paragraph("Heading1", "Terms"), samples.paragraph("ClauseText", samples.SENTENCES[0]))
HANGS = 600
"""Seconds that a program which hangs would take: far more than any limit here, however busy the machine is."""

WORDS = "The Provider shall make the data elements listed in Exhibit A"


def text_of(data: bytes) -> str:
    return " ".join(" ".join(drawn.pages(data)).split())


@pytest.mark.parametrize("engine", pdf.AUTOMATIC, ids=lambda e: e.name)
def test_each_engine_is_here_and_draws_the_text(engine):
    assert engine.unavailable() == ""
    result = pdf.convert(SMALL, engine.name)
    assert result.engine == engine.name
    assert result.findings == ()
    assert WORDS in text_of(result.pdf)


def test_survey_names_each_engine_with_its_version():
    found = {name: (works, detail) for name, works, detail in pdf.survey()}
    assert list(found) == ["embedded", "libreoffice", "word", "gotenberg"]
    assert all(found[e.name][0] for e in pdf.AUTOMATIC)
    assert "dxpdf 0.8.1" in found["embedded"][1]
    assert "LibreOffice 7" in found["libreoffice"][1] or "LibreOffice 2" in found["libreoffice"][1]


def test_survey_tells_how_to_install_what_is_missing(monkeypatch):
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    name, works, detail = pdf.survey()[1]
    assert (name, works) == ("libreoffice", False)
    assert "not installed" in detail
    assert "install" in detail.partition(";")[2]


def test_survey_says_that_a_program_that_cannot_be_started_does_not_work(monkeypatch, tmp_path):
    (tmp_path / "soffice").write_text("not a program")
    monkeypatch.setattr(libreoffice, "program", lambda: tmp_path / "soffice")
    assert pdf.survey()[1][1] is False
    with pytest.raises(EngineError, match="could not be started"):
        pdf.LIBREOFFICE.convert(SMALL)


def test_auto_is_the_embedded_engine():
    assert pdf.convert(SMALL).engine == "embedded"


def test_an_unknown_engine_is_a_usage_error_that_names_the_known():
    with pytest.raises(UsageError) as e:
        pdf.convert(SMALL, "pages")
    assert "embedded" in e.value.hint
    assert "libreoffice" in e.value.hint


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04 broken", base.pack({"a.txt": b"x"})])
@pytest.mark.parametrize("engine", ["auto", "embedded", "libreoffice"])
def test_what_is_no_word_file_is_refused_before_an_engine_sees_it(data, engine):
    with pytest.raises(UsageError):
        pdf.convert(data, engine)


# ---------------------------------------------------------------- embedded
def test_embedded_gives_the_same_bytes_twice_and_in_another_process_without_host_fonts(tmp_path):
    docx = samples.agreement(3, sections=2, rows=6)
    (tmp_path / "a.docx").write_bytes(docx)
    (tmp_path / "none.conf").write_text("<?xml version='1.0'?><fontconfig></fontconfig>")
    code = (
        "import pathlib, sys; from agreegen import pdf; "
        "sys.stdout.buffer.write(pdf.convert(pathlib.Path(sys.argv[1]).read_bytes(), 'embedded').pdf)"
    )
    environment = os.environ | {"FONTCONFIG_FILE": str(tmp_path / "none.conf"), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-c", code, str(tmp_path / "a.docx")]
    there = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, check=True).stdout
    first, second = (pdf.convert(docx, "embedded").pdf for _ in range(2))
    assert len(first) > 10_000
    assert first == second == there


def test_embedded_leaves_the_environment_of_the_caller_alone():
    before = dict(os.environ)
    pdf.convert(SMALL, "embedded")
    assert dict(os.environ) == before


def test_embedded_draws_with_the_fonts_that_come_along():
    data = pdf.convert(samples.agreement(2, sections=1, rows=4), "embedded").pdf
    assert b"LiberationSans" in data
    assert b"DejaVuSans" in data


def draw(docx: bytes) -> bytes:
    return pdf.convert(docx, "embedded").pdf


def test_embedded_works_in_a_spawned_pool_and_in_threads():
    want = draw(SMALL)
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool:
        assert list(pool.map(draw, [SMALL, SMALL])) == [want, want]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert set(pool.map(draw, [SMALL] * 8)) == {want}


def test_embedded_stops_at_the_time_limit_and_works_again():
    with pytest.raises(EngineError) as e:
        pdf.EMBEDDED.convert(samples.agreement(4, rows=60), timeout=0.001)
    assert e.value.exit_code == 3
    assert "after 0.001 seconds" in e.value.message
    assert draw(SMALL)


def test_an_interrupted_drawing_never_turns_up_as_the_next_documents_pdf():
    other = samples.small(samples.paragraph("ClauseText", "Another document"))
    want = draw(SMALL)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.WORKERS.draw(embedded.Copy(other).pack(), 60, interrupt)
    assert [draw(SMALL) for _ in range(4)] == [want] * 4


def test_embedded_draws_with_the_pipes_that_it_gets(tmp_path, monkeypatch):
    """A user's large pipes are few: the 33rd child gets ordinary ones."""
    fcntl = pytest.importorskip("fcntl")
    asked = []

    def refused(pipe, command, size):
        asked.append(size)
        raise PermissionError(errno.EPERM, "Operation not permitted")

    want = draw(SMALL)
    monkeypatch.setattr(fcntl, "fcntl", refused)
    workers = worker.Workers()
    try:
        assert workers.draw(embedded.Copy(SMALL).pack(), 60) == worker.WORKERS.draw(embedded.Copy(SMALL).pack(), 60)
    finally:
        workers.close()
    assert draw(SMALL) == want
    assert asked or sys.platform != "linux"


def test_embedded_that_fails_says_why_and_names_the_other_engine():
    broken = base.parts(samples.paragraph("ClauseText", "x"))
    broken["word/styles.xml"] = b"<w:styles xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
    with pytest.raises((EngineError, UsageError)) as e:
        pdf.convert(base.pack(broken), "embedded")
    assert e.value.hint


# ---------------------------------------------------------------- LibreOffice
def soffice(tmp_path, script: str):
    path = tmp_path / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_missing_libreoffice_is_an_engine_error_with_a_way_to_get_it(monkeypatch):
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    for system, word in (("Linux", "apt install"), ("Darwin", "brew install"), ("Windows", "winget install")):
        monkeypatch.setattr(libreoffice.platform, "system", lambda system=system: system)
        with pytest.raises(EngineError) as e:
            pdf.convert(SMALL, "libreoffice")
        assert e.value.exit_code == 3
        assert word in e.value.hint


def test_libreoffice_is_found_in_its_usual_place_on_each_system(monkeypatch, tmp_path):
    folder = tmp_path / "Apps 2" / "LibreOffice 24.8.app" / "MacOS"
    folder.mkdir(parents=True)
    (folder / "soffice").write_text("")
    monkeypatch.setattr(libreoffice.shutil, "which", lambda _: None)
    monkeypatch.setattr(libreoffice.platform, "system", lambda: "Darwin")
    monkeypatch.setitem(libreoffice._PLACES, "Darwin", (f"{tmp_path}/Apps*/LibreOffice*.app/MacOS",))
    libreoffice.program.cache_clear()
    try:
        assert libreoffice.program() == folder / "soffice"
    finally:
        libreoffice.program.cache_clear()


def test_libreoffice_that_exits_0_without_a_pdf_has_failed(monkeypatch, tmp_path):
    path = soffice(tmp_path, "echo 'Error: source file could not be loaded'; exit 0")
    monkeypatch.setattr(libreoffice, "program", lambda: path)
    with pytest.raises(EngineError, match="source file could not be loaded"):
        pdf.LIBREOFFICE.convert(SMALL)


def test_libreoffice_that_hangs_is_ended_with_its_children(monkeypatch, tmp_path):
    path = soffice(tmp_path, f"sleep {HANGS} & echo $! > '{tmp_path}/child'; wait")
    monkeypatch.setattr(libreoffice, "program", lambda: path)
    start = time.monotonic()
    with pytest.raises(EngineError, match="stopped: not done after 1 seconds"):
        pdf.LIBREOFFICE.convert(SMALL, timeout=1)
    assert time.monotonic() - start < HANGS, "it was waited for"
    child = int((tmp_path / "child").read_text())
    for _ in range(HANGS * 5):
        try:
            state = pathlib.Path(f"/proc/{child}/stat").read_text().split()[2] if sys.platform == "linux" else ""
            os.kill(child, 0)
        except OSError:
            break
        if state == "Z":
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child of the hanging soffice lives on")


def test_libreoffice_works_below_folders_with_spaces_and_accents(monkeypatch, tmp_path):
    folder = tmp_path / "Año nuevo & Ço"
    folder.mkdir()
    monkeypatch.setattr(libreoffice.tempfile, "tempdir", str(folder))
    engine = libreoffice.LibreOffice()
    assert WORDS in text_of(engine.convert(SMALL))
    assert any(folder.iterdir())  # its profile is there


def test_comments_are_in_neither_pdf():
    members = base.parts(
        '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>Agreed text</w:t></w:r><w:commentRangeEnd w:id="0"/>'
        '<w:r><w:commentReference w:id="0"/></w:r></w:p>'
    )
    kind = f"{base.CONTENT}.comments+xml".encode()
    note = f'<w:comments {base.NAMESPACES}><w:comment w:id="0" w:author="Counsel">{samples.paragraph("Normal", "Secret remark")}</w:comment></w:comments>'
    members["word/comments.xml"] = note.encode()
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/word/comments.xml" ContentType="' + kind + b'"/></Types>'
    )
    rels = members["word/_rels/document.xml.rels"]
    link = f'<Relationship Id="rId77" Type="{base.RELATIONS}/comments" Target="comments.xml"/></Relationships>'
    members["word/_rels/document.xml.rels"] = rels.replace(b"</Relationships>", link.encode())
    docx = base.pack(members)
    assert parts.Parts(docx).tree("word/comments.xml") is not None
    for engine in ("embedded", "libreoffice"):
        result = pdf.convert(docx, engine)
        assert text_of(result.pdf) == "Agreed text"
        document = pypdfium2.PdfDocument(result.pdf)
        page = document[0]
        assert pypdfium2.raw.FPDFPage_GetAnnotCount(page.raw) == 0
        page.close()
        document.close()
