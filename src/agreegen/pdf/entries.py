"""The page numbers of the contents, written into what was drawn: a document needn't be drawn again to have them.

The temporary copy shows two figures at the end of each line of the contents, whatever the document shows there. Where
the engine drew them, with dots up to them, the right number takes their place. What can't be written so is drawn.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from agreegen.errors import EngineError
from agreegen.pdf import heights
from agreegen.pdf.fonts import FILES
from agreegen.pdf.parts import W
from agreegen.pdf.streams import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from agreegen.pdf.operators import Font

_R, _T, _TAB, _CHAR, _CODE, _STYLE = (W + x for x in ("r", "t", "tab", "fldChar", "instrText", "pStyle"))
_FIGURES: Final = ("10", "32", "54", "76", "98")  # ten figures, so that a font that shows them has them all
_WIDE: Final = 2
_LONGEST: Final = 4
_TOP: Final = re.compile(rb"1 0 0 -1 0 ([\d.]+) cm\n")
_LINE: Final = re.compile(
    rb"BT\n/(\w+) ([\d.]+) Tf\n1 0 0 -1 ([\d.]+) ([\d.]+) Tm\n<([0-9A-F]+)> Tj\nET\n"
    rb"BT\n/\1 \2 Tf\n1 0 0 -1 ([\d.]+) \4 Tm\n<([0-9A-F]{8})> Tj\nET\n"
)
_RECT: Final = re.compile(rb"/Rect \[([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)\]")
_SAME: Final = 0.01  # of a figure's width


class Entries:
    """The page numbers at the ends of lines of one temporary copy."""

    def __init__(self, body: etree._Element) -> None:
        """Takes the numbers that the document shows out of the copy, figures in their place."""
        self.numbers: dict[etree._Element, str] = {t: t.text or "" for t in _numbers(body)}
        self._figures: list[str] = []
        self.spelled_out = not self.numbers
        count: Counter[str] = Counter()
        for t in self.numbers:
            p = next(t.iterancestors(W + "p"))
            style = next((s.get(W + "val", "") for s in p.iter(_STYLE)), "")
            self._figures.append(_FIGURES[count[style] % len(_FIGURES)])
            count[style] += 1
            t.text = self._figures[-1]

    def shown(self, t: etree._Element) -> str | None:
        """What the document shows where this text of the copy is."""
        return self.numbers.get(t, t.text)

    def give(self, t: etree._Element, text: str) -> bool:
        """Takes another number for a text of the copy; False if it isn't one of these."""
        if t not in self.numbers:
            return False
        self.numbers[t] = text
        return True

    def spell_out(self) -> None:
        """Gives the copy the numbers themselves."""
        self.spelled_out = True
        for t, text in self.numbers.items():
            t.text = text

    def restore(self) -> bool:
        """Gives the copy the figures again; False if it has them."""
        if not self.spelled_out or not self.numbers:
            return False
        self.spelled_out = False
        for t, figures in zip(self.numbers, self._figures, strict=True):
            t.text = figures
        return True

    def written(self, pdf: bytes) -> bytes | None:
        """The PDF of the copy with the numbers, None if they can't be written so."""
        if self.spelled_out:
            return pdf
        try:
            source = Source(pdf)
            writing = _Writing(source, self._figures, list(self.numbers.values()))
            for _, page in source.leaves():
                if not writing.page(page):
                    break
        except (EngineError, KeyError, ValueError):
            return None
        return source.replaced(writing.streams, writing.objects, level=6) if writing.is_done else None


class _Writing:
    """The pages that lines of the contents are on, changed: streams and objects by number."""

    def __init__(self, source: Source, figures: Sequence[str], numbers: Sequence[str]) -> None:
        self._source, self._figures, self._numbers = source, figures, numbers
        self._next = 0
        self.streams: dict[int, bytes] = {}
        self.objects: dict[int, bytes] = {}

    @property
    def is_done(self) -> bool:
        """Whether each number was written."""
        return self._next == len(self._numbers)

    def page(self, page: bytes) -> bool:
        """Writes the numbers of the next page; False once there is nothing more to do."""
        content = self._source.content(page)
        if (fonts := self._source.fonts(page)) and (found := list(_LINE.finditer(content))):
            pieces, at, moved = [], 0, []
            for line in found:
                font = fonts[line[1]]
                dots, figures = font[b"<%s> Tj\n" % line[5]], font[b"<%s> Tj\n" % line[7]]
                if len(set(dots)) != 1 or dots[0].isalnum() or not figures.isdecimal() or self.is_done:
                    continue
                if figures != self._figures[self._next]:
                    raise ValueError(figures)
                text, place = self._line(page, line, font, dots[0], self._numbers[self._next])
                self._next += 1
                pieces += [content[at : line.start()], text]
                at = line.end()
                moved += [place] if len(self._numbers[self._next - 1]) != _WIDE else []
            if at:
                self.streams[self._source.reference(page, b"Contents")] = b"".join((*pieces, content[at:]))
                self._move(page, content, moved)
        return not self.is_done

    def _line(
        self, page: bytes, line: re.Match[bytes], font: Font, dot: str, number: str
    ) -> tuple[bytes, tuple[bytes, float, bytes]]:
        """The dots and the number of a line; (old, height, new) place of the number. ValueError if it has no room."""
        name, size, _, down, dots, across, _ = line.groups()
        glyphs = {text: glyph for glyph, text in font.table.items()}
        shown = b"".join(b"%04X" % glyphs[figure] for figure in number)
        more = _WIDE - len(number)
        left, first = float(across), line[3]
        if more:
            file = FILES[self._source.face(page, name)]
            wide, narrow = (heights.letter(x, file) for x in ("0", dot))
            per_figure = round(wide / narrow)
            if abs(wide - per_figure * narrow) > _SAME * wide or len(dots) // 4 + more * per_figure < 1:
                raise ValueError(dot)
            right = round(left + _WIDE * wide * float(size), 3)  # of the tab stop
            left = right - len(number) * wide * float(size)
            dots = dots[:4] * (len(dots) // 4 + more * per_figure)
            first = b"%.8g" % (left - len(dots) // 4 * narrow * float(size))
        place = b"%.8g" % left if more else across
        text = b"BT\n/%s %s Tf\n1 0 0 -1 %s %s Tm\n<%s> Tj\nET\n"
        both = text % (name, size, first, down, dots) + text % (name, size, place, down, shown)
        return both, (across, float(down), place)

    def _move(self, page: bytes, content: bytes, moved: Sequence[tuple[bytes, float, bytes]]) -> None:
        """Moves the left edges of the links over numbers that are wider or narrower than the figures."""
        top = _TOP.match(content)
        listed = re.search(rb"/Annots \[([^\]]*)\]", page)
        if not moved or not listed:
            return
        if top is None:
            raise ValueError(content[:40])
        places: dict[bytes, list[tuple[float, bytes]]] = {}
        for old, down, new in moved:
            places.setdefault(old, []).append((float(top[1]) - down, new))
        for number in map(int, re.findall(rb"(\d+) 0 R", listed[1])):
            link = self._source.object(number)
            if (box := _RECT.search(link)) and box[1] in places:
                low, high = float(box[2]), float(box[4])
                for new in [x for y, x in places[box[1]] if low <= y <= high][:1]:
                    self.objects[number] = link[: box.start(1)] + new + link[box.end(1) :]


def _numbers(body: etree._Element) -> Iterator[etree._Element]:
    """The results of PAGEREF fields that are numbers behind a tab, at the end of their paragraph."""
    for code in body.iter(_CODE):
        if not (code.text or "").lstrip().upper().startswith("PAGEREF"):
            continue
        run = code.getparent()
        begin = run.getprevious() if run is not None else None
        if run is None or begin is None or begin.find(_CHAR) is None or not _ends_in_tab(begin.getprevious()):
            continue
        after = [e for r in run.itersiblings(_R) for e in r if e.tag in (_CHAR, _T, _TAB, _CODE)]
        kinds = [e.get(W + "fldCharType") or e.tag for e in after[:3]]
        if kinds != ["separate", _T, "end"] or any(e.tag != _CHAR for e in after[3:]):
            continue
        said = after[1].text or ""
        if said.isascii() and said.isdecimal() and len(said) <= _LONGEST:
            yield after[1]


def _ends_in_tab(run: etree._Element | None) -> bool:
    return run is not None and len(run) > 0 and run[-1].tag == _TAB
