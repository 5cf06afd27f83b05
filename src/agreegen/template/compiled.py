"""Compiled: a template as it is kept, in memory and on disk: code for parts with tags, raw bytes for the rest."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, overload

from agreegen.finding import Finding, Location, has_errors
from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class File:
    """A Word file that a template is made of: its name below the root of templates, and its sha256."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the result that no data change: the raw stream as it stands in the ZIP."""

    name: str
    method: int
    crc: int
    size: int
    raw: bytes


class Packed(Sequence[Any]):
    """Values that stay packed until one is asked for: thousands of places that only messages name."""

    __slots__ = ("_bytes", "_values")

    def __init__(self, packed: bytes) -> None:
        """Nothing unpacked yet."""
        self._bytes = packed
        self._values: tuple[Any, ...] | None = None

    @classmethod
    def of(cls, values: Sequence[Any]) -> Packed:
        """The same values, packed."""
        return values if isinstance(values, Packed) else cls(pickle.dumps(tuple(values), protocol=5))

    def _unpacked(self) -> tuple[Any, ...]:
        if self._values is None:
            values: tuple[Any, ...] = pickle.loads(self._bytes)  # noqa: S301 (ours, as what holds it)
            self._values = values
        return self._values

    def __len__(self) -> int:
        return len(self._unpacked())

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._unpacked()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._unpacked())

    def __reduce__(self) -> tuple[type[Packed], tuple[bytes]]:
        return Packed, (self._bytes,)


@dataclass(frozen=True, slots=True)
class Part:
    """A member with tags: its code, and the place of each line of it."""

    name: str
    code: bytes  # marshaled
    lines: Sequence[Location]
    tables: bool = False  # the number of columns depends on data


@dataclass(frozen=True, slots=True)
class Numbering:
    """What counting needs: lists, the moves of each straight stretch, and which section kinds there are."""

    lists: bytes = b""  # pickled, since reading them brings lxml, and known paths don't need them
    segments: tuple[tuple[tuple[str, int, str], ...], ...] = ()
    sections: tuple[str, ...] = ()  # properties by kind, twice: for its first section, and for later ones
    part: str = ""  # the part of the definitions
    restarts: Mapping[str, str] = field(default_factory=dict)  # numId -> XML of a w:num that starts it again
    next_num: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A compiled template; frozen, and good for any number of renderings."""

    name: str
    version: str
    sha256: str
    files: tuple[File, ...] = ()
    findings: tuple[Finding, ...] = ()
    fallback: str = ""
    parts: tuple[Part, ...] = ()
    members: tuple[Member, ...] = ()
    numbering: Numbering = field(default_factory=Numbering)
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what ref() may name -> bookmarks
    references: Sequence[tuple[str, Location]] = ()  # bookmarks, and where they are referred to
    names: Sequence[tuple[str, Location]] = ()  # the data that the template asks for
    original: bytes = b""  # for the fallback
    filters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """True when nothing in the template stops a document."""
        return not has_errors(self.findings)


def digest(data: bytes) -> str:
    """The sha256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
