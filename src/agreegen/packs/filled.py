"""Filled: the extra fields of a proposal as its template declares them, checked, with the values that they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from agreegen.finding import Finding, Severity, nearest, plain_key
from agreegen.packs.declared import UnfitError
from agreegen.reading import place_of
from agreegen.workspace import PACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.packs import Pack
    from agreegen.packs.declared import Field
    from agreegen.proposal import Proposal
    from agreegen.reading import Path, Source
    from agreegen.template import Template

EXTRA: Final = "extra"
OURS: Final = frozenset({
    "variant", "program", "is_state_form", "is_standalone", "facts", "terms", "proposal", "directions", "provided",
    "provider", "recipient", "providers", "recipients", "parties", "authorities", "opinions", "checklist", "directory",
    "regimes", "oversight", "redactions", "times", "notice", "on", "blocks", "document",
})  # fmt: skip
"""The names that every template has; a test compares them with those of an agreement."""
_OWN = re.compile(r"proposal\.extra\.(\w+)")


def filled(
    proposal: Proposal, source: Source, pack: Pack, *, as_draft: bool = False
) -> tuple[dict[str, Any], list[Finding]]:
    """The value of each declared field by its name in templates, and what is wrong with what the proposal says.

    A field without a value is None, or an empty list; in a draft, a marked blank where it is required.
    """
    known = {field.key: field for field in pack.fields}
    findings = [_unknown(source, key, known, pack) for key in map(plain_key, proposal.extra) if key not in known]
    values: dict[str, Any] = {}
    said = {plain_key(key): value for key, value in proposal.extra.items()}
    for key, field in known.items():
        value = None
        try:
            value = field.value(said.get(key))
        except UnfitError as unfit:
            findings.append(_unfit(source, (EXTRA, key), unfit))
        else:
            if value in (None, ()) and field.required and not field.taken:
                findings.append(_missing(source, field, pack))
                value = field.blank() if as_draft else None
        values[field.name] = () if value is None and field.many else value
    return values, findings


def taken(pack: Pack, values: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The values with those that the template takes from names of agreegen's own, where the proposal says nothing."""
    found = dict(values)
    for field in pack.fields:
        if field.taken and found.get(field.name) in (None, ()):
            found[field.name] = _at(context, field.taken)
    return found


def _at(context: Mapping[str, Any], name: str) -> Any:
    node: Any = context
    for part in name.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node


def context_with(pack: Pack, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context of an agreement from a pack: declared fields by their own names, too, where agreegen has no such."""
    extra = taken(pack, context["proposal"][EXTRA], context)
    said = {**context["proposal"], EXTRA: extra}
    return {**({} if pack.is_master else extra), **context, "proposal": said}


def undeclared(template: Template, pack: Pack) -> list[Finding]:
    """A finding for each name in the Word file that neither the template declares nor agreegen has."""
    own = {field.name for field in pack.fields}
    found: dict[tuple[str, str], Finding] = {}
    for name, where in template.names:
        extra = _OWN.match(name)
        head = extra[1] if extra else name.split(".")[0]
        if head in own or (not extra and (pack.is_master or head in OURS)):
            continue
        message = f"the template prints '{name}', and template.yaml declares no field '{head.replace('_', ' ')}'"
        close = nearest(head, sorted(own if extra else {*own, *OURS}))
        add = f"add `{head.replace('_', ' ')}: {{type: text}}` below `fields:` in {pack.folder.name}/template.yaml"
        hint = f"did you mean '{close}'? Else {add}" if close else add
        found.setdefault((name, str(where)), Finding("T046", Severity.ERROR, where, message, hint))
    return list(found.values())


def misdirected(pack: Pack, context: Mapping[str, Any]) -> list[Finding]:
    """A finding for each field whose value is taken from a name that agreegen doesn't have."""
    found = []
    for field in pack.fields:
        if field.taken and not _is_there(context, field.taken):
            close = nearest(field.taken, _names(context, field.taken))
            hint = f"did you mean '{close}'?" if close else "the names are those of templates, such as recipient.name"
            message = f"the field '{field.key}' is taken from '{field.taken}', and there is no such name"
            place = _place(pack, field)
            found.append(Finding("T062", Severity.ERROR, place, message, hint))
    return found


def _is_there(context: Mapping[str, Any], name: str) -> bool:
    node: Any = context
    for part in name.split("."):
        if not isinstance(node, dict):
            return node is None  # an optional block that this proposal doesn't have
        if part not in node:
            return False
        node = node[part]
    return True


def _names(context: Mapping[str, Any], name: str) -> list[str]:
    above, _, _ = name.rpartition(".")
    node = _at(context, above) if above else context
    return [f"{above}.{key}" if above else key for key in node] if isinstance(node, dict) else list(context)


def _place(pack: Pack, field: Field) -> Any:
    from agreegen.reading import read_source  # noqa: PLC0415 (only for a finding)

    path = pack.folder / PACK
    source = read_source(path.read_bytes(), path.as_posix())
    place = place_of(source, ("fields", field.key, "from"))
    return place.location()


def _unknown(source: Source, key: str, known: Mapping[str, Field], pack: Pack) -> Finding:
    asked = [k for k, f in known.items() if not f.taken]
    close = nearest(key, asked)
    fields = f"fields of this template: {', '.join(asked)}" if asked else "this template has no fields of its own"
    hint = f"did you mean '{close}'?" if close else fields
    place = place_of(source, (EXTRA, key))
    message = f"'{key}' isn't a field of the template {pack.name}"
    return Finding("D001", Severity.ERROR, place.location(f"extra.{key}", place.key), message, hint)


def _missing(source: Source, field: Field, pack: Pack) -> Finding:
    about = f" ({field.meaning.rstrip('.')})" if field.meaning else ""
    message = f"'extra: {field.key}' is required by the template {pack.name}{about}"
    return _finding("P001", source, (EXTRA, field.key), message,
                    f"write below `extra:` as an example `{field.key}: {field.sample}`; {field.answer}")  # fmt: skip


def _unfit(source: Source, path: Path, unfit: UnfitError) -> Finding:
    """A finding at the value that the field can't have, in a block and in an entry of a list, too."""
    place = place_of(source, (*path, *unfit.path))
    text = ".".join(map(str, (*path, *unfit.path)))
    return Finding("D003", Severity.ERROR, place.location(text, place.key if unfit.key else None), unfit.message,
                   unfit.hint)  # fmt: skip


def _finding(code: str, source: Source, path: Path, message: str, hint: str) -> Finding:
    place = place_of(source, path)
    return Finding(code, Severity.ERROR, place.location(".".join(map(str, path))), message, hint)
