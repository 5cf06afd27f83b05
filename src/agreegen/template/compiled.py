"""Compiled: a template as it is kept, in memory and on disk: code for parts with tags, raw bytes for the rest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agreegen.finding import Finding, Location, has_errors

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


@dataclass(frozen=True, slots=True)
class Part:
    """A member with tags: its code, and the place of each line of it."""

    name: str
    code: bytes  # marshaled
    lines: tuple[Location, ...]
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
    references: tuple[tuple[str, Location], ...] = ()  # bookmarks, and where they are referred to
    names: tuple[tuple[str, Location], ...] = ()  # the data that the template asks for
    original: bytes = b""  # for the fallback
    filters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """True when nothing in the template stops a document."""
        return not has_errors(self.findings)


def digest(data: bytes) -> str:
    """The sha256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
