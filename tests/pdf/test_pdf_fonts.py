"""The font configuration of the embedded engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from lxml import etree

from agreegen.pdf import fonts


@pytest.mark.parametrize("family", fonts.FAMILIES)
def test_a_font_covers_the_characters_that_it_has_a_glyph_for(family: str) -> None:
    file = fonts.FOLDER / fonts.FAMILIES[family][0]
    program = TTFont(file)
    table = next(x for x in program["cmap"].tables if x.format == 4)
    known = {code: program.getGlyphID(name) for code, name in table.cmap.items()}
    assert len(known) > 2000
    assert fonts.glyphs(file.read_bytes()) == known
    assert fonts.coverage(family) == set(known)


def test_characters_within_a_range_that_has_no_glyph_for_them_are_not_covered() -> None:
    assert 0x2F4 not in fonts.coverage(fonts.SYMBOLS)
    assert 0x2F3 in fonts.coverage(fonts.SYMBOLS)


def test_a_folder_of_any_name_gives_a_sound_configuration() -> None:
    root = etree.fromstring(fonts.configuration(Path("/home/Q&A <team>/cache")).encode())
    assert root.findtext("cachedir") == str(Path("/home/Q&A <team>/cache"))
    assert len(root.findall("dir")) == 2
