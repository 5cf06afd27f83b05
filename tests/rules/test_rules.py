"""Rules: each one's Bad fires exactly it, its Good is silent; the table of required fields, field by field."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from complete_proposal import CASE, PARTY, Data, completed, contact, read, written

from agreegen.errors import UsageError
from agreegen.finding import Finding, Severity
from agreegen.law.requirements import requirements
from agreegen.rules import OTHERS, RULES, Case, Rule, check, codes, complete, explain

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator


def findings_for(data: Data, folder: pathlib.Path) -> list[Finding]:
    """The findings of reading and of all rules."""
    reading = read(written(data)[0], folder)
    found = list(reading.findings)
    return found + check(Case.of(reading.proposal, reading.source)) if reading.proposal else found


def example(rule: Rule, part: str) -> Data:
    found = yaml.load(rule.part(part), Loader=yaml.BaseLoader)  # texts as written, as the reader has them
    assert isinstance(found, dict), f"{rule.code} has no {part} that is YAML"
    return {k: None if v == "" else v for k, v in _blanks(found).items()}


def _blanks(node: Any) -> Any:
    if isinstance(node, dict):
        return {k: _blanks(v) for k, v in node.items()}
    return [_blanks(v) for v in node] if isinstance(node, list) else None if node == "" else node


def shown(found: list[Finding]) -> list[str]:
    return [f"{f.location}: {f.code} {f.message}" for f in found]


def test_base_case_is_silent(tmp_path: pathlib.Path) -> None:
    assert shown(findings_for(completed({}), tmp_path)) == []


def test_every_module_of_rules_is_listed() -> None:
    assert len(RULES) >= 25
    assert len({r.code for r in RULES}) == len(RULES)
    assert not {r.code for r in RULES} & set(OTHERS)
    assert [r.code for r in RULES] == sorted(r.code for r in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
class TestEachRule:
    def test_docstring(self, rule: Rule) -> None:
        assert rule.title.endswith("."), "the first line is a sentence"
        assert all(rule.part(name) for name in ("Why", "Bad", "Good"))
        assert "Source:" in rule.text or rule.code in ("P042",), "a rule says where it comes from"
        assert rule.part("Bad") != rule.part("Good")

    def test_bad_fires_exactly_this_rule(self, rule: Rule, tmp_path: pathlib.Path) -> None:
        found = findings_for(completed(example(rule, "Bad")), tmp_path)
        assert {f.code for f in found} == {rule.code}, shown(found)
        assert all(f.severity is rule.severity for f in found)
        assert all(f.message and f.hint and f.location.line for f in found)

    def test_good_is_silent(self, rule: Rule, tmp_path: pathlib.Path) -> None:
        assert shown(findings_for(completed(example(rule, "Good")), tmp_path)) == []

    def test_explained(self, rule: Rule) -> None:
        text = explain(rule.code.lower())
        assert rule.title in text
        assert rule.part("Bad").splitlines()[0] in text


def test_codes_have_sentences() -> None:
    known = codes()
    assert len(known) > len(RULES) + len(OTHERS)
    assert all(title[0].isupper() and title.endswith(".") for title in known.values()), known


def test_explain_names_the_nearest_code() -> None:
    assert "Y001" in explain("Y001")
    with pytest.raises(UsageError) as error:
        explain("P0O1")
    assert "did you mean" in error.value.hint


# ---------------------------------------------------------------------------- the table of required fields (P001)

DISPUTE = dict.fromkeys(
    ("objection", "environment", "outside entities", "consequences", "provider risk", "recipient risk", "alternatives",
     "provider", "recipient", "discussion"), "Said in the meetings.")  # fmt: skip
LOCAL = {"recipient": "Alameda County"}
RESULT = {"outcome": "approved", "decided by": "the Undersecretary", "decided on": "2027-02-10"}


def disputed(**more: Any) -> Data:
    """A disputed proposal, with more of its dispute."""
    return {"undisputed because": None, "dispute": {**DISPUTE, **more}}


FERPA = {
    "kind": "audit", "subsection": "34 CFR 99.31(a)(3)", "pii": "Enrollment", "activity": "Evaluation",
    "program": "Adult", "authorized representative": "The recipient", "destruction period": "One year",
    "redisclosure policies": "Policy 12",
    "schedule": "June 2028", "reports": "Two", "individuals": ["Analysts"], "methodology": "Regression",
    "contacts": "Data Coordinator", "linkages": "None", "conflicts": "None", "source agency": "Sample District",
    "data security protocol": "Attachment 2",
}  # fmt: skip
ELEMENT = CASE["data"]["elements"][0]
RICH: Data = {
    "direction": "two way",
    "transfer": {"flows": [{"sender": "DHCS", "receiver": "CDPH", "content": "A list"}],
                 "sites": [{"name": "Sacramento", "party": "all"}]},
    "data": {"elements": [{**ELEMENT, "classification": ["pii", "phi", "education"], "statute": ["hipaa"],
                           "party": "all"}]},
    "return flow": {
        "authority": {"provider": {"text": "The law permits it.", "ipa ground": "(e)"},
                      "recipient": {"text": "The law permits."}},
        "hipaa": {"relationship": "limited data set", "ground": "45 CFR 164.514(e)",
                  "limited data set purpose": "public health"},
    },
    "use": {
        "users": [{"name": "Outreach unit", "party": "all"}],
        "roles": "Outreach workers call.",
        "contractors": [{"name": "Hosting company", "task": "Runs the database", "party": "all"}],
        "products": [{"name": "Counts", "public": "yes", "release approved by": {"recipient": "A", "provider": "B"}}],
        "deidentification": {"method": "expert", "expert": "Statistician, Attachment 3"},
        "artificial intelligence": {"tools": "Search tool", "purpose": "Finds terms", "data": "Counts",
                                    "retention": "Nothing", "review": "An analyst", "approver": "Data Coordinator"},
    },
    "end of use": {"witnesses": 2},
    "authority": {"consent": {"form": "Signed form", "kept by": "The provider"}},
    "funds": {"instrument": "interagency agreement"},
    "redisclosure": {"recipients": ["Clinics"], "terms": "Each signs."},
    "research": {"title": "Sample study", "principal investigator": "Professor of public health",
                 "approvals": [{"body": "CPHS", "number": "27-1", "date": "2027-01-15", "expires": "2031-01-15"}]},
    "hipaa": {"relationship": "limited data set", "ground": "45 CFR 164.514(e)",
              "limited data set purpose": "public health", "excluded identifiers": ["Names"]},
    "ferpa": FERPA,
    "regimes": {
        "part2": {"path": "consent", "consent scope": "Episodes of care"},
        "fti": {"irs notice date": "2027-01-04"},
        "ssa": {"agreement": "SSA-1"},
        "cjis": {"systems agency": "Department of Justice"},
        "hiv": "yes",
        "vital records": {"kinds": ["birth"]},
        "tribal": {"tribes": ["Sample Tribe"], "review body": "Tribal council", "release rule": "After review"},
    },
}  # fmt: skip
"""A proposal in which every fact that asks for more fields is true."""

OPEN_ENDED = {"dates": {"start": "2027-03-01", "end": None, "review": "2029-03-01"}}
STUDIES = {"ferpa": {k: v for k, v in FERPA.items() if k not in ("program", "authorized representative")}
           | {"kind": "studies", "studies for": "improve instruction"}}  # fmt: skip
JOINED = {"chhs agreement signatory": "yes", "idea signatory": {"signed": "yes"}}
PROVIDERS = {
    "calhhs": {"legal name": "Department of Samples", "kind": "calhhs entity", "hipaa status": "covered", **JOINED},
    "idea": {"legal name": "Department of Samples", "kind": "state agency", "hipaa status": "covered", **JOINED},
    "standalone": {"legal name": "County of Specimen", "kind": "county", "hipaa status": "covered"},
}
PARTNERS = {
    "calhhs": [{"legal name": "Department of Examples", "kind": "calhhs entity", **JOINED}],
    "idea": [{"legal name": "Sample Commission", "kind": "state agency", "idea signatory": {"signed": "yes"}}],
    "standalone": [{"legal name": name, "kind": kind} for name, kind in (
        ("County of Sample", "county"), ("UC Sample", "uc"), ("Sample University", "private university"))],
}  # fmt: skip

DELEGATED = {"governing body": {"name": "Board of the Party", "action": "Standing delegation", "delegate": "Director"}}


def scenarios(program: str) -> Iterator[Data]:
    """Complete proposals of the program that together need every field that it can need."""
    for partner in PARTNERS[program]:
        for sides in (("provider", "recipient"), ("recipient", "provider")):
            parties = dict(zip(sides, (PROVIDERS[program], partner), strict=True))
            rich = {**RICH, **parties}
            yield parties
            yield rich
    yield {**rich, "use": {**RICH["use"], "deidentification": {"method": "other", "other": "Merged areas"}}, **STUDIES}
    yield {**rich, **OPEN_ENDED}
    yield {**rich, "dispute": DISPUTE, "undisputed because": None}
    yield {**rich, "required by law": "Welfare and Institutions Code section 10850(a)"}
    yield {**rich, "terms": {"gap": {"location": "yes"}}}
    if program == "standalone":
        for venue in ("provider_county", "recipient_county"):
            yield {**RICH, "provider": PROVIDERS[program], "recipient": PARTNERS[program][0], "terms": {"venue": venue}}
        yield {"provider": {**PROVIDERS[program], **DELEGATED}, "recipient": {**PARTNERS[program][0], **DELEGATED}}


def case_of(data: Data, folder: pathlib.Path) -> tuple[Case | None, list[Finding]]:
    reading = read(written(data)[0], folder)
    if reading.proposal is None:
        return None, list(reading.findings)
    return Case.of(reading.proposal, reading.source), list(reading.findings)


def needed_fields(case: Case) -> list[tuple[str, tuple[str | int, ...]]]:
    """Each field of the table that the case needs, with the path of its first value."""
    context = {"facts": case.facts, "terms": case.terms, "variant": case.variant, "proposal": case.plain}
    law = case.proposal.required_by_law is not None
    found = []
    for row in requirements(case.program, case.proposal.disputed, law):
        for path, _, names in complete._values(row.field, case, context):
            if row.need != "no" and row.is_needed(names):
                found.append((row.field, path))
                break
    return found


def without(data: Data, path: tuple[str | int, ...]) -> tuple[Data, tuple[str | int, ...]] | None:
    """The data without the value at the path, and the path of the nearest block that is left; None if not there."""
    copied = copy.deepcopy(data)
    node: Any = copied
    left: list[str | int] = []
    for part in path[:-1]:
        key = part.replace("_", " ") if isinstance(part, str) else part
        if isinstance(node, dict) and isinstance(key, int):
            continue  # a party that stands alone has no number in the file
        node = node[key]
        left.append(key)
    last = str(path[-1]).replace("_", " ")
    if not isinstance(node, dict) or last not in node:
        return None
    del node[last]
    return copied, tuple(left)


@pytest.mark.parametrize("program", PARTNERS)
def test_each_required_field_is_asked_for_where_it_belongs(program: str, tmp_path: pathlib.Path) -> None:
    tested: set[str] = set()
    for fragment in scenarios(program):
        data = completed(fragment)
        case, findings = case_of(data, tmp_path)
        assert case is not None, shown(findings)
        assert case.program == program
        assert [f for f in shown(check(case)) if "P001" in f] == []
        for field, path in needed_fields(case):
            if field in tested | EXCEPTIONS:
                continue
            removed = without(data, path)
            if removed is None:
                continue
            tested.add(field)
            _assert_one_finding(*removed, path, tmp_path)
    asked = {row.field for disputed in (False, True) for law in (False, True)
             for row in requirements(program, disputed, law)
             if row.need != "no" and (program == "standalone" or "university" not in (row.when or ""))}  # fmt: skip
    assert len(asked) > 50
    assert asked - tested - EXCEPTIONS == set()


EXCEPTIONS = {"proposal", "required_by_law", "dates.frequency", "use.deidentification.method"}
"""The title and the method are asked for on reading (D002); the law switches its own column; see the test below."""


def _assert_one_finding(
    data: Data, block: tuple[str | int, ...], path: tuple[str | int, ...], folder: pathlib.Path
) -> None:
    text, lines = written(data)
    reading = read(text, folder)
    found = list(reading.findings)
    if reading.proposal is not None:
        found += [f for f in check(Case.of(reading.proposal, reading.source)) if f.code == "P001"]
    assert len(found) == 1, (path, shown(found))
    name = str(path[-1]).replace("_", " ")
    assert f"{name}' is missing" in found[0].message
    assert found[0].location.line == lines[block], (path, shown(found), text)


def test_frequency_may_stand_in_either_block(tmp_path: pathlib.Path) -> None:
    data = completed({"dates": {"frequency": None}})
    assert shown(findings_for(data, tmp_path)) == []


def test_title_is_needed_to_read_the_file(tmp_path: pathlib.Path) -> None:
    data = completed({})
    del data["proposal"]
    found = findings_for(data, tmp_path)
    assert [(f.code, f.location.line) for f in found] == [("D002", 1)]


def test_entries_of_lists_are_asked_one_by_one(tmp_path: pathlib.Path) -> None:
    data = completed({"data": {"elements": [ELEMENT, {"name": "Second", "classification": ["none"]}]}})
    _, lines = written(data)
    found = findings_for(data, tmp_path)
    at = lines["data", "elements", 1]
    assert [(f.code, f.location.line) for f in found] == [("P001", at), ("P001", at)]
    assert {"definition", "why needed"} <= {m for f in found for m in ("definition", "why needed") if m in f.message}


def test_hint_of_a_missing_field_is_yaml_that_mends_it(tmp_path: pathlib.Path) -> None:
    data = completed({})
    del data["purpose"]["scope"]
    [found] = findings_for(data, tmp_path)
    line = found.hint.split("`")[1]
    data["purpose"] |= yaml.safe_load(line)
    assert shown(findings_for(data, tmp_path)) == []


@pytest.mark.parametrize("as_list", [False, True])
def test_a_party_that_is_a_bare_name_is_to_be_made_a_block(as_list: bool, tmp_path: pathlib.Path) -> None:
    data = completed({})
    data["recipient"] = ["Fresno County"] if as_list else "Fresno County"
    found = [f for f in findings_for(data, tmp_path) if f.code == "P001" and "recipient" in f.message]
    assert len(found) > 5
    for finding in found:
        block = yaml.safe_load(finding.hint.split("`")[1])
        block = block if as_list else block["recipient"]
        assert (block["party"], len(block)) == ("Fresno County", 2)


def test_of_a_party_on_both_sides_nothing_more_is_asked(tmp_path: pathlib.Path) -> None:
    found = findings_for(completed({"provider": "DHCS", "recipient": "DHCS"}), tmp_path)
    assert [f.code for f in found] == ["P022"]


# ------------------------------------------------------------------------------------- further cases of single rules


@pytest.mark.parametrize(
    ("fragment", "code", "path"),
    [
        ({"dates": {"draft final": "2027-02-10", "sent": "2027-02-01"}}, "P010", ("dates", "sent")),
        ({"dates": {"sent": "2027-03-02"}}, "P010", ("dates", "start")),
        ({"dates": {"review": "2027-02-01"}}, "P010", ("dates", "review")),
        ({"dates": {"mode": "one time", "frequency": "Once"}, "transfer": {"frequency": "Each Monday"}},
         "P013", ("transfer", "frequency")),
        ({"status": "Denied"}, "P006", ("status",)),
        (disputed(decision="Denied for want of authority."), "P006", ("dispute", "decision")),
        (disputed(outcome="denied", decision="See the record."), "P006", ("dispute", "outcome")),
        (disputed(**RESULT | {"decided on": "2027-03-02"}), "P010", ("dispute", "decided on")),
        (disputed(**RESULT) | {"dates": {"sent": "2027-02-11"}}, "P010", ("dispute", "decided on")),
        (disputed(**RESULT) | {"signatures": [
            {"party": "provider", "role": "executive sponsor", "signed on": "2027-02-09"}]},
         "P010", ("signatures", 0, "signed on")),
        (disputed() | {"status": "active"}, "P057", ("status",)),
        (disputed(**RESULT | {"decided on": None}), "P057", ("dispute",)),
        (disputed(**RESULT | {"decided by": None}), "P057", ("dispute",)),
        (disputed(**RESULT | {"outcome": None, "decision": "The list is cut."}), "P057", ("dispute",)),
        (disputed(**RESULT | {"decided by": None}) | LOCAL, "P060", ("dispute", "outcome")),
        (disputed(decision="Approved for adults.", **{"decided on": "2027-02-10"}) | LOCAL,
         "P060", ("dispute", "decision")),
        (disputed(**RESULT | {"outcome": "settled"}) | LOCAL, "P060", ("dispute", "decided by")),
        (disputed(by="CDPH"), "P026", ("dispute", "by")),
        (disputed() | {"provider": ["DHCS", "Department of Social Services"],
                       "data": {"elements": [{**ELEMENT, "party": "all"}]}}, "P025", ("dispute",)),
        ({"transfer": {"flows": [{"sender": "DHCS", "receiver": "CDPH"}, {"sender": "Nobody", "receiver": "CDPH"}]}},
         "P026", ("transfer", "flows", 1, "sender")),
        ({"opinions": [{"party": "provider", "kind": "legal", "date": "2027-02-20"}],
          "signatures": [{"party": "provider", "role": "executive sponsor", "signed on": "2027-02-19"}]},
         "P010", ("opinions", 0, "date")),
        ({"signatures": [{"party": "provider", "role": "data coordinator", "signed on": "2027-03-02"}]},
         "P010", ("signatures", 0, "signed on")),
        ({"recipient": {"legal name": "Sample Charity", "kind": "nonprofit"}}, "P021", ("recipient",)),
        ({"program": "idea"}, "P021", ("program",)),
        ({"variant": "local government"}, "P021", ("variant",)),
        ({"transfer": {"cloud": "Government region"}}, "P044", ("transfer", "cloud")),
        ({"hipaa": {"relationship": "public health", "ground": "45 CFR 164.512(b)"}},
         "P030", ("hipaa", "relationship")),
        ({"security": {"protocols": "FIPS 140-2 modules"}}, "P052", ("security", "protocols")),
        ({"confidential": ["security", "transfr.storage"]}, "P053", ("confidential", 1)),
        ({"regimes": {"fti": {"elements": "Income", "irs notice date": "2027-01-04"}}}, "P058", ("regimes", "fti")),
    ],
)  # fmt: skip
def test_further_faults(fragment: Data, code: str, path: tuple[Any, ...], tmp_path: pathlib.Path) -> None:
    data = completed(fragment)
    _, lines = written(data)
    found = [f for f in findings_for(data, tmp_path) if f.code == code]
    assert [f.location.line for f in found] == [lines[path]], shown(findings_for(data, tmp_path))


@pytest.mark.parametrize(
    ("fragment", "code"),
    [
        ({"dates": {"start": "2026-09-01"}, "security": {"protocols": "FIPS 140-2 modules"}}, "P052"),
        ({"provider": "DHCS", "recipient": "DHCS", "direction": "two way"}, "P022"),
        ({"recipient": {"party": "DHCS", "unit": "Benefits"}, "provider": {"party": "DHCS", "unit": "Data"}}, "P022"),
        ({"purpose": {"scope": "Calls by the Dr. program"}}, "P051"),
        ({"dates": {"end": "2027-03-01"}}, "P010"),
        ({"dates": {"mode": "one time", "frequency": "once, in March"}, "transfer": {"frequency": "One time"}}, "P013"),
        ({"dates": {"mode": "ongoing"}, "transfer": {"frequency": "quarterly"}}, "P013"),
        *(({"status": status}, "P006") for status in ("disputed", "in review", "terminated")),
        (disputed(**RESULT | {"outcome": None, "decision": "Approved for adults."}), "P057"),
        (disputed(outcome="settled", **{"decided on": "2027-02-10"}), "P057"),
        (disputed(decision="Denied in part.", **RESULT), "P006"),
        (
            disputed(**RESULT) | {"signatures": [{"party": "provider", "role": "counsel", "signed on": "2027-02-09"}]},
            "P010",
        ),
        (disputed(by="DHCS"), "P026"),
        ({"confidential": ["security", "security.protocols"], "security": {"protocols": None}}, "P053"),
        (
            disputed(by="provider")
            | {
                "provider": ["DHCS", "Department of Social Services"],
                "data": {"elements": [{**ELEMENT, "party": "all"}]},
            },
            "P025",
        ),
        ({"use": {"deidentification": {"method": "ddg", "score": 12}}}, "P043"),
    ],
)
def test_no_false_alarm(fragment: Data, code: str, tmp_path: pathlib.Path) -> None:
    assert [f for f in shown(findings_for(completed(fragment), tmp_path)) if code in f] == []


def test_party_record_covers_both_roles() -> None:
    assert set(contact("manager")) <= {"name", "title", "division", "email", "phone"}
    assert Severity.ERROR in {r.severity for r in RULES}
    assert PARTY["contacts"]


@pytest.mark.parametrize(("regimes", "silent"), [({}, False), ({"hiv": {"scope": "Cases of one county"}}, True)])
def test_terms_on_hiv_are_switched_on_by_their_section(regimes: Data, silent: bool, tmp_path: pathlib.Path) -> None:
    element = copy.deepcopy(CASE["data"]["elements"][0]) | {"statute": ["hiv"]}
    data = completed({"regimes": regimes})
    data["data"]["elements"] = [element]
    hints = [f.hint for f in findings_for(data, tmp_path) if f.code == "P056"]
    assert hints == ([] if silent else ["add `hiv` to its classification"])


@pytest.mark.parametrize(
    ("text", "found"),
    [("____", True), ("[describe the reason]", True), ("XX", True), ("xxx", True), ("within ____ days", True),
     ("[Reserved]", False), ("Title XX", False), ("file_a__b.csv", False), ("See [1] below", False)],
)  # fmt: skip
def test_blanks_are_placeholders(text: str, found: bool, tmp_path: pathlib.Path) -> None:
    data = completed({"purpose": {**CASE["purpose"], "reason": text}, "extra": {"fee": text}})
    places = [f.location.path for f in findings_for(data, tmp_path) if f.code == "P055"]
    assert places == (["purpose.reason", "extra.fee"] if found else [])


def test_patterns_of_valid_inputs_are_no_blanks(tmp_path: pathlib.Path) -> None:
    (one,) = CASE["data"]["elements"]
    elements = [{**one, "valid inputs": text} for text in ("XX", "[A-Z]", "TBD")]
    found = findings_for(completed({"data": {**CASE["data"], "elements": elements}}), tmp_path)
    assert [f.location.path for f in found if f.code == "P055"] == ["data.elements[3].valid inputs"]
