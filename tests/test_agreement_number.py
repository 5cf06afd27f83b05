"""The number of the agreement stands on each page: at its head, on the cover in its table; nothing if there is none."""

from __future__ import annotations

import pathlib
from functools import cache

import pytest
from lxml import etree

from agreegen import generate, workspace
from agreegen.pdf.parts import R, W
from agreegen.template.base import unpack

PROPOSALS = pathlib.Path(__file__).parents[1] / "proposals"
EXAMPLES = {
    "intra-agency": "calhhs-hipaa",
    "state-agency": "statewide-part2",
    "local-government": "county-coverage",
    "university": "university-research",
}


@cache
def parts_of(name: str, reference: str | None) -> dict[str, bytes]:
    """The parts of an example's document; with another reference if one is given."""
    path = PROPOSALS / f"{name}.yaml"
    settings = workspace.find(path.parent, {}, format="docx")
    opened = generate.opened_proposal(path, settings)
    assert opened.agreement is not None
    if reference is not None:
        opened.agreement.context["document"]["reference"] = reference or None
    return unpack(generate.document(opened, settings)[0])


def heads(parts: dict[str, bytes]) -> list[dict[str, str]]:
    """For each section: kind of page -> the text at its head, without those that its pages don't have."""
    rels = etree.fromstring(parts["word/_rels/document.xml.rels"])
    targets = {r.get("Id"): f"word/{r.get('Target')}" for r in rels}
    current: dict[str, str] = {}
    found = []
    for section in etree.fromstring(parts["word/document.xml"]).iter(W + "sectPr"):
        for reference in section.iterfind(W + "headerReference"):
            root = etree.fromstring(parts[targets[reference.get(R + "id")]])
            current[reference.get(W + "type", "")] = "".join(t.text or "" for t in root.iter(W + "t"))
        has_first = section.find(W + "titlePg") is not None
        found.append({k: v for k, v in current.items() if k == "default" or (k == "first" and has_first)})
    return found


@pytest.mark.parametrize("name", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_each_page_of_each_master_says_the_number(name: str) -> None:
    number = "TEST-2027-042"
    parts = parts_of(name, number)
    sections = heads(parts)
    assert len(sections) > 3, "the cover and body, exhibits upright and sideways"
    assert b'w:orient="landscape"' in parts["word/document.xml"]
    assert all(section["default"].endswith(f"\u00b7  {number}") for section in sections)
    assert [i for i, section in enumerate(sections) if "first" in section] == [0], "only the cover is without a head"
    cover = "".join(t.text or "" for t in list(etree.fromstring(parts["word/document.xml"]).iter(W + "t"))[:60])
    assert number in cover


@pytest.mark.parametrize("name", EXAMPLES.values())
def test_without_a_number_nothing_points_to_one(name: str) -> None:
    for section in heads(parts_of(name, "")):
        assert section["default"]
        assert not section["default"].rstrip().endswith("\u00b7")
        assert "None" not in section["default"]
