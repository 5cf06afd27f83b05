"""Tag: what stands between braces in the text of a paragraph, found and set straight.

Word curls quotes and splits tags over runs; a tag's strings may hold any character. `scan` finds the tags of a text;
`Tag.source` is the tag as Jinja reads it, with every character that has a meaning in XML or in a tag escaped inside
strings, so that later steps may look for braces without knowing about strings.
"""

from __future__ import annotations

import re

from agreegen.late import dataclass

OPEN = re.compile(r"\{[{%#]")
CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
PREFIX = re.compile(r"\{[{%#](p|tr|tc|r)(?=\s)")
RAW = re.compile(r"\{%-?\s*raw\s*-?%\}")
ENDRAW = re.compile(r"\{%-?\s*endraw\s*-?%\}")
WORD = re.compile(r"\s*(\w+)")
DOUBLE, SINGLE = '"\u201c\u201d\u201e\u201f', "'\u2018\u2019\u201a\u201b"
QUOTES = DOUBLE + SINGLE
SPACES = re.compile(r"[\s\u00a0\u200b\u2060\ufeff]+")
RESERVED = re.compile("[\ue000-\ue0ff]")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: where it stands in the text, how it opens, its level (`p`, `tr`, `tc`, `r`), and what it says."""

    start: int
    end: int
    text: str
    opens: str  # "{{", "{%", "{#" or "raw"
    level: str = ""
    body: str = ""  # the expression or statement, straightened
    left: str = ""  # "-" or "+"
    right: str = ""

    @property
    def word(self) -> str:
        """The statement's first word: `if`, `endfor`, …; nothing for expressions."""
        found = WORD.match(self.body) if self.opens == "{%" else None
        return found[1] if found else ""

    def source(self, mark: str = "") -> str:
        """The tag as Jinja reads it; `mark` is blank text that tells its place."""
        if self.opens == "raw":
            return self.text
        if self.opens == "{#":
            return ""
        return f"{self.opens}{self.left} {self.body} {mark}{self.right}{CLOSERS[self.opens]}"


class TagError(Exception):
    """A tag that can't be read; the text, what is wrong, what to do, and the code of the finding."""

    def __init__(self, text: str, message: str, hint: str, code: str = "T030") -> None:
        super().__init__(message)
        self.text, self.message, self.hint, self.code = text, message, hint, code


def scan(text: str) -> list[Tag | TagError]:
    """The tags of a text in order, with an error in place of each one that can't be read."""
    found: list[Tag | TagError] = []
    at = 0
    while start := OPEN.search(text, at):
        tag = _tag(text, start.start())
        if isinstance(tag, TagError):
            found.append(tag)
            return found
        found.append(tag)
        at = tag.end
    return found


def _tag(text: str, start: int) -> Tag | TagError:
    opens = text[start : start + 2]
    if raw := RAW.match(text, start):
        end = ENDRAW.search(text, raw.end())
        if end is None:
            return TagError(
                raw[0], "'raw' has no 'endraw' in its paragraph", "put {% endraw %} into the same paragraph"
            )
        return Tag(start, end.end(), text[start : end.end()], "raw")
    end_at = _end(text, start + 2, CLOSERS[opens], quotes=opens != "{#")
    if end_at is None:
        return _unclosed(text, start, CLOSERS[opens])
    shown = text[start:end_at]
    prefix = PREFIX.match(shown)
    inner = shown[prefix.end() if prefix else 2 : -2]
    left = ""
    if not prefix and inner[:1] in ("-", "+") and opens != "{#":
        left, inner = inner[0], inner[1:]
    right = inner[-1] if opens != "{#" and inner[-1:] in ("-", "+") else ""
    body = "" if opens == "{#" else straighten(inner[: -1 if right else None])
    return Tag(start, end_at, shown, opens, prefix[1] if prefix else "", body.strip(), left, right)


def _unclosed(text: str, start: int, closer: str) -> TagError:
    shown = text[start : start + 60]
    if closer in text[start:]:
        shown = text[start : text.index(closer, start) + 2]
        return TagError(shown, f"a quote is opened and not closed in {shown!r}", "close the quote inside the tag")
    hint = f"close the tag with {closer} in the same paragraph; for plain braces write {{_{{"
    return TagError(shown, f"a tag begins and does not end in its paragraph: {shown!r}", hint)


def _end(text: str, at: int, closer: str, *, quotes: bool) -> int | None:
    """The end of the tag: after its closer, which isn't looked for inside strings."""
    while at < len(text):
        if text.startswith(closer, at):
            return at + 2
        if quotes and text[at] in DOUBLE + SINGLE:
            end = string_end(text, at, closer)
            if end is None:
                return None
            at = end
        else:
            at += 1
    return None


def string_end(text: str, at: int, closer: str = "") -> int | None:
    """The position after the closing quote of the string that begins at `at`."""
    opener = text[at]
    family = DOUBLE if opener in DOUBLE else SINGLE
    straight = family[0]
    strict = opener == straight and _find(text, at + 1, straight, text.find(closer, at + 1) if closer else -1)
    i = at + 1
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 2
            continue
        if c == straight or (c in family and not strict and not _apostrophe(text, i)):
            return i + 1
        i += 1
    return None


def _find(text: str, at: int, quote: str, stop: int) -> bool:
    """True when the straight quote comes before the tag's end, so that a curly one isn't meant to close."""
    return text.find(quote, at, stop if stop >= 0 else len(text)) >= 0


def _apostrophe(text: str, i: int) -> bool:
    return text[i] in "'\u2019" and text[i - 1 : i].isalnum() and text[i + 1 : i + 2].isalnum()


def straighten(body: str) -> str:
    """The inside of a tag with straight quotes, plain spaces, and nothing in strings that XML minds."""
    out: list[str] = []
    i = 0
    while i < len(body):
        if body[i] in DOUBLE + SINGLE and (end := string_end(body, i)):
            out.append('"' + _escaped(body[i + 1 : end - 1]) + '"')
            i = end
            continue
        out.append(body[i])
        i += 1
    joined: list[str] = []
    for piece in out:
        joined.append(piece if piece[0] == '"' else SPACES.sub(" ", piece))
    return "".join(joined)


def _escaped(inner: str) -> str:
    """The inside of a string as Jinja reads it back, without quotes, braces or XML's characters."""

    def one(m: re.Match[str]) -> str:
        c = m[0]
        if c.startswith("\\"):
            return c if c[1:] not in ("'", '"') else f"\\x{ord(c[1:]):02x}"
        return f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"

    return re.sub(r"\\.|[^\w .,:;/()\[\]_-]|[^\x00-\x7f]", one, inner, flags=re.DOTALL)


def stray(text: str, tags: list[Tag]) -> str:
    """What looks like a broken tag in the text between tags, or nothing."""
    at, rest = 0, []
    for t in tags:
        rest.append(text[at : t.start])
        at = t.end
    rest.append(text[at:])
    for piece in rest:
        plain = re.sub(r"\{_[{%]|[}%]_\}", "", piece)
        if (found := re.search(r"[}%#]\}|\{[{%#]|\{\s*\w[\w.]*\s*\}", plain)) is not None:
            return plain[max(0, found.start() - 20) : found.end() + 20].strip()
    return ""
