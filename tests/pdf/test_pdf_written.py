"""PDFs written whole: the same objects as by the library that reads and writes PDFs."""

from __future__ import annotations

import io
from typing import Any

import pdf_samples as samples
import pikepdf
import pytest

from agreegen.pdf import EMBEDDED, finish, written
from agreegen.pdf.attached import Attachment
from agreegen.pdf.finish import PROFILES, Finish, finished
from agreegen.pdf.streams import Source
from agreegen.pdf.tags.writing import Update, string

FILES = (
    Attachment("the (first).yaml", b"a: 1\n" * 50, "What it is (made) from", "application/yaml"),
    Attachment("Übersicht.json", b"{}", "Über alles", "application/json", "Data"),
)
PACKED = ("/Length", "/Filter", "/DecodeParms")


@pytest.fixture(scope="module")
def drawn() -> tuple[bytes, bytes]:
    """An agreement with tables, notes and links, and its PDF as it was drawn."""
    docx = samples.agreement(5, sections=2, clauses=3, rows=6)
    return docx, EMBEDDED.convert(docx)


def flat(found: Any, seen: dict[tuple[int, int], int]) -> object:
    """All that an object says and leads to; what leads back to another by its place in this walk."""
    if not isinstance(found, pikepdf.Stream | pikepdf.Dictionary | pikepdf.Array):
        return str(found)
    if found.is_indirect and found.objgen in seen:
        return seen[found.objgen]
    if found.is_indirect:
        seen[found.objgen] = len(seen)
    if isinstance(found, pikepdf.Array):
        return [flat(x, seen) for x in found]
    inside = [(key, flat(x, seen)) for key, x in sorted(found.items()) if key not in (*PACKED, "/Metadata")]
    return (found.read_bytes(), inside) if isinstance(found, pikepdf.Stream) else inside


def said(pdf: bytes) -> tuple[object, str]:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert file.check_pdf_syntax() == []
        return flat(file.Root, {}), str(file.docinfo)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("attachments", [(), FILES], ids=["alone", "attached"])
def test_both_ways_say_the_same(
    drawn: tuple[bytes, bytes], profile: str, attachments: tuple[Attachment, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Finish(profile, attachments)
    ours = finished(*drawn, EMBEDDED.name, asked)
    assert b"/ObjStm/N" in ours[0], "it was written whole"
    monkeypatch.setattr(finish, "_is_simple", lambda *_: False)
    theirs = finished(*drawn, EMBEDDED.name, asked)
    assert b"/ObjStm/N" not in theirs[0]
    assert said(ours[0]) == said(theirs[0])
    assert ours[1] == theirs[1]


@pytest.mark.parametrize("profile", PROFILES)
def test_same_input_same_bytes(drawn: tuple[bytes, bytes], profile: str) -> None:
    asked = Finish(profile, FILES)
    assert finished(*drawn, EMBEDDED.name, asked) == finished(*drawn, EMBEDDED.name, asked)


def test_what_nothing_refers_to_is_left_out(drawn: tuple[bytes, bytes]) -> None:
    source = Source(drawn[1])
    update = Update(source)
    pages = source.reference(source.object(source.root), b"Pages")
    tree = source.reference(source.object(source.root), b"StructTreeRoot")
    kept = update.add(b"(kept)")
    said = string("\u00e9 ( \\")
    update.put(source.root, b"<</Type/Catalog/Pages %d 0 R/Kept %d 0 R/Said %s>>" % (pages, kept, said))
    made = written.written(update, finish.metadata.Properties("Title"), (), tagged=False, part="")
    assert made is not None
    with pikepdf.open(io.BytesIO(made)) as file:
        assert (str(file.Root.Kept), str(file.Root.Said)) == ("kept", "\u00e9 ( \\")
        assert len(file.pages) == len(list(source.leaves()))
        numbers = {o.objgen[0] for o in file.objects}
    assert {pages, kept} <= numbers
    assert tree not in numbers


@pytest.mark.parametrize("key", [b"/Metadata 1 0 R", b"/Lang (en)", b"/Names <<>>"])
def test_a_catalog_that_says_such_things_already_is_left_to_the_library(drawn: tuple[bytes, bytes], key: bytes) -> None:
    update = Update(Source(drawn[1]))
    update.put(update.source.root, update.source.object(update.source.root)[:-2] + key + b">>")
    assert written.written(update, finish.metadata.Properties("Title"), (), tagged=False, part="") is None


def test_names_that_are_there_twice_and_odd_types_are_left_to_the_library() -> None:
    assert written.fits(FILES)
    assert not written.fits((*FILES, FILES[0]))
    assert not written.fits((Attachment("x", b"", "", "a b/c"),))
