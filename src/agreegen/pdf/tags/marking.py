"""Content streams with marks: each part of a page belongs to an element, or is an artifact."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from agreegen.pdf.alignment import Kind
from agreegen.pdf.squeeze import squeeze
from agreegen.pdf.tags.element import Content, Element
from agreegen.pdf.tags.links import Links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.pdf.alignment import Run
    from agreegen.pdf.operators import Graphic
    from agreegen.pdf.streams import Page
    from agreegen.pdf.tags.model import Model, Picture

    Owner = Element | bytes
    Chunk = tuple[int, int, Owner, int]

_LAYOUT: Final = b"/Artifact <</Type/Layout>>BDC\n"
_LAST: Final = 1 << 30  # behind all paragraphs
_REPEATED: Final = b"/Artifact <</Type/Pagination>>BDC\n"
_ARTIFACTS: Final = {
    Kind.HEADER: b"/Artifact <</Type/Pagination/Subtype/Header/Attached[/Top]>>BDC\n",
    Kind.FOOTER: b"/Artifact <</Type/Pagination/Subtype/Footer/Attached[/Bottom]>>BDC\n",
    Kind.REPEATED: _REPEATED,
    Kind.LEADER: _LAYOUT,
}


class Marking:
    """Marks the pages of one document, in order; `wrong` says what belongs nowhere."""

    def __init__(self, model: Model) -> None:
        """Nothing drawn yet."""
        self.model = model
        self.links = Links()
        self.parents: list[list[Element]] = []
        self.wrong: list[str] = []
        self.places: dict[Element, tuple[int, float, float]] = {}  # page and point where headings start
        self._headings = {h.element for h in model.headings}
        self._pictures = list(reversed(model.pictures))
        self._outside: set[int] = set()  # where pictures of the header and the footer start on the page
        self._block = 0
        self._lengths: dict[str, int] = {}

    def page(
        self, index: int, page: Page, runs: list[Run], outside: tuple[int, int] = (0, 0), repeated: int = 0
    ) -> bytes:
        """The content stream of the next page, marked.

        So many pictures are of its header and of its footer (`outside`), and of header rows that are `repeated`.
        """
        drawn = [g.start for g in page.graphics if g.image]
        self._outside = {*drawn[: outside[0] + repeated], *drawn[len(drawn) - outside[1] :]}
        if len(drawn) < sum(outside) + repeated:
            self.wrong.append(f"page {index + 1} of the PDF leaves out a picture of its header or footer")
        chunks = self._chunks(index, page, runs)
        if page.annotations:
            chunks = self.links.divide(index, page, chunks)
        self.parents.append([])
        turns = page.turns
        out: list[bytes] = []
        last: Owner | None = None
        at = begun = 0
        for start, end, owner, k in self._items(page, chunks):
            if owner is last and (not turns or bisect_left(turns, at) == bisect_left(turns, start)):
                at = end
                continue
            if last is not None:
                out += (_unmarked(page, begun, at), b"EMC\n")
            out.append(_unmarked(page, at, start))
            out.append(owner if isinstance(owner, bytes) else self._open(index, page, owner, k))
            last, begun, at = owner, start, end
        if last is not None:
            out += (_unmarked(page, begun, at), b"EMC\n")
        out.append(_unmarked(page, at, len(page.content)))
        return b"".join(out)

    def _items(self, page: Page, chunks: list[Chunk]) -> Iterator[tuple[int, int, Owner, int]]:
        """(start, end, owner, fragment) of the parts of a content stream in order."""
        ends, lengths = page.glyphs.ends, page.glyphs.lengths
        graphics = iter(page.graphics)
        graphic = next(graphics, None)
        for i, (begun, after, owner, block) in enumerate(chunks):
            first = begun
            while first < after:
                start = ends[first] - lengths[first]
                while graphic is not None and graphic.start < start:
                    yield graphic.start, graphic.end, self._drawn(graphic, _block_after(chunks, i)), -1
                    graphic = next(graphics, None)
                stop = after if graphic is None else min(after, bisect_right(ends, graphic.start))
                yield start, ends[stop - 1], owner, first
                self._block = max(self._block, block)
                first = stop
        while graphic is not None:
            yield graphic.start, graphic.end, self._drawn(graphic, _LAST), -1
            graphic = next(graphics, None)

    def _chunks(self, index: int, page: Page, runs: list[Run]) -> list[Chunk]:
        """(first, after, owner, paragraph) of the fragments of a page that belong together, in order."""
        lengths, texts = self._lengths, page.glyphs.texts
        for text in set(texts).difference(lengths):
            lengths[text] = len(squeeze(text))
        ends = list(accumulate(map(lengths.__getitem__, texts)))
        total = ends[-1] if ends else 0
        if total != (runs[-1].end if runs else 0):
            self.wrong.append(f"page {index + 1} of the PDF joins characters of words that are drawn apart")
        found: list[Chunk] = []
        parts = [segment for run in runs for segment in self._segments(run)]
        first = 0
        for (start, owner, block), (end, _, _) in pairwise([*parts, (total, _LAYOUT, -1)]):
            after = len(ends) if end == total else bisect_right(ends, end)
            if first < after:
                if (ends[first - 1] if first else 0) < start and (not found or found[-1][3] != block):
                    text = texts[first].strip()
                    self.wrong.append(f"page {index + 1} of the PDF draws “{text}” as one, which belongs to two parts")
                found.append((first, after, owner, block))
                first = after
        if first < len(ends):
            found.append((first, len(ends), _LAYOUT, -1))
        return found

    def _segments(self, run: Run) -> list[tuple[int, Owner, int]]:
        """(start on the page, owner, paragraph) of the parts of a run."""
        model = self.model
        if run.kind is Kind.NOTE:
            starts, owners, blocks = model.note_starts, model.note_owners, None
        elif run.kind is Kind.BODY:
            starts, owners, blocks = model.starts, model.owners, model.blocks
        elif run.kind is Kind.LOOSE:
            return [(run.start, model.root.add("P"), -1)]
        else:
            return [(run.start, _ARTIFACTS[run.kind], -1)]
        first = bisect_right(starts, run.place) - 1
        after = bisect_left(starts, run.place + run.end - run.start, first + 1)
        shift = run.start - run.place
        return [
            (max(starts[i] + shift, run.start), owners[i], blocks[i] if blocks is not None else -1)
            for i in range(first, after)
        ]

    def _open(self, index: int, page: Page, owner: Element, k: int) -> bytes:
        """The operator that begins marked content of an element."""
        if owner.within is not None:
            owner.within.put(owner)
            owner.within = None
        here = self.parents[-1]
        owner.put(Content(index, len(here)))
        here.append(owner)
        if owner in self._headings and owner not in self.places:
            fragment = page.fragment(k)
            self.places[owner] = (index, fragment.x, fragment.y + fragment.size)
        return b"/%s <</MCID %d>>BDC\n" % (owner.kind.encode(), len(here) - 1)

    # ------------------------------------------------------------ pictures
    def _drawn(self, graphic: Graphic, following: int) -> Owner:
        if not graphic.image:
            return _LAYOUT
        if graphic.start in self._outside:
            return _REPEATED
        picture = self._pictures[-1] if self._pictures else None
        if picture is not None and self._block <= picture.paragraph <= following:
            self._pictures.pop()
            return _LAYOUT if picture.alternative is None else _figure(picture, graphic)
        self.wrong.append("the PDF draws a picture that the document doesn't have there")
        return _REPEATED

    def finish(self) -> None:
        """Says which pictures were not drawn, and which links are over nothing."""
        self.wrong += self.links.wrong
        self.wrong += ["the PDF leaves out a picture" for _ in self._pictures]


def _figure(picture: Picture, graphic: Graphic) -> Element:
    figure = Element("Figure")
    picture.owner.put(figure)
    figure.alternative = picture.alternative or "Picture"
    placement = b"Block" if picture.alone else b"Inline"
    box = b" ".join(b"%.2f" % x for x in graphic.box)
    figure.attributes = b"/O/Layout/Placement/%s/BBox[%s]" % (placement, box)
    return figure


def _block_after(chunks: list[Chunk], i: int) -> int:
    """The paragraph of the first text of the body in the chunks from `i` on."""
    return next((block for _, _, _, block in chunks[i:] if block >= 0), _LAST)


def _unmarked(page: Page, start: int, end: int) -> bytes:
    """A part of a page without the engine's own marks."""
    marks, content = page.marks, page.content
    i = bisect_left(marks, (start,))
    if i == len(marks) or marks[i][0] >= end:
        return content[start:end]
    out, at = [], start
    for begin, stop in [m for m in marks[i:] if m[1] <= end]:
        out.append(content[at:begin])
        at = stop
    return b"".join((*out, content[at:end]))
