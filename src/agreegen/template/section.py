"""Section: pages of one kind follow pages of another without a blank page, whichever exhibits are in.

A kind is a set of section properties. Word keeps a section's properties at its end, and the last section's at the end
of the body, so which goes where depends on which exhibits are in: marks `s` and `z` leave that to rendering.
"""

from __future__ import annotations

import copy
import re

from lxml import etree

from agreegen.template.adopt import canonical
from agreegen.template.container import W

REFERENCES = (W + "headerReference", W + "footerReference")
ONCE = (W + "titlePg", W + "pgNumType")


class Sections:
    """The kinds of sections of the file that is composed; kind 0 is the master's last section."""

    def __init__(self, body: etree._Element) -> None:
        final = body.find(W + "sectPr")
        if final is None:
            final = etree.SubElement(body, W + "sectPr")
        self.final = final
        self.kinds = [copy.deepcopy(final)]
        self.kinds[0].tail = None

    def kind(self, properties: etree._Element) -> int:
        """The kind of an included file's pages; headers and footers are the master's unless it has its own."""
        made = copy.deepcopy(properties)
        made.tail = None
        if not any(e.tag in REFERENCES for e in made):
            for e in reversed([e for e in self.kinds[0] if e.tag in REFERENCES]):
                made.insert(0, copy.deepcopy(e))
        for e in [e for e in made if e.tag in ONCE or e.tag == W + "type"]:
            made.remove(e)
        wanted = _pages(made)
        for i, known in enumerate(self.kinds):
            if _pages(known) == wanted:
                return i
        self.kinds.append(made)
        return len(self.kinds) - 1

    def may_turn(self, p: etree._Element) -> bool:
        """True when the paragraph stands directly in the body, after the master's last section break."""
        parent = p.getparent()
        if parent is None or parent.tag != W + "body":
            return False
        return not any(next(e.iter(W + "sectPr"), None) is not None for e in p.itersiblings() if e.tag != W + "sectPr")

    def turn(self, p: etree._Element, kind: int, outer: int) -> None:
        """Marks that pages of this kind begin before what replaces the directive, and the outer kind after it."""
        before, parent = p.getprevious(), p.getparent()
        mark = f"\ue010s{kind}\ue011"
        if before is not None:
            before.tail = (before.tail or "") + mark
        elif parent is not None:
            parent.text = (parent.text or "") + mark
        p.tail = f"\ue010s{outer}\ue011" + (p.tail or "")

    def close(self, body: etree._Element) -> None:
        """Leaves the choice of the last section's properties to rendering, if there is more than one kind."""
        if len(self.kinds) == 1:
            return
        last = self.final.getprevious()
        body.remove(self.final)
        if last is not None:
            last.tail = (last.tail or "") + "\ue010z\ue011"

    def xml(self) -> tuple[str, ...]:
        """The properties of each kind, twice: for its first section, and for later ones."""
        if len(self.kinds) == 1:
            return ()
        out = []
        for k in self.kinds:
            out.append(_xml(k))
            again = copy.deepcopy(k)
            for e in [e for e in again if e.tag in ONCE]:
                again.remove(e)
            out.append(_xml(again))
        return tuple(out)


def _xml(e: etree._Element) -> str:
    return re.sub(r' xmlns:(?:w|r)="[^"]*"', "", etree.tostring(e, encoding="unicode"))


def _pages(properties: etree._Element) -> bytes:
    """What makes a kind: everything but what only the first section has."""
    made = copy.deepcopy(properties)
    for e in [e for e in made if e.tag in ONCE or e.tag == W + "type"]:
        made.remove(e)
    return canonical(made)
