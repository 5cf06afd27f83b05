"""Changes: what differs between two sides: templates, their settings, fields, and the words of each file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.difference import Piece, pairs, pieces
from agreegen.finding import Severity
from agreegen.late import dataclass
from agreegen.revision.sides import compared

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from agreegen.packs import Pack
    from agreegen.packs.declared import Field
    from agreegen.revision.sides import Side

HEADING: Final = re.compile(r"(?:#{1,2}|@{1,2}) +(?:\[[^\]]*\] *)?(.*)")
SETTINGS: Final = ("template", "version", "effective", "status", "word", "variant", "asks")
SHOWN: Final = {"variant": "based on"}
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or row that changed, under its heading; `how` is added, removed or changed."""

    heading: str
    how: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A Word file that changed, and the templates that print it; without lines only its look did."""

    name: str
    how: str
    templates: tuple[str, ...]
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A field, a setting or an included file of a template: what it was, and what it is."""

    kind: str
    name: str
    how: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Templates:
    """What changed in a template besides words; `how` tells of one that only one side has."""

    name: str
    how: str
    changes: tuple[Change, ...] = ()


def templates(old: Side, new: Side) -> list[Templates]:
    """Each template that differs in more than words, or that only one side has."""
    found = []
    for name in compared(old, new):
        if name not in new.packs or name not in old.packs:
            found.append(Templates(name, ADDED if name in new.packs else REMOVED))
            continue
        changes = (*_settings(old.packs[name], new.packs[name]), *_declared(old.packs[name], new.packs[name]),
                   *_used(name, old, new), *_included(name, old, new), *_faults(name, old, new))  # fmt: skip
        found += [Templates(name, CHANGED, changes)] if changes else []
    return found


def files(old: Side, new: Side) -> list[File]:
    """Each Word file that differs and that a template of both sides prints, by name; masters first."""
    printing: dict[tuple[str, pathlib.Path | None, pathlib.Path | None], list[str]] = {}
    for name in (n for n in compared(old, new) if n in old.packs and n in new.packs):
        were, are = old.files(name), new.files(name)
        for file in {**were, **are}:
            printing.setdefault((file, were.get(file), are.get(file)), []).append(name)
    found = []
    for (file, before, now), names in sorted(printing.items(), key=lambda item: (_order(item[0][0]), item[1])):
        if before and now and old.digest(before) == new.digest(now):
            continue
        lines = tuple(_lines(old.lines(before) if before else [], new.lines(now) if now else []))
        how = ADDED if before is None else REMOVED if now is None else CHANGED
        found.append(File(file, how, tuple(names), lines))
    return found


def _order(file: str) -> tuple[bool, str]:
    return not file.startswith("masters/"), file


def _lines(before: list[str], now: list[str]) -> Iterator[Line]:
    heads = {**_headings(before), **_headings(now)}
    for old, new in pairs(before, now):
        how = ADDED if old is None else REMOVED if new is None else CHANGED
        heading = heads.get(new if new is not None else old or "", "")
        if old is not None and new is not None:
            yield Line(heading, how, pieces(old, new))
        else:
            kind = "added" if old is None else "removed"
            yield Line(heading, how, (Piece(kind, new if old is None else old),))  # type: ignore[arg-type]


def _headings(lines: list[str]) -> dict[str, str]:
    """The heading that each line stands under, a heading under itself."""
    found: dict[str, str] = {}
    heading = ""
    for line in lines:
        if match := HEADING.fullmatch(line):
            heading = match[1]
        found.setdefault(line, heading)
    return found


def _settings(old: Pack, new: Pack) -> Iterator[Change]:
    for name in SETTINGS:
        before, now = (str(getattr(p.said, name) or "") for p in (old, new))
        if before != now:
            yield Change("setting", SHOWN.get(name, name), CHANGED, before, now)


def _declared(old: Pack, new: Pack) -> Iterator[Change]:
    """How the declared fields differ; one that is required and wasn't says so."""
    before, now = ({f.key: f for f in p.fields} for p in (old, new))
    for key in sorted({*before, *now}):
        was, is_ = before.get(key), now.get(key)
        if was != is_:
            how = ADDED if was is None else REMOVED if is_ is None else CHANGED
            texts = _said(was), _said(is_)
            if texts[0] == texts[1]:  # what it means, its example or its name in the Word file
                texts = _said(was, whole=True), _said(is_, whole=True)
            yield Change("declared field", key, how, *texts)


def _said(declared: Field | None, *, whole: bool = False) -> str:
    """A field in words: its type, whether it is required, its choices or fields; `whole` has all that is declared."""
    if declared is None:
        return ""
    need = f"from {declared.taken}" if declared.taken else "required" if declared.required else "optional"
    inside = [f"{f.key}: {_said(f, whole=whole)}" for f in declared.fields]
    choices = f" ({', '.join(declared.choices) or '; '.join(inside)})" if declared.choices or inside else ""
    more = {"name": declared.name, "meaning": declared.meaning, "example": declared.example} if whole else {}
    return f"{declared.type}{choices}, {need}" + "".join(f", {key}: {said}" for key, said in more.items() if said)


def _used(name: str, old: Side, new: Side) -> Iterator[Change]:
    """How the names that a template asks for differ; one that is asked for always, and wasn't, is required now."""
    before, now = old.uses(name), new.uses(name)
    words = {None: "", True: "always", False: "under a condition"}
    for field in sorted({*before, *now}):
        was, is_ = before.get(field), now.get(field)
        if was == is_:
            continue
        how = ADDED if was is None else REMOVED if is_ is None else "now required" if is_ else "now under a condition"
        yield Change(
            "setting of counsel" if field.startswith("terms.") else "field", field, how, words[was], words[is_]
        )


def _faults(name: str, old: Side, new: Side) -> Iterator[Change]:
    """The errors of the new template that the old one didn't have."""
    before, now = (
        [f"{f.code} {f.message}" for f in side.template(name).findings if f.severity is Severity.ERROR]
        for side in (old, new)
    )
    yield from (Change("error", fault, ADDED) for fault in dict.fromkeys(now) if fault not in before)


def _included(name: str, old: Side, new: Side) -> Iterator[Change]:
    before, now = (list(side.files(name))[1:] for side in (old, new))
    for file in sorted({*before, *now}):
        if (file in before) != (file in now):
            yield Change("included file", file, ADDED if file in now else REMOVED)
