"""One paragraph of the notation: what its line may begin with, and how it is printed."""

from __future__ import annotations

import difflib
import re

from agreegen.errors import UsageError
from agreegen.template.directive import DIRECTIVE
from agreegen.template.notation import (
    ANCHOR,
    BODY_STYLE,
    HEADINGS,
    LABEL,
    LETTERED,
    MARKS,
    NAME,
    Paragraph,
)
from agreegen.template.notation.inline import spans, written
from agreegen.template.styles import STYLE_IDS

_STYLED = re.compile(r"<([^<>]+)>(?: |$)")
_P_TAG = re.compile(r"\{%-?p\s|\{%-?tr\s")
_LEAD = re.compile(r"[#@]+(?= |$)|-(?= |$)|<|\||%%|\([a-z]+\)(?= |$)")


def styled(text: str, default: str) -> tuple[str, str]:
    """(style, rest) of a text that may begin with `<Style Name>`, and then with a label, which counts for nothing."""
    if not text.startswith("<"):
        return default, text
    m = _STYLED.match(text)
    if m is None:
        raise UsageError("a line that begins with < names no style", "write <Style Name> text, or \\< for the sign")
    if m[1] not in STYLE_IDS:
        near = difflib.get_close_matches(m[1], STYLE_IDS, 3, 0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "see templates/base.docx"
        raise UsageError(f"no style “{m[1]}”", hint)
    rest = text[m.end() :]
    label = LABEL.match(rest) if m[1] in LETTERED else None
    return m[1], rest[label.end() :].removeprefix(" ") if label else rest


def named(text: str, style: str) -> Paragraph:
    """A paragraph of that style whose text may begin with `{#name#}`."""
    m = NAME.match(text)
    name, rest = (m[1], text[m.end() :]) if m else ("", text)
    found = spans(rest)
    words = "".join(s.text for s in found)
    if _P_TAG.search(words) and not (DIRECTIVE.fullmatch(words) and len(found) == 1 and not name):
        raise UsageError("a {%p %} tag shares its paragraph with other text", "put it on a line of its own")
    return Paragraph(style, found, name=name)


def guard(text: str, lead: re.Pattern[str]) -> str:
    """The text, its beginning escaped if it would be read as something else."""
    return "\\" + text if lead.match(text) else text


def line(p: Paragraph, default: str = BODY_STYLE, *, exhibit: bool = False) -> str:
    """The line of a paragraph in the body; `exhibit` tells that the last heading was one of an exhibit."""
    text = written(p.spans)
    if p.style in HEADINGS:
        return _heading(p, text)
    if p.style == "Directive" and DIRECTIVE.fullmatch(text) and not p.name:
        return text
    rest = joined(f"{{#{p.name}#}}", text) if p.name else guard(text, NAME)
    if p.style in MARKS:
        return joined(MARKS[p.style], rest)
    if p.style in LETTERED:
        return _lettered(p, rest, exhibit=exhibit)
    if p.style == default and not p.label and rest and not DIRECTIVE.fullmatch(text):
        return rest if p.name else guard(rest, _LEAD)
    return styled_line(p, rest)


def _lettered(p: Paragraph, rest: str, *, exhibit: bool) -> str:
    if LABEL.fullmatch(p.label) and p.style.startswith("Exhibit") == exhibit:
        return joined(LETTERED[p.style] + p.label, rest)
    return styled_line(p, rest)


def styled_line(p: Paragraph, rest: str) -> str:
    """The line that names its style."""
    if not p.label and p.style in LETTERED:
        rest = guard(rest, LABEL)
    return joined(f"<{p.style}>", joined(p.label, rest) if p.label else rest)


def _heading(p: Paragraph, text: str) -> str:
    text = joined(f"[{p.anchor}]", text) if p.anchor else guard(text, ANCHOR)
    return joined(MARKS[p.style], text)


def joined(mark: str, rest: str) -> str:
    """The mark, a space, and the rest, if there is any."""
    return f"{mark} {rest}" if rest else mark
