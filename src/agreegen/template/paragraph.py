"""Paragraph: its text as one string over all runs, and text or tags put back into the runs."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from agreegen.template.container import MC, XML_SPACE, W
from agreegen.template.place import own

if TYPE_CHECKING:
    from lxml import etree

    from agreegen.template.tag import Tag

M_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
TEXT, FIELD = W + "t", W + "instrText"
BLANK = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "softHyphen": ""}
OBJECTS = (
    *(W + n for n in ("drawing", "pict", "object", "footnoteReference", "endnoteReference", "sym", "fldChar", "ptab")),
    MC + "AlternateContent",
)
OBJECT = "\ufffc"
STREAMS = ((TEXT, *BLANK, *OBJECTS), (FIELD,), (M_TEXT,))  # what reads on as one text: prose, field codes, formulas
TOKEN = re.compile("\ue010[^\ue011]*\ue011")


def piece(e: etree._Element) -> str:
    if e.tag in (TEXT, FIELD, M_TEXT):
        return e.text or ""
    return BLANK.get(str(e.tag), OBJECT)


def outside(text: str, tags: list[Tag]) -> str:
    out, at = [], 0
    for t in tags:
        out.append(text[at : t.start])
        if t.opens == "raw":
            out.append(re.sub(r"^\{%-?\s*raw\s*-?%\}|\{%-?\s*endraw\s*-?%\}$", "", t.text))
        at = t.end
    return "".join(out) + text[at:]


def plain(text: str) -> str:
    """The text without blanks, objects and marks, escaped braces as they print: what must not change in compiling."""
    text = TOKEN.sub("", text).replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")
    return re.sub(rf"[\s{OBJECT}-]+", "", text)


def literal_text(p: etree._Element) -> str:
    """The text of a paragraph without tags in it: text, field codes and formulas, in the order of `Source.literal`."""
    return "".join("".join(map(piece, own(p, *k))) for k in STREAMS)


def spread(new: dict[int, list[str]], starts: list[int], pieces: list[str], a: int, b: int) -> None:
    """Gives the text from a to b back to the elements that held it."""
    for i, start in enumerate(starts):
        lo, hi = max(a, start), min(b, start + len(pieces[i]))
        if lo < hi:
            new[i].append(pieces[i][lo - start : hi - start])


def drop(e: etree._Element) -> None:
    """Removes an element, and its run if that is empty then."""
    run = e.getparent()
    if run is None:
        return
    run.remove(e)
    parent = run.getparent()
    if run.tag == W + "r" and parent is not None and all(c.tag == W + "rPr" for c in run):
        put(run, "")


def put(e: etree._Element, text: str) -> None:
    """Puts text in the place of an element."""
    parent, before = e.getparent(), e.getprevious()
    assert parent is not None
    text += e.tail or ""
    e.tail = None
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(e)


def split(t: etree._Element, m: re.Match[str]) -> None:
    run, text = t.getparent(), t.text or ""
    assert run is not None
    tail, run.tail = run.tail, None
    after = copy.deepcopy(run)
    index = run.index(t)
    for e in list(run)[index + 1 :]:
        run.remove(e)
    for e in list(after)[:index]:
        if e.tag != W + "rPr":
            after.remove(e)
    t.text = text[: m.start()]
    rest = next(e for e in after if e.tag == TEXT)
    rest.text = text[m.end() :]
    rest.set(XML_SPACE, "preserve")
    run.addnext(after)
    run.tail, after.tail = m[0], tail


def own_text(p: etree._Element) -> str:
    return "".join(map(piece, own(p, TEXT, *OBJECTS)))
