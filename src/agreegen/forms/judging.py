"""What is wrong or missing in a filled form, each at its place in the form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from agreegen.finding import Finding, Location, Severity
from agreegen.forms.asking import KINDS
from agreegen.forms.declared import faults
from agreegen.forms.fields import ANSWER, keyed, path_of
from agreegen.forms.gaps import is_said, open_fields, told
from agreegen.forms.plan import SIDES
from agreegen.law.parties import known_party
from agreegen.partner import Kind
from agreegen.proposal import Proposal
from agreegen.reading import read_source
from agreegen.reading.problems import findings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agreegen.forms.fields import Path
    from agreegen.forms.merging import Merged
    from agreegen.packs.declared import Field


def judged(
    one: Merged, text: str, asked: Iterable[str], file: str, *,
    template: str = "", fields: Sequence[Field] = (), asks_own: bool = False,
) -> list[Path]:  # fmt: skip
    """What is missing, by the rules of completeness; findings of the form's own places are added.

    `asked` are the tags of the fields that the form itself asks of everyone, `fields` what its template declares.
    """
    source = read_source(text.encode(), file)
    data: dict[str, Any] = source.data if isinstance(source.data, dict) else {}
    if data:
        one.findings += [replace(finding, code="M003") for finding in source.findings]
    _tell_names(one, data, file)
    missing = list(_own_faults(one, fields, data, file))
    try:
        Proposal.model_validate(data)
    except ValidationError as error:
        missing += _faulty(one, findings_of(error, source, Proposal) if data else (), file)
        missing += () if data else (("proposal",), *((side,) for side in SIDES))
        missing += _gaps(one, asked, data)
    except TypeError:
        return missing
    if not asks_own:
        missing += open_fields(source, _kinds(template))
    known = dict.fromkeys(path[:-1] if path[-1] == ANSWER else path for path in missing)
    sides = {path[0] for path in known if len(path) > 2}
    found = [path for path in known if len(path) > 1 or path[0] not in SIDES or path[0] not in sides]
    for path in found:
        message, hint = told(path), "ask for it, or fill it in here"
        one.findings.append(Finding("M002", Severity.WARNING, _place(one, path, file), message, hint))
    return found


def _kinds(template: str) -> dict[str, str]:
    """What the parties are taken for where a form doesn't say: the official one is of State departments."""
    kinds = KINDS.get(template, (Kind.CALHHS_ENTITY, Kind.CALHHS_ENTITY))
    return {side: kind.value for side, kind in zip(SIDES, kinds, strict=True)}


def _tell_names(one: Merged, data: Mapping[str, Any], file: str) -> None:
    """Tells of names of listed parties that stand in the place of their legal names."""
    for side in SIDES:
        parties = data.get(side)
        for n, party in enumerate(parties if isinstance(parties, list) else ()):
            said = party.get("legal name") if isinstance(party, dict) else None
            known = known_party(said) if isinstance(said, str) else None
            if known is None or known["legal_name"] == said:
                continue
            path: Path = (side, n, "legal_name")
            message = f"'{said}' is printed as the legal name, which the lists give as '{known['legal_name']}'"
            hint = f"if it is that party, write `legal name: {known['legal_name']}`"
            one.note(path, Finding("M014", Severity.NOTE, _place(one, path, file), message, hint))


def _own_faults(one: Merged, fields: Sequence[Field], data: Mapping[str, Any], file: str) -> Iterator[Path]:
    """The declared fields that lack a value; those whose value can't be are told."""
    for path, unfit in faults(fields, data.get("extra")):
        if unfit is None:
            yield path
        else:
            one.note(path, Finding("M003", Severity.ERROR, _place(one, path, file), unfit.message, unfit.hint))


def _faulty(one: Merged, found: Iterable[Finding], file: str) -> Iterator[Path]:
    """The fields without which no proposal can be read; faults of values are told at their places in the form."""
    for fault in found:
        path = path_of(fault.location.path.replace(" ", "_"))
        if fault.code == "D002":
            key = fault.message.split("'")[1].replace(" ", "_") if "'" in fault.message else ""
            yield (*path, key)
            continue
        where = _place(one, path, file)
        one.note(path, Finding("M003", Severity.ERROR, where, fault.message, fault.hint))


def _gaps(one: Merged, asked: Iterable[str], data: Mapping[str, Any]) -> Iterator[Path]:
    """The fields that the form asks of everyone and that nobody filled in; entries of lists aside."""
    for path in map(path_of, asked):
        is_empty = path in one.places and path not in one.values and not is_said(data, path)
        if is_empty and not any(isinstance(k, int) for k in path[2:]):
            yield path


def _place(one: Merged, path: Path, file: str) -> Location:
    """The control of a field, or of the first field below it."""
    for n in range(len(path), 0, -1):
        at = path[:n]
        known = one.places.get(at) or one.places.get((*at, ANSWER))
        known = known or next((where for p, where in one.places.items() if p[:n] == at), None)
        if known is not None:
            return replace(known, path=keyed(path))
    return Location(file, part="body", path=keyed(path))
