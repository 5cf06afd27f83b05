"""Suggestions: the fields that a person means by words: those of its key, its meaning, or its label on the page."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from agreegen.provenance.origins import behind
from agreegen.provenance.passages import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agreegen.provenance.marking import Marked

WORD: Final = re.compile(r"[^\W_]+")
SILENT: Final = frozenset(WORD.findall("""
    a an and are at be by can do does for from get gets go goes has have how i in is it its many much of on or say says
    that the their there they this to was we what when where which who whom whose will with
"""))  # fmt: skip
"""Words that tell no field."""

SAME: Final[Mapping[str, tuple[str, ...]]] = {
    "term": ("dates",), "begin": ("start",), "commence": ("start",), "effective": ("start",), "expire": ("end",),
    "expiration": ("end",), "finish": ("end",), "sign": ("signatory", "signatures"), "signer": ("signatory",),
    "signed": ("signatory", "signatures"), "signature": ("signatory", "signatures"), "money": ("funds",),
    "cost": ("funds",), "fee": ("funds",), "pay": ("funds",), "payment": ("funds",), "breach": ("incident",),
    "email": ("contacts",), "phone": ("contacts",), "telephone": ("contacts",), "address": ("contacts",),
    "variable": ("elements",), "column": ("elements",), "delete": ("destroy", "end of use"),
    "destroy": ("end of use",), "destruction": ("end of use",), "vendor": ("contractors",),
    "subcontractor": ("contractors",), "law": ("authority",), "basis": ("authority",), "legal": ("authority",),
    "receive": ("recipient",), "provide": ("provider",), "statute": ("authority", "statute"),
    "county": ("recipient",), "department": ("provider",), "publish": ("products",), "report": ("products",),
}  # fmt: skip
"""Words that people use for what keys call otherwise."""

KEY_END, KEY, MEANING = 4, 3, 1
"""What a word counts in the last part of a key, before it, and in what a field means."""

MOST: Final = 6


def meant(said: str, known: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields whose keys have these words and no others, and those that come near, the best first.

    `known` has for each field the words of its meaning and of its labels.
    """
    words = [_stem(w) for w in WORD.findall(said.casefold()) if w not in SILENT]
    if not words:
        return (), ()
    scored = []
    for key, about in known.items():
        counts = [_count(word, key, about) for word in words]
        if all(counts):
            scored.append((-sum(counts), key.count(": "), len(key), key))
    scored.sort()
    whole_ = tuple(key for *_, key in scored if _is_key(words, key))
    return whole_, tuple(key for *_, key in scored)


def _count(word: str, key: str, about: str) -> int:
    """How well a word tells a field; nothing where it doesn't."""
    above, _, last = key.casefold().rpartition(": ")
    for meant_ in (word, *SAME.get(word, ())):
        for text, count in ((last, KEY_END), (above, KEY), (about.casefold(), MEANING)):
            if meant_ in text if " " in meant_ else any(_alike(meant_, w) for w in WORD.findall(text)):
                return count
    return 0


def _is_key(words: Sequence[str], key: str) -> bool:
    """True where the words are those of the key, in any order."""
    own = WORD.findall(key.casefold())
    told = [(word, *SAME.get(word, ())) for word in words]
    return len(told) == len(own) and all(any(_alike(t, w) for t in one for w in own) for one in told) and all(
        any(_alike(t, w) for one in told for t in one) for w in own
    )  # fmt: skip


def _alike(word: str, other: str) -> bool:
    """True for one word in two forms: sign, signs; date, dates; encrypt, encryption."""
    a, b = _stem(word), _stem(other)
    short, long = sorted((a, b), key=len)
    return a == b or (len(short) > 3 and long.startswith(short))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def labels(templates: Iterable[Marked]) -> dict[str, str]:
    """What stands before each field in the rows of the templates, such as “Start date”."""
    found: dict[str, dict[str, None]] = {}
    for marked in templates:
        for key, words in _labels(marked):
            found.setdefault(key, {})[words] = None
    return {key: "; ".join(words) for key, words in found.items()}


@functools.lru_cache(maxsize=8)
def _labels(marked: Marked) -> tuple[tuple[str, str], ...]:
    row: tuple[int, int] | None = None
    label, found = "", []
    for passage in whole(marked):
        if passage.row is None:
            continue
        if passage.row[:2] != row:
            row, label = passage.row[:2], passage.text if passage.row[2] == 1 else ""
        elif label and passage.row[2] == 2:
            steps = [marked.steps[p.step] for p in passage.pieces if p.step is not None]
            found += [(key, label) for s in steps for name in s.names for key in behind(name, marked.own)]
    return tuple(found)
