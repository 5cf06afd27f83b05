"""Rows of the tables that exhibits print: checklist, directory, opinions, authorities, regimes, withheld places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from agreegen.agreement.directions import directions, elements_of, listed_names, numbers_of, whose
from agreegen.agreement.naming import designation, is_meant
from agreegen.law.authorities import find_authority
from agreegen.sharing import question
from agreegen.wording import date, label, listing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from agreegen.agreement.directions import Direction
    from agreegen.partner import Party
    from agreegen.proposal import Proposal
    from agreegen.proposal.technical import Element

Row = dict[str, Any]

ROLES = (
    ("data_coordinator", "Data Coordinator"),
    ("executive_sponsor", "Executive Sponsor"),
    ("submitter", "Submitter"),
    ("manager", "Manager of the submitter"),
    ("program", "Program contact"),
    ("legal_reviewer", "Legal reviewer"),
    ("privacy_reviewer", "Privacy reviewer"),
    ("security_reviewer", "Security reviewer"),
    ("incident", "Incident contact"),
    ("accounting", "Accounting contact"),
)
REVIEWS = (
    ("executive_sponsor", "Executive Sponsor review"),
    ("data_coordinator", "Data Coordinator final review"),
)
OFFICERS = {
    "intra-agency": ("Governance Liaison", "Risk Management Subcommittee"),
    "state-agency": ("Chief Data Officer",),
}
"""Officers of the program who get notices; their mailboxes come from the agency's own directory."""

AGENCY_OFFICER = "Agency Chief Data Officer or Agency Information Officer"
PUBLISHED = "The mailbox that the office publishes"
"""What the directory shows for an officer whose mailbox no proposal states."""

REGIMES = {
    "hipaa": "phi", "hipaa_lds": "phi", "ferpa": "education", "part2": "part2", "fti": "fti", "ssa": "ssa",
    "cjis": "cji", "hiv": "hiv", "vital_records": "vital", "riders": "", "tribal": "",
}  # fmt: skip
"""The regimes of the table of regimes, with the classification of their elements."""

APPLIES = "All to which it applies"
"""The data that a law concerns which a side relies on, and by which no data element is said to be governed."""

WITHHELD = "Government Code section 7929.210"
"""The exemption for information security records, for places withheld from a public copy."""


def checklist(proposal: Proposal, parties: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows of the official checklist, in its order."""
    dates = proposal.dates
    lead = proposal.lead_recipient.name
    leads = _leads(proposal) if proposal.opinions or proposal.signatures else {}
    named = [(p, f"{p['name']} ({p['role']})") for p in parties]
    rows = [_task("Draft Proposal", who, dates.draft_final) for p, who in named if p["side"] != "provider"]
    rows += [_task("Send Proposal", who, dates.sent) for p, who in named if p["name"] == lead]
    for kind in ("legal", "privacy", "security"):
        task = f"{kind.title()} review"
        for p, who in named:
            found = [o for o in proposal.opinions if o.kind == kind and is_meant(o.party, p, leads)]
            rows += [_task(task, who, o.date, o.name, o.department) for o in found] or [_task(task, who, None)]
    for role, task in REVIEWS:
        for p, who in named:
            signed = next((s for s in proposal.signatures if s.role == role and is_meant(s.party, p, leads)), None)
            rows.append(_task(task, who, signed.signed_on if signed else None, signed.name if signed else None))
    for task, day in (("Start date", dates.start), ("End date", dates.end)):
        rows += [_task(task, who, day) for _, who in named]
    return rows


def _task(task: str, party: str, day: Any, name: str | None = None, department: str | None = None) -> Row:
    return {
        "task": task,
        "party": party,
        "date": date(day) if day else "",
        "name": name or "",
        "department": department or "",
        "role": "",
    }


def _leads(proposal: Proposal) -> dict[str, str]:
    return {"provider": designation(proposal.lead_provider), "recipient": designation(proposal.lead_recipient)}


def directory(parties: Iterable[Mapping[str, Any]], variant: str) -> list[Row]:
    """Every contact of every party by role, and the officers of the program."""
    rows: list[Row] = []
    for party in parties:
        for key, words in ROLES:
            contact = party["contacts"].get(key)
            if contact is None:
                continue
            role = words
            if variant == "intra-agency" and key == "executive_sponsor":
                role = "Approver"
            if party["side"] == "provider":
                role = role.replace("Submitter", "Receiver").replace("submitter", "receiver")
            rows.append({"party": party["name"], "side": party["side"], "role": role, **contact})
        officer = party.get("agency_data_officer")
        if officer and variant == "state-agency":
            rows.append({"party": party["name"], "side": party["side"], "role": AGENCY_OFFICER, **officer})
    blank = dict.fromkeys(("name", "title", "division", "email", "phone", "hours"))
    rows += [{"party": o, "side": "", "role": o, **blank, "email": PUBLISHED} for o in OFFICERS.get(variant, ())]
    return rows


def opinions(proposal: Proposal, parties: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The registered opinions with the parties' short names."""
    if not proposal.opinions:
        return []
    rows, leads = [], _leads(proposal)
    for opinion in proposal.opinions:
        party = next((p["name"] for p in parties if is_meant(opinion.party, p, leads)), opinion.party)
        rows.append({**opinion.model_dump(), "party": party})
    return rows


AuthorityShape = tuple[tuple[int, ...], Row]


def authorities(proposal: Proposal, shapes: Collection[AuthorityShape]) -> list[Row]:
    """The authorities that each side cites and those that govern elements, each party's citation once."""
    listed = (*proposal.recipient, *proposal.provider)
    names = {who: listed_names([listed[n].name for n in who]) for who in {who for who, _ in shapes}}
    return [{**row, "party": names[who]} for who, row in shapes]


def authority_shapes(proposal: Proposal) -> tuple[AuthorityShape, ...]:
    """The rows of authorities but for the names, each with the numbers of its parties, recipients first."""
    cited = tuple(_cited(proposal))
    groups = tuple(dict.fromkeys(who for who, _, _ in cited))
    called = dict(zip(groups, _called_alike(proposal, groups), strict=True))
    merged: dict[tuple[tuple[int, ...], str], Row] = {}
    grounds: dict[tuple[tuple[int, ...], str], list[str]] = {}
    for who, text, element in cited:
        found = cited_authority(text)
        key = (called[who], found["citation"])
        row = merged.get(key)
        if row is None:
            row = merged[key] = {**found, "party": None, "element": None}
        if isinstance(element, tuple):  # a ground that a side relies on is one for all that moves that way
            grounds.setdefault(key, []).extend(element)
        elif element not in (row["element"] or "").split("; "):
            row["element"] = f"{row['element']}; {element}" if row["element"] else element
    names = [e.name for e in proposal.data.elements]
    for key, row in merged.items():
        if row["element"] is None:
            own = [n for n in names if n in grounds[key]]
            row["element"] = APPLIES if own in ([], names) else f"{'; '.join(own)}, as far as it applies to them"
        elif row["element"] == "; ".join(names) and len(names) > 1:
            row["element"] = "All"
    return tuple((who, row) for (who, _), row in merged.items())


@question
def _called_alike(proposal: Proposal, groups: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """For each of some groups of parties, by their numbers, the first one whose names are the same words."""
    listed = (*proposal.recipient, *proposal.provider)
    first: dict[str, tuple[int, ...]] = {}
    return tuple(first.setdefault(listed_names([listed[n].name for n in who]), who) for who in groups)


def cited_authority(text: str) -> Row:
    """The catalogue's words for an id or a citation; a citation that it lacks stands as it is written."""
    found = find_authority(text)
    if found is None:
        return {"id": None, "citation": text, "title": None, "allows": None}
    return {"id": found.id, "citation": found.citation, "title": found.title or None, "allows": found.allows or None}


def unread(cited: Iterable[Row]) -> list[str]:
    """The citations of which the catalogue doesn't say that somebody read their text."""
    known = {row["citation"]: find_authority(row["id"]) if row["id"] else None for row in cited}
    return [citation for citation, found in known.items() if found is None or found.verified is None]


def _cited(proposal: Proposal) -> Iterator[tuple[tuple[int, ...], str, str | tuple[str, ...]]]:
    """Each citation with the parties that rely on it, or provide the element which it governs, and the elements."""
    for way in directions(proposal):
        moved = tuple(e.name for e in elements_of(proposal, way))
        for parties, side in ((way.recipients, way.authority.recipient), (way.providers, way.authority.provider)):
            for cited in side.citations:
                yield numbers_of(proposal, parties), cited, moved
    elements = proposal.data.elements
    owners = {said: numbers_of(proposal, whose(proposal, said, "provider")) for said in {e.party for e in elements}}
    for element in elements:
        for cited in element.statute:
            yield owners[element.party], cited, element.name


RegimeShape = tuple[str, bool, tuple[int, ...], tuple[int, ...], str | None]
_ABSENT: Final[Row] = {"present": False, "parties": None, "receivers": [], "elements": None}


def regimes(proposal: Proposal, shapes: Collection[RegimeShape]) -> dict[str, Row]:
    """For each regime whether it is there, for which parties, who receives, and for which elements, in words."""
    names = [p.name for p in proposal.parties]
    called = [p.called for p in proposal.parties]
    words_of = {who: listed_names([called[n] for n in who]) for who in {who for _, _, who, _, _ in shapes} if who}
    return {
        regime: {"present": True, "parties": words_of[who] if who else None, "receivers": [names[n] for n in receive],
                 "elements": words}
        if present else _ABSENT
        for regime, present, who, receive, words in shapes
    }  # fmt: skip


def regime_shapes(proposal: Proposal, facts: Mapping[str, bool]) -> tuple[RegimeShape, ...]:
    """For each regime whether it is there, the numbers of its parties and receivers, and its elements in words."""
    elements = proposal.data.elements
    covered = _covered(proposal)
    names = {"hipaa": "phi", "hipaa_lds": "hipaa_limited"}
    riders = _laws(proposal.regimes.riders)
    limited = [way for way in directions(proposal) if way.hipaa.relationship == "limited_data_set"]
    found: list[RegimeShape] = []
    for regime, kind in REGIMES.items():
        present = bool(riders) if regime == "riders" else facts[names.get(regime, regime)]
        own = [e for e in elements if kind and kind in e.classification]
        if regime == "hipaa_lds":
            own = [e for e in own if any(e in elements_of(proposal, way) for way in limited)]
        if regime == "riders":
            own = [e for e in elements if riders & _laws(e.statute)]
        words = "all" if own and len(own) == len(elements) else listing([e.name for e in own]) if own else None
        who: tuple[int, ...] = ()
        receive: tuple[int, ...] = ()
        if present:
            moved = tuple(n for n, e in enumerate(elements) if any(e is o for o in own))
            receive = _receiving(proposal, moved)
            concerned = _concerned(proposal, moved)
            who = tuple(n for n in concerned if n in covered or not regime.startswith("hipaa"))
        found.append((regime, present, who, receive, words))
    return tuple(found)


@question
def _covered(proposal: Proposal) -> tuple[int, ...]:
    """The numbers of the parties that have a status under HIPAA, or bear the name of one that has."""
    names = {p.name for p in proposal.parties if p.hipaa_status not in (None, "none")}
    return tuple(n for n, p in enumerate(proposal.parties) if p.name in names)


def _concerned(proposal: Proposal, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of the parties that provide or receive one of these data elements; every party where none does."""
    elements = [proposal.data.elements[n] for n in numbers]
    ways = _ways_of(proposal, elements)
    if not ways:
        return tuple(range(len(proposal.parties)))
    receive = [p for way in ways for p in way.recipients]
    provide = [p for said in {e.party for e in elements} for p in whose(proposal, said, "provider")]
    return _named_as(proposal, _sorted(proposal, [*receive, *provide]))


def _receiving(proposal: Proposal, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of the parties that receive one of these data elements; every one that receives, where none moves."""
    ways = _ways_of(proposal, [proposal.data.elements[n] for n in numbers]) or directions(proposal)
    return _named_as(proposal, _sorted(proposal, [p for way in ways for p in way.recipients]))


def _ways_of(proposal: Proposal, elements: Iterable[Element]) -> tuple[Direction, ...]:
    """The directions in which one of these data elements moves."""
    moved = set(map(id, elements))
    return tuple(w for w in directions(proposal) if moved & set(map(id, elements_of(proposal, w))))


def _sorted(proposal: Proposal, parties: Iterable[Party]) -> tuple[int, ...]:
    """The numbers of parties among all that the proposal lists, each once, in their order."""
    return tuple(sorted({*numbers_of(proposal, parties)}))


@question
def _named_as(proposal: Proposal, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of the parties that bear the name of one of these, which are counted among all that are listed."""
    listed = (*proposal.recipient, *proposal.provider)
    names = {listed[n].name for n in numbers}
    return tuple(n for n, p in enumerate(proposal.parties) if p.name in names)


def _laws(cited: Iterable[str]) -> set[str]:
    """The citations of ids or citations of the catalogue, so that both ways of citing a law meet."""
    return {cited_authority(text)["citation"] for text in cited}


def redactions(proposal: Proposal) -> list[Row]:
    """One row for each place that a public copy withholds."""
    reason = "Marked confidential in the Proposal"
    rows: list[Row] = []
    for path in proposal.confidential:
        place, part = label(path.replace(".", ": ").replace(" ", "_")), path.split(".")[0]
        rows.append({"place": place[:1].upper() + place[1:], "part": part, "reason": reason, "exemption": WITHHELD})
    annex = {"place": "Security requirements and attestation", "part": "annex", "reason": "Security detail"}
    rows.append({**annex, "exemption": WITHHELD})
    return rows
