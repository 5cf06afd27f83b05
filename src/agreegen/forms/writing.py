"""The YAML of a proposal from plain data: the skeleton's order, what each key is, and notes beside what was found."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from agreegen.answer import spaced
from agreegen.forms.fields import Field, Listing, top
from agreegen.skeleton import MODELINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agreegen.forms.fields import Block, Entry, Path

WIDTH: Final = 112
_PLAIN: Final = re.compile(r"[A-Za-z0-9(][\w .,()/'@+%;&-]*", re.ASCII)
_ELSE: Final = re.compile(r"(?i)true|false|null|~|[-+.\d,_]+|0[xo][\da-f]+|.*\s#.*|.*:\s.*|.*:")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
AROUND: Final = ("terms", "extra", "template", "variant")
"""Keys of a proposal that forms don't ask for; they come from the proposal that a form was made from."""


def written(
    data: Mapping[str, Any],
    notes: Mapping[Path, Iterable[str]],
    head: Iterable[str] = (),
    missing: Iterable[Path] = (),
    tail: Iterable[str] = (),
) -> str:
    """The text of a proposal; `notes` stand above their keys, `missing` keys as comments in their places."""
    lines = [MODELINE.rstrip(), *(f"# {line}".rstrip() for line in head), ""]
    writer = _Writer({k: list(v) for k, v in notes.items()}, frozenset(missing))
    lines += writer.block(data, top(), 0)
    asked = {str(entry.path[0]) for entry in top()}
    for key in AROUND:
        if data.get(key) and key not in asked:
            lines += [f"{key}: {json.dumps(data[key], ensure_ascii=False)}"]
    rest = [f"# {n}" for path, found in writer.notes.items() for n in (f"{spaced(str(path[-1]))}:", *found)]
    if writer.notes:
        lines += ["", "# Notes on fields that are empty, or as they are by default:", *rest]
    more = [part for line in tail for part in line.split("\n")]
    if more:
        lines += ["", *(f"# {line}".rstrip() for line in more)]
    return "\n".join(lines).rstrip("\n") + "\n"


class _Writer:
    def __init__(self, notes: dict[Path, list[str]], missing: frozenset[Path]) -> None:
        self.notes = notes
        self.missing = missing

    def block(self, data: Mapping[str, Any], entries: Iterable[Entry], depth: int) -> Iterator[str]:
        for entry in entries:
            key = spaced(str(entry.path[-1]))
            pad = "  " * depth
            for note in self.notes.pop(entry.path, ()):
                for line in note.split("\n"):
                    yield f"{pad}# {line}"
            if key not in data:
                yield from self.absent(entry, key, pad)
                continue
            if depth == 0 and not isinstance(entry, Field):
                yield ""
            yield from self.value(entry, key, data[key], depth)

    def absent(self, entry: Entry, key: str, pad: str) -> Iterator[str]:
        if entry.path in self.missing:
            about = f"missing: {entry.about}" if entry.about else "missing"
            yield _aligned(f"{pad}# {key}:", about if len(about) < WIDTH - 42 else "missing")
        elif any(path[: len(entry.path)] == entry.path for path in self.missing):
            inner = [p for p in self.missing if p[: len(entry.path)] == entry.path]
            names = ", ".join(spaced(str(p[-1])) for p in sorted(inner, key=str))
            yield f"{pad}# {key}: is missing, with {names}"

    def value(self, entry: Entry, key: str, value: Any, depth: int) -> Iterator[str]:
        pad = "  " * depth
        if isinstance(entry, Listing) and isinstance(value, list):
            yield _aligned(f"{pad}{key}:", entry.about)
            for n, item in enumerate(value):
                yield from self.entry(entry.entry(n), item, depth + 1)
        elif isinstance(value, dict) and not isinstance(entry, Field):
            yield _aligned(f"{pad}{key}:", entry.about)
            assert not isinstance(entry, Listing)
            yield from self.block(value, entry.entries, depth + 1)
        elif isinstance(value, list):
            yield _aligned(f"{pad}{key}:", entry.about)
            for item in value:
                yield from _scalar(f"{pad}  - ", str(item), depth + 2)
        else:
            yield from _scalar(f"{pad}{key}: ", value, depth + 1)

    def entry(self, block: Block, item: Any, depth: int) -> Iterator[str]:
        """One entry of a list: its lines, the first after a hyphen."""
        pad = "  " * depth
        lines = list(self.block(item, block.entries, depth + 1)) if isinstance(item, dict) else [f"{pad}  {item}"]
        first = next((n for n, line in enumerate(lines) if line.strip() and not line.strip().startswith("#")), None)
        for n, line in enumerate(lines):
            yield f"{pad}- {line[len(pad) + 2 :]}" if n == first else line


def _aligned(start: str, about: str) -> str:
    about = " ".join(about.split())
    return f"{start:<40} # {about}" if about and len(about) < WIDTH - 42 else start


def _scalar(start: str, value: Any, depth: int) -> Iterator[str]:
    """The lines of a value: plain where YAML reads it back as it is, folded or in lines where long, else quoted."""
    if not isinstance(value, str):
        yield f"{start}{json.dumps(value, ensure_ascii=False)}"
        return
    pad = "  " * depth
    if "\n" in value and not re.search(r"(?:^|\n)[ \t]|[ \t](?:\n|\Z)|[\x00-\x09\x85\u2028\u2029]|\n\Z", value):
        yield f"{start}|-"
        yield from (f"{pad}{line}" if line else "" for line in value.split("\n"))
    elif len(start) + len(value) > WIDTH and "\n" not in value and _folds(value):
        yield f"{start}>-"
        yield from (pad + line for line in _wrapped(value, WIDTH - len(pad)))
    elif _DATE.fullmatch(value) or (_PLAIN.fullmatch(value) and not _ELSE.fullmatch(value) and value == value.strip()):
        yield f"{start}{value}"
    else:
        yield f"{start}{json.dumps(value, ensure_ascii=False)}"


def _folds(text: str) -> bool:
    """True where folding at single spaces gives the text back."""
    return text == text.strip() and not re.search(r"  |[\t\x00-\x1f\x85\u2028\u2029]", text)


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
