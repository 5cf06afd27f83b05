"""What partners of a series share: findings of rules by kind of partner, parts of the agreement."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from agreegen.agreement import SIDES, Parts, Standing, fields_of, rows, switched
from agreegen.agreement.naming import party_record
from agreegen.late import dataclass
from agreegen.rules import Case, Found, Rule, asked
from agreegen.series.plain_party import plain_of
from agreegen.sharing import MOST, Closed, Memo, Record, question, question_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.partner import Party
    from agreegen.proposal import Proposal
    from agreegen.series.exchange import Exchange

Finds = tuple[tuple[Rule, Found], ...]

OPEN: Final = ("variant", "program", "is_state_form", "is_standalone", "facts", "terms")
"""The names of a context that are the same for all partners of a kind."""


@dataclass(eq=False, slots=True)
class Kind:
    """Partners for which variant, settings and facts are the same, and what the rules find for them."""

    known: Standing
    case: Case
    every: Memo[Finds] = field(default_factory=Memo)
    single: dict[str, Memo[Finds]] = field(default_factory=dict)
    authorities: Memo[tuple[rows.AuthorityShape, ...]] = field(default_factory=Memo)
    regimes: Memo[tuple[rows.RegimeShape, ...]] = field(default_factory=Memo)

    def found(self, record: Record, case: Case) -> Finds:
        """What the rules find for the partner at hand, whose case it is."""
        return self.every.of(
            record,
            lambda: tuple((rule, found) for rule in asked(self.case) for found in rule.find(self.case)),
            lambda: tuple(found for rule in asked(self.case) for found in self._by(rule, record, case)),
        )

    def _by(self, rule: Rule, record: Record, case: Case) -> Finds:
        """What one rule finds."""
        return self.single.setdefault(rule.code, Memo()).of(
            record,
            lambda: tuple((rule, found) for found in rule.find(self.case)),
            lambda: tuple((rule, found) for found in rule.find(case)),
        )


@dataclass(eq=False, slots=True)
class Fields:
    """The fields of a proposal without its parties; what is switched with them, by the kind of the partner.

    `shared` is false for fields that hold for one partner alone.
    """

    plain: dict[str, Any]
    shared: bool = True
    switched: dict[Kind, Memo[dict[str, Any]]] = field(default_factory=dict)


@question
def _authorities(proposal: Proposal) -> int:
    """The number of authorities that an agreement lists."""
    return len(rows.authority_shapes(proposal))


class SharedParts(Parts):
    """The parts of the agreement at hand, kept for the next one."""

    def __init__(self, exchange: Exchange, kept: Memo[Fields], kind: Kind, plain: Mapping[str, Any]) -> None:
        """The parts for partners of a kind, one of whom has these plain fields."""
        self.exchange, self.kept, self.kind, self.plain = exchange, kept, kind, plain
        self.found: Fields | None = None

    def fields(self, proposal: Proposal) -> dict[str, Any]:
        """The proposal's fields, without its parties."""
        stand_in = self.exchange.stand_in
        self.found = self.kept.of(
            self.exchange.record, lambda: Fields(fields_of(stand_in)), lambda: Fields(fields_of(proposal), shared=False)
        )
        return self.found.plain

    def words(self, proposal: Proposal, party: Party) -> dict[str, Any]:
        """A party's record with its words; that of a party which the proposal names is kept."""
        exchange = self.exchange
        memo = exchange.words.get(id(party))
        if memo is None:
            return party_record(party, proposal, plain_of(party))
        return memo.of(
            exchange.record,
            lambda: party_record(party, exchange.stand_in),
            lambda: party_record(party, proposal),
        )

    def sides(self, proposal: Proposal) -> dict[str, Any]:
        """The fields of the parties of each side."""
        return {side: self.plain[side] for side in SIDES}

    def authorities(self, proposal: Proposal) -> tuple[rows.AuthorityShape, ...]:
        """The rows of authorities, but for the names."""
        stand_in = self.exchange.stand_in
        return self.kind.authorities.of(
            self.exchange.record, lambda: rows.authority_shapes(stand_in), lambda: rows.authority_shapes(proposal)
        )

    def regimes(self, proposal: Proposal, facts: Mapping[str, bool]) -> tuple[rows.RegimeShape, ...]:
        """What the rows of the regimes say, but for the names."""
        stand_in = self.exchange.stand_in
        return self.kind.regimes.of(
            self.exchange.record,
            lambda: rows.regime_shapes(stand_in, facts),
            lambda: rows.regime_shapes(proposal, facts),
        )

    def switched(self, proposal: Proposal, context: Mapping[str, Any]) -> dict[str, Any]:
        """What facts and settings switch."""
        exchange, found = self.exchange, self.found
        if found is None or not found.shared:
            return switched(proposal, context)
        exchange.record.tell(question_of(_authorities, proposal), len(context["authorities"]))
        memo = found.switched.get(self.kind)
        if memo is None:
            if len(found.switched) >= MOST:
                found.switched.clear()
            memo = found.switched[self.kind] = Memo()
        return memo.of(
            exchange.record,
            lambda: switched(exchange.stand_in, self._closed(context)),
            lambda: switched(proposal, context),
        )

    def _closed(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """The context without anything that is the partner's."""
        exchange, found = self.exchange, self.found
        assert found is not None
        closed = Closed(exchange.record)
        count = question_of(_authorities, exchange.stand_in)
        return {
            **dict.fromkeys(context, closed),
            **{name: context[name] for name in OPEN},
            "proposal": {**found.plain, **{side: exchange.closed[side] for side in SIDES}},
            "authorities": Closed(exchange.record, count),
        }
