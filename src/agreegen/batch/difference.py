"""Difference: which fields, clauses and exhibits of agreements changed between two records."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from agreegen.batch.entry import PRESENT, Entry, plain
from agreegen.batch.grouping import counted, listed
from agreegen.batch.told import said_of_partners

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from agreegen.batch.manifest import Manifest

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
REMADE: Final = "remade"
SAME: Final = "same"
ABSENT: Final = "absent"

_OWN: Final = frozenset({"proposal", "partner"})
_SHOWN: Final = 60  # characters of a value in a line of text
_ARROW: Final = "\u2192"


@dataclass(frozen=True, slots=True)
class Value:
    """A value that differs; none where the old or the new one doesn't have it."""

    name: str
    old: str | None
    new: str | None

    @property
    def how(self) -> str:
        """added, removed, or changed."""
        return ADDED if self.old is None else REMOVED if self.new is None else CHANGED


@dataclass(frozen=True, slots=True)
class Change:
    """How the agreement of a partner differs; `kind` is added, removed, changed, remade, same, or absent.

    `fields` are the partner's, `common` the proposal's, `clauses` have digests, `exhibits` reasons. `causes` are the
    inputs whose digests differ. Remade: only those differ that are neither the proposal nor the partner, and no clause.
    Absent: it was made neither time. `reads` is whether the text is the same, and None where that isn't known. `about`:
    the variant, the outcome and the format.
    """

    key: str
    name: str
    kind: str
    fields: tuple[Value, ...] = ()
    common: tuple[Value, ...] = ()
    clauses: tuple[Value, ...] = ()
    exhibits: tuple[Value, ...] = ()
    overrides: tuple[Value, ...] = ()
    about: tuple[Value, ...] = ()
    causes: tuple[str, ...] = ()
    reads: bool | None = None
    partner: str = ""

    @property
    def told(self) -> bool:
        """True when a field, a clause, an exhibit or the like explains the difference."""
        return bool(self.fields or self.common or self.clauses or self.exhibits or self.overrides or self.about)


class _Parted:
    """What proposals say to all, in two: of the partner, by the partner's fields, and the rest; parted once each."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Mapping[str, str], dict[str, str], Mapping[str, str]]] = {}

    def of(self, entry: Entry) -> tuple[dict[str, str], Mapping[str, str]]:
        """Both parts, of the proposal of an agreement."""
        common = entry.common
        held = self._held.get(id(common))
        if held is None:
            said = said_of_partners(common)
            rest = {name: text for name, text in common.items() if name not in said} if said else common
            own = {field: common[name] for name, field in said.items()}
            held = self._held[id(common)] = (common, own, rest)
        return held[1:]


def differences(old: Manifest, new: Manifest) -> tuple[Change, ...]:
    """The change of each agreement that either record has, by name and key."""
    keys = {**dict.fromkeys(old.entries), **dict.fromkeys(new.entries)}
    parted = _Parted()
    changes = [changed(old.entries.get(key), new.entries.get(key), parted) for key in keys]
    return tuple(sorted(changes, key=lambda change: (change.name, change.key)))


def asked_for(old: Manifest, keys: Collection[str], proposals: Collection[str], gone: Collection[str]) -> Manifest:
    """The earlier record with only what was asked for now: these agreements, and those of partners that are gone.

    `gone` are the ids that the list doesn't have any more; only what these proposals made for them was removed.
    """
    kept = [key for key, entry in old.entries.items()
            if key in keys or (entry.proposal in proposals and entry.partner in gone)]  # fmt: skip
    return old.settled(kept)


def changed(old: Entry | None, new: Entry | None, parted: _Parted | None = None) -> Change:
    """How an agreement changed; one of the two may be none.

    What a proposal says of every partner is printed in the place of what their records say, and compared so.
    """
    if old is None or new is None:
        there = old or new
        assert there is not None
        return _change(there, REMOVED if new is None else ADDED)
    return _between(old, new, parted or _Parted())


def _change(entry: Entry, kind: str, **more: Any) -> Change:
    return Change(entry.key, entry.name or entry.partner, kind, partner=entry.partner, **more)


def _between(old: Entry, new: Entry, parted: _Parted) -> Change:
    (was, before), (says, now) = parted.of(old), parted.of(new)
    there = [entry.outcome in PRESENT for entry in (old, new)]
    about = {"variant": (old.variant, new.variant)} if old.variant and new.variant else {}
    if there[0] != there[1]:
        about["outcome"] = (old.outcome, new.outcome)
    causes = tuple(value.name for value in _values(old.inputs, new.inputs))
    change = _change(
        new,
        CHANGED,
        fields=_values(_printed(old.fields, was), _printed(new.fields, says)),
        common=_values(before, now),
        clauses=_values(old.clauses, new.clauses) if all(there) else (),
        exhibits=_values(old.exhibits, new.exhibits) if all(there) else (),
        overrides=_values(dict.fromkeys(old.overrides, ""), dict.fromkeys(new.overrides, "")),
        about=tuple(Value(what, *pair) for what, pair in about.items() if pair[0] != pair[1]),
        causes=causes,
        reads=_reads(old, new) if all(there) else None,
    )
    if change.told or _OWN & {*causes}:
        return change
    if not any(there):
        return _change(new, ABSENT, causes=causes)
    if causes:
        return _change(new, REMADE, causes=causes, reads=change.reads)
    files, others = _digests(old), _digests(new)
    if any(files[ending] != others[ending] for ending in files.keys() & others.keys()):
        return change
    if files.keys() != others.keys():
        return replace(change, about=(Value("format", *(" and ".join(sorted(d)) or None for d in (files, others))),))
    return _change(new, SAME, reads=change.reads)


def _printed(fields: Mapping[str, str], said: Mapping[str, str]) -> Mapping[str, str]:
    """A partner's fields, with what is said of every partner in the place of its own; a list stands for a whole one."""
    if not said:
        return fields
    keys = {name.partition("[")[0] for name in said}
    lists = tuple(f"{name.partition('[')[0]}." for name in said if "[" in name)
    own = {n: t for n, t in plain(fields).items() if n.partition("[")[0] not in keys and not n.startswith(lists)}
    return {**own, **said}


def _digests(entry: Entry) -> dict[str, frozenset[str]]:
    """The digests of the files of an agreement by their endings, whatever they are called."""
    endings = {path.rpartition(".")[2] for path in entry.files}
    return {e: frozenset(f.sha256 for p, f in entry.files.items() if p.rpartition(".")[2] == e) for e in endings}


def _values(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Value, ...]:
    if old is new:
        return ()
    before, now = plain(old), plain(new)
    if before == now:
        return ()
    names = sorted({*before, *now})
    return tuple(Value(n, before.get(n), now.get(n)) for n in names if before.get(n) != now.get(n))


def _reads(old: Entry, new: Entry) -> bool | None:
    """Whether the Word files have the same text; none if there is none to compare, and the files aren't the same."""
    if {f.sha256 for f in old.files.values()} == {f.sha256 for f in new.files.values()}:
        return True
    texts = [{f.text for f in entry.files.values() if f.text} for entry in (old, new)]
    return texts[0] == texts[1] if all(texts) else None


# ------------------------------------------------------------------------------------------------ told
def lines(changes: Sequence[Change], *, few: int = 3) -> list[str]:
    """`57 partners: clause incident-notice changed`: what many have in common first; then what didn't change."""
    who: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        for said in told(change):
            who.setdefault(said, []).append(change)
    who = _merged(who, few)
    several = len({change.partner for change in changes}) < len(changes)
    ordered = sorted(who.items(), key=lambda item: -len(item[1]))
    found = [f"{_count(of, several=several)}: {said}{_names(of, few)}" for (said, _), of in ordered]
    same = [change for change in changes if change.kind == SAME]
    return [*found, f"{_count(same, several=several)}: unchanged"] if same else found


def told(change: Change) -> list[tuple[str, str]]:
    """What a change says, in words; each with the same without its values, for where they differ by partner."""
    if change.kind in (ADDED, REMOVED):
        return [(f"{change.kind}", "")]
    if change.kind == REMADE:
        return [(f"only {_listed(change.causes)} changed{_reading(change.reads)}", "")]
    if change.kind == ABSENT:
        return [("still not made", "")]
    if change.kind == SAME:
        return []
    found = [*_fields("field", change.fields), *_fields("field of the proposal", change.common),
             *_fields("", change.about)]  # fmt: skip
    found += [(f"{_file(v.name)} {v.how}", "") for v in change.clauses]
    found += [(_exhibit(v), "") for v in change.exhibits]
    found += [(f"override of {v.name} {v.how}", "") for v in change.overrides]
    return found or [(_unexplained(change), "")]


def as_json(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The changes as plain values, partner by partner; what didn't change is left out."""
    return [{k: v for k, v in asdict(c).items() if v not in ((), None)} for c in changes if c.kind != SAME]


def _count(of: Sequence[Change], *, several: bool) -> str:
    """`57 partners`; `8 agreements of 4 partners` where a partner has several."""
    partners = counted(len({change.partner for change in of}))
    return f"{len(of):,} agreement{'s' if len(of) != 1 else ''} of {partners}" if several else partners


def _merged(who: Mapping[tuple[str, str], list[Change]], few: int) -> dict[tuple[str, str], list[Change]]:
    """The same with one line for a field that has many pairs of values, as an address of each partner has."""
    variety: dict[str, int] = {}
    for _, general in who:
        variety[general] = variety.get(general, 0) + 1
    merged: dict[tuple[str, str], dict[str, Change]] = {}
    for (said, general), of in who.items():
        several = bool(general) and variety[general] > few
        told = (f"{general} changed, to each its own" if several else said, general)
        merged.setdefault(told, {}).update((change.key, change) for change in of)
    return {told: [*of.values()] for told, of in merged.items()}


def _fields(what: str, values: Iterable[Value]) -> list[tuple[str, str]]:
    return [(f"{what} {v.name}".strip() + f": {_shown(v.old)} {_ARROW} {_shown(v.new)}", f"{what} {v.name}".strip())
            for v in values]  # fmt: skip


def _shown(value: str | None) -> str:
    if not value:
        return "nothing"
    text = " ".join(value.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "\u2026"


def _names(of: Sequence[Change], few: int) -> str:
    names = [*{change.partner: change.name for change in of}.values()]
    return f" ({listed(names, few)})"


def _file(name: str) -> str:
    """`clause incident-notice` for `clauses/incident-notice.docx`."""
    folder, _, rest = name.removesuffix(".docx").rpartition("/")
    kind = {"clauses": "clause", "exhibits": "exhibit file"}.get(folder)
    return f"{kind} {rest}" if kind else f"master {folder.rpartition('/')[2]}" if rest == "master" else f"file {name}"


def _exhibit(value: Value) -> str:
    if value.how == CHANGED:
        return f"exhibit {value.name} is on for another reason: {_shown(value.new)}"
    return (
        f"exhibit {value.name} is off now"
        if value.new is None
        else f"exhibit {value.name} is on now: {_shown(value.new)}"
    )


_INPUTS: Final = {"template": "the template", "tables": "the tables of law", "settings": "the settings",
                  "engine": "the PDF engine", "agreegen": "agreegen's version or tables",
                  "attached": "the attached files"}  # fmt: skip


def _listed(causes: Sequence[str]) -> str:
    words = [_INPUTS.get(cause, cause) for cause in causes]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _reading(reads: bool | None) -> str:
    return {True: "; the text is the same", False: "; the text isn't the same", None: ""}[reads]


def _unexplained(change: Change) -> str:
    """What is known of a change that no field, clause or exhibit explains."""
    if not change.causes:
        return "the same input gave other files"
    what = [f"the {cause}" for cause in change.causes if cause in _OWN]
    return f"{' and '.join(what)} changed in nothing that is recorded{_reading(change.reads)}"
