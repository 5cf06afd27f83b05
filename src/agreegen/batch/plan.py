"""Plan: the jobs of a batch and the names of their files, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from agreegen.batch.delivery import Naming, names
from agreegen.batch.work import Job
from agreegen.errors import UsageError
from agreegen.finding import plain_key
from agreegen.proposal import Proposal
from agreegen.reading import read_source
from agreegen.reading.mistaken import no_proposal
from agreegen.reading.record import with_keys

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection, Sequence

    from agreegen.finding import Finding
    from agreegen.reading import Source
    from agreegen.reading.listed import Listed

_FIELDS: Final = frozenset(map(plain_key, Proposal.model_fields))


@dataclass(frozen=True, slots=True)
class Plan:
    """The jobs in the order of the proposals and the list, and those whose files can't be named, each with why."""

    jobs: tuple[Job, ...]
    refused: tuple[tuple[Job, Finding], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all agreements that are asked for."""
        return (*(job.key for job in self.jobs), *(job.key for job, _ in self.refused))


def planned(proposals: Sequence[pathlib.Path], partners: Sequence[Listed], name: str = "", suffix: str = "") -> Plan:
    """One job for each proposal and partner, its files named by a template and a suffix.

    UsageError if there are none, if a proposal is named twice, if a file isn't there or can't be opened, or if none of
    them is a proposal.
    """
    stems = [path.stem for path in proposals]
    if twice := next((stem for stem in stems if stems.count(stem) > 1), ""):
        raise UsageError(f"two proposals are called {twice}", "rename one of them, or run two batches")
    if not partners:
        raise UsageError("no partner is left to make an agreement for", "check the list, and what --where asks for")
    naming = Naming.of(name)
    pairs = [(path, partner) for path in proposals for partner in partners]
    keys = [f"{stem}/{partner.id}" for stem in stems for partner in partners]
    sources = {path: _read(path) for path in proposals}
    unread = [path for path, source in sources.items() if not _is_proposal(source)]
    if len(unread) == len(sources):  # else the agreements of those that can be read are made
        raise _unreadable(unread[0], sources[unread[0]])
    said = {path: _said(path, source) for path, source in sources.items()}
    values = {key: said[path] | _own(partner) | _values(partner, naming.fields)
              for key, (path, partner) in zip(keys, pairs, strict=True)}  # fmt: skip
    paths, wrong = names(naming, values, suffix)
    jobs = [Job(key, path, partner, paths[key]) for key, (path, partner) in zip(keys, pairs, strict=True)]
    fit = tuple(job for job in jobs if job.key not in wrong)
    return Plan(fit, tuple((job, wrong[job.key]) for job in jobs if job.key in wrong))


def _read(path: pathlib.Path) -> Source:
    try:
        return read_source(path.read_bytes(), path.as_posix())
    except FileNotFoundError:
        raise no_proposal(path) from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "name a proposal, a YAML file") from None


def _is_proposal(source: Source) -> bool:
    """Whether a file has any field of a proposal."""
    return isinstance(source.data, dict) and not _FIELDS.isdisjoint(map(str, with_keys(source.data)))


def _unreadable(path: pathlib.Path, source: Source) -> UsageError:
    found = next(iter(source.findings), None)
    why = f"{found.location}: {found.message}" if found else "it has no field of a proposal"
    hint = found.hint if found else "name a proposal, a YAML file"
    return UsageError(f"{path} can't be read as a proposal: {why}", hint)


def _said(path: pathlib.Path, source: Source) -> dict[str, str]:
    """What names may take from a proposal."""
    data = with_keys(source.data) if isinstance(source.data, dict) else {}
    reference = data.get("reference") if _is_proposal(source) else path.stem  # what can't be read is told, not its name
    return {"proposal.id": path.stem, "proposal.reference": str(reference or "")}


def _own(partner: Listed) -> dict[str, str]:
    """What a partner says in the place of the proposal, of what names may take from it."""
    if not partner.overrides:
        return {}
    said = next((value for key, value in partner.overrides.items() if plain_key(key) == "reference"), None)
    return {} if said is None else {"proposal.reference": _text(said)}


def _values(partner: Listed, fields: Collection[str]) -> dict[str, str]:
    """What names with these fields may take from a partner."""
    if not any(field.startswith("partner.") and field != "partner.id" for field in fields):
        return {"partner.id": partner.id}
    record = partner.whole()
    legal = _text(record.get("legal name"))
    names = ("kind", "county", "unit", "campus")
    more = {f"partner.{name.replace(' ', '_')}": _text(record.get(name)) for name in names}
    short = _text(record.get("short name")) or legal  # as agreements print it
    return {"partner.id": partner.id, "partner.name": legal or partner.id, "partner.short_name": short, **more}


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""
