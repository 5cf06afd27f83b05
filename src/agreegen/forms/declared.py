"""Fields that a template declares for itself: asked below `extra`, as those of every proposal are."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from agreegen.finding import plain_key
from agreegen.forms.fields import DECLARED, YES_NO, Block, Field, Listing
from agreegen.forms.kinds import Kind
from agreegen.forms.labels import label_of
from agreegen.late import dataclass
from agreegen.packs import declared as packs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from agreegen.forms.fields import Entry, Path
    from agreegen.forms.stand_in import Signs

EXTRA: Final = "extra"
KINDS: Final = {packs.TEXT: Kind.LONG, packs.NUMBER: Kind.NUMBER, packs.DATE: Kind.DATE, packs.YES_NO: Kind.CHOICE,
                packs.ONE_OF: Kind.CHOICE}  # fmt: skip


@contextlib.contextmanager
def declaring(fields: Sequence[packs.Field], template: str = "") -> Iterator[None]:
    """While it lasts, forms ask for these fields, too."""
    block = Block((EXTRA,), "Fields of this agreement", f"What the template {template} asks for besides".rstrip(),
                  entries_of(fields, (EXTRA,)))  # fmt: skip
    token = DECLARED.set((block,) if block.entries else ())
    try:
        yield
    finally:
        DECLARED.reset(token)


def entries_of(fields: Sequence[packs.Field], path: Path) -> tuple[Entry, ...]:
    """The entries of a form for declared fields; what is taken from other names isn't asked."""
    return tuple(_entry(f, (*path, key_of(f))) for f in fields if not f.taken)


def key_of(field: packs.Field) -> str:
    """The last step of a declared field's path."""
    return field.key.replace(" ", "_")


def _entry(field: packs.Field, path: Path) -> Entry:
    label = label_of(key_of(field))
    example = f"such as {field.example}" if field.example else ""
    about = ", ".join(x for x in (field.meaning.rstrip("."), example) if x)
    if field.kind == packs.BLOCK:
        if field.many:
            return Listing(path, label, about, field.fields)
        return Block(path, label, about, entries_of(field.fields, path))
    choices = tuple((c, c) for c in field.choices)
    if field.many:
        words = f"{about} ({', '.join(field.choices)})" if choices else about
        return Field(path, label, Kind.LINES, words.strip(), words=bool(choices))
    return Field(path, label, KINDS[field.kind], about or _answer(field), YES_NO if field.kind == packs.YES_NO
                 else choices)  # fmt: skip


def _answer(field: packs.Field) -> str:
    return "" if field.kind == packs.TEXT else field.answer[:1].upper() + field.answer[1:]


def required(fields: Sequence[packs.Field], path: Path = (EXTRA,)) -> Iterator[Path]:
    """The places of the fields that must have a value; of entries of lists the first stands for all."""
    for field in fields:
        if field.taken or not field.required:
            continue
        here = (*path, key_of(field), *((0,) if field.many and field.kind == packs.BLOCK else ()))
        yield from required(field.fields, here) if field.kind == packs.BLOCK else (here,)


def canonical(fields: Sequence[packs.Field], said: Mapping[str, Any]) -> dict[str, Any]:
    """The values below `extra` by the keys of paths, as a form keeps them; those that can't be are left out."""
    plain = {plain_key(str(k)): v for k, v in said.items()}
    found = {}
    for field in fields:
        with contextlib.suppress(packs.UnfitError):
            value = field.value(plain.get(field.key))
            if value not in (None, ()):
                found[key_of(field)] = _plain(field, value)
    return found


def _plain(field: packs.Field, value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(field, v) for v in value]
    if isinstance(value, dict):
        named = {f.name: f for f in field.fields}
        return {key_of(named[n]): _plain(named[n], v) for n, v in value.items() if v not in (None, ())}
    return value.isoformat() if isinstance(value, dt.date) else value


@dataclass(frozen=True, slots=True)
class Printing:
    """How declared fields are printed: their signs, and which of them are open."""

    signs: Signs
    is_open: Callable[[Path], bool]

    def values(self, fields: Sequence[packs.Field], said: Mapping[str, Any], path: Path = (EXTRA,)) -> dict[str, Any]:
        """The values by their names in templates, with a sign for each that is open."""
        return {f.name: self._value(f, said.get(key_of(f)), (*path, key_of(f))) for f in fields}

    def _value(self, field: packs.Field, said: Any, path: Path) -> Any:
        nothing = () if field.many else None
        if field.kind == packs.BLOCK and not field.taken:
            items = said if isinstance(said, list) else [said or {}]
            places = [(*path, n) if field.many else path for n in range(len(items))]
            blocks = [self.values(field.fields, i, p) for i, p in zip(items, places, strict=True)]
            return tuple(blocks) if field.many else blocks[0]
        if said is not None:
            return field.value(said)
        if field.taken or field.kind == packs.YES_NO or not self.is_open(path):
            return nothing  # what depends on an open question isn't printed
        is_date = field.kind == packs.DATE
        value = dt.date.fromisoformat(self.signs.dated(path)) if is_date else self.signs.worded(path)
        return (value,) if field.many else value


def told(fields: Sequence[packs.Field]) -> list[dict[str, Any]]:
    """The fields as plain data, for the record of a form: whoever reads it back needn't have the template."""
    return [
        {"key": f.key, "kind": f.kind, "many": f.many, "choices": list(f.choices), "required": f.required,
         "meaning": f.meaning, "example": f.example, "fields": told(f.fields)}
        for f in fields if not f.taken
    ]  # fmt: skip


def untold(data: Any) -> tuple[packs.Field, ...]:
    """The fields of plain data; what isn't one is left out."""
    found = []
    for one in data if isinstance(data, list) else ():
        if isinstance(one, dict) and packs.NAME.fullmatch(str(one.get("key"))) and one.get("kind") in packs.KINDS:
            found.append(packs.Field(
                str(one["key"]), str(one["kind"]), bool(one.get("many")), tuple(map(str, one.get("choices") or ())),
                bool(one.get("required", True)), str(one.get("meaning") or ""), str(one.get("example") or ""),
                fields=untold(one.get("fields")),
            ))  # fmt: skip
    return tuple(found)


def faults(fields: Sequence[packs.Field], said: Any) -> Iterator[tuple[Path, packs.UnfitError | None]]:
    """The places of declared fields that can't be as they are said, and of those that lack a value."""
    plain = {plain_key(str(k)): v for k, v in said.items()} if isinstance(said, dict) else {}
    for field in fields:
        path: Path = (EXTRA, key_of(field))
        try:
            value = field.value(plain.get(field.key))
        except packs.UnfitError as unfit:
            yield (*path, *(p.replace(" ", "_") if isinstance(p, str) else p for p in unfit.path)), unfit
        else:
            if value in (None, ()) and field.required and not field.taken:
                yield path, None
