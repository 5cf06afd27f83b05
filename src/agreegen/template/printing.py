"""Printing: the one environment of templates, and how a value becomes text of a Word document.

Values are texts and whole numbers. Everything else is refused with the filter that would word it, because Jinja's own
printing ("None", "True", "['a']", "1234567.1") puts words into an agreement that nobody wrote.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from xml.parsers import expat

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\ue0ff\ud800-\udfff\ufffe\uffff]")
LINE = '</w:t><w:br/><w:t xml:space="preserve">'
TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
UNSAFE_FILTERS = (
    "safe", "e", "escape", "forceescape", "xmlattr", "urlize", "tojson", "pprint", "center", "format", "indent",
    "wordwrap", "striptags", "random", "attr", "filesizeformat", "float",
)  # fmt: skip
UNSAFE_TEXT = frozenset(
    {"format", "format_map", "center", "ljust", "rjust", "zfill", "expandtabs", "encode", "translate"}
)
MAX_REPEAT = 10_000
FRAME = '<x xmlns:w="w" xmlns:r="r" xmlns:wp="wp" xmlns:a="a" xmlns:pic="pic" xmlns:w14="w14" xmlns:mc="mc">{}</x>'


class UnprintableError(Exception):
    """A value that must not be printed; says what it is and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class MissingName(jinja2.UndefinedError):
    """A name that the data don't have, with what has been looked at."""

    def __init__(self, message: str, holder: object, name: object) -> None:
        super().__init__(message)
        self.holder, self.name = holder, name


class NeedsDocxtplError(Exception):
    """A value that only docxtpl can print: a picture or a sub-document."""


class Missing(jinja2.StrictUndefined):
    """What a missing name gives: an error as soon as it is used."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = jinja2.utils.missing,
        name: str | None = None,
        exc: type[jinja2.TemplateRuntimeError] = jinja2.UndefinedError,
    ) -> None:
        plain = exc is jinja2.UndefinedError
        raised: Any = (lambda message: MissingName(message or "", obj, name)) if plain else exc
        super().__init__(hint, obj, name, raised)


def text(value: Any) -> str:
    """The value as content of a `w:t`: escaped, line breaks and tabs as Word's."""
    found: str = value if value.__class__ is str else worded(value)
    if found.isprintable() and "&" not in found and "<" not in found and ">" not in found:
        return found
    checked = refused_characters(found).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return checked.replace("\r\n", "\n").replace("\r", "\n").replace("\n", LINE).replace("\t", TAB)


def plain(value: Any) -> str:
    """The value as content of an attribute, a property or another element without runs."""
    checked = refused_characters(worded(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    checked = checked.replace("\r\n", "\n").replace("\r", "\n").replace('"', "&quot;")
    return checked.replace("\n", "&#10;").replace("\t", "&#9;")


def code(value: Any) -> str:
    """The value inside a field code, where quotes and backslashes would be commands."""
    found = worded(value)
    if re.search(r'["\\\n\r\t{}]', found):
        hint = "leave quotes, backslashes, braces and line breaks out of values that go into field codes"
        raise UnprintableError(f"the value {found[:60]!r} would change the field code it stands in", hint)
    return plain(found)


def run(value: Any) -> str:
    """The value of `{{r … }}`: runs made by a filter; plain text is refused, because Word would not show it."""
    if _of_docxtpl(value) and type(value).__name__ not in ("RichText", "Listing"):
        raise NeedsDocxtplError(type(value).__name__)
    if not hasattr(value, "__html__") or isinstance(value, jinja2.Undefined):
        worded(value)
        raise UnprintableError(
            "{{r … }} needs formatted text and got plain text, which Word would not show", "write {{ … }}"
        )
    made = str(value.__html__())
    if re.search("[\ue000-\ue0ff]", made):
        raise UnprintableError("the formatted text holds a reserved character", "remove it from the data")
    try:
        expat.ParserCreate().Parse(FRAME.format(made), True)
    except expat.ExpatError as e:
        raise UnprintableError(
            f"the formatted text is not well-formed ({e})", "correct the filter that makes it"
        ) from e
    return made


def worded(value: Any) -> str:
    """The text of a printable value."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return str.__str__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)
    raise _refusal(value)


def _of_docxtpl(value: object) -> bool:
    return type(value).__module__.split(".")[0] == "docxtpl"


def _refusal(value: Any) -> Exception:  # noqa: PLR0911 - one return a kind
    if isinstance(value, jinja2.Undefined):
        str(value)
    if _of_docxtpl(value):
        if type(value).__name__ in ("InlineImage", "Subdoc"):
            return NeedsDocxtplError(type(value).__name__)
        return UnprintableError("formatted text stands in {{ … }}", "write {{r … }} for it")
    if value is None:
        return UnprintableError("it has no value", "give it one in the data, or put the sentence into {% if … %}")
    for kinds, what, hint in REFUSALS:
        if isinstance(value, kinds):
            return UnprintableError(f"{what} ({value!r})"[:80] if isinstance(value, int | float) else what, hint)
    if callable(value):
        return UnprintableError(
            "it is a function, not a value", "a field of that name needs brackets: {{ name['items'] }}"
        )
    if hasattr(value, "__html__"):
        return UnprintableError("formatted text stands in {{ … }}", "write {{r … }} for it")
    return UnprintableError(f"it is a {type(value).__name__}", "word it with a filter")


def refused_characters(value: str) -> str:
    """The value itself, unless it holds a character that no Word document can."""
    if found := REFUSED.search(value):
        around = value[max(0, found.start() - 20) : found.end() + 20]
        message = f"the value {around!r} holds the control character U+{ord(found[0]):04X}"
        raise UnprintableError(message, "remove it from the data")
    return value


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment: dictionary keys before attributes, nothing that changes, escapes or costs without bounds."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The key of a mapping if there is one, else the attribute."""
        if obj.__class__ is dict or isinstance(obj, Mapping):
            try:
                return obj[attribute]
            except KeyError:
                pass
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """False for what is Python's own, and for text methods that can make texts of any length."""
        if isinstance(obj, str) and attr in UNSAFE_TEXT:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The result of arithmetic on numbers; repeating texts or lists, and formatting, are bounded or refused."""
        if operator == "%" and isinstance(left, str):
            raise SecurityError("% on a text is not available in templates")
        if operator == "*" and not (isinstance(left, int | float) and isinstance(right, int | float)):
            size = max((len(x) for x in (left, right) if hasattr(x, "__len__")), default=0)
            times = max((x for x in (left, right) if isinstance(x, int)), default=0)
            if size * times > MAX_REPEAT:
                raise SecurityError(f"a text repeated {times} times is too long")
        if operator == "**" and (abs(right) > 64 or abs(left) > 10**9):
            raise SecurityError("the power is too large")
        if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > 4096:
            raise SecurityError("the numbers are too large")
        return super().call_binop(context, operator, left, right)


S = TypeVar("S", bound=Sandbox)

REFUSALS: tuple[tuple[tuple[type, ...], str, str], ...] = (
    ((bool,), "it is a yes-or-no value", "use the filter yesno, or {% if … %}"),
    ((float,), "it is a decimal number", "write it as text in the data, in the words that it shall be printed in"),
    ((dt.datetime,), "it is a date with a time", "use the filter date"),
    ((dt.date,), "it is a date", "use the filter date"),
    ((Mapping,), "it is a record, not a value", "name the field of it: {{ name.field }}"),
    ((list, tuple, set, frozenset), "it is a list", "use the filter listing, or {%p for … %}"),
)
PRINTERS: dict[str, Callable[[Any], str]] = {"_text": text, "_plain": plain, "_code": code, "_run": run}


def environment(filters: Mapping[str, Callable[..., Any]] | None = None) -> Sandbox:
    """The environment of all templates, with the filters of `agreegen.wording` and the given ones."""
    return environment_of(Sandbox, filters)


def environment_of(kind: type[S], filters: Mapping[str, Callable[..., Any]] | None) -> S:
    """The same, of a kind of its own."""
    from agreegen import wording  # noqa: PLC0415 - read when called, so that added filters count

    env = kind(undefined=Missing, autoescape=False, keep_trailing_newline=True, cache_size=0)
    for name in UNSAFE_FILTERS:
        env.filters.pop(name, None)
    env.globals = {"range": env.globals["range"]}
    env.filters |= dict(wording.FILTERS) | dict(filters or {}) | PRINTERS
    return env
