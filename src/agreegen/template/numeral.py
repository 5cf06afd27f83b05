"""How one number of a list is written: 4 as "4", "iv", "D", "fourth"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def letter(n: int) -> str:
    """The lower-case letter of n: Word repeats it after z (aa, bb), it doesn't count in base 26."""
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1) if n > 0 else ""


def roman(n: int) -> str:
    """The lower-case roman numeral of n."""
    out = ""
    for value, sign in _ROMAN:
        count, n = divmod(n, value)
        out += sign * count
    return out


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    teen = 11 <= n % 100 <= 13
    return f"{n}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def cardinal_word(n: int) -> str:
    """The English word of n, "twenty-one"."""
    if n < 20:
        return _SMALL[n]
    if n < 100:
        return _TENS[n // 10 - 2] + (f"-{_SMALL[n % 10]}" if n % 10 else "")
    size, word = (100, "hundred") if n < 1000 else (1000, "thousand")
    rest = f" {cardinal_word(n % size)}" if n % size else ""
    return f"{cardinal_word(n // size)} {word}{rest}"


def ordinal_word(n: int) -> str:
    """The English word of the n-th, "twenty-first"."""
    words = cardinal_word(n)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    ending = last[:-1] + "ieth" if last.endswith("y") else f"{last}th"
    return words[:cut] + _ORDINALS.get(last, ending)


_CHINESE = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"


def chinese(n: int) -> str:
    """The Chinese numeral of n with its places named (一百〇一); decimal from 10,000 on."""
    if not 0 < n < 10_000:
        return str(n)
    out, gap = "", False
    for size, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        count = n // size % 10
        if count:
            out += _CHINESE[0] * (gap and bool(out)) + ("" if 10 <= n < 20 and size == 10 else _CHINESE[count]) + sign
        gap = not count
    return out


def chinese_digits(n: int) -> str:
    """The Chinese numeral of n, digit by digit from 100 on (一○一), as Word's chineseCounting."""
    if n < 100:
        return chinese(n)
    return "".join(_CHINESE[int(d)] if d != "0" else "○" for d in str(n)) if n < 10_000 else str(n)


def _signs(first: str, count: int) -> Callable[[int], str]:
    """Numerals that are signs one after the other, decimal after the last."""
    return lambda n: chr(ord(first) + n - 1) if 1 <= n <= count else str(n)


NUMERALS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "lowerLetter": letter,
    "upperLetter": lambda n: letter(n).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda n: roman(n).upper(),
    "ordinal": ordinal,
    "cardinalText": lambda n: cardinal_word(n).capitalize(),
    "ordinalText": lambda n: ordinal_word(n).capitalize(),
    "numberInDash": lambda n: f"- {n} -",
    "decimalEnclosedParen": lambda n: f"({n})",
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "decimalEnclosedCircle": _signs("①", 20),
    "chineseCounting": chinese_digits,
    "chineseCountingThousand": chinese,
    "ideographTraditional": lambda n: _STEMS[n - 1] if 1 <= n <= len(_STEMS) else str(n),
    "hex": lambda n: f"{n:X}",
    "none": lambda _: "",
    "bullet": lambda _: "",
}
LEGAL = ("decimal", "decimalZero", "none", "padded")  # what w:isLgl leaves as it is; the rest becomes decimal


def numeral(n: int, form: str, *, legal: bool = False, width: int = 0) -> str:
    """The number n in a format of Word; `width` is that of a custom zero-padded format; unknown formats are decimal."""
    if width:
        return f"{n:0{width}d}"
    if legal and form not in LEGAL:
        return str(n)
    return NUMERALS.get(form, str)(n)
