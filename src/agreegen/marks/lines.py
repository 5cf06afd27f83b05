"""Signature blocks of a Word document: who signs on which line, and which lines beside it are blank.

A block is a stretch of paragraphs in the styles Signature…, up to one in Signature Between or Signature Last. A blank
line is a label with a colon and two tabs (the second has a leader). A row of underscores is a form for later, such as
an amendment, and nobody signs it with the agreement. A document without these styles is read by its words: a paragraph
`By:` or `Signature:` with a row of underscores.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ANCHOR: Final = "EsignAnchor"
"""The character style of anchors; a PDF may leave its text out of what is read aloud."""

UNSIGNED: Final = "(no signature)"
"""What a block says that only records something."""

_SIGNED: Final = re.compile(r"(?i)(by|signature|signed)\b")
_LINE: Final = re.compile(r"([^:\t]{1,60}):(\t.*)", re.DOTALL)
_LOOSE: Final = re.compile(r"(?i)((?:by|signature|signed by)[^:_]{0,30}):?\s*_{5,}\s*")
_BLANK: Final = re.compile(r"\t[^\S\t]*\t\s*")
_ENDS: Final = ("SignatureBetween", "SignatureLast")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a block: its label, its value, and whether it is blank to fill in."""

    label: str
    value: str
    blank: bool
    paragraph: etree._Element

    @property
    def signs(self) -> bool:
        """Whether somebody signs on this line."""
        return self.blank and _SIGNED.match(self.label) is not None

    def is_called(self, label: str) -> bool:
        """Whether this is the line of that label."""
        return self.label.casefold() == label


@dataclass(frozen=True, slots=True)
class Block:
    """A signature block: the texts above its lines (heading, party, statements), its lines, and its unique name.

    `name` is `data_provider.director`: ASCII, and no other block of the document has it.
    """

    texts: tuple[str, ...]
    entries: tuple[Entry, ...]
    name: str = ""

    @property
    def signature(self) -> Entry | None:
        """The line to sign on, None if this block only records something."""
        if any(UNSIGNED in text for text in self.texts):
            return None
        return next((entry for entry in self.entries if entry.signs), None)

    @property
    def heading(self) -> str:
        """The first text that isn't a sentence."""
        return next((text.removeprefix("For ") for text in self.texts if not _is_sentence(text)), "")

    @property
    def party(self) -> str:
        """The second text that isn't a sentence."""
        return next((text for text in [t for t in self.texts if not _is_sentence(t)][1:]), "")

    def value(self, label: str) -> str:
        """What the line of that label says."""
        return next((entry.value for entry in self.entries if entry.is_called(label)), "")

    @property
    def description(self) -> str:
        """`Signature of the Director, Department of Health Care Services (Data Provider)`."""
        title = self.value("title")
        who = ", ".join(x for x in (title, self.party) if x)
        said = f"{who} ({self.heading})" if who and self.heading else who or self.heading
        if not said:
            return "Signature"
        return f"Signature of the {said}" if title else f"Signature: {said}"


def blocks(body: etree._Element) -> tuple[Block, ...]:
    """The blocks in which somebody signs, in the order of the document, each with a name of its own."""
    found = [b for b in _styled(body) if b.signature is not None] or list(_loose(body))
    taken: set[str] = set()
    named = []
    for block in found:
        first = name = _named(block)
        number = 1
        while name in taken:
            number += 1
            name = f"{first}_{number}"
        taken.add(name)
        named.append(replace(block, name=name))
    return tuple(named)


def _is_sentence(text: str) -> bool:
    return text.endswith(".") and not text.endswith((" Inc.", " Co.", " Corp.", " Ltd.", " L.P."))


def text_of(paragraph: etree._Element) -> str:
    """The text of a paragraph, with its tabs, without anchors."""
    signs = {W + "tab": "\t", W + "br": " ", W + "cr": " ", W + "noBreakHyphen": "-"}
    inner = (e for r in paragraph.iter(W + "r") if not _is_anchor(r) for e in r)
    return "".join(signs.get(str(e.tag)) or (e.text or "" if e.tag == W + "t" else "") for e in inner)


def _is_anchor(run: etree._Element) -> bool:
    style = run.find(f"{W}rPr/{W}rStyle")
    return style is not None and style.get(W + "val") == ANCHOR


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return (style.get(W + "val") or "") if style is not None else ""


def _styled(body: etree._Element) -> Iterator[Block]:
    texts: list[str] = []
    entries: list[Entry] = []
    for paragraph in body.iter(W + "p"):
        style = _style(paragraph)
        if style.startswith("Signature"):
            said = text_of(paragraph)
            if line := _LINE.fullmatch(said):
                blank = _BLANK.fullmatch(line[2]) is not None
                entries.append(Entry(line[1].strip(), line[2].strip(), blank, paragraph))
            elif said.strip():
                texts.append(said.strip())
        if (style in _ENDS or not style.startswith("Signature")) and (texts or entries):
            yield Block(tuple(texts), tuple(entries))
            texts, entries = [], []
    if texts or entries:
        yield Block(tuple(texts), tuple(entries))


def _loose(body: etree._Element) -> Iterator[Block]:
    """The signature lines of a document without our styles; the text above is taken for the party."""
    above = ""
    for paragraph in body.iter(W + "p"):
        if _style(paragraph).startswith("Signature"):
            continue
        said = text_of(paragraph).strip()
        if line := _LOOSE.fullmatch(said):
            yield Block((above,) if above else (), (Entry(line[1].strip(), "", True, paragraph),))
        elif said and "__" not in said:
            above = said


def _named(block: Block) -> str:
    side, _, office = block.heading.partition(":")
    who = office.strip() or block.value("title") or block.party.partition(",")[0]
    side, who = side.partition("(")[0].partition(",")[0], who.partition("(")[0]
    return f"{_word(side) or 'signature'}.{_word(who) or 'signatory'}"


def _word(text: str) -> str:
    """The text in lower-case ASCII letters, digits and underscores, at most some forty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    while len("_".join(words)) > 40 and len(words) > 1:
        words.pop()
    return "_".join(words)[:40]
