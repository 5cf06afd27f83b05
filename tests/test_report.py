"""Findings as text, versioned JSON, and SARIF that code hosts take."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreegen import report
from agreegen.finding import Finding, Location, Severity

YAML = Finding("P010", Severity.ERROR, Location("proposals/acme.yaml", 12, 3, path="dates.end"),
               "the end date is before the start date", "correct one of the two dates")  # fmt: skip
WORD = Finding("T003", Severity.WARNING,
               Location("templates\\clauses\\notices.docx", part="body", heading="Notices",
                        cell="table 2, row 3, column 1", text="{{ notice.x }}"), "nothing is called 'x'")  # fmt: skip
BARE = Finding("R001", Severity.NOTE, Location(), "nothing to place")
ALL = [YAML, WORD, BARE]

SARIF: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {"id": {"type": "string"}},
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": {"$ref": "#/definitions/result"}},
                },
            },
        },
    },
    "definitions": {
        "result": {
            "type": "object",
            "additionalProperties": False,
            "required": ["message"],
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": -1},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["text"],
                    "properties": {"text": {"type": "string", "minLength": 1}},
                },
                "locations": {"type": "array", "items": {"$ref": "#/definitions/location"}},
            },
        },
        "location": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "physicalLocation": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "artifactLocation": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"uri": {"type": "string", "pattern": r"^[^\\ ]+$"}},
                        },
                        "region": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "startLine": {"type": "integer", "minimum": 1},
                                "startColumn": {"type": "integer", "minimum": 1},
                            },
                        },
                    },
                    "required": ["artifactLocation"],
                },
                "logicalLocations": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"fullyQualifiedName": {"type": "string", "minLength": 1}},
                    },
                },
            },
        },
    },
}
"""What of SARIF 2.1.0 (OASIS, sarif-schema-2.1.0.json) we use, with nothing else allowed."""


def written(findings: list[Finding]) -> str:
    stream = io.StringIO()
    report.text(findings, stream)
    return stream.getvalue()


def test_text_form() -> None:
    assert (
        written(ALL)
        == """\
proposals/acme.yaml:12:3: error[P010] the end date is before the start date
  hint: correct one of the two dates
templates\\clauses\\notices.docx: body, under "Notices", table 2, row 3, column 1: warning[T003] nothing is called 'x'
  at: {{ notice.x }}
note[R001] nothing to place
1 error, 1 warning, 1 note; `agreegen explain P010` tells more
"""
    )


def test_nothing_to_say() -> None:
    assert written([]) == ""
    assert report.summary([]) == "no findings"


@pytest.mark.parametrize(
    ("kinds", "words"),
    [("ee", "2 errors"), ("ew", "1 error, 1 warning"), ("wwn", "2 warnings, 1 note"), ("nn", "2 notes")],
)
def test_summary(kinds: str, words: str) -> None:
    by_letter = {"e": Severity.ERROR, "w": Severity.WARNING, "n": Severity.NOTE}
    assert report.summary([Finding("X", by_letter[k], Location(), "m") for k in kinds]) == words


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (Location("a.yaml", 3, 4), "a.yaml:3:4"),
        (Location("a.yaml", 3), "a.yaml:3"),
        (Location("a.docx", part="body", paragraph=7), "a.docx: body, paragraph 7"),
        (Location("a.docx", part="header 1"), "a.docx: header 1"),
        (Location("a.docx"), "a.docx"),
        (Location(), ""),
    ],
)
def test_place_in_words(location: Location, words: str) -> None:
    assert str(location) == words


def test_json_is_versioned_and_complete() -> None:
    found = json.loads(report.as_json(ALL, files=["a.docx"]))
    assert list(found) == ["version", "files", "findings"]
    assert found["version"] == report.VERSION == 1
    assert found["findings"][0] == {
        "code": "P010", "severity": "error", "message": YAML.message, "hint": YAML.hint,
        "location": {"file": "proposals/acme.yaml", "line": 12, "column": 3, "path": "dates.end"},
    }  # fmt: skip
    assert found["findings"][1]["location"]["cell"] == "table 2, row 3, column 1"
    assert found["findings"][2]["location"] == {}


def test_json_keeps_characters() -> None:
    assert "Añ — §" in report.as_json([Finding("X", Severity.ERROR, Location("Añ — §"), "m")])


def test_sarif_is_valid() -> None:
    found = json.loads(report.as_sarif(ALL, "1.0"))
    jsonschema.Draft7Validator(SARIF).validate(found)
    [run] = found["runs"]
    assert [r["level"] for r in run["results"]] == ["error", "warning", "note"]
    assert [run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] for r in run["results"]] == ["P010", "T003", "R001"]
    first, second, third = (r["locations"][0] for r in run["results"])
    assert first["physicalLocation"] == {"artifactLocation": {"uri": "proposals/acme.yaml"},
                                         "region": {"startLine": 12, "startColumn": 3}}  # fmt: skip
    assert first["logicalLocations"] == [{"fullyQualifiedName": "dates.end"}]
    assert second["physicalLocation"]["artifactLocation"]["uri"] == "templates/clauses/notices.docx"
    assert second["logicalLocations"][0]["fullyQualifiedName"].startswith('body, under "Notices"')
    assert "region" not in second["physicalLocation"]
    assert third["physicalLocation"]["artifactLocation"]["uri"] == "."
    assert "correct one" in run["results"][0]["message"]["text"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/é.yaml", "a%20b/%C3%A9.yaml"),
        ("/home/x/a.yaml", "file:///home/x/a.yaml"),
        ("C:\\x\\a.yaml", "file:///C:/x/a.yaml"),
        ("", "."),
    ],
)
def test_sarif_has_uris(file: str, uri: str) -> None:
    found = json.loads(report.as_sarif([Finding("X", Severity.ERROR, Location(file, 1), "m")], "1"))
    place = found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


def test_schema_of_sarif_bites() -> None:
    for broken in ({"version": "2.0.0", "runs": []}, {"version": "2.1.0", "runs": [{}]},
                   {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{}]}]}):  # fmt: skip
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft7Validator(SARIF).validate(broken)


NUMBERS = st.none() | st.integers(1, 99)
LOCATIONS = st.builds(Location, file=st.text(), line=NUMBERS, column=NUMBERS,
                      path=st.text(), part=st.text(), heading=st.text(), text=st.text())  # fmt: skip
FINDINGS = st.builds(Finding, code=st.text(), severity=st.sampled_from(Severity), location=LOCATIONS,
                     message=st.text(min_size=1), hint=st.text())  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(FINDINGS, max_size=3))
def test_any_findings_make_valid_reports(findings: list[Finding]) -> None:
    jsonschema.Draft7Validator(SARIF).validate(json.loads(report.as_sarif(findings, "1")))
    assert len(json.loads(report.as_json(findings))["findings"]) == len(findings)
    assert written(findings).count("[") >= len(findings)
