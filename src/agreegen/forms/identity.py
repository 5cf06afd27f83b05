"""Which field a control is for, whatever a program has kept of it: its binding, its tag, or the bookmark beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.forms.bookmarks import is_place, path_of_bookmark
from agreegen.forms.controls import DATA, W15, W
from agreegen.forms.fields import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.forms.fields import Path

_W: Final = f"{{{W}}}"
_STEP: Final = re.compile(r"(?:\w+:)?(\w+)(?:\[(\d+)\])?\Z")


def path_of_control(sdt: etree._Element) -> Path:
    """The field that a control is for: what it is bound to, else its tag, else the bookmark that it stands in."""
    pr = sdt.find(f"{_W}sdtPr")
    if pr is None:
        return ()
    for name in (f"{_W}dataBinding", f"{{{W15}}}dataBinding"):
        bound = pr.find(name)
        if bound is not None and DATA in (bound.get(f"{_W}prefixMappings") or DATA):
            path = _steps(bound.get(f"{_W}xpath") or "")
            if path:
                return path
    tag = pr.find(f"{_W}tag")
    path = path_of(tag.get(f"{_W}val") or "") if tag is not None else ()
    return path if path and is_place(path) else next((p for p in map(path_of_bookmark, _marks(sdt)) if p), ())


def _marks(sdt: etree._Element) -> Iterator[str]:
    """The names of bookmarks that begin where a control does."""
    before = sdt.getprevious()
    if before is not None and before.tag == f"{_W}bookmarkStart":
        yield before.get(f"{_W}name") or ""
    content = sdt.find(f"{_W}sdtContent")
    for inner in content.iter() if content is not None else ():
        if inner.tag == f"{_W}bookmarkStart":
            yield inner.get(f"{_W}name") or ""
        elif inner.tag == f"{_W}t":
            return


def is_field(sdt: etree._Element) -> bool:
    """True for a control of one of the form's fields; not for sections that repeat, nor for their entries."""
    pr = sdt.find(f"{_W}sdtPr")
    if pr is None or any(pr.find(f"{{{W15}}}{name}") is not None for name in _SECTIONS):
        return False
    bound = pr.find(f"{_W}dataBinding")
    bound = pr.find(f"{{{W15}}}dataBinding") if bound is None else bound
    if bound is not None:
        return DATA in (bound.get(f"{_W}prefixMappings") or DATA)
    return any(path_of_bookmark(name) for name in _marks(sdt))


_SECTIONS: Final = ("repeatingSection", "repeatingSectionItem")


def _steps(xpath: str) -> Path:
    found: list[str | int] = []
    for step in xpath.strip("/").split("/")[1:]:
        m = _STEP.match(step)
        if m is None:
            return ()
        if m[1] == "item":
            if m[2]:
                found.append(int(m[2][:9]) - 1)
        else:
            found.append(m[1])
    return tuple(found) if is_place(found) else ()


def gathered(root: etree._Element) -> None:
    """Puts paragraphs back into the rich text that they belong to: LibreOffice leaves all but its first outside."""
    for mark in list(root.iter(f"{_W}bookmarkStart")):
        name, first = mark.get(f"{_W}name") or "", mark.getparent()
        control = next((a for a in mark.iterancestors(f"{_W}sdt")), None)
        if control is None or first is None or not path_of_bookmark(name):
            continue
        holder = control.getparent()
        if holder is None or holder.tag != f"{_W}p":
            continue
        after = _following(holder, name)
        content = control.find(f"{_W}sdtContent")
        if after and content is not None:
            opening = etree.Element(f"{_W}p")
            opening.extend(list(content))
            content.extend([opening, *after])


def _following(paragraph: etree._Element, name: str) -> list[etree._Element]:
    """The paragraphs after one up to the last in which a bookmark of the same name begins."""
    later = list(paragraph.itersiblings(f"{_W}p"))
    marked = [n for n, p in enumerate(later, 1)
              if any(m.get(f"{_W}name") == name for m in p.iter(f"{_W}bookmarkStart"))]  # fmt: skip
    return later[: max(marked, default=0)]
