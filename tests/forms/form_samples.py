"""Forms and filled forms to look at; page numbers aren't their subject, and take a drawing."""

from __future__ import annotations

import dataclasses
import functools
import pathlib
from typing import TYPE_CHECKING, Any
from unittest import mock

from lxml import etree

from agreegen import generate, workspace
from agreegen.forms import boilerplate, making, store
from agreegen.forms.fields import ANSWER, Block, top
from agreegen.forms.importing import Imported, imported
from agreegen.forms.values import flat
from agreegen.reading import read_proposal
from agreegen.template.base import pack, unpack

if TYPE_CHECKING:
    from agreegen.forms.fields import Path
    from agreegen.proposal import Proposal

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLES = [p.stem for p in sorted((ROOT / "proposals").glob("*.yaml"))]
PLACE = workspace.find(ROOT / "proposals")


def made(variant: str, **options: Any) -> making.Form:
    """A form without page numbers."""
    with mock.patch.object(making, "quick_contents", lambda docx, *_: docx):
        return making.blank(variant, PLACE, **options)


@functools.cache
def form_of(variant: str, *, every: bool = True) -> bytes:
    """The form of a variant."""
    return made(variant, every=every).docx


@functools.cache
def short_form() -> bytes:
    """The form's own pages and the agreement's first Sections, with a record of just these: quick to read."""
    members = unpack(form_of("local-government", every=False))
    root = etree.fromstring(members["word/document.xml"])
    body = root[0]
    end = next(n for n, e in enumerate(body) if "".join(map(str, e.itertext())) == "Other agreements")
    for element in body[end:-1]:
        body.remove(element)
    members["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    record = store.stored(members)[1]
    assert record is not None
    record = dataclasses.replace(record, text=boilerplate.texts(pack(members)))
    return pack({**members, "customXml/item2.xml": store.record_xml(record)})


@functools.cache
def opened(name: str) -> generate.Opened:
    """An example, read and checked."""
    return generate.opened_proposal(ROOT / "proposals" / f"{name}.yaml", PLACE)


def proposal_of(name: str) -> Proposal:
    found = opened(name).reading.proposal
    assert found is not None
    return found


def answers_of(name: str) -> dict[Path, str]:
    """What a person who fills in the whole form writes: every value of an example, and what it answers with no."""
    values = flat(proposal_of(name).model_dump(mode="json"))
    text = opened(name).reading.source.text
    for entry in top():
        if isinstance(entry, Block) and entry.asks and f"\n{entry.path[0]}: no" in text:
            values[(*entry.path, ANSWER)] = "no"
    return values


def read_back(found: Imported, folder: pathlib.Path) -> Proposal | None:
    """The proposal that an imported text is when it is read as any other."""
    path = folder / "imported.yaml"
    path.write_text(found.text, encoding="utf-8")
    reading = read_proposal(path, generate.partners_of(path, PLACE))
    assert reading.proposal is not None, [str(f) for f in reading.findings]
    return reading.proposal


def imported_from(docx: bytes, **options: Any) -> Imported:
    return imported(docx, "filled.docx", **options)


def codes(found: Imported) -> list[str]:
    """The codes of what was found, without what is merely empty."""
    return sorted(f.code for f in found.findings if f.code != "M002")
