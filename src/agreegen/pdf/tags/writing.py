"""The structure as PDF objects, appended to the engine's file as text."""

from __future__ import annotations

import hashlib
import re
import threading
import zlib
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from agreegen.pdf.remembered import keep, remembered
from agreegen.pdf.tags.element import Annotated, Content, Element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.pdf.streams import Page, Source
    from agreegen.pdf.tags.links import Links

_ESCAPED: Final = re.compile(rb"[\\()\r]")
_TAKEN_OVER: Final = re.compile(rb"/(?:StructParents|Tabs) \S+\n?|/Annots \[[^\]]*\]\n?")
_ROOT: Final = re.compile(rb"/(?:Pages|Dests) \d+ 0 R")
_LEVEL: Final = 4  # of compression: more costs time and saves little
_PACKED: Final[dict[bytes, bytes]] = remembered({})


def string(text: str) -> bytes:
    """A text string of PDF."""
    if text.isascii():
        return b"(" + _ESCAPED.sub(lambda m: b"\\r" if m[0] == b"\r" else b"\\" + m[0], text.encode()) + b")"
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


class Update:
    """New and changed objects of a file."""

    def __init__(self, source: Source) -> None:
        """Nothing changed yet."""
        self.source = source
        self.objects: dict[int, bytes] = {}
        self.streams: dict[int, bytes] = {}  # objects with a stream
        self.count = source.count

    def reserve(self) -> int:
        """The number of a new object."""
        self.count += 1
        return self.count - 1

    def put(self, number: int, text: bytes) -> None:
        """The text of an object, new or old."""
        self.objects[number] = text

    def add(self, text: bytes) -> int:
        """The number of a new object with this text."""
        number = self.reserve()
        self.objects[number] = text
        return number

    def put_stream(self, number: int, packed: bytes) -> None:
        """The content of a stream, compressed."""
        head = b"<</Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
        self.streams[number] = head + packed + b"\nendstream"

    def add_stream(self, said: bytes, data: bytes) -> int:
        """The number of a new stream, of which its dictionary says this; the data are as they will be in the file."""
        number = self.reserve()
        self.streams[number] = b"<<%s/Length %d>>\nstream\n%s\nendstream" % (said, len(data), data)
        return number

    def appended(self, root: int) -> bytes:
        """The file with the changes behind it."""
        pdf, objects = self.source.pdf, self.objects | self.streams
        numbers = sorted(objects)
        parts, at, places = [pdf], len(pdf), {}
        for n in numbers:
            part = b"%d 0 obj\n%s\nendobj\n" % (n, objects[n])
            places[n] = at
            parts.append(part)
            at += len(part)
        parts.append(b"xref\n")
        for first, last in _stretches(numbers):
            parts.append(b"%d %d\n" % (first, last - first + 1))
            parts += [b"%010d 00000 n \n" % places[n] for n in range(first, last + 1)]
        info = re.search(rb"/Info \d+ 0 R", self.source.trailer)
        named = info[0] if info else b""
        parts.append(
            b"trailer\n<</Size %d/Root %d 0 R%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
            % (self.count, root, named, self.source.xref, at)
        )
        return b"".join(parts)


class Packing:
    """Streams that are compressed beside other work: the library that does it needs no Python meanwhile."""

    def __init__(self) -> None:
        """Nothing to do yet."""
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._packed: list[bytes] = []
        self._given = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (data := self._waiting.get()) is not None:
            self._packed.append(packed(data))

    def add(self, data: bytes) -> None:
        """Takes the next stream."""
        self._given += 1
        self._waiting.put(data)

    def done(self) -> list[bytes]:
        """All streams in order, once they are compressed."""
        self._waiting.put(None)
        self._thread.join()
        if len(self._packed) != self._given:
            raise MemoryError("a page couldn't be compressed")
        return self._packed


def packed(data: bytes) -> bytes:
    """A stream compressed; agreements of one kind have most pages in common."""
    key = hashlib.blake2b(data, digest_size=20).digest()
    known = _PACKED.get(key)
    if known is None:
        known = zlib.compress(data, _LEVEL)
        keep(_PACKED, key, known)
    return known


def _stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for n in numbers:
        if found and found[-1][1] == n - 1:
            found[-1] = (found[-1][0], n)
        else:
            found.append((n, n))
    return found


class Tree:
    """The structure tree of one file."""

    def __init__(
        self, update: Update, pages: Sequence[Page], parents: Sequence[Sequence[Element]], links: Links
    ) -> None:
        """Takes what was marked."""
        self._update, self._pages, self._parents, self._links = update, pages, parents, links
        self._names: list[tuple[str, int]] = []

    def write(self, document: Element) -> int:
        """Writes all elements, what they are found by, pages and links; the number of the tree."""
        self._number(document)
        root = self._update.reserve()
        self._element(document, root)
        keys = [b"%d[%s]" % (i, _references(p.number for p in of)) for i, of in enumerate(self._parents)]
        first = len(self._parents)
        keys += [b"%d %d 0 R" % (first + i, link.element.number) for i, link in enumerate(self._links.found)]
        parents = self._update.add(b"<</Nums[%s]>>" % b"\n".join(keys))
        self._names.sort()
        names = b"".join(b"%s%d 0 R" % (string(name), number) for name, number in self._names)
        named = b"/IDTree<</Names[%s]>>" % names if names else b""
        self._update.put(
            root,
            b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d%s>>"
            % (document.number, parents, first + len(self._links.found), named),
        )
        self._write_links(first)
        return root

    def _number(self, element: Element) -> None:
        element.number = self._update.reserve()
        for kid in element.kids:
            if isinstance(kid, Element) and not kid.is_empty:
                self._number(kid)

    def _element(self, e: Element, parent: int) -> None:
        home = next((k.page for k in e.kids if isinstance(k, Content)), -1)
        kids = []
        for kid in e.kids:
            if isinstance(kid, Content):
                kids.append(b"%d" % kid.number if kid.page == home else self._marked(kid))
            elif isinstance(kid, Annotated):
                kids.append(b"<</Type/OBJR/Pg %d 0 R/Obj %d 0 R>>" % (self._pages[kid.page].number, kid.number))
            elif kid.number:
                kids.append(b"%d 0 R" % kid.number)
                self._element(kid, e.number)
        page = b"/Pg %d 0 R" % self._pages[home].number if home >= 0 else b""
        more = b"/A<<%s>>" % e.attributes if e.attributes else b""
        if e.alternative:
            more += b"/Alt" + string(e.alternative)
        if e.language:
            more += b"/Lang" + string(e.language)
        if e.name:
            more += b"/ID" + string(e.name)
            self._names.append((e.name, e.number))
        text = b"<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]%s>>"
        self._update.put(e.number, text % (e.kind.encode(), parent, page, b" ".join(kids), more))

    def _marked(self, content: Content) -> bytes:
        return b"<</Type/MCR/Pg %d 0 R/MCID %d>>" % (self._pages[content.page].number, content.number)

    def _write_links(self, first: int) -> None:
        for key, link in enumerate(self._links.found, first):
            said = " ".join(self._links.texts[link.element].split())
            contents = string(said or link.source.target.decode("latin-1").lstrip("/"))
            rect = b"/Rect [%s]" % b" ".join(b"%.5f" % x for x in link.box)
            source = re.sub(rb"/Rect \[[^\]]*\]", rect, link.source.source, count=1)
            place = source.rindex(b">>")
            self._update.put(link.source.number, b"%s\n/StructParent %d/Contents%s>>" % (source[:place], key, contents))

    def write_page(self, index: int, content: bytes) -> None:
        """Writes a page with its marked and compressed content, and the links that are left on it."""
        page = self._pages[index]
        kept = [link.source.number for link in self._links.found if link.page == index]
        annotations = b"/Annots[%s]" % _references(kept) if kept else b""
        source = _TAKEN_OVER.sub(b"", page.source)
        place = source.rindex(b">>")
        self._update.put(page.number, b"%s\n/StructParents %d/Tabs/S%s>>" % (source[:place], index, annotations))
        self._update.put_stream(page.content_number, content)


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % n for n in numbers)


def root(source: Source, tree: int, outline: int, labels: bytes) -> bytes:
    """The catalog of the file."""
    kept = b"".join(_ROOT.findall(source.object(source.root)))
    shown = b"/Outlines %d 0 R" % outline if outline else b""
    return b"<</Type/Catalog%s/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R%s/PageLabels<</Nums[%s]>>>>" % (
        kept, tree, shown, labels,
    )  # fmt: skip
