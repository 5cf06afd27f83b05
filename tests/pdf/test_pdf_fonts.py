"""The font configuration of the embedded engine."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from agreegen.pdf import fonts


def test_a_folder_of_any_name_gives_a_sound_configuration() -> None:
    root = etree.fromstring(fonts.configuration(Path("/home/Q&A <team>/cache")).encode())
    assert root.findtext("cachedir") == str(Path("/home/Q&A <team>/cache"))
    assert len(root.findall("dir")) == 2
