"""Series: each partner's agreement is what the whole computation makes of it, whoever came before."""

from __future__ import annotations

import copy
import functools
import gc
import json
import pathlib
import random
import shutil
import tempfile
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreegen import generate, rules, sharing
from agreegen.errors import UsageError
from agreegen.finding import Severity, plain_key
from agreegen.law.tables import table
from agreegen.partner import Party
from agreegen.reading import Listed, Path, Place, partners_of, read_source
from agreegen.reading.listed import Block
from agreegen.rules import Rule
from agreegen.series import Series
from agreegen.workspace import Workspace, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agreegen.generate import Opened
    from agreegen.template import Template

ROOT = pathlib.Path(__file__).parents[1]
PROPOSALS = ROOT / "proposals"
EXAMPLES = ("calhhs-hipaa", "county-coverage", "disputed-eligibility", "required-by-law", "statewide-part2",
            "university-research")  # fmt: skip
SIDES = ("provider", "recipient")
Record = dict[str, Any]


def template(variant: str, workspace: Workspace) -> Template:
    """The template of a variant; its files don't change while the tests run."""
    return _opened(variant)


@functools.cache
def _opened(variant: str) -> Template:
    return ORIGINAL(variant, find(PROPOSALS))


ORIGINAL = generate.opened_template


@pytest.fixture(autouse=True)
def _opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "opened_template", template)


def record_of(said: Any) -> Record:
    """The record of a party of an example, by the name of its file or as it stands in the proposal."""
    if isinstance(said, str):
        path = PROPOSALS / "partners" / f"{said}.yaml"
        said = read_source(path.read_bytes(), path.as_posix()).data if path.exists() else {"party": said}
    return {key: value for key, value in said.items() if key != "sample"}


class Example:
    """An example whose party of a side is left open, the record of that party, and its series."""

    def __init__(self, name: str, side: str, folder: pathlib.Path, **changes: Any) -> None:
        source = read_source((PROPOSALS / f"{name}.yaml").read_bytes(), name)
        data = {**source.data, **changes}
        said = data[side][0] if isinstance(data[side], list) else data[side]
        self.record = record_of(said)
        data[side] = ["partner", *data[side][1:]] if isinstance(data[side], list) else "partner"
        other = SIDES[1 - SIDES.index(side)]
        if isinstance(data[other], str):
            data[other] = record_of(data[other])
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}.yaml"
        self.path.write_text(json.dumps(data))
        for file in PROPOSALS.glob("*.csv"):
            shutil.copy(file, folder)
        self.workspace = find(PROPOSALS)
        self.series = Series.open(self.path, self.workspace)

    def whole(self, partner: Listed, *, as_draft: bool = False) -> Opened:
        """The whole computation."""
        return generate.opened_proposal(self.path, self.workspace, partner=partner.id, as_draft=as_draft,
                                        partners=partners_of([partner], self.series.records))  # fmt: skip


@functools.cache
def example(name: str, side: str) -> Example:
    return Example(name, side, pathlib.Path(tempfile.mkdtemp()) / side)


def alike(one: Any, other: Any, path: str = "") -> None:
    """Fails at the first place where two values, or their types, differ."""
    assert type(one) is type(other), (path, one, other)
    if isinstance(one, dict):
        assert set(one) == set(other), (path, set(one) ^ set(other))
        for key, value in one.items():
            alike(value, other[key], f"{path}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), (path, one, other)
        for number, (a, b) in enumerate(zip(one, other, strict=True)):
            alike(a, b, f"{path}[{number}]")
    else:
        assert one == other, (path, one, other)


def same(whole: Opened, short: Opened) -> None:
    """Fails where a result of the series isn't that of the whole computation."""
    assert short.findings == whole.findings
    assert short.reading.findings == whole.reading.findings
    assert short.reading.proposal == whole.reading.proposal
    assert (short.agreement is None, short.template) == (whole.agreement is None, whole.template)
    if whole.agreement and short.agreement:
        alike(dict(whole.agreement.context), dict(short.agreement.context))
        assert short.agreement.proposal == whole.agreement.proposal
        assert short.agreement.exhibits == whole.agreement.exhibits
        assert short.agreement.variant == whole.agreement.variant
        assert short.agreement.program == whole.agreement.program


def listed(record: Record, id_: str = "partner-1", overrides: Record | None = None) -> Listed:
    """A partner of a list in YAML, each value on a line of its own."""
    places: dict[Path, Place] = {}

    def walk(value: Any, path: Path) -> None:
        line = len(places) + 1
        places[path] = Place("list.yaml", (line, 1), (line, 9), block=isinstance(value, dict | list))
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in entries:
            walk(inner, (*path, key))

    walk({**record, **({"overrides": overrides} if overrides else {})}, ())
    return Listed(id_, record, overrides or {}, Block(places))


def named(record: Record, name: str) -> Listed:
    """A partner that is a party of the shipped lists, with what the record says of contacts and statuses."""
    own = ("contacts", "hipaa status", "insurance", "signatory", "security attestation", "executive role", "unit")
    return listed({"party": name, **{k: v for k, v in record.items() if k in own}}, name.lower().replace(" ", "-"))


NAMES = [row["legal_name"] for rows in ("counties", "uc", "csu", "idea") for row in table("lists")[rows]]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_parties_of_the_lists_give_what_the_whole_computation_gives(name: str, side: str) -> None:
    one = example(name, side)
    made = 0
    chosen = [NAMES[n] for n in range(0, len(NAMES), 7)] + ["Alameda County", "UC Riverside", "DHCS", "CDPH"]
    for partner in [listed(one.record), *(named(one.record, n) for n in chosen)]:
        opened = one.series.of(partner)
        same(one.whole(partner), opened)
        if not opened.findings:
            same(opened, one.series.of(partner, flawless=True))
        made += opened.agreement is not None
    assert made > 0


def test_all_counties_give_what_the_whole_computation_gives() -> None:
    one = example("county-coverage", "recipient")
    counties = [row["legal_name"] for row in table("lists")["counties"]]
    assert len(counties) == 58
    before = one.series.whole
    for name in counties:
        full = {**one.record, "party": name, "county": name.removeprefix("County of ")}
        partner = listed({k: v for k, v in full.items() if k not in ("governing body", "counsel", "id")}, name)
        same(one.whole(partner), one.series.of(partner))
        full["governing body"] = {**full["governing body"], "name": f"Board of Supervisors of the {name}"}
        same(one.whole(listed(full, name)), found := one.series.of(listed(full, name)))
        assert found.agreement is not None
        same(replace(found, findings=()), one.series.of(listed(full, name), flawless=True))
    assert one.series.whole == before


@pytest.mark.parametrize("name", EXAMPLES)
def test_drafts_give_what_the_whole_computation_gives(name: str) -> None:
    one = example(name, "recipient")
    for record in (one.record, {k: one.record[k] for k in ("party", "legal name", "kind") if k in one.record}):
        same(one.whole(listed(record), as_draft=True), one.series.of(listed(record), as_draft=True))


# ------------------------------------------------------------------------------------------------- any record at all
def leaves(model: Any = Party, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every field of a party, of blocks and of what is in them."""
    for name, info in model.model_fields.items():
        yield (*path, name.replace("_", " "))
        for kind in getattr(info.annotation, "__args__", ()) or (info.annotation,):
            if isinstance(kind, type) and hasattr(kind, "model_fields"):
                yield from leaves(kind, (*path, name.replace("_", " ")))


LEAVES = tuple(leaves())
VALUES: tuple[Any, ...] = (
    None, "", "yes", "no", "none", "covered", "hybrid", "county", "uc", "csu", "tribe", "nonprofit", "city",
    "auxiliary",
    "private university", "school agency", "DHCS", "County of Alameda", "Department of Health Care Services", "TBD",
    "See Gov. Code 6254.5 (1999).", "FIPS 140-2 modules", "hippa", "Dr. Sample", "2027-02-09", "2027-13-09",
    "R-2027 <&>",
    "\u00e9\u017f\u0130 \u2028x", 0, 1, True, False, 1650000, [], {}, ["Risk Manager"], [{"term": "t", "reason": "r"}],
    {"name": "Role", "title": "Chief Deputy Director", "email": "a@example.gov", "phone": "(916) 555-0100"},
    {"name": "Body", "may destroy records": "yes"}, "a@example.gov", "own", "self insured", "x" * 300,
)  # fmt: skip


def changed(record: Record, path: tuple[str, ...], value: Any, *, gone: bool = False) -> Record:
    """The record with another value at a path, or none."""
    made = copy.deepcopy(record)
    node = made
    for key in path[:-1]:
        if not isinstance(node.get(key), dict):
            node[key] = {}
        node = node[key]
    node[path[-1]] = value
    if gone:
        del node[path[-1]]
    return made


CHANGES = st.lists(st.tuples(st.sampled_from(LEAVES), st.sampled_from(VALUES), st.booleans()), min_size=1, max_size=4)


def test_every_field_of_a_party_is_tried() -> None:
    assert len(LEAVES) > 100
    assert ("contacts", "incident", "email") in LEAVES and ("governing body", "date") in LEAVES


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(EXAMPLES), st.sampled_from(SIDES), CHANGES)
def test_any_record_gives_what_the_whole_computation_gives(
    name: str, side: str, changes: list[tuple[tuple[str, ...], Any, bool]]
) -> None:
    one = example(name, side)
    record = one.record
    for path, value, gone in changes:
        record = changed(record, path, value, gone=gone)
    same(one.whole(listed(record)), one.series.of(listed(record)))


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Counts the results that are used again, and fails where the real party gives another one."""
    counted = {"hits": 0, "runs": 0}
    original: Callable[..., Any] = sharing.Memo.of

    def of(memo: sharing.Memo[Any], record: sharing.Record, on_stand_in: Any, on_real: Any) -> Any:
        hits = memo.hits
        found = original(memo, record, on_stand_in, on_real)
        counted["hits" if memo.hits > hits else "runs"] += 1
        plain(found, on_real())
        return found

    monkeypatch.setattr(sharing.Memo, "of", of)
    return counted


def plain(one: Any, other: Any) -> None:
    """Fails where what is kept isn't what the real party gives."""
    for name in ("plain", "facts", "terms", "variant"):
        if hasattr(one, name):
            alike(getattr(one, name), getattr(other, name), name)
    if isinstance(one, dict | tuple):
        alike(one, other)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "side"), [("county-coverage", "recipient"), ("statewide-part2", "provider"),
                                            ("university-research", "recipient")])  # fmt: skip
def test_no_leaf_of_a_party_changes_a_result_without_being_asked_for(
    name: str, side: str, audited: dict[str, int], tmp_path: pathlib.Path
) -> None:
    one = Example(name, side, tmp_path)
    one.series.of(listed(one.record))
    values = random.Random(7).sample(VALUES, len(VALUES))
    for number, path in enumerate(LEAVES):
        for record in (
            changed(one.record, path, values[number % len(values)]),
            changed(one.record, path, None, gone=True),
        ):
            one.series.of(listed(record))
    assert audited["hits"] > 500
    assert audited["runs"] > 50


# ------------------------------------------------------------------------------------------- a rule that reads more
LOOKS: dict[str, Callable[[Party], bool]] = {
    "a field": lambda p: p.county == "Alpine",
    "a field of a block": lambda p: p.governing_body is not None and p.governing_body.number == "Alpine",
    "a contact": lambda p: bool(p.contacts.incident and p.contacts.incident.hours == "Alpine"),
    "all fields": lambda p: "Alpine" in str(p.model_dump()),
    "JSON": lambda p: "Alpine" in p.model_dump_json(),
    "its text": lambda p: "Alpine" in f"{p}",
    "its looks": lambda p: "Alpine" in repr(p),
    "its entries": lambda p: any(value == "Alpine" for _, value in p),
    "its own dictionary": lambda p: p.__dict__["county"] == "Alpine",
    "another party": lambda p: p != p.model_copy(update={"county": "Alameda"}),
    "its kind": lambda p: isinstance(p, Party) and p.county == "Alpine",
    "getattr": lambda p: getattr(p, "coun" + "ty") == "Alpine",
    "fields set": lambda p: "county" in p.model_fields_set and p.county == "Alpine",
    "a set": lambda p: {p: p.county}[p] == "Alpine",
    "a copy": lambda p: copy.copy(p).county == "Alpine",
    "a deep copy": lambda p: copy.deepcopy(p).county == "Alpine",
    "an error hidden": lambda p: _hidden(p) == "Alpine",
}


def _hidden(party: Party) -> str | None:
    try:
        return str(party.model_dump()["county"])
    except Exception:
        return None


@pytest.mark.parametrize("look", LOOKS)
def test_a_rule_that_reads_more_is_asked_for_each_partner(
    look: str, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    def curious(case: rules.Case) -> Iterator[rules.Found]:
        """A party is in Alpine.

        Why: Nobody knows.
        """
        for party in case.proposal.recipient:
            if LOOKS[look](party):
                yield ("recipient",), "found", "no hint"

    monkeypatch.setattr(rules, "RULES", (*rules.RULES, Rule("P099", Severity.WARNING, curious)))
    one = Example("county-coverage", "recipient", tmp_path)
    alameda = changed(one.record, ("county",), "Alameda")
    alpine = changed(alameda, ("county",), "Alpine")
    alpine = changed(alpine, ("governing body", "number"), "Alpine")
    alpine = changed(alpine, ("contacts", "incident", "hours"), "Alpine")
    said = []
    for record in (alameda, alpine, alameda, alpine, alpine, alameda):
        same(one.whole(listed(record)), opened := one.series.of(listed(record)))
        said.append("P099" in {f.code for f in opened.findings})
    assert said[:4] in ([False, True, False, True], [True, True, True, True])
    if look not in ("another party",):
        assert said == [False, True, False, True, True, False]


def test_rules_are_shared_by_counties_and_not_by_what_differs(tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)
    for number in range(20):
        one.series.of(listed(changed(one.record, ("contacts", "incident", "email"), f"a{number}@example.gov")))
    (kind,) = one.series._kinds.values()
    assert (kind.every.runs, kind.every.hits) == (1, 19)
    one.series.of(listed(changed(one.record, ("hipaa status",), "none")))
    assert (kind.every.hits + sum(k.every.runs for k in one.series._kinds.values())) == 21


# --------------------------------------------------------------------------------------------- order, memory, whole way
def test_order_of_partners_doesnt_matter(tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)
    partners = [named(one.record, name) for name in NAMES[::11]]
    partners += [listed(changed(one.record, path, "covered"), f"c{n}") for n, path in enumerate(LEAVES[::9])]
    first = {p.id: one.series.of(p) for p in partners}
    again = Series.open(one.path, one.workspace)
    for partner in random.Random(3).sample(partners, len(partners)):
        same(first[partner.id], again.of(partner))


def test_what_is_a_partners_own_is_no_reason_to_look_again(tmp_path: pathlib.Path) -> None:
    """A rule that looks at what differs from partner to partner would find no result that it may take: it must ask."""
    one = Example("county-coverage", "recipient", tmp_path)
    for n in range(40):
        own = {"legal name": f"Sample District No. {n}", "short name": f"District {n}", "kind": "special district"}
        record = {**{key: value for key, value in one.record.items() if key != "party"}, **own}
        action = {"name": f"Board of Directors No. {n}", "action": "resolution", "number": f"R-{n}",
                  "date": f"2027-01-{n % 28 + 1:02}", "may destroy records": "yes"}  # fmt: skip
        for path, value in (
            (("address",), f"{n} Sample Street, Oakland, California"),
            (("clerk",), f"Clerk of District No. {n}"),
            (("governing body",), action),
            (("population",), 1000 + n),
            (("signatory", "title"), f"President of District No. {n}"),
            (("contacts", "incident", "email"), f"privacy@district{n}.example.gov"),
            (("contacts", "incident", "phone"), f"(510) 555-01{n:02}"),
        ):
            record = changed(record, path, value)
        assert one.series.of(listed(record, f"p{n}")).agreement is not None
    (kind,) = one.series._kinds.values()
    assert kind.every.runs < 4


@pytest.mark.slow
def test_memory_doesnt_grow_with_partners(tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)

    def partner(n: int) -> Listed:
        own = {"legal name": f"County of Sample {n}", "short name": "Sample County", "kind": "county"}
        record = {**{key: value for key, value in one.record.items() if key != "party"}, **own}
        record = changed(record, ("population",), n)
        return listed(changed(record, ("hipaa status",), ("covered", "none", "hybrid")[n % 3]), f"p{n}")

    tracemalloc.start()
    try:
        plain_key.cache_clear()
        for n in range(plain_key.cache_parameters()["maxsize"] + 1):
            plain_key(f"key {n}")  # a cache that is full doesn't grow, and what it lets go of was counted
        for n in range(170):
            one.series.of(partner(n))
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for n in range(170, 420):
            one.series.of(partner(n))
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 60_000
    assert one.series.whole == 0
    assert one.series.of(partner(420)).agreement is not None
    assert len(one.series._kinds) <= sharing.MOST
    assert all(kind.every.size <= sharing.MOST for kind in one.series._kinds.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"direction": "two way"},
        {"direction": "two way", "return flow": {"authority": {"provider": "Law allows it."}}},
        {"terms": {"venue": "recipient_county", "no such": "x"}},
        {"variant": "university"},
        {"program": "idea"},
        {"signatures": [{"party": "recipient", "role": "counsel", "name": "Counsel"}]},
        {"opinions": [{"party": "County of Alameda", "kind": "legal"}]},
        {"use": {"users": [{"name": "Unit", "party": "DHCS"}], "contractors": ["Hosting company"]}},
        {"confidential": ["recipient", "recipient.contacts", "security"]},
        {"regimes": {"tribal": {"tribes": ["Sample Tribe"]}, "hiv": "yes"}},
    ],
)
def test_other_proposals_give_what_the_whole_computation_gives(changes: Any, tmp_path: pathlib.Path) -> None:
    for side in SIDES:
        one = Example("county-coverage", side, tmp_path / side, **changes)
        others = [("hipaa status", "none"), ("kind", "tribe"), ("legal name", "Sample Tribe"), ("unit", "Unit B")]
        records = [one.record, *(changed(one.record, (key,), value) for key, value in others)]
        for record in [*records, *records]:
            same(one.whole(listed(record)), one.series.of(listed(record)))
        for name in ("Alpine County", "UC Davis", "DHCS", "Department of Social Services"):
            same(one.whole(named(one.record, name)), one.series.of(named(one.record, name)))


def test_several_parties_on_the_open_side(tmp_path: pathlib.Path) -> None:
    other = {"party": "Alpine County", "contacts": {"incident": "a@example.gov"}}
    one = Example("county-coverage", "recipient", tmp_path, recipient=["alameda-county", other])
    for record in (one.record, changed(one.record, ("legal name",), "County of Alpine"), {"party": "Mono County"}):
        for _ in range(2):
            same(one.whole(listed(record)), one.series.of(listed(record)))


def test_what_the_proposal_adds_to_its_partner_holds(tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)
    data = json.loads(one.path.read_text())
    one.path.write_text(json.dumps({**data, "recipient": {"party": "partner", "unit": "Unit of all"}}))
    one.series = Series.open(one.path, one.workspace)
    for record in (one.record, {"party": "Mono County"}, changed(one.record, ("unit",), "x")):
        opened = one.series.of(listed(record))
        same(one.whole(listed(record)), opened)
        assert opened.reading.proposal is not None and opened.reading.proposal.recipient[0].unit == "Unit of all"
    assert one.series.whole == 0


@pytest.mark.parametrize(
    "partner",
    [
        listed({"party": "Alpine County"}, overrides={"dates": {"start": "2027-06-01"}}),
        listed({"party": "Alpine County"}, overrides={"provider": "CDPH"}),
        listed({"party": "Nowhere County"}),
        listed({"legal name": "X", "kind": "no such kind"}),
        listed({"legal name": "X", "kind": "county", "no such field": 1}),
        listed({}),
        listed({"party": "Alpine County"}, "partner"),
        listed({"legal name": "Other Department", "kind": "state agency"}, "DHCS"),
    ],
)
def test_what_isnt_sure_goes_the_whole_way(partner: Listed, tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)
    same(one.whole(partner), one.series.of(partner))
    assert one.series.whole == 1


def test_partners_may_be_called_by_name(tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)
    for name in ("alameda-county", "Alpine County", "uc-riverside", "Nobody", "DHCS"):
        whole = generate.opened_proposal(one.path, one.workspace, partner=name)
        same(whole, one.series.of(name))
        assert one.series.check(name) == whole.findings


def test_a_proposal_without_an_open_party_is_told(tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)
    shutil.copy(PROPOSALS / "county-coverage.yaml", one.path)
    series = Series.open(one.path, one.workspace)
    assert "D006" in {f.code for f in series.of("Alpine County").findings}
    with pytest.raises(UsageError):
        Series.open(tmp_path / "none.yaml", one.workspace)


def test_places_of_findings_are_those_of_the_partner(tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)
    partner = listed(changed(one.record, ("contacts", "program"), {"name": "TBD"}))
    same(whole := one.whole(partner), one.series.of(partner))
    assert [(f.code, f.location.file) for f in whole.findings] == [("P055", "list.yaml")]
    assert one.series.whole == 0


def test_a_changed_proposal_is_noticed(tmp_path: pathlib.Path) -> None:
    one = Example("county-coverage", "recipient", tmp_path)
    assert one.series.of(listed(one.record)).agreement is not None
    one.path.write_text(one.path.read_text() + "\n")
    with pytest.raises(UsageError, match="was changed"):
        one.series.of(listed({"party": "Alpine County"}, overrides={"dates": {"start": "2027-06-01"}}))
