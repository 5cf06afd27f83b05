"""Proof: what a spoilt template prints: nothing, or every word of the sound one outside of the spoilt paragraph."""

from __future__ import annotations

import functools
import pathlib
import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from agreegen import generate, template, workspace
from agreegen.errors import FindingsError
from agreegen.lint import alone
from agreegen.lint.composed import examined
from agreegen.render import render
from agreegen.rules.result import texts
from agreegen.template.base import pack, unpack
from agreegen.template.container import XML_SPACE, W, parse
from agreegen.template.place import own

from .mistakes import BODY, Mutant, said

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = pathlib.Path(__file__).parents[2]
MARK = "ZQXMARK"
REFERENCE = re.compile(r'\{\{ ref\("([^"]+)"\) \}\}')
INCLUDE = re.compile(r'\{%p include "((?:clauses|exhibits)/[\w-]+)" %\}')
MORE = 4
"""Paragraphs that a mistake may add."""


@functools.cache
def contexts() -> tuple[tuple[str, dict[str, Any]], ...]:
    """The contexts of the shipped examples, with their variants."""
    here = workspace.find(ROOT / "proposals")
    found = []
    for path in sorted((ROOT / "proposals").glob("*.yaml")):
        opened = generate.opened_proposal(path, here)
        assert opened.agreement is not None
        found.append((opened.agreement.variant, dict(opened.agreement.context)))
    return tuple(found)


def apart(data: bytes, marked: int | None = None) -> bytes:
    """The file by itself: includes and sound references as plain words; a mark in a paragraph, if one is wanted."""
    members = unpack(data)
    root = etree.fromstring(members[BODY])
    known = {i for full in alone.ids() for i in (full, full.removeprefix("exhibit:"), f"clause:{full}")}
    for number, p in enumerate(root.iter(W + "p"), 1):
        for t in own(p, W + "t"):
            text = REFERENCE.sub(lambda m: f"No. {m[1]}" if m[1] in known else m[0], t.text or "")
            t.text = INCLUDE.sub(lambda m: f"File {m[1]}", text) if INCLUDE.fullmatch(said(p).strip()) else text
        if number == marked and not re.match(r"\s*\{%(p|tr|tc) ", said(p)):
            run = etree.SubElement(etree.SubElement(p, W + "r"), W + "t", {XML_SPACE: "preserve"})
            run.text = MARK
    members[BODY] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return pack(members)


def made_of(data: bytes, folder: pathlib.Path, *, examine: bool) -> template.Template:
    """The compiled file; `examine` as generating does for masters, where no local name comes from an including file."""
    path = folder / "t.docx"
    path.write_bytes(data)
    return template.compile(path, root=folder, elsewhere=alone.ids(), examine=examined if examine else None)


def printed(made: template.Template, context: dict[str, Any]) -> list[str] | None:
    """The paragraphs of the document that a template makes by itself; nothing if it is refused."""
    if not made.usable:
        return None
    try:
        docx = render(made, context)
    except FindingsError:
        return None
    found = (" ".join(t.split()) for t in texts(parse(unpack(docx)[BODY])))
    return [t for t in found if t]


def holds(mutant: Mutant, sound: bytes, folder: pathlib.Path, most: int = 2) -> tuple[bool, str]:
    """Whether nothing is lost, invented or misplaced outside of the spoilt paragraph, and what it came to."""
    variant = mutant.name.split("/")[1] if mutant.name.startswith("masters/") else ""
    ways = sorted(contexts(), key=lambda c: c[0] != variant)[:most]
    came = "refused"
    theirs = made_of(apart(sound, mutant.number), folder, examine=True)
    whole = theirs.usable
    theirs = theirs if whole else made_of(apart(sound, mutant.number), folder, examine=False)
    mine = made_of(apart(mutant.data), folder, examine=whole)
    for _, context in ways:
        spoilt = printed(mine, context)
        if spoilt is None:
            continue
        marked = printed(theirs, context)
        if marked is None:
            continue
        came = "printed"
        kept = [t for t in marked if MARK not in t]
        room = len(marked) - len(kept) + MORE
        if not _inside(kept, spoilt):
            return False, f"lost: {_first_lost(kept, spoilt)!r}"
        if len(spoilt) - len(kept) > room:
            return False, f"{len(spoilt) - len(kept)} paragraphs more"
    return True, came


def _inside(kept: Sequence[str], spoilt: Sequence[str]) -> bool:
    rest = iter(spoilt)
    return all(t in rest for t in kept)


def _first_lost(kept: Sequence[str], spoilt: Sequence[str]) -> str:
    rest = iter(spoilt)
    return next((t for t in kept if t not in rest), "")[:90]
