"""The embedded engine: dxpdf with our own fonts, from a flattened copy of the document."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
from typing import Final

from agreegen.pdf import fonts
from agreegen.pdf.flatten import flatten, settle_defaults
from agreegen.pdf.parts import Parts, W, value
from agreegen.pdf.styles import Styles
from agreegen.pdf.worker import WORKERS


class Embedded:
    """Nothing to install but the package; the same bytes on every machine."""

    name: Final = "embedded"

    def unavailable(self) -> str:
        """Why it can't be used on this machine, "" if it can."""
        if importlib.util.find_spec("dxpdf") is None:
            return f"the package dxpdf is not installed (there is none for {platform.system()} {platform.machine()})"
        return ""

    def install(self) -> str:
        """What to do on this machine to get it."""
        return "run `pip install dxpdf==0.8.1`"

    def detail(self) -> str:
        """Its version and fonts."""
        return f"dxpdf {importlib.metadata.version('dxpdf')} with {', '.join(fonts.FAMILIES)}"

    def convert(self, docx: bytes, timeout: float = 120) -> bytes:
        """The PDF; EngineError if there is none within `timeout` seconds."""
        return WORKERS.draw(prepared(docx), timeout)


def prepared(docx: bytes) -> bytes:
    """The temporary DOCX that is drawn."""
    parts = Parts(docx)
    styles = Styles(parts)
    flatten(parts, styles)
    settle_defaults(parts)
    fonts.embed(parts, used_fonts(parts, styles))
    return parts.pack(stored=True)


def used_fonts(parts: Parts, styles: Styles) -> dict[str, str]:
    """Font -> the characters set in it, over all stories and list labels of a flattened document."""
    found: dict[str, set[str]] = {}
    for _, root in parts.stories():
        for p in root.iter(W + "p"):
            style = styles.of(p)
            found.setdefault(styles.font(None, style), set())
            for r in p.iter(W + "r"):
                text = "".join(t.text or "" for t in r.iterfind(W + "t"))
                found.setdefault(styles.font(r.find(W + "rPr"), style), set()).update(text)
    numbering = parts.tree("word/numbering.xml")
    for level in numbering.iter(W + "lvl") if numbering is not None else ():
        font = styles.font(level.find(W + "rPr"), "")
        found.setdefault(font, set()).update(value(level, W + "lvlText") or "")
    return {font: "".join(sorted(characters)) for font, characters in found.items() if font}
