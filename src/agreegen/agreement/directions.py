"""Directions of an exchange: who provides to whom, on which law; and whose an element, unit, contractor or place is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agreegen.late import dataclass
from agreegen.law.parties import known_party
from agreegen.proposal import ReturnFlow
from agreegen.sharing import question
from agreegen.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agreegen.partner import Party
    from agreegen.proposal import Authorities, Proposal
    from agreegen.proposal.regimes import Hipaa
    from agreegen.proposal.technical import Element

EVERY = frozenset({"all", "every party", "each party", "all parties"})
"""Words by which an entry is every party's of its side."""


@dataclass(frozen=True, slots=True)
class Direction:
    """One way of an exchange; `path` leads to its block of the proposal (none for the way from provider to recipient).

    A two-way exchange has a second one, in which the sides change places.
    """

    providers: tuple[Party, ...]
    recipients: tuple[Party, ...]
    authority: Authorities
    hipaa: Hipaa
    path: tuple[str, ...] = ()


def directions(proposal: Proposal) -> tuple[Direction, ...]:
    """The way there, and the way back of a two-way exchange."""
    there = Direction(proposal.provider, proposal.recipient, proposal.authority, proposal.hipaa)
    if proposal.direction != "two_way":
        return (there,)
    back = proposal.return_flow or ReturnFlow()
    return there, Direction(proposal.recipient, proposal.provider, back.authority, back.hipaa, ("return_flow",))


def on_side(proposal: Proposal, side: str) -> tuple[Party, ...]:
    """The parties of a side, its own first; in a two-way exchange every party is on both."""
    own: tuple[Party, ...] = getattr(proposal, side)
    if proposal.direction != "two_way":
        return own
    parties = proposal.parties
    return (*own, *(parties[number] for number in _beside(proposal, side)))


def numbers_of(proposal: Proposal, parties: Iterable[Party]) -> tuple[int, ...]:
    """The numbers of parties among all that the proposal lists, recipients first."""
    listed = (*proposal.recipient, *proposal.provider)
    return tuple(next(number for number, one in enumerate(listed) if one is party) for party in parties)


@question
def _beside(proposal: Proposal, side: str) -> tuple[int, ...]:
    """The numbers of the parties that a side doesn't list."""
    named = {_body(p) for p in getattr(proposal, side)}
    return tuple(number for number, party in enumerate(proposal.parties) if _body(party) not in named)


def _body(party: Party) -> tuple[str, str | None]:
    """What makes a party one: its legal name, and its unit where a unit is bound."""
    return party.legal_name, party.unit


def called(proposal: Proposal, said: str) -> tuple[Party, ...]:
    """The parties of the proposal that a word means: a name, a side as the proposal lists it, or all; none if none."""
    word = said.strip().casefold()
    if word in EVERY:
        return proposal.parties
    if word in ("provider", "recipient"):
        return proposal.provider if word == "provider" else proposal.recipient
    parties = proposal.parties
    return tuple(parties[number] for number in _named(proposal, said))


@question
def _named(proposal: Proposal, said: str) -> tuple[int, ...]:
    """The numbers of the parties that have this name."""
    listed = (known_party(said) or {}).get("legal_name", "").casefold()
    names = {said.strip().casefold(), listed} - {""}
    return tuple(
        number
        for number, p in enumerate(proposal.parties)
        if names & {(n or "").casefold() for n in (p.name, p.legal_name, p.id, p.unit)}
    )


def whose(proposal: Proposal, said: Sequence[str], side: str) -> tuple[Party, ...]:
    """The parties of a side to which an entry belongs: those that it names, else every one of the side."""
    everyone = on_side(proposal, side)
    if not said:
        return everyone
    found = tuple(everyone[number] for number in _owners(proposal, tuple(said), side))
    return found or everyone


@question
def _owners(proposal: Proposal, said: tuple[str, ...], side: str) -> tuple[int, ...]:
    """The numbers of the parties of a side that are named."""
    meant = {_body(p) for word in said for p in called(proposal, word)}
    return tuple(number for number, party in enumerate(on_side(proposal, side)) if _body(party) in meant)


def elements_of(proposal: Proposal, direction: Direction) -> tuple[Element, ...]:
    """The data elements that a party of the direction provides."""
    elements = proposal.data.elements
    if proposal.direction != "two_way" and proposal.provider and not any(e.party for e in elements):
        return elements
    return tuple(elements[number] for number in _provided(proposal, bool(direction.path)))


@question
def _provided(proposal: Proposal, back: bool) -> tuple[int, ...]:
    """The numbers of the data elements that a party of the way there, or of the way back, provides."""
    providing = {_body(p) for p in directions(proposal)[back].providers}
    whom = {said: {_body(p) for p in whose(proposal, said, "provider")} for said in _words(proposal)}
    return tuple(number for number, e in enumerate(proposal.data.elements) if providing & whom[e.party])


def _words(proposal: Proposal) -> set[tuple[str, ...]]:
    """The words by which data elements say whose they are."""
    return {e.party for e in proposal.data.elements}


def records(proposal: Proposal, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The directions as templates see them; `fields` are the proposal's, so that a draft marks both at once."""
    found = []
    for direction in directions(proposal):
        block = fields
        for key in direction.path:
            block = block[key]
        elements = elements_of(proposal, direction)
        providers = [p.called for p in direction.providers]
        recipients = [p.called for p in direction.recipients]
        bound = [p.called for p in direction.providers if p.ipa_applies]
        found.append({
            "provider": _each(providers),
            "recipient": _each(recipients),
            "providers": listed_names(providers),
            "recipients": listed_names(recipients),
            "bound": _each(bound) if bound else None,
            "bound_providers": listed_names(bound) if bound else None,
            "bound_names": bound,
            "recipient_names": recipients,
            "accounted": bool(bound) and accounts_for(direction),
            "authority": block["authority"],
            "hipaa": block["hipaa"],
            "agent": bool(bound) and acts_for(direction),
            "phi": any("phi" in e.classification for e in elements),
            "back": bool(direction.path),
        })  # fmt: skip
    return found


def provided(proposal: Proposal) -> list[dict[str, Any]]:
    """For each party that provides, the data elements that it provides, in words."""
    elements = proposal.data.elements
    owners = {said: whose(proposal, said, "provider") for said in _words(proposal)}
    found = []
    for party in on_side(proposal, "provider"):
        theirs = {said for said, whom in owners.items() if any(party is p for p in whom)}
        own = [e.name for e in elements if e.party in theirs]
        words = "None" if not own else "All" if len(own) == len(elements) else "; ".join(own)
        found.append({"party": party.name, "elements": words})
    return found


def belonging(proposal: Proposal, said: Sequence[str]) -> str | None:
    """Whose an entry of the receiving side is, in words, where several parties receive; None where that is clear."""
    everyone = on_side(proposal, "recipient")
    if len(everyone) < 2 or not said:
        return None
    found = whose(proposal, said, "recipient")
    return "each Data Recipient" if len(found) == len(everyone) else listing([p.name for p in found])


def in_words(proposal: Proposal, said: str) -> str:
    """The party that a flow names, by the name that the agreement gives it; a unit, or nobody's name, as it is said."""
    found = called(proposal, said)
    names = [p.name for p in found]
    return listing(names) if names and len({*names}) == len(names) and not _is_unit(proposal, said) else said


@question
def _is_unit(proposal: Proposal, said: str) -> bool:
    """True where a word is the name of a party's unit."""
    return any(said.strip().casefold() == (p.unit or "").casefold() for p in proposal.parties)


def objectors(proposal: Proposal, said: Sequence[str]) -> list[str]:
    """The names of the parties that object to a disputed proposal; none where a single one provides data."""
    if len(on_side(proposal, "provider")) < 2:
        return []
    return [p.called for p in (whose(proposal, said, "provider") if said else proposal.provider)]


ACCOUNTED = ("(e)", "(f)", "(i)", "(k)", "(l)", "(o)", "(p)")
"""Subdivisions of Civil Code section 1798.24 whose disclosures are accounted for (1798.25)."""


def accounts_for(direction: Direction) -> bool:
    """True unless the ground of the disclosure is known, and needs no accounting (Civ. Code 1798.25)."""
    ground = direction.authority.provider.ipa_ground
    return not ground or ground.startswith(ACCOUNTED)


def acts_for(direction: Direction) -> bool:
    """True where the recipients get personal information as agents of the provider (Civ. Code 1798.24(d))."""
    return (direction.authority.provider.ipa_ground or "").startswith("(d)")


def _each(names: Sequence[str]) -> str:
    """One name, or `each of A and B`, which takes the same verb."""
    return names[0] if len(names) == 1 else f"each of {listing(names)}"


def listed_names(names: Sequence[str]) -> str:
    """`A, B, and C`; a single name as it is."""
    return names[0] if len(names) == 1 else listing(names)
