"""Parts of a form's file: which hold its text, and how they are read and written as XML."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

STORY: Final = re.compile(r"word/(?:document|[\w-]*(?:header|footer)\d*|footnotes|endnotes)\.xml")
"""The parts that have text: body, headers, footers and notes."""

_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def parsed(data: bytes) -> etree._Element:
    """The root of a part; nothing outside of it is looked up."""
    return etree.fromstring(data, _PARSER)


def serialized(root: etree._Element) -> bytes:
    """A part as Word files have it."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
