"""The page and the table of a batch: complete, in order, readable by everyone, and safe to open."""

from __future__ import annotations

import csv
import io
import pathlib
from html.parser import HTMLParser
from urllib.parse import quote

from batch_samples import MISSING, WARNED, entry, sha
from hypothesis import given
from hypothesis import strategies as st

import agreegen
from agreegen.batch.entry import OUTCOMES, Entry, FileRecord
from agreegen.batch.manifest import Manifest
from agreegen.batch.summary import PAGE, TABLE, as_csv, as_html, safe_cell, write
from agreegen.law.exhibits import exhibits

EMPTY = {"meta", "br", "input", "link"}


class Page(HTMLParser):
    """What a page holds; an end tag that doesn't fit fails."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(data.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def manifest(*entries: Entry, **scope: str) -> Manifest:
    return Manifest({e.key: e for e in entries}, scope)


MIXED = manifest(
    entry(1),
    entry(2, outcome="unchanged", overrides=("dates.start",)),
    entry(3, outcome="failed", findings=(WARNED, MISSING)),
    entry(4, outcome="left", files={}),
    entry(5, outcome="refused"),
    proposals="county-coverage.yaml",
    where="kind=county",
)


def rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_overrides_are_shown_with_their_values() -> None:
    one = entry(overrides=("dates.end", "data.elements[1].name"),
                fields={"overrides.dates.end": "2030-06-30", "overrides.data.elements[1].name": "x" * 200})  # fmt: skip
    text = Page(as_html(manifest(one))).text
    assert "Overrides: dates.end: 2030-06-30; data.elements[1].name: " + "x" * 80 + "\u2026" in text


def test_exhibits_are_in_the_order_of_lettering_whether_made_or_read_from_the_record() -> None:
    ids = [exhibit.id for exhibit in exhibits()][:6]
    assert ids != sorted(ids)
    made = manifest(entry(exhibits=dict.fromkeys(ids, "so it is")))
    read = Manifest.parsed(made.bytes())
    assert list(next(iter(read.entries.values())).exhibits) == sorted(ids), "so the record has them"
    assert f"Exhibits: {', '.join(ids)}" in Page(as_html(read)).text
    assert as_html(read) == as_html(made)
    assert as_csv(read) == as_csv(made)


def test_another_list_of_the_same_partners_is_another_page(tmp_path: pathlib.Path) -> None:
    for name in ("counties.csv", "counties.xlsx"):
        write(manifest(entry(1), list=name), tmp_path)
        assert f"<dt>list</dt><dd>{name}</dd>" in (tmp_path / PAGE).read_text(encoding="utf-8")


def test_failures_come_first_and_nobody_is_left_out() -> None:
    page = Page(as_html(MIXED))
    outcomes = [a["class"] for a in page.all("tr") if a.get("class")]
    assert outcomes == ["failed", "refused", "left", "made", "unchanged"]
    assert [row["outcome"] for row in rows(as_csv(MIXED))] == outcomes
    assert "5 agreements: 1 failed, 1 not written, 1 not reached, 1 made, 1 unchanged" in page.text


def test_page_tells_scope_findings_overrides_and_reasons() -> None:
    text = Page(as_html(MIXED)).text
    for said in ("kind=county", "county-coverage.yaml", "'incident: email' is missing: who is told (P001)",
                 "Remedy: write `email: incidents@example.gov`", "partners.csv:3:7", "Overrides: dates.start",
                 "the data are protected health information", "clauses/clause-3", "1 partner: error"):  # fmt: skip
        assert said in text
    assert text.index("1 partner: error") < text.index("1 partner: warning")


def test_what_is_said_of_all_of_it_comes_first() -> None:
    text = Page(as_html(MIXED, [WARNED])).text
    assert text.index(WARNED.message) < text.index("1 partner: error")
    assert text.count(WARNED.message) == Page(as_html(MIXED)).text.count(WARNED.message) + 1


def test_page_is_whole_and_can_be_used_by_everyone() -> None:
    data = as_html(MIXED)
    page = Page(data)
    assert page.all("html") == [{"lang": "en"}]
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert b"http" not in data
    tables = len(page.all("table"))
    assert tables == len(page.all("caption")) == 3
    assert all(a.get("scope") in ("col", "row") for a in page.all("th"))
    assert len(page.all("input")) == 6
    assert all(a["type"] == "radio" for a in page.all("input"))
    assert len(page.all("h1")) == 1
    style = data.decode().partition("<style>")[2].partition("</style>")[0]
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert all(f"#only-{outcome}:checked" in style for outcome in OUTCOMES)


def test_files_are_linked_and_digests_whole_where_pointed_at() -> None:
    odd = FileRecord(sha("x"), "", 1_234_567)
    page = Page(as_html(manifest(entry(1, files={"a b/100% #1?.docx": odd}))))
    assert [a["href"] for a in page.all("a")] == ["a%20b/100%25%20%231%3F.docx"]
    assert f"SHA-256 {sha('x')}" in [a.get("title") for a in page.all("code")]
    assert "1.2 MB" in page.text


@given(st.text(st.sampled_from("aZ0_.~/- %&<'\"#?\u00e9\n"), min_size=1, max_size=8))
def test_any_name_of_a_file_is_linked(path: str) -> None:
    page = Page(as_html(manifest(entry(1, files={path: FileRecord(sha("x"), "", 1)}))))
    assert [a["href"] for a in page.all("a")] == [quote(path)]
    assert path in page.text


def test_earlier_files_of_a_failed_agreement_are_not_linked_as_new() -> None:
    page = Page(as_html(manifest(entry(1, outcome="failed"))))
    assert page.all("a") == []
    assert "none from this run" in page.text
    assert "earlier: partner-00001/county-coverage.docx" in page.text
    assert rows(as_csv(manifest(entry(1, outcome="failed"))))[0]["files"] == ""


def test_empty_batch_has_a_page() -> None:
    assert "0 agreements: none" in Page(as_html(Manifest())).text
    assert rows(as_csv(Manifest())) == []


def test_formulas_are_text() -> None:
    for risky in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1", "\n=1"):
        assert safe_cell(risky) == f"'{risky}"
    for harmless in ("County of Alameda", "a=1", "1-2", "", "'quoted"):
        assert safe_cell(harmless) == harmless
    assert len(safe_cell("x" * 40_000)) < 32_767


hostile = st.text(max_size=20) | st.sampled_from(
    ["<script>alert(1)</script>", '"><b>', "&amp;", "=cmd|' /C calc'!A0", "\u202e"]
)


@given(hostile, hostile, hostile)
def test_hostile_words_stay_words(name: str, partner: str, why: str) -> None:
    held = manifest(entry(1, name=name, partner=partner, exhibits={"hipaa": why}, overrides=(why,), engine=name))
    page = Page(as_html(held))
    assert not {"script", "b"} & {tag for tag, _ in page.tags}
    row = rows(as_csv(held))[0]
    assert row["name"] == safe_cell(name)
    assert not any((cell or "").lstrip(" \n").startswith(("=", "+", "-", "@", "\t")) for cell in row.values())


def test_order_of_entries_changes_no_byte() -> None:
    other = Manifest(dict(reversed(MIXED.entries.items())), MIXED.scope)
    assert as_html(other) == as_html(MIXED)
    assert as_csv(other) == as_csv(MIXED)


def test_names_of_the_summaries_are_written_once() -> None:
    root = pathlib.Path(agreegen.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.py")))
    assert [text.count(name) for name in (PAGE, TABLE)] == [1, 1]
