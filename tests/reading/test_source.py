"""YAML: each trap by its finding, values as written, the place of every key."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agreegen.finding import Severity
from agreegen.reading import Source, plain_key, read_source
from agreegen.reading.source import DEPTH, LIMIT, MOST

NAME = "proposals/sample.yaml"


def source(text: str | bytes) -> Source:
    return read_source(text.encode() if isinstance(text, str) else text, NAME)


def problems(found: Source) -> list[tuple[str, int | None, int | None]]:
    return [(f.code, f.location.line, f.location.column) for f in found.findings]


@pytest.mark.parametrize(
    ("text", "code", "line", "word"),
    [
        ("a: 1\nscope: Calls: by phone\n", "Y001", 2, "quotes"),
        ("a:\n\tb: 1\n", "Y001", 2, "tab"),
        ("a:\n  b: 1\n \tc: 2\n", "Y001", 3, "tab"),
        ("a: 1\nb: [x, y\nc: 2\n", "Y001", 2, "isn't closed"),
        ("a: 1\nb: {x: 1\nc: 2\n", "Y001", 2, "isn't closed"),
        ('a: 1\nb: "x\nc: 2\n', "Y001", 2, "not closed"),
        ("a: 1\nb: {x: Deputy Director, Programs, y: 2}\n", "Y009", 2, "Programs"),
        ("a: 1\nb: {x: Deputy Director,\n  Programs}\n", "Y009", 3, "Programs"),
        ("a: 1\nb: 'x' and more\n", "Y001", 2, "closing quote"),
        ("a: 1\nb: @home\n", "Y001", 2, "needs quotes"),
        ("a: 1\nb: %x\n", "Y001", 2, "needs quotes"),
        ("a: 1\nb: *other\n", "Y003", 2, "needs quotes"),
        ("a: 1\nword\nb: 2\n", "Y001", 2, "colon"),
        ("a: 1\n b: 2\n", "Y001", 2, "indentation"),
        ("a: 1\n{x: 1}: 2\n", "Y001", 2, "key"),
        ("a: 1\nb: 2\na: 3\n", "Y002", 3, "twice"),
        ("end_of_use: 1\nend of use: 2\n", "Y002", 2, "line 1"),
        ("End-Of-Use: 1\nend of use: 2\n", "Y002", 2, "line 1"),
        ("a: {b: 1, b: 2}\n", "Y002", 1, "twice"),
        ("a: 1\nb: &Sons Company\n", "Y003", 2, "needs quotes"),
        ("a: ! stop\n", "Y003", 1, "needs quotes"),
        ("a: !!str 12\n", "Y003", 1, "tag"),
        ("a: !!python/object:os.system x\n", "Y003", 1, "tag"),
        ("a: !secret x\n", "Y003", 1, "tag"),
        ("a: !!set {x}\n", "Y003", 1, "tag"),
        ("", "Y006", 1, "empty"),
        ("# only a comment\n", "Y006", 1, "empty"),
        ("- a\n- b\n", "Y006", 1, "block"),
        ("just a text\n", "Y006", 1, "block"),
        ("a: 1\n---\nb: 2\n", "Y001", 2, "one proposal"),
        ("a: “quoted”\n", "Y007", 1, "straight"),
        ("a: \u2018quoted\u2019\n", "Y007", 1, "straight"),
        ("a: Suite 4 #12\n", "Y008", 1, "comment"),
        ("a: Case #of the year\n", "Y008", 1, "comment"),
        ("a: The county's list #1\n", "Y008", 1, "comment"),
        ("a: #4\n", "Y008", 1, "comment"),
        ("a:\n  - x\n  - y #1 z\n", "Y008", 3, "comment"),
        ("- a\n# x", "Y006", 1, "block"),
        ("a: b\x07c\n", "Y005", 1, "U+0007"),
        (b"a: 1\nb: x\x85y\n", "Y005", 2, "UTF-8"),
        ("a: 1\nb: “x”\n".encode("cp1252"), "Y005", 2, "UTF-8"),
        ("a: 1\nb: \ufffe\n", "Y005", 2, "U+FFFE"),
        ("a: 1\nb: 'x\u2028y'\n", "Y005", 2, "U+2028"),
        ("a: 1\nb: 'x\x85y'\n", "Y005", 2, "U+0085"),
        ("a: 1\nb: \\x\n\x00", "Y005", 3, "U+0000"),
    ],
)
def test_trap(text: str | bytes, code: str, line: int, word: str) -> None:
    found = source(text)
    assert [(c, at) for c, at, _ in problems(found)] == [(code, line)]
    [finding] = found.findings
    assert word in f"{finding.message} {finding.hint}"
    assert finding.hint
    assert finding.location.file == NAME


def test_column_is_counted_from_one() -> None:
    assert problems(source("ab: 1\ncd: x: y\n")) == [("Y001", 2, 6)]
    assert problems(source(b"ab: \x93x\n")) == [("Y005", 1, 5)]
    assert problems(source("ab: 1\nab: 2\n")) == [("Y002", 2, 1)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("NO", "NO"), ("y", "y"), ("true", True), ("false", False),
        ("True", True), ("TRUE", "TRUE"), ("017", "017"), ("0", 0), ("00501", "00501"), ("12", 12), ("-3", -3),
        ("-0", "-0"), ("+3", "+3"), ("1_000", "1_000"), ("0x1F", "0x1F"), ("0o17", "0o17"),
        ("1.10", "1.10"), ("1e3", "1e3"), (".5", ".5"), (".inf", ".inf"),
        ("12:30", "12:30"), ("190:20:30", "190:20:30"), ("2027-03-01", "2027-03-01"),
        ("2027-02-30", "2027-02-30"), ("2027-03-01T10:00:00Z", "2027-03-01T10:00:00Z"), ("~", None), ("null", None),
        ("", None), ("Null", "Null"), ("'12'", "12"), ('"true"', "true"), ("'null'", "null"),
        ("Suite no.#4", "Suite no.#4"),
        ("a # b", "a"), ("99999999999999999999", "99999999999999999999"), ("(916) 555-0100", "(916) 555-0100"),
        ("=", "="), ("<<", "<<"), ("50%", "50%"), ("a:b", "a:b"), ("|\n  x\n  y", "x\ny\n"),
        (">\n  x\n  y", "x y\n"), ("§ 1798.24", "§ 1798.24"),
    ],
)  # fmt: skip
def test_value_as_written(text: str, value: Any) -> None:
    found = source(f"a: {text}\n")
    assert problems(found) == []
    assert found.data == {"a": value}
    assert type(found.data["a"]) is type(value)


@pytest.mark.parametrize("content", ["a: ä€\n".encode(), "a: ä€\n".encode("utf-8-sig"), "a: ä€\n".encode("utf-16"),
                                     b"\xff\xfe" + "a: ä€\n".encode("utf-16-le"),
                                     b"\xfe\xff" + "a: ä€\n".encode("utf-16-be"),
                                     "a: ä€\r\n".encode()])  # fmt: skip
def test_encodings_of_editors(content: bytes) -> None:
    found = source(content)
    assert found.data == {"a": "ä€"}
    assert problems(found) == []


def test_broken_utf16_is_a_finding() -> None:
    assert [c for c, _, _ in problems(source(b"\xff\xfea\x00:\x00 \x00x"))] == ["Y005"]
    assert [c for c, _, _ in problems(source(b"\xff\xfe\x00\xd8a\x00"))] == ["Y005"]


def test_too_large() -> None:
    found = source(b"a: " + b"x" * LIMIT)
    assert problems(found) == [("Y004", 1, 1)]
    assert "CSV" in found.findings[0].hint


@pytest.mark.parametrize("text", ["a: " + "[" * 100 + "]" * 100, "a: " + "{b: " * 100 + "1" + "}" * 100])
def test_too_deep(text: str) -> None:
    assert [c for c, _, _ in problems(source(text + "\n"))] == ["Y004"]
    inside = source("a: " + "[" * (DEPTH - 1) + "]" * (DEPTH - 1) + "\n")
    assert problems(inside) == []


def test_absurdly_deep_is_still_a_finding() -> None:
    found = source("a: " + "[" * 50_000 + "\n")
    assert {c for c, _, _ in problems(found)} <= {"Y001", "Y004"}
    assert found.findings


def test_bomb_of_aliases() -> None:
    lines = ["a0: &a0 [x, x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    found = source("\n".join(lines) + "\n")
    assert {c for c, _, _ in problems(found)} == {"Y003"}
    assert len(found.findings) == MOST


def test_alias_and_what_it_repeats_are_both_shown() -> None:
    assert problems(source("a: &x [1]\nb: *x\n")) == [("Y003", 1, 4), ("Y003", 2, 4)]
    assert {c for c, _, _ in problems(source("a: &x {b: *x}\n"))} == {"Y003"}


def test_comment_marks_that_are_harmless() -> None:
    for text in (
        'a: "x #1"\n',
        "a: x#1\n",
        "# a #1\nb: c\n",
        "a: x # a comment\n",
        'a: "x" #1\n',
        "a: x #\n",
        "a: x ## b\n",
        "a: |\n  x #1\n",
        "a: >\n  x\n\n  y #1\nb: z\n",
    ):
        assert problems(source(text)) == [], text


def test_warnings_leave_the_data() -> None:
    found = source("a: “quoted”\nb: x #1\n")
    assert {f.severity for f in found.findings} == {Severity.WARNING}
    assert found.data == {"a": "“quoted”", "b": "x"}


def test_errors_elsewhere_leave_what_could_be_read() -> None:
    found = source("a: 1\na: 2\nb: y\nb: z\n")
    assert found.data == {"a": 1, "b": "y"}
    assert problems(found) == [("Y002", 2, 1), ("Y002", 4, 1)]


TEXT = """\
# comment
proposal: Sample
data_use:
  Sub-key: 12
  list:
    - one
    - name: two
      other: >
        long
        text
flow: {x: [1, {y: 2}]}
"""


@pytest.mark.parametrize(
    ("path", "key", "value", "at"),
    [
        ((), (2, 1), (2, 1), (2, 1)),
        (("proposal",), (2, 1), (2, 11), (2, 11)),
        (("data use",), (3, 1), (4, 3), (3, 1)),
        (("data use", "sub key"), (4, 3), (4, 12), (4, 12)),
        (("data use", "list"), (5, 3), (6, 5), (5, 3)),
        (("data use", "list", 0), (6, 7), (6, 7), (6, 7)),
        (("data use", "list", 1), (7, 7), (7, 7), (7, 7)),
        (("data use", "list", 1, "other"), (8, 7), (8, 14), (8, 14)),
        (("flow", "x", 1, "y"), (11, 16), (11, 19), (11, 19)),
    ],
)
def test_places(path: tuple[str | int, ...], key: tuple[int, int], value: tuple[int, int], at: tuple[int, int]) -> None:
    place = source(TEXT).places[path]
    assert (place.key, place.value, place.at) == (key, value, at)


# ---------------------------------------------------------------------------------------------------- property tests

TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff")
)
WORDS = st.from_regex(r"[a-z]{1,8}( [a-z]{1,8})?", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_quoted_text_comes_back_exactly(text: str) -> None:
    single = "'" + text.replace("'", "''") + "'"
    for quoted in (json.dumps(text, ensure_ascii=False), single):
        found = source(f"key: {quoted}\n")
        assert found.data == {"key": text}, quoted
        assert problems(found) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS.map(lambda t: "x" + t.rstrip()), min_size=1))
def test_literal_block_comes_back_exactly(lines: list[str]) -> None:
    found = source("key: |-\n" + "".join(f"  {line}\n" for line in lines))
    assert found.data == {"key": "\n".join(lines)}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=5))
def test_every_key_has_its_place(data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, default_style='"', width=10_000)
    text = text.replace('!!null "null"', "null")
    text = yaml.safe_dump(data, allow_unicode=True, width=10_000) if "!!" in text else text
    found = source(text)
    lines = found.text.split("\n")
    assert len(found.places) > len(data)
    for path, place in found.places.items():
        if path and isinstance(path[-1], str):
            line = lines[place.key[0] - 1]
            assert plain_key(line[place.key[1] - 1 :].lstrip("\"'? ")).startswith(path[-1])


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab: -\n\t#[]{}\"'|>&*!%@,?~01.“\\\x00\ufeff"), max_size=40) | st.binary(max_size=40))
def test_no_input_makes_an_exception(content: str | bytes) -> None:
    found = source(content)
    assert found.data is not None or found.findings
    assert all(f.location.line and f.location.column and f.message for f in found.findings)


JARGON = re.compile(r"(?i)\b(?:mapping|scalar|sequence|block end|token|indicator|simple key|stream|context)\b")


@pytest.mark.parametrize(
    "text",
    ["a: b: c", "a: [1, 2", "a: {b: 1", "a: 'x", "a:\n\tb: 1", "a: @x", "a: 1\n  b: 2", "a\nb: 1", "a: - b",
     'a: "x\\q"', "a: 1\n---\nb: 2", "a: %x", "- a\nb: 1", "a: 'x' y", "a: ]", "%a\nb: 1", "a: &", "a: *"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_plain_words(text: str) -> None:
    source = read_source(text.encode(), "x.yaml")
    assert source.findings, text
    for finding in source.findings:
        assert not JARGON.search(f"{finding.message} {finding.hint}"), finding


def test_a_key_in_braces_may_have_no_value_if_its_colon_is_there() -> None:
    assert source("a: {x: , y: 1}\n").data == {"a": {"x": None, "y": 1}}
    assert problems(source("a: {x: , y: 1}\n")) == []
