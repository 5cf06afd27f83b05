"""A finished part cut where values and page numbers stand: found with tokens in their place, so that every step puts
them where it would put the values themselves."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOTAL: Final = 918273645918273
"""The number of pages of a document with tokens."""
_VALUE, _END, _PAGE = "\ue200", "\ue201", "\ue202"
TOKEN: Final = re.compile(f"{_VALUE}aZ([0-9]+)yQ{_END}")
_TOKENS: Final = re.compile(f"{_VALUE}aZ([0-9]+)yQ{_END}|{_PAGE}([0-9]+){_END}|{TOTAL}".encode())
_LEFT: Final = re.compile(f"{_VALUE}|{_END}|{_PAGE}|{TOTAL}")
_NUMBER: Final = re.compile(rb"[0-9A-Za-z]+(?=<)")
_SAID: Final = b"w:t"
_PROPERTIES: Final = "docProps/"


class UnfitError(Exception):
    """The documents of a shape can't be made from a plate; the message says why."""


def token(number: int) -> str:
    """What stands for a value: with letters of both cases, which a change of case would change."""
    return f"{_VALUE}aZ{number}yQ{_END}"


def page_token(number: int) -> str:
    """What stands for the page number of an entry of the contents."""
    return f"{_PAGE}{number}{_END}"


@dataclass(frozen=True, slots=True)
class Cast:
    """A part: constants, and between each two the number of a value, or of an entry below 0 (-1 is the page count)."""

    constants: tuple[bytes, ...]
    slots: tuple[int, ...]

    def filled(self, values: Sequence[bytes], pages: Sequence[bytes]) -> bytes:
        """The part with values and page numbers; the first number is how many pages there are."""
        out = [self.constants[0]]
        for slot, constant in zip(self.slots, self.constants[1:], strict=True):
            out += (values[slot] if slot >= 0 else pages[-1 - slot], constant)
        return b"".join(out)

    def with_pages(self, pages: Sequence[bytes]) -> Cast:
        """The part with its page numbers as constants."""
        constants, slots = [[self.constants[0]]], []
        for slot, constant in zip(self.slots, self.constants[1:], strict=True):
            if slot < 0:
                constants[-1] += [pages[-1 - slot], constant]
            else:
                constants.append([constant])
                slots.append(slot)
        return Cast(tuple(b"".join(c) for c in constants), tuple(slots))

    def pages(self, part: bytes, values: Sequence[bytes]) -> dict[int, bytes]:
        """The page numbers that a part made otherwise shows; UnfitError if it isn't what the cast makes."""
        found: dict[int, bytes] = {}
        at = len(self.constants[0])
        for slot, constant in zip(self.slots, self.constants[1:], strict=True):
            if slot >= 0:
                at += len(values[slot])
            elif (number := _NUMBER.match(part, at)) is not None:
                found[-1 - slot] = number[0]
                at = number.end()
            at += len(constant)
        numbers = [found.get(n, b"") for n in range(max(found, default=-1) + 1)]
        if self.filled(values, numbers) != part:
            raise UnfitError("the plate makes another document than the whole way")
        return found


def cast(name: str, part: bytes) -> Cast:
    """A part with tokens, cut at them; UnfitError if a value stands where more than its letters could matter."""
    constants, slots, at = [], [], 0
    for match in _TOKENS.finditer(part):
        constants.append(part[at : match.start()])
        slots.append(int(match[1]) if match[1] else -2 - int(match[2]) if match[2] else -1)
        at = match.end()
        _text_only(name, part, match.start())
    constants.append(part[at:])
    if any(_LEFT.search(c.decode()) for c in constants):
        raise UnfitError(f"{name} changes a value")
    return Cast(tuple(constants), tuple(slots))


def _text_only(name: str, part: bytes, at: int) -> None:
    """UnfitError unless a place is in text that people read, or in a property of the document."""
    start = part.rfind(b"<", 0, at)
    tag = part[start + 1 : part.find(b">", start)].split(None, 1)[0]
    if part.rfind(b">", 0, at) < start or (tag != _SAID and not name.startswith(_PROPERTIES)):
        raise UnfitError(f"{name} has a value outside of text")


def casts(parts: Mapping[str, bytes]) -> dict[str, Cast]:
    """The parts that have slots."""
    found = ((name, cast(name, data)) for name, data in parts.items() if name.endswith((".xml", ".rels")))
    return {name: c for name, c in found if c.slots}


def with_values(part: bytes, written: Sequence[bytes]) -> bytes:
    """A part with tokens, with what stands for each written in its place."""
    return TOKEN.sub(lambda match: written[int(match[1])].decode(), part.decode()).encode()


def members(docx: bytes) -> dict[str, bytes]:
    """The parts of a document that we made, in their order."""
    with zipfile.ZipFile(io.BytesIO(docx)) as z:
        return {i.filename: z.read(i) for i in z.infolist()}
