"""The exchange of a series: a proposal that was read with a stand-in for its partner, and partners put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from agreegen.agreement import SIDES
from agreegen.finding import plain_key
from agreegen.late import dataclass
from agreegen.law.parties import known_party
from agreegen.reading import Partners, Source
from agreegen.reading.assembly import Assembly
from agreegen.reading.record import with_keys
from agreegen.series.plain_party import party_of, plain_party
from agreegen.sharing import Closed, Memo, Record, Watched

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterator, Mapping

    from agreegen.partner import Party
    from agreegen.proposal import Proposal
    from agreegen.reading import Path, Reading
    from agreegen.reading import Place as Spot

PARTNER: Final = "partner"
"""The word by which a proposal leaves a party open."""

Place = tuple[str, int]
"""A party's side, and its number there."""


class LazySource(Source):
    """A file's source whose places are put together when a finding asks for one."""

    def __init__(self, said: Source, made: Callable[[], dict[Path, Spot]]) -> None:
        """The source of a proposal; `made` gives its places with those of the partner."""
        self.file, self.text, self.data, self.findings = said.file, said.text, said.data, said.findings
        self._made = made
        self._places: dict[Path, Spot] | None = None

    @property
    def places(self) -> dict[Path, Spot]:  # type: ignore[override]  # made when asked for
        """The place of every key and value."""
        if self._places is None:
            self._places = self._made()
        return self._places


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner by name, its record (None where the lists have it), and where that is found with its places."""

    name: str
    data: Any
    placed: Callable[[], Partners]

    @property
    def bare(self) -> Partners:
        """The record without its places."""
        return Partners({plain_key(self.name): Source("", "", self.data)} if self.data is not None else {})


class Exchange:
    """A proposal that was read with a stand-in for its partner: what is the same whoever the partner is."""

    def __init__(self, reading: Reading, folder: pathlib.Path, terms: Mapping[str, Any]) -> None:
        """The proposal of a reading, with the workspace's settings."""
        assert reading.proposal is not None
        self.proposal, self.reading, self.folder = reading.proposal, reading, folder
        data = with_keys(reading.source.data)
        self.said: dict[str, Any] = {side: data[side] for side in SIDES}
        listed = [(side, said if isinstance(said, list) else [said]) for side, said in self.said.items()]
        named = {(side, n): _named(one) for side, said in listed for n, one in enumerate(said)}
        self.open = tuple(at for at, name in named.items() if name == PARTNER)
        self.others = frozenset(named.values()) - {PARTNER}
        said = dict(listed)
        self.bare = [isinstance(said[side][n], str) for side, n in self.open] == [True]
        self.sides = tuple(dict.fromkeys(side for side, _ in self.open))
        self.terms = {"terms": {**terms, **self.proposal.terms}} if terms else {}
        self.record = Record()
        self.plain = {**self.proposal.model_dump(), **self.terms}
        kind = type(self.proposal)
        self.stand_in = self.with_terms(self.with_parties({a: Watched(self.record, kind, a) for a in self.open}))
        self.words: dict[int, Memo[dict[str, Any]]] = {
            id(p): Memo()
            for side in SIDES
            for n, p in enumerate(getattr(self.proposal, side))
            if (side, n) not in self.open
        }
        self.closed = self.with_plain(dict.fromkeys(self.open, Closed(self.record)))

    def with_parties(self, parties: Mapping[Place, Any]) -> Proposal:
        """The proposal with these parties in its open places."""
        return self.proposal.model_copy(
            update={
                side: tuple(parties.get((side, n), p) for n, p in enumerate(getattr(self.proposal, side)))
                for side in self.sides
            }
        )

    def with_terms(self, proposal: Proposal) -> Proposal:
        """The proposal with the settings of the workspace below its own."""
        return proposal.model_copy(update=self.terms) if self.terms else proposal

    def with_plain(self, parties: Mapping[Place, Any]) -> dict[str, Any]:
        """The proposal's plain fields with these parties in its open places."""
        sides = {side: tuple(parties.get((side, n), p) for n, p in enumerate(self.plain[side])) for side in self.sides}
        return {**self.plain, **sides}

    def parties(self, partner: Partner) -> dict[Place, Party] | None:
        """The partner's record in each open place, with what the proposal adds; None where anything is wrong."""
        if self.bare and (party := _unlisted(partner.data)):
            return dict.fromkeys(self.open, party)
        source = Source(self.reading.source.file, "")
        try:
            found = {at: party_of(said) for at, said in self._assembled(source, partner.bare, partner.name)}
        except (KeyError, ValidationError):  # a finding asks for the place of what is wrong
            return None
        return None if source.findings else found

    def places(self, partner: Partner) -> dict[Path, Spot]:
        """The place of every key and value of the proposal and of the partner."""
        said = self.reading.source
        source = Source(said.file, said.text, said.data, dict(said.places))
        for _ in self._assembled(source, partner.placed(), partner.name):
            pass
        return source.places

    def _assembled(self, source: Source, partners: Partners, name: str) -> Iterator[tuple[Place, Any]]:
        assembly = Assembly(self.folder, source, partners, name)
        for side, n in self.open:
            said = self.said[side]
            value, path = (said[n], (side, n)) if isinstance(said, list) else (said, (side,))
            yield (side, n), assembly.party(value, path)


def _named(said: Any) -> str:
    """The name by which a proposal calls a party; nothing where it has the record itself."""
    name = said.get("party") if isinstance(said, dict) else said
    return plain_key(name) if isinstance(name, str) else ""


def _unlisted(data: Any) -> Party | None:
    """The party of a plain record, where no list has its names or is named: nothing is added, nothing contradicts it.

    A key that isn't plain makes a record that isn't, too.
    """
    if type(data) is not dict or "party" in data:
        return None
    found = plain_party(data)
    known = found and (known_party(found.legal_name) or (found.short_name and known_party(found.short_name)))
    return None if known else found
