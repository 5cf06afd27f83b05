"""Entry: what a batch records of one partner's agreement: its files, what it was made from, and what was found."""

from __future__ import annotations

import io
import os
import pathlib
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Final

from agreegen.damage import BROKEN
from agreegen.late import dataclass
from agreegen.package import digest as sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.finding import Finding

MADE: Final = "made"
UNCHANGED: Final = "unchanged"
FAILED: Final = "failed"
REFUSED: Final = "refused"
LEFT: Final = "left"

OUTCOMES: Final[Mapping[str, str]] = {
    FAILED: "not made: something must be mended first",
    REFUSED: "not written: the file that is there isn't ours, was edited, or is held open",
    LEFT: "not reached: the batch was stopped before",
    MADE: "made",
    UNCHANGED: "as it was made before",
}
"""What can become of an agreement, in the order in which a reader wants to know."""

PRESENT: Final = frozenset({MADE, UNCHANGED})
"""The outcomes after which the recorded files are there, whole, and made from the recorded inputs."""


class Row(Mapping[str, str]):
    """Values by name, the names shared with other rows; equal to any mapping of the same items."""

    __slots__ = ("names", "values_")

    def __init__(self, names: tuple[str, ...], values: tuple[str, ...]) -> None:
        self.names = names
        self.values_ = values

    def __getitem__(self, name: str) -> str:
        if name in self.names:
            return self.values_[self.names.index(name)]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def plain(self) -> dict[str, str]:
        """The same as a dictionary."""
        return dict(zip(self.names, self.values_, strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self.plain() == dict(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Row({self.plain()})"


def plain(values: Mapping[str, str]) -> dict[str, str]:
    """A mapping as a dictionary, quickly."""
    return values.plain() if isinstance(values, Row) else dict(values)


def same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """True for equal mappings, quickly where both are rows of the same names."""
    if isinstance(one, Row) and isinstance(other, Row) and one.names == other.names:
        return one.values_ == other.values_
    return plain(one) == plain(other)


_SHOWN: Final = 80  # characters of a value that a partner overrides
_CUT: Final = "\u2026"
_END: Final = struct.Struct("<IHHHHIIH")
_END_MARK: Final = 0x06054B50
_MEMBER: Final = struct.Struct("<I2xHH6xIIIHHH8xI")
_MEMBER_MARK: Final = 0x02014B50
_PLAIN: Final = 20  # the version of the format that unpacking needs


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as it was written: digests of its bytes and of what is read in it, its size, when it was changed."""

    sha256: str
    text: str
    size: int
    mtime_ns: int = 0

    def __reduce__(self) -> tuple[object, ...]:
        """Each of ten thousand comes from a worker."""
        return FileRecord, (self.sha256, self.text, self.size, self.mtime_ns)

    @property
    def content(self) -> tuple[str, str, int]:
        """All but the time."""
        return self.sha256, self.text, self.size

    @classmethod
    def of(cls, data: bytes, stat: os.stat_result | None = None) -> FileRecord:
        """The record of a file with these bytes; `stat` is the file's own after it was written."""
        return cls(sha256(data), text_digest(data), len(data), stat.st_mtime_ns if stat else 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One partner's agreement of one proposal.

    `key` is "proposal/partner"; `files` are by their path below the folder, with slashes; `inputs` are the digests of
    everything that decides the result, by what they are of; `exhibits` tell why each is on; `clauses` are the digests
    of the clause and exhibit files that it has; `fields` are values as they are printed, and `common` are those that
    the proposal says to all of its partners.
    """

    key: str
    partner: str
    proposal: str
    name: str
    variant: str = ""
    outcome: str = MADE
    files: Mapping[str, FileRecord] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()
    exhibits: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""
    pages: int | None = None
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    common: Mapping[str, str] = field(default_factory=dict)


LASTING: Final = tuple(name for name in Entry.__slots__ if name not in ("outcome", "seconds", "files"))
"""What an entry says whatever the last run did, besides its files."""


def flat(said: object, path: str = "") -> dict[str, str]:
    """What a file says as texts by their dotted names, such as `data.elements[2].name`; what is empty is left out."""
    found: dict[str, str] = {}
    _add(said, path, found)
    return found


def _add(said: object, path: str, found: dict[str, str]) -> None:
    """Adds the texts of a value below a name."""
    if isinstance(said, Mapping):
        _add_all(said, _Names(f"{path}.") if path else _ALL, found)
    elif isinstance(said, list | tuple):
        for number, value in enumerate(said, 1):
            _add(value, f"{path}[{number}]", found)
    elif said is not None:
        text = {True: "yes", False: "no"}[said] if isinstance(said, bool) else str(said)
        if text:
            found[path] = text


class _Names(dict[object, str]):
    """The dotted names of the keys below a name, each made once: thousands of records have the same keys."""

    __slots__ = ("blocks", "start")

    def __init__(self, start: str) -> None:
        self.start = start
        self.blocks: dict[object, _Names] = {}

    def __missing__(self, key: object) -> str:
        name = f"{self.start}{key}"
        if type(key) is str and len(self) < _MOST:  # 1 and True are one key
            self[key] = name
        return name

    def block(self, key: object) -> _Names:
        """Those below a key."""
        found = _Names(f"{self.start}{key}.")
        if type(key) is str and len(self.blocks) < _MOST:
            self.blocks[key] = found
        return found


_MOST: Final = 500  # names of a block that are kept
_ALL: Final = _Names("")


def _add_all(said: Mapping[object, object], names: _Names, found: dict[str, str]) -> None:
    """Adds the texts of a mapping, nearly all of which are texts and mappings: each of ten thousand comes by here."""
    for key, value in said.items():
        kind = type(value)
        if kind is str:
            if value:
                found[names[key]] = value  # type: ignore[assignment]
        elif kind is dict:
            below = names.blocks.get(key)
            _add_all(value, names.block(key) if below is None else below, found)  # type: ignore[arg-type]
        elif kind is bool:
            found[names[key]] = "yes" if value else "no"
        elif kind is int:
            found[names[key]] = str(value)
        else:
            _add(value, names[key], found)


def text_digest(data: bytes) -> str:
    """The digest of what is read in a Word file, however it was compressed; nothing for other files.

    Taken over the names, lengths and checksums of the parts under word/, which stand in the archive's directory: it
    tells whether the text is the same, at a hundredth of the cost of unpacking it. The proof is the digest of the file.
    """
    if data[:2] != b"PK":
        return ""
    try:
        parts = _parts(data)
        if parts is None:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = [(i.filename, i.file_size, i.CRC) for i in archive.infolist()]
    except BROKEN:
        return ""
    said = [f"{name} {size} {crc:08x}" for name, size, crc in sorted(parts) if name.startswith("word/")]
    return sha256("\n".join(said).encode())


def _parts(data: bytes) -> list[tuple[str, int, int]] | None:
    """Names, lengths and checksums of a ZIP without oddities, as ours are; None for others, and damaged ones."""
    if len(data) < _END.size:
        return None
    mark, disk, of, here, count, size, start, comment = _END.unpack_from(data, len(data) - _END.size)
    if (mark, disk, of, here, comment) != (_END_MARK, 0, 0, count, 0) or start + size + _END.size != len(data):
        return None
    found = []
    at, unpack, fixed = start, _MEMBER.unpack_from, _MEMBER.size
    for _ in range(count):
        if at + fixed > start + size:
            return None
        mark, needs, flags, crc, _, length, name, extra, said, offset = unpack(data, at)
        text = data[at + fixed : at + fixed + name]
        plain = needs == _PLAIN and not (flags or extra or said) and text.isascii() and b"\0" not in text
        if mark != _MEMBER_MARK or not plain or offset >= start:
            return None
        found.append((text.decode(), length, crc))
        at += fixed + name
    return found if at == start + size else None


def overriding(entry: Entry) -> list[str]:
    """What the partner overrides of the proposal, and by what: `dates.end: 2030-06-30`."""
    values = plain(entry.fields)
    said = [(name, " ".join(values.get(f"overrides.{name}", "").split())) for name in entry.overrides]
    return [f"{n}: {v if len(v) <= _SHOWN else v[:_SHOWN] + _CUT}" if v else n for n, v in said]


def inside(path: str) -> bool:
    """True for a relative path with slashes that stays below its folder on every system."""
    parts = path.split("/")
    return not ("\\" in path or ":" in path or "" in parts or "." in parts or ".." in parts)


def same_file(folder: pathlib.Path | str, path: str, record: FileRecord) -> int | None:
    """The time of change of the file if it has the recorded bytes, else None; it is read only if its time is new."""
    place = f"{folder}/{path}"
    try:
        stat = os.stat(place)  # noqa: PTH116 (ten thousand of them; a Path takes three times as long)
        if stat.st_size != record.size:
            return None
        if stat.st_mtime_ns != record.mtime_ns and sha256(pathlib.Path(place).read_bytes()) != record.sha256:
            return None
    except OSError:
        return None
    return stat.st_mtime_ns
