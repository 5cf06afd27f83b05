"""The inside of a paragraph: `**bold**`, `*italic*`, tags as they are, `{PAGE}`, `[^1]`, and backslash for the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.errors import UsageError
from agreegen.template.notation import TAG, Span, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TOKEN = re.compile(
    TAG.pattern + r"|\\(?P<escaped>.)|(?P<stars>\*+)|\{(?P<field>PAGE|NUMPAGES)\}|\[\^(?P<note>[0-9]+)\]", re.DOTALL
)
_SPECIAL = re.compile(r"[\\*\t\n]|\{(?=PAGE\}|NUMPAGES\}|\{|%|#|\Z)|\[(?=\^[0-9]+\])")
_SEPARATOR = re.compile(r"(?<![^ ])//(?![^ ])")
_LETTERS = {"t": "\t", "n": "\n"}
_CODES = {"\t": "\\t", "\n": "\\n"}
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def spans(text: str) -> tuple[Span, ...]:
    """The spans that a piece of notation means."""
    if bad := _ILLEGAL.search(text):
        raise UsageError(f"character U+{ord(bad[0]):04X} can't stand in a Word file", "remove it")
    found = list(_read(text))
    normal = merged(found)
    if [(s.bold, s.italic, c) for s in found for c in s.text.replace("\t", " ")] != [
        (s.bold, s.italic, c) for s in normal for c in s.text.replace("\t", " ")
    ]:
        raise UsageError("bold or italic begins or ends inside a tag", "put the asterisks outside of {{ }} and {% %}")
    return normal


def _read(text: str) -> Iterator[Span]:
    bold = italic = False
    at = 0
    for m in _TOKEN.finditer(text):
        if m.start() > at:
            yield Span(text[at : m.start()], bold, italic)
        at = m.end()
        if m["stars"]:
            if len(m["stars"]) > 3:
                raise UsageError(f"{len(m['stars'])} asterisks in a row", "a literal asterisk is \\*")
            bold ^= len(m["stars"]) >= 2
            italic ^= len(m["stars"]) != 2
        elif m["escaped"]:
            yield Span(_LETTERS.get(m["escaped"], m["escaped"]), bold, italic)
        elif m["field"]:
            yield Span(m["field"], bold, italic, "field")
        elif m["note"]:
            yield Span(str(int(m["note"])), kind="note")
        else:
            yield Span(m[0], bold, italic)
    if at < len(text):
        rest = text[at:]
        if rest.endswith("\\"):
            raise UsageError("a backslash at the end", "a literal backslash is \\\\")
        yield Span(rest, bold, italic)
    if bold or italic:
        raise UsageError(f"{'**' if bold else '*'} isn't closed", "close it, or write \\* for a literal asterisk")


def written(content: Iterable[Span], *, cell: bool = False) -> str:
    """The notation of these spans; in a table cell, `|` and ` // ` are escaped too."""
    out: list[str] = []
    bold = italic = False
    for s in content:
        b, i = (bold, italic) if s.kind == "note" else (s.bold, s.italic)
        out.append("*" * (2 * (b != bold) + (i != italic)))
        bold, italic = b, i
        if s.kind == "field":
            out.append(f"{{{s.text}}}")
        elif s.kind == "note":
            out.append(f"[^{s.text}]")
        else:
            out.append(_escaped(s.text, cell=cell))
    text = "".join(out) + "*" * (2 * bold + italic)
    return _guarded(text)


def _escaped(text: str, *, cell: bool) -> str:
    out: list[str] = []
    at = 0
    for m in TAG.finditer(text):
        out += [_plain(text[at : m.start()], cell=cell), m[0]]
        at = m.end()
    return "".join([*out, _plain(text[at:], cell=cell)])


def _plain(text: str, *, cell: bool) -> str:
    text = _SPECIAL.sub(lambda m: _CODES.get(m[0], "\\" + m[0]), text)
    if cell:
        text = _SEPARATOR.sub(r"\\//", text.replace("|", "\\|"))
    return text


def _guarded(text: str) -> str:
    """The text with a first and last space that editors won't strip."""
    if text.startswith(" "):
        text = "\\" + text
    if text.endswith(" ") and not _odd_backslashes(text[:-1]):
        text = text[:-1] + "\\ "
    return text


def _odd_backslashes(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


_PIECE = re.compile(TAG.pattern + r"|\\.|.", re.DOTALL)


def split(text: str, mark: str) -> list[str]:
    """The pieces between unescaped marks outside of tags."""
    out = [""]
    at = 0
    while at < len(text):
        m = _PIECE.match(text, at)
        piece = m[0] if m else text[at]
        if text.startswith(mark, at) and len(piece) == 1:
            out.append("")
            at += len(mark)
        else:
            out[-1] += piece
            at += len(piece)
    return out


def trimmed(text: str) -> str:
    """The text without spaces around it, an escaped last space kept."""
    text = text.lstrip(" ")
    bare = text.rstrip(" ")
    return bare + " " if len(bare) < len(text) and _odd_backslashes(bare) else bare
