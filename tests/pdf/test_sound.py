"""Structure that is damaged: each kind of object put where another belongs is drawn anyhow or refused, never raised."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
import test_repair as samples
from pikepdf import Array, Dictionary, Name, Stream, String

from agreegen.errors import EngineError
from agreegen.pdf import repair
from agreegen.pdf.finish import Finish, finished

if TYPE_CHECKING:
    from collections.abc import Iterator

WEB = Dictionary(S=Name.URI, URI=String("https://example.gov"))
WRONG = (Name.Wrong, 7, String("x"), Array([]), Dictionary(), Array([Name.X, 7]), True, -3, Array([7, 7, 7, 7]))


def tagged() -> bytes:
    """A tagged page with everything that is repaired."""
    d = samples.Draft()
    d.link("Link", [9, 0, 19, 9], "beside", structured=False, A=WEB)
    box = Dictionary(O=Name.Layout, BBox=Array([0, 0, 1, 1]))
    span = Array([Dictionary(O=Name.Table, RowSpan=2), 0])
    cells = (d.element("TH", "a", A=Dictionary(O=Name.Table, ColSpan=2)), d.element("TD", "b", A=span))
    kids = [
        d.element("H2", "Title"),
        d.element("P", "text", d.link("Link", [0, 0, 9, 9], "web", A=WEB), d.link("Link", [9, 0, 19, 9], "on", A=WEB)),
        d.element("L", d.element("LI", d.element("LBody", "1.", "item"))),
        d.element("Caption", "of a table"),
        d.element("Table", d.element("TR", *cells)),
        *(d.element("Figure", "f", A=box), d.element("Figure", A=box), d.element("Note", "n"), d.element("Odd", "o")),
    ]
    d.page.Contents = d.pdf.make_stream(b"\n".join(d.content))
    d.page.Annots = Array(d.annotations)
    root: Any = Dictionary(Type=Name.StructTreeRoot, K=Array([d.element("Document", *kids)]))
    root.RoleMap = Dictionary(Odd=Name.P)
    root.ParentTree = Dictionary(Nums=Array([0, Array(d.owners), *d.numbers]))
    d.pdf.Root.StructTreeRoot = d.pdf.make_indirect(root)
    out = io.BytesIO()
    d.pdf.save(out)
    return out.getvalue()


def spots(obj: Any, seen: set[tuple[int, int]], path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in the objects of a PDF."""
    if isinstance(obj, Dictionary | Stream | Array) and (not obj.is_indirect or obj.objgen not in seen):
        if obj.is_indirect:
            seen.add(obj.objgen)
        for key in range(len(obj)) if isinstance(obj, Array) else [k for k in obj.keys() if k not in HELD]:  # noqa: SIM118
            yield (*path, key)
            yield from spots(obj[key], seen, (*path, key))


HELD = ("/Length", "/Filter")
GOOD = tagged()
with pikepdf.open(io.BytesIO(GOOD)) as opened:
    SPOTS = list(spots(opened.Root, set()))


def damaged(path: tuple[Any, ...], value: Any) -> bytes:
    with pikepdf.open(io.BytesIO(GOOD)) as pdf:
        holder: Any = pdf.Root
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def refusal(pdf: bytes) -> str:
    """Why it is refused, "" if it isn't; anything but our own error is raised."""
    try:
        finished(samples.PLAIN, pdf, "word", Finish())
    except EngineError as e:
        return e.message
    return ""


def test_the_sound_one_is_repaired() -> None:
    assert refusal(GOOD) == ""
    assert len(SPOTS) > 150


@pytest.mark.parametrize("shift", [0, 4, pytest.param(-1, marks=pytest.mark.slow)])
def test_whatever_is_wrong_is_an_engine_error(shift: int) -> None:
    every = [WRONG[i % 2 :: 2] for i in range(len(SPOTS))]
    values = every if shift < 0 else [(WRONG[(i + shift) % len(WRONG)],) for i in range(len(SPOTS))]
    said = [refusal(damaged(p, v)) for p, each in zip(SPOTS, values, strict=True) for v in each if len(p) > 1]
    assert sum("structure" in s for s in said) > 50
    assert "" in said


def test_what_our_own_code_does_wrong_is_not_the_pdfs_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(repair, "_headings", wrong)
    with pytest.raises(KeyError):
        refusal(GOOD)
