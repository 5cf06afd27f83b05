"""Known: the fields that every context has, with their shapes; and what is certain of them in a variant."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING

from agreegen.agreement import agreement_of
from agreegen.law import PROGRAM_OF, PROGRAMS, VARIANTS
from agreegen.law.authorities import authorities
from agreegen.law.exhibits import exhibits
from agreegen.law.notices import Notice
from agreegen.law.requirements import requirements
from agreegen.law.terms import settings
from agreegen.lint.condition import Bound, Reader
from agreegen.lint.logic import Knowledge, both, no, one
from agreegen.lint.shape import (
    RECORD,
    TEXT,
    Shape,
    anything,
    many,
    number,
    of_model,
    record,
    text,
    yesno,
)
from agreegen.partner import Contact, Party
from agreegen.proposal import Proposal
from agreegen.proposal.business import Contractor, Use, UserGroup
from agreegen.proposal.dispute import Positions
from agreegen.proposal.technical import Data, Element, Site, Transfer
from agreegen.template.printing import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.lint.condition import Scope
    from agreegen.lint.logic import Formula

ROLE = Shape(TEXT, choices=("Data Provider and Data Recipient", "Data Provider", "Data Recipient"))
PART = Shape(TEXT, choices=(*Proposal.model_fields, "annex"))
SIDE = Shape(TEXT, choices=("both", "provider", "recipient"))
maybe, words = text.maybe(), Shape(TEXT, blank=True)


def _party() -> Shape:
    flags = ("is_state", "is_local", "is_university", "is_private", "needs_governing_body", "acts_by_delegation",
             "action_has_lines")  # fmt: skip
    return of_model(
        Party, name=text, called=text, capacity=text, full=text, signs_for=text, contracting=text, campus_name=words,
        executive_role=maybe, delegation=maybe, role=ROLE, side=SIDE, **dict.fromkeys(flags, yesno),
    )  # fmt: skip


def _proposal(party: Shape) -> Shape:
    cited = record(
        id=Shape(TEXT, optional=True, choices=tuple(authorities())), citation=text, title=maybe, allows=maybe
    )
    element = of_model(Element, statute=many(text), party=many(text))
    use = of_model(
        Use, contractors=many(of_model(Contractor, party=maybe)), users=many(of_model(UserGroup, party=maybe)),
        has_contractors=yesno,
    )  # fmt: skip
    own = of_model(Proposal)
    dispute = of_model(Positions, result=maybe, ended=maybe, act=maybe).maybe()
    regimes = own.fields["regimes"]
    sides = many(of_model(Party)).sure()
    return of_model(
        Proposal, disputed=yesno, dispute=dispute, use=use, data=of_model(Data, elements=many(element)),
        provider=sides, recipient=sides, transfer=of_model(Transfer, sites=many(of_model(Site, party=maybe))),
        regimes=Shape(RECORD, fields={**regimes.fields, "riders": many(cited)}),
    )  # fmt: skip


def _authority() -> Shape:
    return Shape(TEXT, optional=True, choices=tuple(authorities()))


def _rows() -> dict[str, Shape]:
    task = ("task", "party", "date", "name", "department", "role")
    line = record(label=text, value=words, anchor=words)
    contact = {name: text.maybe() for name in Contact.model_fields}
    return {
        "checklist": many(record(**{**dict.fromkeys(task, words), "task": text, "party": text})),
        "directory": many(record(**contact, party=text, side=SIDE.maybe(), role=text)),
        "redactions": many(record(place=text, part=PART, reason=text, exemption=text)),
        "authorities": many(
            record(id=_authority(), citation=text, title=maybe, allows=maybe, party=text, element=maybe)
        ),
        "provided": many(record(party=text, elements=text)).sure(),
        "blocks": many(record(heading=text, party=words, statement=words, lines=many(line), together=yesno)),
        "document": record(
            title=text, reference=maybe, version=text, status=text, template=text, template_version=text,
            template_digest=text, generator=text, beyond=many(text), unread=many(text),
            settings=many(record(name=text, value=text, source=text)),
        ),
    }  # fmt: skip


def _terms() -> Shape:
    kinds = {"yes or no": yesno, "words": text, "number": number}
    fields: dict[str, Shape] = {}
    for name, setting in settings().items():
        choices = {c for v in VARIANTS if setting.exists_in(v) for c in setting.choices(v)}
        words = setting.kind == "choice"
        shape = (
            Shape(TEXT, choices=tuple(sorted(map(str, choices - {None}))))
            if words
            else kinds.get(setting.kind, anything)
        )
        everywhere = all(setting.exists_in(v) for v in VARIANTS)
        shape = shape.maybe() if setting.none or not everywhere else shape
        group, _, leaf = name.rpartition(".")
        if group:
            before = fields.get(group, record())
            fields[group] = record(**{**before.fields, leaf: shape})
        else:
            fields[leaf] = shape
    return record(**fields)


@functools.cache
def schema() -> Shape:
    """Every field of a context; the names of facts, notices, times and regimes are those of a context that was made."""
    party = _party()
    proposal = _proposal(party)
    made = agreement_of(Proposal.model_validate(LEAST)).context
    parties = many(party).sure()
    hints = Notice.__annotations__
    notice = record(**{k: _noticed(k, str(hints[k])) for k in hints})
    elements = Shape(TEXT, optional=True, special=("all",))
    regime = record(present=yesno, parties=maybe, receivers=many(text), elements=elements)
    opinion = proposal.fields["opinions"].item
    assert opinion is not None
    way = record(
        provider=text, recipient=text, providers=text, recipients=text, bound=words, bound_providers=words,
        bound_names=many(text), recipient_names=many(text), accounted=yesno,
        authority=_inside(proposal, "authority"), hipaa=_inside(proposal, "hipaa"), agent=yesno, phi=yesno, back=yesno,
    )  # fmt: skip
    return record(
        variant=Shape(TEXT, choices=VARIANTS), program=Shape(TEXT, choices=PROGRAMS), is_state_form=yesno,
        is_standalone=yesno, facts=record(**dict.fromkeys(made["facts"], yesno)), terms=_terms(), proposal=proposal,
        directions=many(way).sure(), provider=party, recipient=party, providers=parties, recipients=parties,
        parties=parties, opinions=many(opinion), regimes=record(**dict.fromkeys(made["regimes"], regime)),
        oversight=words, times=record(**dict.fromkeys(made["times"], text)),
        notice=record(**dict.fromkeys(made["notice"], notice)), on=record(**dict.fromkeys(made["on"], yesno)),
        **_rows(),
    )  # fmt: skip


LEAST = {
    "proposal": "A use",
    "provider": [{"legal name": "Department of Health Care Services", "kind": "calhhs entity"}],
    "recipient": [{"legal name": "County of Alameda", "kind": "county"}],
}
"""The least that a proposal says."""


def _noticed(name: str, hint: str) -> Shape:
    """The shape of a part of a notice; the tables of each variant settle who tells whom, and when."""
    shape = many(text) if "tuple" in hint else yesno if "bool" in hint else number if "int" in hint else text
    return words if name in ("to", "actor", "time") else shape.maybe() if "None" in hint else shape


def _inside(shape: Shape, name: str) -> Shape:
    found = shape.fields[name]
    return Shape(found.kind, fields=found.fields)


MEANINGS = {
    "is_state_form": 'variant in ["intra-agency", "state-agency"]',
    "is_standalone": 'variant in ["local-government", "university"]',
    "facts.disputed": "proposal.disputed",
    "facts.required_by_law": "proposal.required_by_law",
    "facts.two_way": 'proposal.direction == "two_way"',
    "facts.funds": "proposal.funds",
    "facts.ongoing": 'proposal.dates.mode == "ongoing"',
    "facts.open_ended": "not proposal.dates.end",
    "facts.consent": "proposal.authority.consent",
    "facts.attachments": "proposal.attachments",
    "facts.confidential": "proposal.confidential",
    "facts.joinder": "proposal.joinder",
    "facts.tribal": "proposal.regimes.tribal",
    "facts.research": "proposal.research",
    "facts.ai": "proposal.use.artificial_intelligence",
    "facts.redisclosure": "proposal.redisclosure",
    "facts.remote": "proposal.transfer.remote",
    "facts.cloud": "proposal.transfer.cloud",
    "facts.contractors": "proposal.use.has_contractors",
}
"""Names that stand for a condition over other fields."""

CERTAIN = (
    "not facts.ferpa_audit or facts.ferpa",
    "not facts.ferpa_studies or facts.ferpa",
    "not (facts.ferpa_audit and facts.ferpa_studies)",
    "not facts.ferpa_audit or proposal.ferpa",
    "not facts.ferpa_studies or proposal.ferpa",
    'not facts.ferpa_audit or proposal.ferpa.kind == "audit"',
    'not facts.ferpa_studies or proposal.ferpa.kind == "studies"',
    "not facts.public_products or (facts.deidentification and proposal.use.products)",
    "not facts.tribes_outside or facts.tribal",
    "not facts.subawards or (proposal.research and proposal.research.subawards)",
    "not facts.students or (proposal.research and proposal.research.students)",
    "not facts.cphs or proposal.research",
    "not facts.irb or proposal.research",
    "not facts.accounting or facts.provider_ipa",
    "not facts.hiv or facts.riders",
    "not facts.vital_records or facts.riders",
    "not (facts.there_phi or facts.back_phi) or facts.phi",
    "proposal.disputed or not proposal.dispute",
    *(f"not proposal.dispute.outcome or proposal.dispute.{words}" for words in ("result", "ended", "act")),
    "not proposal.disputed or proposal.dispute",
)
"""What follows from how facts are made."""


@functools.cache
def reader() -> Reader:
    """The reader of expressions of our templates."""
    return Reader(environment(), schema(), MEANINGS)


def _switched(when: str | None, variants: tuple[str, ...]) -> str:
    where = "" if variants == VARIANTS else f"variant in {list(variants)!r}"
    return " and ".join(p for p in (where, f"({when})" if when else "") if p) or "true"


@functools.cache
def switches() -> tuple[Formula, ...]:
    """Which exhibits are on, by the table of exhibits."""
    by, found = reader(), []
    for e in exhibits():
        on, when = by.said(f"on.{e.switch}"), by.said(_switched(e.when, e.variants))
        found += [one(no(on), when), one(on, no(when))]
    return tuple(found)


@functools.cache
def anyhow() -> Knowledge:
    """What holds in every agreement of every variant, by how facts are made."""
    return Knowledge(reader().said(c) for c in CERTAIN)


@functools.cache
def certain(variant: str) -> Knowledge:
    """What holds in every agreement of a variant, whatever the proposal says."""
    by = reader()
    found = [*(by.said(c) for c in CERTAIN), *switches()]
    if variant not in VARIANTS:
        return Knowledge(found)
    found.append(by.said(f'variant == "{variant}"'))
    for name, setting in settings().items():
        shape = by.schema.at(f"terms.{name}")
        if shape is None:
            continue
        choices = setting.choices(variant)
        if not setting.exists_in(variant):
            found.append(no(by.filled(f"terms.{name}", shape)))
        elif setting.kind == "choice" and choices:
            by.filled(f"terms.{name}", shape)
            found.append(("in", f"terms.{name}", frozenset(str(c) for c in choices if c is not None)))
        elif not setting.none:
            found.append(no(by.empty(f"terms.{name}", shape)))
    return Knowledge(found)


@functools.cache
def required(variant: str) -> Mapping[str, Formula]:
    """For fields that proposals of a variant must fill in: when they have a value, as far as a finding ensures it."""
    if variant not in VARIANTS:
        return {}
    by, program = reader(), PROGRAM_OF[variant]
    disputed, by_law = by.said("facts.disputed"), by.said("facts.required_by_law")
    cases: dict[str, list[Formula]] = {}
    for d, b in itertools.product((False, True), repeat=2):
        here = both(disputed if d else no(disputed), by_law if b else no(by_law))
        for row in requirements(program, d, b):
            need = True if row.need == "yes" else by.said(row.when, _entry(row.field)) if row.when else False
            if "party." in (row.when or ""):
                need = False
            cases.setdefault(row.field, []).append(both(here, need))
    return {path: one(*found) for field, found in cases.items() for path in _paths(field)}


def _entry(field: str) -> Scope:
    """What `item` means in the condition of a field of the entries of a list."""
    path = f"proposal.{field.rpartition('[]')[0]}"
    shape = reader().schema.at(path) if "[]" in field else None
    return {"item": Bound(f"{path}[]", shape.item)} if shape is not None else {}


def _paths(field: str) -> tuple[str, ...]:
    """Where templates find a field of the table."""
    side, _, rest = field.partition(".")
    if side in ("provider", "recipient"):
        return tuple(f"{name}.{rest}" for name in (side, f"{side}s[]"))
    return (f"proposal.{field}",)
