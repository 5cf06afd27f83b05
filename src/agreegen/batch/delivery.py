"""Delivery: the names of a batch's files, by a template such as `{partner.id}/{proposal.id}`, safe on every system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity, nearest
from agreegen.package import file_name

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS: Final[Mapping[str, str]] = {
    "partner.id": "the partner's id in the list",
    "partner.name": "its legal name",
    "partner.short_name": "its short name",
    "partner.kind": "its kind, such as county",
    "partner.county": "the county of its seat",
    "partner.unit": "its department or unit",
    "partner.campus": "its campus",
    "proposal.id": "the name of the proposal's file, without ending",
    "proposal.reference": "the proposal's reference",
}
"""What may stand in braces in a template of names."""

USUAL: Final = "{proposal.id}-{partner.id}"
"""The template where none is given: the names that `agreegen generate --partner` gives."""

_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_DRIVE: Final = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Naming:
    """A template of names, taken apart at its slashes."""

    template: str
    pieces: tuple[tuple[tuple[str, bool], ...], ...]
    """Between its slashes, texts and fields by turns."""

    @classmethod
    def of(cls, template: str = "") -> Naming:
        """The template; UsageError if it names what doesn't exist, or leads out of the folder."""
        template = template.strip() or USUAL
        segments = tuple(part.strip() for part in re.split(r"[/\\]", template))
        _refuse_unknown(template)
        if _DRIVE.match(template) or not segments[0] or {".", ".."} & {*segments}:
            raise UsageError(f"the name '{template}' leads out of the folder",
                             "give the folder with --output, and begin the name with a field")  # fmt: skip
        if not all(segments):
            raise UsageError(
                f"the name '{template}' has an empty part", "write something between slashes, and at its end"
            )
        if "{partner." not in template:
            raise UsageError(f"the name '{template}' is the same for every partner", "add {partner.id} to it")
        return cls(template, tuple(map(_pieces, segments)))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it names, in their order."""
        return tuple(dict.fromkeys(_FIELD.findall(self.template)))

    def path(self, values: Mapping[str, str], suffix: str = "") -> str:
        """The path below the folder, with slashes and without ending; no value adds a folder, or leads out of one."""
        named = ["".join([values.get(text, "") if field else text for text, field in part]) for part in self.pieces]
        return "/".join(map(file_name, named)) + suffix


def _pieces(segment: str) -> tuple[tuple[str, bool], ...]:
    """The texts and fields of a part of a template, each with whether it is a field."""
    return tuple((text, bool(number % 2)) for number, text in enumerate(_FIELD.split(segment)))


def names(
    naming: Naming, values: Mapping[str, Mapping[str, str]], suffix: str = ""
) -> tuple[dict[str, str], dict[str, Finding]]:
    """The paths of agreements by their keys, and what is wrong with some of them: no value, or the path of another.

    `values` has the `FIELDS` of each agreement. Findings name no partner: who they are about is told with them.
    """
    paths: dict[str, str] = {}
    wrong: dict[str, Finding] = {}
    fields = naming.fields
    for key, said in values.items():
        paths[key] = naming.path(said, suffix)
        if lacking := [field for field in fields if not said.get(field, "").strip()]:
            wrong[key] = _lacking(lacking[0], naming)
    taken: dict[str, list[str]] = {}
    for key, path in paths.items():
        if key not in wrong:
            taken.setdefault(path.casefold(), []).append(key)
    for keys in taken.values():
        if len(keys) > 1:
            found = _clash(paths[keys[0]], len(keys))
            wrong.update(dict.fromkeys(keys, found))
    return paths, wrong


def _refuse_unknown(template: str) -> None:
    for field in _FIELD.findall(template):
        if field not in FIELDS:
            close = nearest(field, FIELDS)
            hint = f"did you mean {{{close}}}?" if close else "fields: " + ", ".join(f"{{{known}}}" for known in FIELDS)
            raise UsageError(f"the name '{template}' has a field that doesn't exist: {{{field}}}", hint)
    if re.search(r"[{}]", _FIELD.sub("", template)):
        raise UsageError(f"the name '{template}' has a brace without its other half", "write fields as {partner.id}")


def _lacking(field: str, naming: Naming) -> Finding:
    message = f"there is no value for {field}, which the name '{naming.template}' asks for"
    return Finding("B010", Severity.ERROR, Location(), message, "fill it in, or name the files by another field")


def _clash(path: str, count: int) -> Finding:
    message = f"{count:,} agreements would be written to '{path}'"
    hint = "give --name a field in which they differ, such as {partner.id} or {proposal.id}, or change an id"
    return Finding("B001", Severity.ERROR, Location(path), message, hint)
