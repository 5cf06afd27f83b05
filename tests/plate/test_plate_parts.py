"""The parts of a plate: shapes, casts, streams, marks."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreegen.plate.cast import Cast, UnfitError, cast, page_token, token
from agreegen.plate.marking import said, value_of
from agreegen.plate.shape import PLAIN, Laid, Shape, differing
from agreegen.plate.stream import Fixed, Places, entry, letters, mixed, stream, zipped
from agreegen.source.marks import mark, raw

TEXTS = st.text(st.sampled_from("ab cdefgh,.-%s(\u201c\u2019é\ufb01\u00ad "), max_size=120)
VALUES = st.lists(st.text(st.sampled_from("abXY cd%sé.-"), min_size=1, max_size=30), min_size=3, max_size=3)


@pytest.mark.parametrize("value", ["Alameda", "A &amp; B", "O'Neil", "\u201cx\u201d", "é", "x@y.gov", "{{ x }}"])
def test_plain_values(value: str) -> None:
    assert PLAIN.fullmatch(value)


@pytest.mark.parametrize(
    "value",
    ["", " a", "a ", "a  b", "a\nb", "a\tb", "<w:br/>", "a&lt;b", "&quot;", "a & b", "\u00ad", "\u00a0", "\u05d0",
     "e\u0301", "\ue200", "\ufdd0", "\u00a8", "\u2026", "\u2611"],
)  # fmt: skip
def test_values_that_are_not_plain(value: str) -> None:
    assert not PLAIN.fullmatch(value)


def test_shapes() -> None:
    one, other = Laid(["<a>", "Yolo", "</a>"], (3,)), Laid(["<a>", "Inyo", "</a>"], (3,))
    fixed = frozenset(("<a>", "</a>", "<b>"))
    assert differing(one, other, fixed) == (1,)
    assert differing(one, Laid(["<b>", "Inyo", "</a>"], (3,)), fixed) is None
    assert differing(one, Laid(["<a>", "<b>", "</a>"], (3,)), fixed) is None
    assert differing(one, Laid(["<a>", "Inyo", "</a>"], (2, 1)), fixed) is None
    shape = Shape.of(one, (1,))
    assert shape.values(other) == ("Inyo",)
    assert shape.values(Laid(["<b>", "Inyo", "</a>"], (3,))) is None
    assert shape.values(Laid(["<a>", "", "</a>"], (3,))) is None
    assert [list(p) for p in shape.put(["x"])] == [["<a>", "x", "</a>"]]


def test_casts_are_cut_at_tokens() -> None:
    part = f"<w:t>{token(3)}, {page_token(0)}</w:t><w:t>918273645918273</w:t>".encode()
    made = cast("word/document.xml", part)
    assert made.slots == (3, -2, -1)
    assert made.filled([b"", b"", b"", b"Yolo"], [b"90", b"7"]) == b"<w:t>Yolo, 7</w:t><w:t>90</w:t>"
    assert made.pages(b"<w:t>Yolo, 12</w:t><w:t>88</w:t>", [b"", b"", b"", b"Yolo"]) == {1: b"12", 0: b"88"}
    with pytest.raises(UnfitError):
        made.pages(b"<w:t>Yolo; 12</w:t><w:t>88</w:t>", [b"", b"", b"", b"Yolo"])
    assert made.with_pages([b"90", b"7"]) == Cast((b"<w:t>", b", 7</w:t><w:t>90</w:t>"), (3,))


@pytest.mark.parametrize(
    "part",
    [
        f'<w:t w:x="{token(1)}"/>',
        f"<w:instrText>{token(1)}</w:instrText>",
        f"<w:t>{token(1).upper()}</w:t>",
        f"<w:t>{token(1)[:-1]}</w:t>",
        f"<!-- {token(1)} -->",
    ],
)
def test_values_elsewhere_are_refused(part: str) -> None:
    with pytest.raises(UnfitError):
        cast("word/document.xml", part.encode())


ALL = Places(frozenset(range(3)), frozenset(range(3)))


@given(st.lists(st.binary(max_size=300), min_size=8, max_size=8), st.sets(st.integers(0, 6)), st.data())
def test_packing_hangs_on_what_is_packed_only(constants: list[bytes], apart: set[int], data: st.DataObject) -> None:
    """The same part gives the same bytes, whichever agreement the plate began with and whatever differed so far."""
    made = Cast((*constants[:-1], constants[-1] + b"."), tuple(range(7)))
    texts = st.lists(st.binary(max_size=120), min_size=7, max_size=7)
    one, other = data.draw(texts), data.draw(texts)
    differing = frozenset(i for i in range(7) if one[i] != other[i])
    found = set()
    for base, values, open_ in ((one, one, differing), (other, one, differing), (other, one, frozenset(range(7))),
                                (one, one, frozenset())):  # fmt: skip
        found.add(stream("b", made, base, Places(frozenset(apart), open_), {}).entry(values).raw)
    assert len(found) == 1


@given(VALUES, st.lists(st.binary(max_size=6000), min_size=4, max_size=4))
def test_streams_give_what_casts_give(values: list[str], constants: list[bytes]) -> None:
    made = Cast((*constants[:3], constants[3] + b"."), (2, 0, 1))
    written = [v.encode() for v in values]
    base = [b"base"] * len(written)
    entries = [entry("a", b"constant"), stream("b", made, base, ALL, {}).entry(written), letters("c", b"AbC" * 99)]
    with zipfile.ZipFile(io.BytesIO(zipped(entries))) as z:
        assert z.testzip() is None
        assert z.read("b") == made.filled(written, [])
        assert z.read("c") == b"AbC" * 99


def test_long_values_take_more_blocks() -> None:
    made = Cast((b"x" * 200, b"y" * 200), (0,))
    with zipfile.ZipFile(io.BytesIO(zipped([stream("b", made, [b""], ALL, {}).entry([b"z" * 150_000])]))) as z:
        assert z.read("b") == b"x" * 200 + b"z" * 150_000 + b"y" * 200


@given(st.lists(TEXTS, min_size=1, max_size=4), VALUES)
def test_marks_with_values_are_those_of_the_text(texts: list[str], values: list[str]) -> None:
    found = said("".join(t + token(i) for i, t in enumerate(texts[:-1])) + token(2) + texts[-1])
    text = "".join(t + values[n] for n, t in enumerate(texts[:-1])) + values[2] + texts[-1]
    assert found.mark({slot: value_of(v) for slot, v in enumerate(values)}) == raw(mark(text))
    assert found.is_value == (found.touched == "%s" and text == values[2])


@given(TEXTS.filter(lambda text: text.strip()))
def test_the_mark_of_a_value_is_that_of_the_text(text: str) -> None:
    assert value_of(text).mark == raw(mark(text))
    assert value_of("A &amp; B").mark == raw(mark("A & B"))


def test_the_mark_of_a_very_long_value_is_cut_off_as_that_of_the_text() -> None:
    text = "word " * 8 * 0x10001
    assert value_of(text).mark == raw(mark(text))


@given(st.lists(st.one_of(st.binary(max_size=900), st.binary(max_size=900).map(Fixed.of)), max_size=6))
def test_members_of_texts_that_stay_and_others_are_read_as_they_are(pieces: list[bytes | Fixed]) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped([mixed("a", pieces)]))) as z:
        assert z.read("a") == b"".join(p if isinstance(p, bytes) else p.text for p in pieces)


def test_signs_that_would_join_a_value_are_refused() -> None:
    with pytest.raises(UnfitError):
        said(f"to {token(0)}\u0301")
