"""Content controls: the XML of one field as Word shows it, bound to the form's data part."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from agreegen.forms.bookmarks import bookmark
from agreegen.forms.fields import Field, tag_of, title_of
from agreegen.forms.kinds import RICH, Kind
from agreegen.wording import date as worded

if TYPE_CHECKING:
    from agreegen.forms.fields import Listing, Path

DATA: Final = "urn:agreegen:form:1"
STORE: Final = "{5C0B7E52-8C3B-4C64-9D0C-0A6A5E0F4A17}"
"""The id of the data part, the same in every form."""

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14: Final = "http://schemas.microsoft.com/office/word/2010/wordml"
W15: Final = "http://schemas.microsoft.com/office/word/2012/wordml"
MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SPACES: Final = f'xmlns:w="{W}" xmlns:w14="{W14}" xmlns:w15="{W15}"'
CHECKED, UNCHECKED = "\u2612", "\u2610"
BOX: Final = "Segoe UI Symbol"
ITEM: Final = "item"
"""The element of one entry of a list in the data part."""

PLACEHOLDER: Final = "PlaceholderText"
FIRST_MARK: Final = 100_000
"""Bookmarks of controls are numbered from here on; those of an agreement have smaller numbers."""


def steps(path: Path) -> list[str]:
    """The steps of a path in the data part: entries of lists are numbered."""
    found: list[str] = []
    for part in path:
        found.append(f"f:{part}[1]" if isinstance(part, str) else f"f:{ITEM}[{part + 1}]")
    return found


def xpath(path: Path) -> str:
    """Where the data part holds a field."""
    return "/" + "/".join(["f:form[1]", *steps(path)])


def binding(path: Path, *, name: str = "w:dataBinding", where: str = "") -> str:
    """The element that binds a control to its place in the data part."""
    return (f'<{name} w:prefixMappings="xmlns:f=&apos;{DATA}&apos;" w:xpath={quoteattr(where or xpath(path))} '
            f'w:storeItemID="{STORE}"/>')  # fmt: skip


def control(field: Field, number: int, value: str = "", look: str = "") -> str:
    """The control of a field as it stands in a paragraph, showing a value or its hint; `look` are run properties.

    The children of its properties have the order of CT_SdtPr (ECMA-376 Part 1, 17.5.2.38). A rich text is bound in the
    way of Word 2013, which keeps it in the data part as a whole document, and has a bookmark around it.
    """
    empty = not value and field.kind is not Kind.CHECK
    rich = field.kind in RICH
    pieces = [
        f"<w:rPr>{look}</w:rPr>" if look else "",
        f"<w:alias w:val={quoteattr(title_of(field.path))}/>",
        f"<w:tag w:val={quoteattr(field.tag)}/>",
        f'<w:id w:val="{number}"/>',
        '<w:lock w:val="sdtLocked"/>',
        "<w:showingPlcHdr/>" if empty else "",
        binding(field.path, name="w15:dataBinding" if rich else "w:dataBinding"),
        _kind(field, value),
    ]
    shown = _shown(field, value, look) if not empty else _run(field.hint, f'<w:rStyle w:val="{PLACEHOLDER}"/>')
    whole = f"<w:sdt><w:sdtPr>{''.join(pieces)}</w:sdtPr><w:sdtContent>{shown}</w:sdtContent></w:sdt>"
    return _marked(field.path, number, whole) if rich else whole


def _marked(path: Path, number: int, control: str) -> str:
    """The control within a bookmark that tells its field."""
    name, mark = bookmark(path, number), FIRST_MARK + number
    return f'<w:bookmarkStart w:id="{mark}" w:name="{name}"/>{control}<w:bookmarkEnd w:id="{mark}"/>'


def _kind(field: Field, value: str) -> str:
    if field.kind is Kind.DATE:
        full = f' w:fullDate="{value}T00:00:00Z"' if value else ""
        return (f'<w:date{full}><w:dateFormat w:val="MMMM d, yyyy"/><w:lid w:val="en-US"/>'
                '<w:storeMappedDataAs w:val="date"/><w:calendar w:val="gregorian"/></w:date>')  # fmt: skip
    if field.kind is Kind.CHOICE:
        items = "".join(f"<w:listItem w:displayText={quoteattr(a)} w:value={quoteattr(b)}/>" for a, b in field.choices)
        return f"<w:dropDownList>{items}</w:dropDownList>"
    if field.kind is Kind.CHECK:
        on = "1" if value == "yes" else "0"
        return (f'<w14:checkbox><w14:checked w14:val="{on}"/><w14:checkedState w14:val="2612" w14:font="{BOX}"/>'
                f'<w14:uncheckedState w14:val="2610" w14:font="{BOX}"/></w14:checkbox>')  # fmt: skip
    if field.kind in RICH:
        return "<w:richText/>"
    return '<w:text w:multiLine="1"/>' if field.kind is Kind.LONG else "<w:text/>"


def shown(field: Field, value: str) -> str:
    """What a control with that value displays."""
    if field.kind is Kind.DATE:
        try:
            return worded(dt.date.fromisoformat(value))
        except ValueError:
            return value
    if field.kind is Kind.CHOICE:
        return next((a for a, b in field.choices if b == value), value)
    if field.kind is Kind.CHECK:
        return CHECKED if value == "yes" else UNCHECKED
    return value


def stored(field: Field, value: str) -> str:
    """What the data part holds for that value: boxes are true or false there, as Word reads them."""
    return ("true" if value == "yes" else "false") if field.kind is Kind.CHECK else value


def _shown(field: Field, value: str, look: str) -> str:
    if field.kind is Kind.CHECK:
        look = f'<w:rFonts w:ascii="{BOX}" w:hAnsi="{BOX}" w:eastAsia="{BOX}" w:cs="{BOX}"/>' + look
    return _run(shown(field, value), look)


def _run(text: str, look: str = "") -> str:
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{lines(text)}</w:r>"


def lines(text: str) -> str:
    """The text of a run; line breaks as Word writes them."""
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))


def repeating(listing: Listing, label: str, number: int, rows: list[str]) -> str:
    """The section of a table whose rows Word repeats with its plus sign: one item for each entry."""
    where = f"{xpath(listing.path)}/f:{ITEM}"
    items = "".join(
        f'<w:sdt><w:sdtPr><w:id w:val="{number + 1 + n}"/><w15:repeatingSectionItem/></w:sdtPr>'
        f"<w:sdtContent>{row}</w:sdtContent></w:sdt>"
        for n, row in enumerate(rows)
    )
    return (
        f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(title_of(listing.path))}/>"
        f'<w:tag w:val={quoteattr(tag_of(listing.path))}/><w:id w:val="{number}"/>'
        f"{binding(listing.path, name='w15:dataBinding', where=where)}"
        f"<w15:repeatingSection><w15:sectionTitle w15:val={quoteattr(label)}/></w15:repeatingSection></w:sdtPr>"
        f"<w:sdtContent>{items}</w:sdtContent></w:sdt>"
    )
