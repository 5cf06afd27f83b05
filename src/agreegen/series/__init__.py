"""Series: the agreements of one proposal with many partners; what they share is read, checked and made once.

A partner's agreement is what `generate.opened_proposal` makes of it, word for word. Whatever isn't certain to be the
same (a partner that overrides the proposal, a record with a fault) goes that whole way.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from agreegen import __version__, approval, generate, rules
from agreegen.agreement import Identity, Standing, agreement_of, standing_of
from agreegen.errors import UsageError
from agreegen.finding import has_errors, plain_key
from agreegen.generate import Opened
from agreegen.package import digest
from agreegen.packs.opening import is_plain
from agreegen.reading import Reading, Source, partners_of, read_proposal
from agreegen.reading.record import OVERRIDES
from agreegen.rules import Case
from agreegen.series.exchange import PARTNER, Exchange, LazySource, Partner
from agreegen.series.parts import Fields, Kind, SharedParts
from agreegen.series.plain_party import plain_of
from agreegen.sharing import MOST, Memo

if TYPE_CHECKING:
    import pathlib

    from agreegen.finding import Finding
    from agreegen.proposal import Proposal
    from agreegen.reading import Listed, Partners
    from agreegen.template import Template
    from agreegen.workspace import Workspace

PROBE: Final = "the party that is open"
"""The name under which a stand-in for the partner is read with the proposal."""


class Series:
    """The agreements of one proposal: its file, its tables and the records of `partners/` are read once."""

    def __init__(self, path: pathlib.Path, workspace: Workspace) -> None:
        """The proposal read with a stand-in for its partner."""
        self.path, self.workspace = path, workspace
        self.records = generate.partners_of(path, workspace)
        probe = Source("", "", {"legal name": PROBE, "kind": "county"})
        reading = read_proposal(path, replace(self.records, sources={**self.records.sources, PROBE: probe}), PROBE)
        plain = reading.proposal is not None and is_plain(reading.proposal, workspace)
        self.exchange = Exchange(reading, path.parent, workspace.terms or {}) if plain else None
        self.text = reading.source.text
        self.digest = digest(self.text.encode())
        self.whole = 0
        self._standing: Memo[Standing] = Memo()
        self._kinds: OrderedDict[Any, Kind] = OrderedDict()
        self._latest: tuple[Standing, Kind] | None = None
        self._fields: Memo[Fields] = Memo()
        self._templates: dict[str, tuple[Template, str]] = {}

    @classmethod
    def open(cls, path: pathlib.Path, workspace: Workspace) -> Series:
        """The series of a proposal; UsageError if its file can't be read."""
        return cls(path, workspace)

    def check(self, partner: Listed | str, *, as_draft: bool = False) -> tuple[Finding, ...]:
        """Every finding about the proposal with this partner."""
        return self._of(partner, as_draft=as_draft, made=False).findings

    def of(self, partner: Listed | str, *, as_draft: bool = False, flawless: bool = False) -> Opened:
        """The proposal with this partner, checked, with its agreement and template where both could be made.

        `flawless`: `check` found nothing in a series of the same `digest`, so that nothing is looked for again.
        """
        return self._of(partner, as_draft=as_draft, made=True, flawless=flawless)

    def _of(self, partner: Listed | str, *, as_draft: bool, made: bool, flawless: bool = False) -> Opened:
        exchange = self.exchange
        asked = self._partner(partner)
        parties = exchange.parties(asked) if exchange and asked else None
        if exchange is None or asked is None or parties is None:
            return self._whole(partner, as_draft=as_draft)
        proposal = exchange.with_parties(parties)
        source = LazySource(exchange.reading.source, lambda: exchange.places(asked))
        reading = Reading(proposal, source, exchange.reading.findings)
        proposal = exchange.with_terms(proposal)
        plain = exchange.with_plain({at: plain_of(party) for at, party in parties.items()})
        exchange.record.turn_to(proposal)
        kind = self._kind(proposal)
        case = Case(proposal, source, kind.known.variant, kind.known.program, kind.known.terms, kind.known.facts, plain)
        exchange.record.know(case)
        findings = () if flawless else self._findings(reading, kind, case, as_draft=as_draft)
        if has_errors(findings):
            return Opened(reading, findings)
        template, edition = self._template(kind.known.variant)
        if not flawless:
            findings = (*findings, *template.findings,
                        *approval.refusals(kind.known.variant, template, self.workspace, proposal.dates.start,
                                           as_draft=as_draft))  # fmt: skip
        if has_errors(findings) or not made:
            return Opened(reading, findings)
        identity = Identity(kind.known.variant, edition, template.sha256, f"agreegen {__version__}")
        parts = SharedParts(exchange, self._fields, kind, plain)
        agreement = agreement_of(proposal, identity, kind.known, parts)
        if as_draft:
            from agreegen import draft  # noqa: PLC0415 (only for drafts)

            agreement = replace(agreement, context=draft.completed(agreement, case))
        return Opened(reading, findings, agreement, template)

    def _findings(self, reading: Reading, kind: Kind, case: Case, *, as_draft: bool) -> tuple[Finding, ...]:
        """What is said of the proposal with the partner at hand, but for its template."""
        assert self.exchange is not None
        findings = [*self.records.findings, *reading.findings, *generate.unfit_settings(reading.source, kind.known),
                    *rules.placed(case, kind.found(self.exchange.record, case))]  # fmt: skip
        return tuple(generate.softened(f) for f in findings) if as_draft else tuple(findings)

    def _partner(self, partner: Listed | str) -> Partner | None:
        """The partner, if it may take the short way."""
        name = partner if isinstance(partner, str) else partner.id
        key = plain_key(name)
        if key == PARTNER:
            return None
        if isinstance(partner, str):
            found = self.records.find(partner)
            data = found.data if found is not None else None
            if key in self.records.shared or _overrides(data):
                return None
        else:
            if partner.overrides or self.exchange is None or key in self.exchange.others:
                return None
            data = partner.data
        return Partner(name, data, lambda: self._partners(partner))

    def _partners(self, partner: Listed | str) -> Partners:
        return self.records if isinstance(partner, str) else partners_of([partner], self.records)

    def _whole(self, partner: Listed | str, *, as_draft: bool) -> Opened:
        """The whole way, which is right by definition."""
        self.whole += 1
        name = partner if isinstance(partner, str) else partner.id
        opened = generate.opened_proposal(
            self.path, self.workspace, partner=name, as_draft=as_draft, partners=self._partners(partner)
        )
        if opened.reading.source.text != self.text:
            raise UsageError(f"{self.path} was changed while its agreements were made", "run the command again")
        return opened

    def _kind(self, proposal: Proposal) -> Kind:
        """The kind of the partner of a proposal: for which what is known before any words is the same."""
        exchange = self.exchange
        assert exchange is not None
        known = self._standing.of(
            exchange.record, lambda: standing_of(exchange.stand_in), lambda: standing_of(proposal)
        )
        if self._latest and self._latest[0] is known:
            return self._latest[1]
        key = (known.variant, known.program, tuple(known.facts.items()))
        kind = self._kinds.get(key)
        if kind is None:
            source = exchange.reading.source
            stand_in = Case(exchange.stand_in, source, known.variant, known.program, known.terms, known.facts,
                            exchange.closed)  # fmt: skip
            kind = self._kinds[key] = Kind(known, stand_in)
            if len(self._kinds) > MOST:
                self._kinds.popitem(last=False)
        self._kinds.move_to_end(key)
        self._latest = (known, kind)
        return kind

    def _template(self, variant: str) -> tuple[Template, str]:
        """The template of a variant with its edition, opened once."""
        found = self._templates.get(variant)
        if found is None:
            template = generate.opened_template(variant, self.workspace)
            found = self._templates[variant] = (template, generate.edition(variant, self.workspace))
        return found


def _overrides(data: Any) -> bool:
    return isinstance(data, dict) and any(plain_key(key) == OVERRIDES for key in data if isinstance(key, str))
