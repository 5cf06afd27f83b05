"""What a form is to ask: of a variant alone, or of a proposal that settles some of its fields."""

from __future__ import annotations

import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Final

from agreegen import generate
from agreegen.agreement import variant_of
from agreegen.answer import code_word, spaced
from agreegen.errors import FindingsError, UsageError
from agreegen.finding import nearest, plain_key
from agreegen.forms.declared import canonical, required, told
from agreegen.forms.fields import ANSWER, Block, Listing, field_at, lists, top
from agreegen.forms.labels import inside, label_of
from agreegen.forms.markup import paragraph, run
from agreegen.forms.plan import SIDES, Plan
from agreegen.forms.values import flat
from agreegen.late import dataclass
from agreegen.law import LOCAL_GOVERNMENT, PROGRAM_OF
from agreegen.law.requirements import requirements
from agreegen.packs.filled import filled
from agreegen.partner import LOCAL, STATE, UNIVERSITY, Kind
from agreegen.reading import Partners, Source, read_proposal
from agreegen.rules import Case, complete

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Iterator, Mapping

    from agreegen.finding import Finding
    from agreegen.forms.fields import Entry, Path
    from agreegen.law.requirements import Requirement
    from agreegen.packs import Pack
    from agreegen.proposal import Proposal
    from agreegen.reading import Reading
    from agreegen.workspace import Workspace

MAY_PRINT: Final = ("proposal", "reference", "provider", "recipient", "purpose", "dates")
"""What a template that asks for its own fields only may print of a proposal: names, parties, purpose and dates."""

OPEN_PARTY: Final = "partner of the form"
"""Whom an open party of a proposal stands for while its form is made."""

MOST_ROWS: Final = 200
"""Rows that a list of a form may begin with."""

KINDS: Final = {
    "intra-agency": (Kind.CALHHS_ENTITY, Kind.CALHHS_ENTITY),
    "state-agency": (Kind.STATE_AGENCY, Kind.STATE_AGENCY),
    "local-government": (Kind.CALHHS_ENTITY, Kind.COUNTY),
    "university": (Kind.STATE_AGENCY, Kind.UC),
}
"""What the provider and the recipient are where nobody says: the text is printed for them."""

MAY_BE: Final = {
    "intra-agency": STATE,
    "state-agency": STATE,
    "local-government": STATE | LOCAL,
    "university": STATE | LOCAL | UNIVERSITY,
}
"""What the parties of a variant's form can be, if there is one on each side."""

_OF_KINDS: Final = re.compile(r"party\.kind (?:==|in) (?:(?! and | or | if | not ).)*")
"""A condition that asks for the kind of a party alone."""


@dataclass(slots=True)
class Asking:
    """What a form is made from: its plan, what is settled, what is presumed of the parties, and how it was made."""

    plan: Plan
    data: dict[str, Any]
    presumed: dict[Path, Any]
    made: dict[str, Any]
    pack: Pack
    known: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def note(self) -> str:
        """A paragraph that says for which kinds of parties the text was printed; nothing where they are settled."""
        said = {path[0]: value for path, value in self.presumed.items() if path[-1] == "kind"}
        if not said:
            return ""
        who = "; ".join(f"{side}: {inside(label_of(str(value)))}" for side, value in said.items())
        text = f"The text behind these pages was printed for parties of these kinds: {who}. For others some differs."
        return paragraph(run(text))


def of_variant(pack: Pack, kind: str | None, sides: tuple[int, int], rows: Mapping[str, int], *, every: bool) -> Asking:
    """A form that asks for everything: nothing is settled."""
    variant = pack.variant or LOCAL_GOVERNMENT
    provider, recipient = KINDS[variant]
    kinds = frozenset(Kind) if max(sides) > 1 else MAY_BE[variant] | {provider, kind_of(kind, recipient)}
    table = () if pack.asks_own else requirements(PROGRAM_OF[variant])
    asked = {row.field: row for row in table if row.need != "no" and _may_apply(row, kinds)}
    presumed: dict[Path, Any] = {}
    for side, count, of_side in (("provider", sides[0], provider), ("recipient", sides[1], kind_of(kind, recipient))):
        if count < 1:
            raise UsageError(f"a form needs at least one {side}", f"give {side}s a number of 1 or more")
        for n in range(count):
            presumed |= _presumed((side, n), of_side)
    sizes: dict[Path, int] = {("provider",): sides[0], ("recipient",): sides[1]}
    made = {"variant": pack.name, "kind": kind or "", "sides": list(sides), "every": every, "rows": dict(rows)}
    plan = Plan(variant, asked, sizes=sizes, every=every, more=counted(rows), needed=frozenset(required(pack.fields)))
    known = {} if pack.is_master else {"template": pack.name}
    return Asking(_of_pack(plan, pack), {}, presumed, made | _told(pack), pack, known)


def _may_apply(row: Requirement, kinds: Iterable[Kind]) -> bool:
    """False for a field that parties of none of these kinds are asked for, such as the campus of a county."""
    if row.when is None or not _OF_KINDS.fullmatch(row.when):
        return True
    return any(row.is_needed({"party": {"kind": kind.value}}) for kind in kinds)


def _of_pack(plan: Plan, pack: Pack) -> Plan:
    """The plan of a template that asks for its own fields only: of a proposal's all are open that it may print."""
    if not pack.asks_own:
        return plan
    own: frozenset[Path] = frozenset({("extra",)}) if plan.opened is None else plan.opened
    opened = own | {(name,) for name in MAY_PRINT}
    return replace(plan, opened=opened, every=True, only_printed=True)


def _told(pack: Pack) -> dict[str, Any]:
    """What a form remembers of a template of one's own: what it declares, and whether it asks for that alone."""
    return {"extra": told(pack.fields), "asks": pack.said.asks} if pack.fields or not pack.is_master else {}


def counted(rows: Mapping[str, int]) -> dict[str, int]:
    """How many rows lists are to have, by the names of their fields; UsageError for what no list is called."""
    known = {spaced(str(entry.path[-1])) for entry in lists() if len(entry.path) > 1 or entry.path[0] not in SIDES}
    found = {}
    for name, count in rows.items():
        said = plain_key(name)
        if said not in known:
            close = nearest(said, known)
            hint = f"did you mean {close}?" if close else f"lists: {', '.join(sorted(known))}"
            raise UsageError(f"no list of a form is called '{name}'", hint)
        if not 1 <= count <= MOST_ROWS:
            raise UsageError(f"a list can't have {count} rows", f"give a number from 1 to {MOST_ROWS}")
        found[said.replace(" ", "_")] = count
    return found


def kind_of(name: str | None, default: Kind) -> Kind:
    """The kind of party that a person names."""
    if not name:
        return default
    try:
        return Kind(code_word(name))
    except ValueError:
        known = [k.value.replace("_", " ") for k in Kind]
        close = nearest(name, known)
        raise UsageError(f"no kind of party is called '{name}'",
                         f"did you mean '{close}'?" if close else f"kinds: {', '.join(known)}") from None  # fmt: skip


def _presumed(path: Path, kind: Kind) -> dict[Path, Any]:
    """What is presumed of a party: its kind, and the agreements that its variant stands under."""
    found: dict[Path, Any] = {(*path, "kind"): kind.value}
    if kind is Kind.CALHHS_ENTITY:
        found[(*path, "chhs_agreement_signatory")] = True
    if kind is Kind.STATE_AGENCY:
        found[(*path, "idea_signatory")] = {"signed": True}
    return found


def of_proposal(
    pack: Pack, path: pathlib.Path, workspace: Workspace, kind: str | None, rows: Mapping[str, int], *, every: bool
) -> Asking:
    """A form that asks for what a proposal leaves open; what it says is settled."""
    partner = kind_of(kind, KINDS[pack.variant or LOCAL_GOVERNMENT][1])
    record: dict[str, Any] = {"legal name": OPEN_PARTY, "kind": partner.value}
    folder = generate.partners_of(path, workspace)
    partners = Partners({**folder.sources, plain_key(OPEN_PARTY): Source("", "", record)}, (), folder.shared)
    reading = read_proposal(path, partners)
    if any(f.code == "D006" for f in reading.findings):
        reading = read_proposal(path, partners, OPEN_PARTY)
    proposal = reading.proposal
    if proposal is None:
        raise FindingsError(reading.findings)
    case = Case.of(_chosen(proposal, pack), reading.source)
    if pack.is_master and case.variant != pack.variant:
        hint = f"write `templates blank {case.variant}`" if case.variant else "correct its parties"
        raise UsageError(f"the proposal makes the variant {case.variant or '(none)'}, not {pack.variant}", hint)
    if unfit := [f for f in filled(proposal, reading.source, pack)[1] if f.code != "P001"]:
        raise FindingsError(unfit)
    data = proposal.model_dump(mode="json") | {"extra": canonical(pack.fields, proposal.extra)}
    open_party = next(((s, n) for s in SIDES for n, p in enumerate(data[s]) if p["legal_name"] == OPEN_PARTY), None)
    opened = set(_emptied(reading, data)) | set(_lacking(pack, data["extra"]))
    if not pack.asks_own:
        opened |= {m.path for m in complete.missing(case)} | set(_unanswered(case))
    presumed: dict[Path, Any] = {}
    if open_party is not None:
        opened.add(open_party)
        presumed = _presumed(open_party, partner)
        data[open_party[0]][open_party[1]] = dict(data[open_party[0]][open_party[1]])
    settled = {
        p: text
        for p, text in flat(data).items()
        if (open_party is None or p[:2] != open_party) and not _is_default(p, text)
    }
    said = reading.source.data if isinstance(reading.source.data, dict) else {}
    settled |= {(e.path[0], ANSWER): "no" for e in top() if _no(e, said) and (e.path[0], ANSWER) not in settled}
    known = _known(proposal.model_dump(mode="json", exclude_defaults=True), said)
    known |= {"extra": data["extra"]} if pack.fields else {}
    if open_party is not None:
        data[open_party[0]][open_party[1]] = {}
        known[open_party[0]][open_party[1]] = {}
    table = requirements(case.program, proposal.disputed, proposal.required_by_law is not None)
    asked = {} if pack.asks_own else {row.field: row for row in table if row.need != "no"}
    sizes = dict(_sizes(top(), data, opened))
    plan = Plan(case.variant, asked, settled, None if every else frozenset(opened), sizes, more=counted(rows),
                needed=frozenset(required(pack.fields)))  # fmt: skip
    made = {"variant": pack.name, "kind": kind or "", "sides": [len(proposal.provider), len(proposal.recipient)],
            "every": every, "proposal": path.name}  # fmt: skip
    plan = plan if every else _of_pack(plan, pack)
    return Asking(plan, data, presumed, made | _told(pack), pack, known, tuple(reading.findings))


def _chosen(proposal: Proposal, pack: Pack) -> Proposal:
    """The proposal as its template takes it; UsageError if it names another."""
    named = proposal.template or ("" if pack.is_master else "none")
    if named and named != pack.name and not (pack.is_master and named == pack.variant):
        hint = f"write `templates blank {named}`" if proposal.template else f"add `template: {pack.name}` to it"
        raise UsageError(f"the proposal is for {'the template ' + repr(named) if proposal.template else 'a master'}, "
                         f"not {pack.name}", hint)  # fmt: skip
    if pack.is_master:
        return proposal
    variant = pack.variant or variant_of(proposal) or LOCAL_GOVERNMENT
    return proposal.model_copy(update={"variant": variant, "template": pack.name})


def _lacking(pack: Pack, extra: Mapping[str, Any]) -> Iterator[Path]:
    """The declared fields that must have a value and have none; as a whole where nothing of them is said."""
    for path in required(pack.fields):
        node: Any = extra
        for at, part in enumerate(path[1:], 1):
            here = node.get(part) if isinstance(node, dict) else node[0] if isinstance(node, list) and node else None
            if here is None:
                yield path[:2] if at == 1 else path
                break
            node = here


def _is_default(path: Path, text: str) -> bool:
    known = field_at(path)
    return known is not None and known.preset == text


def _no(entry: Entry, said: Mapping[str, Any]) -> bool:
    """True where the proposal answers a question with no in so many words."""
    value = next((v for k, v in said.items() if plain_key(str(k)).replace(" ", "_") == entry.path[0]), None)
    return (
        isinstance(entry, Block) and entry.asks and isinstance(value, str) and value.strip().lower() in ("no", "none")
    )


def _known(data: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The settled data, with the questions that were answered with no."""
    return data | {str(e.path[0]): "no" for e in top() if _no(e, said)}


def _emptied(reading: Reading, data: Mapping[str, Any]) -> Iterator[Path]:
    """The fields that the proposal names and leaves empty."""
    for place in reading.source.places:
        path = tuple(p.replace(" ", "_") if isinstance(p, str) else p for p in place)
        node: Any = reading.source.data
        for part in place:
            if isinstance(part, int):
                node = node[part] if isinstance(node, list) and part < len(node) else 0
            else:
                node = (
                    next((v for k, v in node.items() if plain_key(str(k)) == part), 0) if isinstance(node, dict) else 0
                )
        if path and node is None:
            yield (path[0], 0, *path[1:]) if path[0] in SIDES and not isinstance(path[1:2] and path[1], int) else path


def _unanswered(case: Case) -> Iterator[Path]:
    """The questions of the form that nobody answered."""
    for key in complete.QUESTIONS:
        if getattr(case.proposal, key) is None and not case.says_no(key):
            yield (key,)


def _sizes(entries: tuple[Entry, ...], data: Any, opened: set[Path]) -> Iterator[tuple[Path, int]]:
    """The lists that the data fill, with their lengths; one that is open as a whole can still grow."""
    for entry in entries:
        value = data.get(str(entry.path[-1])) if isinstance(data, dict) else None
        if isinstance(entry, Listing):
            items = value if isinstance(value, list) else []
            if items and entry.path not in opened:
                yield entry.path, len(items)
            for n, item in enumerate(items):
                yield from _sizes(entry.entry(n).entries, item, opened)
        elif isinstance(entry, Block):
            yield from _sizes(entry.entries, value, opened)
