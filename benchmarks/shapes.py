"""Agreements of every shape, made from the shipped examples: the same number gives the same document.

Full masters with more elements, long names and prose, further parties, and exhibits switched on and off (what a switch
leaves open is marked as in a draft); the form without its body; and small masters of 3 to 40 pages, one of 150.
"""

# ruff: noqa: RUF001 (legal punctuation)

from __future__ import annotations

import collections
import copy
import functools
import pathlib
import random
import shutil
from typing import TYPE_CHECKING, Any

import yaml

from agreegen import generate, workspace
from agreegen.finding import has_errors
from agreegen.law.exhibits import exhibits
from agreegen.render import render
from agreegen.template import compile as compile_template
from agreegen.template.draft import draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXAMPLES = (
    "calhhs-hipaa",
    "county-coverage",
    "disputed-eligibility",
    "required-by-law",
    "statewide-part2",
    "university-research",
)
STATE = ("calhhs-hipaa", "disputed-eligibility", "statewide-part2")
LONGEST = 50
"""The number of the variation of 150 pages."""

LONG = ("Evaluation of outreach, enrollment, renewal, transition and continuity of coverage for children, families and "
        "former foster youth in the counties of the Sierra Nevada, the Central Valley and the North Coast")  # fmt: skip
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
SENTENCES = (
    "{{ provider.name }} provides the Data that the table names — no more — and {{ recipient.name }} uses it.",
    "Notice under § 4.2 is given within ten (10) business days; “Data” includes “metadata” (see 45 CFR 164.514(e)).",
    "Access ends when a person’s duties end, and in any case after 90 days without use.",
    "The Parties keep records of each transfer for 3½ years and show them to each other on request.",
    "Costs do not exceed $1,250,000.00 for the term; see https://example.gov/policies/data-sharing/exchange.",
    "A term that Law forbids has no effect; the others stay in force in Cañada Verde and Peña Blanca as elsewhere.",
)
used: dict[int, tuple[str, ...]] = {}
"""The exhibits of the full masters that were made, by variation."""

skipped: collections.Counter[str] = collections.Counter()
"""The switches that an example didn't take."""


def documents(numbers: Iterable[int], folder: pathlib.Path) -> Iterator[tuple[str, bytes]]:
    """(name, document) of each variation."""
    for number in numbers:
        place = folder / f"shape-{number}"
        shutil.copytree(ROOT / "proposals", place)
        yield document(number, place)
        shutil.rmtree(place)


def document(number: int, place: pathlib.Path) -> tuple[str, bytes]:
    """The variation of that number; `place` holds a copy of the examples."""
    chance = random.Random(number)
    kind = "small" if number == LONGEST or number % 5 in (3, 4) else "form" if number % 10 == 2 else "full"
    example = STATE[number // 10 % 3] if kind == "form" else EXAMPLES[(number // 5 + 2 * (number % 5)) % len(EXAMPLES)]
    data = yaml.load((place / f"{example}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    changes = [*chance.sample(LENGTHS, 2), *chance.sample(SWITCHES, chance.randint(1, 4))]
    if kind == "form":
        changes.append(only_form)
    here = workspace.find(place, {"AGREEGEN_CACHE": str(place.parent / "cache")}, format="docx")
    opened, done = settled(data, changes, chance, place / f"{example}.yaml", here)
    assert opened.agreement is not None
    title = f"{number} {kind} {example}: {', '.join(done)}"
    if kind == "small":
        sections = 118 if number == LONGEST else 1 + number * 7 % 27
        return f"{title}, {sections} sections", small(sections, opened.agreement.context, place)
    used[number] = opened.agreement.exhibits
    return title, generate.document(opened, here, as_draft=any(f.code in generate.UNFINISHED for f in opened.findings))[
        0
    ]


def settled(
    data: Any, changes: list[Callable[..., None]], chance: random.Random, path: pathlib.Path, here: workspace.Workspace
) -> tuple[generate.Opened, list[str]]:
    """The proposal with those changes that leave it one; what is missing becomes a draft's mark."""
    opened, done, state = None, [], dump(data)
    for change in (None, *changes):
        tried = yaml.load(state, yaml.BaseLoader)
        if change:
            change(tried, chance)
        path.write_text(dump(tried), encoding="utf-8")
        found = generate.opened_proposal(path, here, as_draft=bool(change))
        if has_errors(found.findings):
            assert change, [f.message for f in found.findings]
            skipped[change.__name__] += 1
            continue
        opened, state = found, dump(tried)
        done += [change.__name__.replace("_", " ")] if change else []
    assert opened is not None
    return opened, done


def dump(data: Any) -> str:
    """The YAML of a proposal."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)


def coverage(numbers: Iterable[int]) -> None:
    """Prints how often each exhibit was on and off in the full masters, and the changes that weren't taken."""
    made = [set(found) for number, found in used.items() if number in set(numbers)]
    print("\nExhibits on and off in full masters")
    for exhibit in exhibits():
        on = sum(exhibit.id in found for found in made)
        print(f"  {exhibit.id:24} on {on:3}  off {len(made) - on:3}")
    print("Changes that an example could not take:", dict(sorted(skipped.items())) or "none")


# Changes of length


def many_elements(data: Any, chance: random.Random) -> None:
    for n in range(chance.choice((5, 40, 120, 250))):
        add_element(data, f"Field {n:03}", chance.choice(("numeric", "text", "date and time")), "pii")


def long_names(data: Any, chance: random.Random) -> None:
    data["proposal"] = f"{data['proposal']}: {LONG}"[: chance.choice((120, 240))].strip()
    add_element(data, WORD if chance.random() < 0.5 else LONG, "text", "pii")


def long_prose(data: Any, chance: random.Random) -> None:
    words = data["purpose"]
    for key in ("scope", "reason", "need"):
        if isinstance(words.get(key), str):
            words[key] = " ".join([words[key].strip()] * chance.choice((2, 5, 12)))


def many_users(data: Any, chance: random.Random) -> None:
    groups = data["use"]["users"]
    groups = groups if isinstance(groups, list) else [groups]
    for n in range(chance.choice((2, 8, 20))):
        groups.append(
            {**copy.deepcopy(groups[0]), "name": f"Unit {n + 1} of the division for {LONG[: 20 + 9 * n % 90]}"}
        )
    data["use"]["users"] = groups


def further_party(data: Any, chance: random.Random) -> None:
    side = chance.choice(("provider", "recipient"))
    there = data[side] if isinstance(data[side], list) else [data[side]]
    other = {"party": chance.choice(("CDPH", "CDSS", "HCAI")), "signatory": {"title": "Director"}}
    data[side] = [*there, other]
    for groups in (data["use"].get("users"), data["use"].get("contractors")):
        for group in [groups] if isinstance(groups, dict) else groups if isinstance(groups, list) else []:
            group["party"] = "all"
    sites = data["transfer"].get("sites") or []
    data["transfer"]["sites"] = [
        {"name": site, "party": "all"} if isinstance(site, str) else site
        for site in ([sites] if isinstance(sites, str) else sites)
    ]


def other_way(data: Any, _: random.Random) -> None:
    """The recipient provides; a county isn't bound by the Information Practices Act, so nothing may rest on it."""
    data["provider"], data["recipient"] = data["recipient"], data["provider"]
    if "alameda" not in str(data["provider"]).casefold():
        return
    if isinstance(data["provider"], list):
        data["provider"] = next(p for p in data["provider"] if "alameda" in str(p).casefold())
    data["data"]["elements"] = []
    add_element(data, "Case number", "text", "pii")
    data["data"]["elements"][0]["statute"] = "medi_cal"
    data["authority"]["provider"].pop("ipa ground", None)
    data["authority"]["provider"]["citations"] = ["medi_cal"]


# Switches of exhibits


def add_element(data: Any, name: str, kind: str, classification: str) -> None:
    elements = data["data"].setdefault("elements", [])
    data["data"]["elements"] = elements = elements if isinstance(elements, list) else [elements]
    elements.append({"name": name, "type": kind, "definition": f"What {name} means", "required": "yes",
                     "source": "Intake", "classification": classification, "statute": "ipa",
                     "why needed": "Needed for the use"})  # fmt: skip


def classed(classification: str) -> Callable[[Any, random.Random], None]:
    """A change that adds an element of this class, which switches its regime on."""

    def change(data: Any, _: random.Random) -> None:
        add_element(data, f"Field of {classification}", "text", classification)

    change.__name__ = f"element_{classification}"
    return change


def tribal(data: Any, _: random.Random) -> None:
    data.setdefault("regimes", {})["tribal"] = {"tribes": ["Alta Sierra Rancheria"], "review body": "Tribal council",
                                                "release rule": "Released with the council's leave"}  # fmt: skip


def artificial_intelligence(data: Any, _: random.Random) -> None:
    data["use"]["artificial intelligence"] = {
        "tools": "Model on the recipient's own server", "purpose": "Sorting of notes", "data": "Notes without names",
        "training": "None", "retention": "Nothing", "review": "A person reads each result", "approver": "Director",
    }  # fmt: skip


def funds(data: Any, _: random.Random) -> None:
    data["funds"] = {"instrument": "interagency agreement", "number": "IA-27-001", "date": "2027-02-01"}


def no_funds(data: Any, _: random.Random) -> None:
    data["funds"] = "no"


def redisclosure(data: Any, _: random.Random) -> None:
    data["redisclosure"] = {"recipients": "County auditors", "terms": "Under the same terms"}


def research(data: Any, _: random.Random) -> None:
    data["research"] = {"title": "Continuity of coverage", "approvals": [{"body": "cphs", "number": "2027-011"}]}


def no_research(data: Any, _: random.Random) -> None:
    data["research"] = "no"


def limited_data_set(data: Any, _: random.Random) -> None:
    data["hipaa"] = {"relationship": "limited data set", "limited data set purpose": "public health"}


def nothing_public(data: Any, _: random.Random) -> None:
    data["use"]["products"] = [{"name": "Internal report"}]
    data["use"].pop("deidentification", None)


def nothing_withheld(data: Any, _: random.Random) -> None:
    data.pop("confidential", None)


def no_riders(data: Any, _: random.Random) -> None:
    if isinstance(data.get("regimes"), dict):
        data["regimes"].pop("riders", None)


def acknowledgment(data: Any, _: random.Random) -> None:
    data.setdefault("terms", {})["signed acknowledgment"] = "yes"


def only_form(data: Any, _: random.Random) -> None:
    data.setdefault("terms", {})["body"] = "proposal only"


LENGTHS = (many_elements, long_names, long_prose, many_users, further_party)
SWITCHES = (
    *(classed(c) for c in ("part2", "fti", "ssa", "cji", "hiv", "vital", "education", "phi")), tribal,
    artificial_intelligence, funds, no_funds, redisclosure, research, no_research, limited_data_set, nothing_public,
    nothing_withheld, no_riders, acknowledgment, other_way,
)  # fmt: skip


# Small masters


def small(sections: int, context: Any, place: pathlib.Path) -> bytes:
    """An agreement of about as many pages as it has sections."""
    folder = place / "templates"
    folder.mkdir()
    shutil.copy(ROOT / "templates" / "base.docx", folder)
    file = folder / "small.docx"
    file.write_bytes(draft(master(sections)))
    template = compile_template(file, root=folder)
    assert not has_errors(template.findings), [f.message for f in template.findings]
    return render(template, context)


@functools.cache
def master(sections: int) -> str:
    """The outline of a small master."""
    parts = [HEAD] + (["%% contents\n\n%% page\n"] if sections > 2 else [])
    for n in range(sections):
        chance = random.Random(n)
        parts.append(f"# Part {n + 1} of the terms\n")
        for k in range(chance.randint(2, 4)):
            parts.append(f"## [s{n}-{k}] Matter {k + 1}\n")
            back = f' See {{{{ ref("s{n - 1}-0") }}}}.' if n else ""
            parts += [f"({'abcdefgh'[m]}) {' '.join(chance.choices(SENTENCES, k=chance.randint(1, 4)))}{back}\n"
                      for m in range(chance.randint(2, 5))]  # fmt: skip
            if k == 1:
                parts += [f"- {s}\n" for s in chance.sample(SENTENCES, 3)]
    return "\n".join([*parts, TAIL])


HEAD = """%% titlepage
%% header: {{ proposal.proposal }}
%% footer: Data sharing agreement  ·  Page {PAGE} of {NUMPAGES}

<Title> Data sharing agreement

<Subtitle> {{ proposal.proposal }}

| caption: Parties | widths: 60,40 | header: 1 | headcol: 1 |
| Party | Role |
|{%tr for p in parties %}|
| {{ p.full }} | {{ p.role }} |
|{%tr endfor %}|

%% page
"""

TAIL = """@ [elements] Data elements

{%p if proposal.data.elements %}

| caption: Data elements | widths: 30,45,25 | header: 1 | headcol: 1 |
| Field name | Definition | Required |
|{%tr for e in proposal.data.elements %}|
| {{ e.name }} | {{ e.definition | dash }} | {{ e.required | yesno }} |
|{%tr endfor %}|

{%p endif %}

@ [signatures] Signatures

{%p for p in parties %}

<Signature> {{ p.full }}

<Signature> By: ______________________________

<Signature Last> Date:\\t________________

{%p endfor %}
"""
