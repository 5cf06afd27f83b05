"""Gotenberg by its documented interface, 8 and 9; whatever goes wrong is said in plain words, without credentials."""

from __future__ import annotations

import base64
import dataclasses
import pathlib
import socket
import time

import pdf_samples as samples
import pytest
from gotenberg_stand_in import HANGS, StandIn

from agreegen import generate, pdf, workspace
from agreegen.errors import EngineError, UsageError
from agreegen.pdf.flatten import flattened
from agreegen.pdf.gotenberg import FIELDS, VARIABLE, Gotenberg
from agreegen.pdf.linked import linked
from agreegen.template import base

SMALL = samples.small(samples.paragraph("Heading1", "Terms"), samples.paragraph("ClauseText", samples.SENTENCES[0]))


def failure(standin: StandIn, timeout: float = 20) -> EngineError:
    with standin, pytest.raises(EngineError) as caught:
        Gotenberg(standin.url).convert(SMALL, timeout)
    assert caught.value.exit_code == 3
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("version", ["8.5.0", "8.39.0", "9.0.0", "9.9.0", "8.2.1-live-demo-snapshot", "10.0.0"])
def test_each_version_is_asked_by_the_names_of_its_fields(version: str) -> None:
    with StandIn(version) as standin:
        assert Gotenberg(standin.url).convert(SMALL).startswith(b"%PDF-")
    assert [s.path for s in standin.asked] == ["/version", "/forms/libreoffice/convert"]
    said = standin.asked[1]
    assert said.fields == dict(FIELDS[8 if version.startswith("8") else 9])
    ((name, kind, data),) = said.files
    assert (name, data) == ("agreement.docx", linked(flattened(SMALL)))
    assert kind == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_the_stand_in_refuses_what_the_documentation_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FIELDS, 8, (("updateIndexes", "yes"),))
    assert "want true or false" in failure(StandIn("8.39.0")).message
    monkeypatch.setattr("agreegen.pdf.gotenberg.ROUTE", "/forms/word/convert")
    assert "it has no LibreOffice there" in failure(StandIn("9.9.0")).message


def test_contents_are_never_counted_again_by_gotenberg() -> None:
    assert all(dict(fields)["updateIndexes"] == "false" for fields in FIELDS.values())


def test_a_field_that_a_later_version_gives_up_is_left_out() -> None:
    with StandIn("9.30.0", unknown=frozenset({"updateIndexes", "nativePdfua"})) as standin:
        assert Gotenberg(standin.url).convert(SMALL)
    assert [sorted(s.fields) for s in standin.asked[1:]][-1] == ["exportFormFields", "nativeBookmarks"]


def test_the_whole_chain_takes_it_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandIn() as standin:
        monkeypatch.setenv(VARIABLE, standin.url)
        result = pdf.convert(SMALL, "gotenberg")
        states = {name: (works, detail) for name, works, detail in pdf.survey()}
    assert (result.engine, result.findings) == ("gotenberg", ())
    assert states["gotenberg"] == (True, f"Gotenberg 9.9.0 at {standin.url}")


def test_each_call_may_have_an_address_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with StandIn("8.5.0") as one, StandIn() as other:
        for standin in (one, other, one):
            assert pdf.convert(SMALL, pdf.Wanted("gotenberg", standin.url)).engine == "gotenberg"
            assert pdf.survey(standin.url)[-1][2].endswith(standin.url)
            settings = workspace.find(pathlib.Path(__file__).parents[2])
            settings = dataclasses.replace(settings, pdf_engine="gotenberg", gotenberg_url=standin.url)
            assert generate.engine_of(settings) == pdf.Wanted("gotenberg", standin.url)
    assert [s.path for s in one.asked].count("/forms/libreoffice/convert") == 2
    with pytest.raises(EngineError):
        pdf.convert(SMALL, "gotenberg")


def test_without_an_address_it_says_how_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(EngineError, match="nothing says where a Gotenberg is") as caught:
        pdf.convert(SMALL, "gotenberg")
    assert VARIABLE in caught.value.hint
    with pytest.raises(UsageError):
        Gotenberg("http://localhost:1").convert(b"no Word file")


@pytest.mark.parametrize(
    "url",
    ["localhost:3000", "ftp://host/", "http://", "file:///etc/passwd", "http://h:99999", "http://h/?a=b", "http://h/#x",
     "http://h\r\nX-Evil: 1/", "http://[", "http://a b/"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    why = Gotenberg(url).unavailable()
    assert why.startswith("its address")
    assert len(url) < 8 or url not in why


def test_a_name_and_password_are_sent_and_never_said() -> None:
    with StandIn(behave="locked") as standin:
        with pytest.raises(EngineError, match="asks for a name and a password"):
            Gotenberg(standin.url).convert(SMALL)
        url = standin.url.replace("http://", "http://clerk:s%40cret@")
        assert Gotenberg(url).convert(SMALL)
        assert Gotenberg(url).detail() == f"Gotenberg 9.9.0 at {standin.url}"
    assert standin.asked[-1].authorization == "Basic " + base64.b64encode(b"clerk:s@cret").decode()
    with pytest.raises(EngineError) as caught:
        Gotenberg(url).convert(SMALL, 5)
    assert "s@cret" not in str(caught.value) + caught.value.hint
    assert "clerk" not in str(caught.value)


def test_an_address_may_have_a_path() -> None:
    with StandIn() as standin:
        Gotenberg(f"{standin.url}/print/").convert(SMALL)
    assert [s.path for s in standin.asked] == ["/print/version", "/print/forms/libreoffice/convert"]


@pytest.mark.parametrize(
    ("status", "text", "words"),
    [
        (400, "LibreOffice failed to process a document:\r\n\x1b[31mcorrupted", "it answered 400: LibreOffice failed"),
        (403, "secret", "it refuses us"),
        (404, "Not Found", "no LibreOffice there"),
        (413, "Request Entity Too Large", "larger than it takes"),
        (429, "Too Many Requests", "its queue is full"),
        (503, "Service Unavailable", "it is busy"),
        (500, "x" * 5000, "it answered 500"),
    ],
)
def test_each_status_is_said_in_plain_words(status: int, text: str, words: str) -> None:
    error = failure(StandIn(behave=(status, text)))
    assert words in error.message
    assert "\x1b" not in error.message
    assert len(error.message) < 500


def test_what_is_no_pdf_is_not_taken_for_one() -> None:
    assert "answered with text/html, not with a whole PDF" in failure(StandIn(behave="html")).message
    assert "cut off" in failure(StandIn(behave="cut")).message


def test_what_is_no_gotenberg_or_an_old_one_is_said() -> None:
    assert "doesn't say its version as Gotenberg does (404)" in failure(StandIn(behave="gone")).message
    assert "doesn't say its version" in failure(StandIn("<html>")).message
    assert "is 7.10.2; 8 and 9 are known" in failure(StandIn("7.10.2")).message


@pytest.mark.parametrize("behave", ["slow", "drip"])
def test_the_time_limit_holds_whatever_the_server_does(behave: str) -> None:
    start = time.monotonic()
    error = failure(StandIn(behave=behave), timeout=1)
    assert "not done within the time limit" in error.message
    assert time.monotonic() - start < HANGS, "it was waited for"


def test_where_nobody_listens_it_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(EngineError, match=f"no Gotenberg answers at {url}: Connection refused"):
        Gotenberg(url).convert(SMALL, 5)
    assert Gotenberg(url).unavailable() == ""
    with StandIn() as standin, pytest.raises(EngineError, match="isn't safe"):
        Gotenberg(standin.url.replace("http:", "https:")).convert(SMALL, 5)


def test_auto_never_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandIn() as standin:
        monkeypatch.setenv(VARIABLE, standin.url)
        assert pdf.convert(SMALL).engine == "embedded"
    assert standin.asked == []
    assert [e.name for e in pdf.AUTOMATIC] == ["embedded", "libreoffice"]


def test_what_was_deleted_and_only_tracked_is_not_sent() -> None:
    gone = '<w:del w:id="1" w:author="Counsel"><w:r><w:delText>taken out</w:delText></w:r></w:del>'
    docx = samples.small(samples.paragraph("ClauseText", "Stays. ", gone))
    with StandIn() as standin:
        Gotenberg(standin.url).convert(docx)
    assert b"taken out" in base.unpack(docx)["word/document.xml"]
    sent = base.unpack(standin.asked[-1].files[0][2])["word/document.xml"]
    assert b"Stays." in sent
    assert b"taken out" not in sent
