"""What styles say about a run or a paragraph: fonts, capitals, hidden text, strikethrough, outline level."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from agreegen.pdf.parts import OFF, W, on, path, properties, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from agreegen.pdf.parts import Parts

_THEME_SLOTS = {"minor": "minorFont", "major": "majorFont"}
_VAL = W + "val"
_P_STYLE, _R_STYLE, _BORDERS, _LEVEL, _FRAME, _SPACING, _BASE, _RPR, _FONTS = (
    W + x for x in ("pStyle", "rStyle", "pBdr", "outlineLvl", "framePr", "spacing", "basedOn", "rPr", "rFonts")
)
_NAMED_FONTS = tuple(W + x for x in ("asciiTheme", "hAnsiTheme", "ascii", "hAnsi"))
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class Styles:
    """Answers for one document; answers for a style are computed once."""

    def __init__(self, parts: Parts) -> None:
        """Reads styles.xml and the theme's Latin fonts."""
        self._root = root = parts.tree("word/styles.xml")
        self._by_id: dict[str, etree._Element] = {}
        self._of: dict[etree._Element, str] = {}
        self._default = {"paragraph": "", "character": ""}
        for s in root.iterfind(W + "style") if root is not None else ():
            self._by_id[s.get(W + "styleId", "")] = s
            if s.get(W + "default") in ("1", "true", "on") and s.get(W + "type") in self._default:
                self._default[str(s.get(W + "type"))] = s.get(W + "styleId", "")
        self._root_rpr = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr") if root is not None else None
        self._root_spacing = root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr/{W}spacing") if root is not None else None
        self._theme = _theme_fonts(parts)
        self._root_font = self._font_of(self._root_rpr) or ""
        self._toggles: dict[tuple[str, str | None, str], bool] = {}
        self._chains: dict[str, tuple[etree._Element, ...]] = {}
        self._switches: dict[tuple[str, str], bool | None] = {}
        self._fonts: dict[str, str | None] = {}
        self._frames: dict[str, etree._Element | None] = {}
        self._outlines: dict[str, str | None] = {}
        self._borders: dict[str, etree._Element | None] = {}
        self._lines: dict[str, dict[str, str]] = {}
        self._sizes: dict[str, str | None] = {}

    def again(self) -> Styles:
        """The same styles for another document that has them: what they say is known to both."""
        other = copy.copy(self)
        other._of = {}
        return other

    def chain(self, style: str) -> tuple[etree._Element, ...]:
        """The style and those it is based on, nearest first."""
        if style not in self._chains:
            found: list[etree._Element] = []
            at: str | None = style
            while at in self._by_id and self._by_id[at] not in found:
                found.append(self._by_id[at])
                at = value(found[-1], _BASE)
            self._chains[style] = tuple(found)
        return self._chains[style]

    def of(self, paragraph: etree._Element) -> str:
        """The id of the paragraph's style; asked of each paragraph once."""
        known = self._of.get(paragraph)
        if known is None:
            known = self._of[paragraph] = self._named(properties(paragraph))
        return known

    def names(self, paragraphs: Sequence[etree._Element]) -> list[str]:
        """The ids of the paragraphs' styles, in order."""
        known = self._of
        return [known.get(p) or self.of(p) for p in paragraphs]

    def _named(self, ppr: etree._Element | None) -> str:
        """The id of the style that a paragraph's properties name, or the default."""
        if ppr is None or not len(ppr):
            return self._default["paragraph"]
        named: etree._Element | None = ppr[0]  # its place in a sound document
        if named is not None and named.tag != _P_STYLE:
            named = ppr.find(_P_STYLE)
        return (named.get(_VAL, "") if named is not None else "") or self._default["paragraph"]

    @property
    def strikes(self) -> bool:
        """Whether any style may ask for a line through text."""
        return self._root is not None and next(self._root.iter(W + "strike", W + "dstrike"), None) is not None

    @property
    def default(self) -> str:
        """The id of the style of paragraphs that name none."""
        return self._default["paragraph"]

    def name(self, style: str) -> str:
        """The name of a style as Word shows it."""
        return value(self._by_id.get(style), W + "name") or style

    def by_name(self, name: str) -> str | None:
        """The id of the style of that name (in any case, as Word takes it)."""
        wanted = name.casefold()
        return next((i for i, s in self._by_id.items() if (value(s, W + "name") or "").casefold() == wanted), None)

    def outline(self, paragraph: etree._Element) -> int | None:
        """The outline level of a paragraph, 1 the highest, None for text."""
        ppr = properties(paragraph)
        own, style = value(ppr, _LEVEL), self.of(paragraph)
        if own is None and style not in self._outlines:
            levels = (value(s, path("pPr", "outlineLvl")) for s in self.chain(style))
            self._outlines[style] = next((x for x in levels if x is not None), None)
        own = own or self._outlines.get(style)
        return int(own) + 1 if own is not None and own.isdecimal() and int(own) < 9 else None

    def frame(self, paragraph: etree._Element) -> etree._Element | None:
        """The text frame that a paragraph is in, by its own word or its style's; a large first letter is in none."""
        ppr = properties(paragraph)
        own = ppr.find(_FRAME) if ppr is not None else None
        style = self.of(paragraph)
        if own is None:
            if style not in self._frames:
                named = (s.find(path("pPr", "framePr")) for s in self.chain(style))
                self._frames[style] = next((x for x in named if x is not None), None)
            own = self._frames[style]
        return own if own is not None and own.get(W + "dropCap", "none") == "none" else None

    def paragraph_on(self, paragraph: etree._Element, *switches: str) -> bool:
        """Whether one of these paragraph switches, such as keepNext, is on."""
        ppr, style = properties(paragraph), self.of(paragraph)
        for switch in switches:
            own = ppr.find(path(switch)) if ppr is not None else None
            if self.paragraph_style_on(style, switch) if own is None else own.get(_VAL) not in OFF:
                return True
        return False

    def says(self, paragraph: etree._Element, name: str) -> bool:
        """Whether a paragraph or its style names a property such as borders."""
        own, named = properties(paragraph), path("pPr", name)
        return (own is not None and own.find(path(name)) is not None) or any(
            s.find(named) is not None for s in self.chain(self.of(paragraph))
        )

    def borders(self, paragraph: etree._Element) -> etree._Element | None:
        """The borders that hold for a paragraph."""
        ppr = properties(paragraph)
        own = ppr.find(_BORDERS) if ppr is not None else None
        if own is not None:
            return own
        return self.style_borders(self.of(paragraph))

    def style_borders(self, style: str) -> etree._Element | None:
        """The borders that a style gives its paragraphs."""
        if style not in self._borders:
            named = (s.find(path("pPr", "pBdr")) for s in self.chain(style))
            self._borders[style] = next((b for b in named if b is not None), None)
        return self._borders[style]

    def size(self, style: str) -> str | None:
        """The size of a style's letters in half points, None if nothing says."""
        if style not in self._sizes:
            named = (value(s, path("rPr", "sz")) for s in self.chain(style))
            self._sizes[style] = next((x for x in named if x is not None), None) or value(self._root_rpr, path("sz"))
        return self._sizes[style]

    def line(self, paragraph: etree._Element) -> dict[str, str]:
        """The line spacing of a paragraph: the attributes of w:spacing that hold for it."""
        ppr, said = properties(paragraph), self._style_line(self.of(paragraph))
        own = ppr.find(_SPACING) if ppr is not None else None
        return said if own is None else said | {str(k): str(v) for k, v in own.attrib.items()}

    def _style_line(self, style: str) -> dict[str, str]:
        if style not in self._lines:
            found = [s for h in self.chain(style) if (s := h.find(path("pPr", "spacing"))) is not None]
            found += [self._root_spacing] if self._root_spacing is not None else []
            self._lines[style] = {str(k): str(v) for s in reversed(found) for k, v in s.attrib.items()}
        return self._lines[style]

    def forget_lines(self) -> None:
        """Reads the line spacing of the styles anew when it is next asked for: it was changed."""
        self._lines.clear()

    def paragraph_style_on(self, style: str, switch: str) -> bool:
        """Whether a paragraph switch is on for a style."""
        key = (style, "pPr", switch)
        if key not in self._toggles:
            named = (on(s, path("pPr", switch)) for s in self.chain(style))
            self._toggles[key] = bool(next((x for x in named if x is not None), None))
        return self._toggles[key]

    def _style_on(self, style: str, switch: str) -> bool | None:
        key = (style, switch)
        if key not in self._switches:
            named = (on(s, path("rPr", switch)) for s in self.chain(style))
            self._switches[key] = next((x for x in named if x is not None), None)
        return self._switches[key]

    def run_on(self, rpr: etree._Element | None, style: str, switch: str) -> bool:
        """Whether a toggle such as caps is on for a run: its own word, else paragraph and character style together."""
        character = None
        if rpr is not None and len(rpr):
            own = rpr.find(path(switch))
            if own is not None:
                return own.get(_VAL) not in OFF
            character = value(rpr, _R_STYLE)
        key = (style, character, switch)
        if key not in self._toggles:
            below = self._style_on(style, switch)
            above = self._style_on(character, switch) if character else False
            self._toggles[key] = bool(below) != bool(above) or bool(on(self._root_rpr, path(switch)))
        return self._toggles[key]

    def font(self, rpr: etree._Element | None, style: str) -> str:
        """The Latin font of a run, "" if nothing names one."""
        own = self._font_of(rpr) if rpr is not None else None
        if own is None and rpr is not None and (character := value(rpr, _R_STYLE)):
            own = self._style_font(character)
        return own or self._style_font(style) or self._root_font

    def _style_font(self, style: str) -> str | None:
        if style not in self._fonts:
            named = (self._font_of(s.find(_RPR)) for s in self.chain(style))
            self._fonts[style] = next((x for x in named if x is not None), None)
        return self._fonts[style]

    def _font_of(self, rpr: etree._Element | None) -> str | None:
        fonts = rpr.find(_FONTS) if rpr is not None else None
        if fonts is None:
            return None
        ascii_theme, other_theme, ascii_, other = _NAMED_FONTS
        theme = fonts.get(ascii_theme) or fonts.get(other_theme)
        if theme:
            return self._theme.get(theme[:5])
        return fonts.get(ascii_) or fonts.get(other)


def theme(parts: Parts) -> str:
    """The name of the member with the theme, "" if there is none."""
    return next((n for n in parts.members if n.startswith("word/theme/") and n.endswith(".xml")), "")


def _theme_fonts(parts: Parts) -> dict[str, str]:
    root = parts.tree(name) if (name := theme(parts)) else None
    found: dict[str, str] = {}
    for slot, tag in _THEME_SLOTS.items():
        latin = root.find(f".//{_A}{tag}/{_A}latin") if root is not None else None
        if latin is not None:
            found[slot] = latin.get("typeface", "")
    return found
