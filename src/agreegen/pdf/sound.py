"""Whether the objects of a tagged PDF are of the kinds that the standard says, before they are read as such."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name, Stream, String

from agreegen.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pikepdf

    Kind = Callable[[Any], bool]


def _is(*kinds: type) -> Kind:
    return lambda x: isinstance(x, kinds) and not isinstance(x, bool)


def _many(kind: Kind) -> Kind:
    return lambda x: isinstance(x, Array) and all(kind(k) for k in x)


def _either(*kinds: Kind) -> Kind:
    return lambda x: any(kind(x) for kind in kinds)


def _named(kind: Kind) -> Kind:
    return lambda x: isinstance(x, Dictionary) and all(kind(v) for v in x.values())


def _keyed(keys: Mapping[str, Kind]) -> Kind:
    return lambda x: isinstance(x, Dictionary) and wrong(x, keys) == ""


def _box(x: Any) -> bool:
    return isinstance(x, Array) and len(x) == 4 and all(isinstance(k, int | float | Decimal) for k in x)


def _count(x: Any) -> bool:
    return isinstance(x, int) and not isinstance(x, bool) and x >= 0


_DICTIONARY, _NAME, _NUMBER, _TEXT, _STREAM = map(_is, (Dictionary, Name, int, String, Stream))
_WORDS: Final = _either(_TEXT, _NAME)
_HERE: Final = "!"
"""At the end of a key that must be there."""

_FONTS: Final = _named(_keyed({"/ToUnicode": _either(_STREAM, _NAME)}))
_ATTRIBUTES: Final = _keyed({"/BBox": _box, "/ColSpan": _NUMBER, "/RowSpan": _NUMBER})

ELEMENT: Final[Mapping[str, Kind]] = {
    "/S": _NAME, "/Pg": _DICTIONARY, "/P": _DICTIONARY, "/Alt": _TEXT, "/ActualText": _TEXT, "/MCID": _count,
    "/Obj": _either(_DICTIONARY, _STREAM),
    "/A": _either(_ATTRIBUTES, _many(_either(_ATTRIBUTES, _NUMBER))),
}  # fmt: skip
ANNOTATION: Final[Mapping[str, Kind]] = {
    "/Rect!": _box, "/Subtype": _NAME, "/F": _NUMBER, "/StructParent": _NUMBER, "/Contents": _TEXT, "/P": _DICTIONARY,
    "/A": _keyed({"/URI": _TEXT}),
}  # fmt: skip
PAGE: Final[Mapping[str, Kind]] = {
    "/StructParents": _NUMBER, "/Contents": _either(_STREAM, _many(_STREAM)), "/Annots": _many(_keyed(ANNOTATION)),
    "/Resources": _keyed({"/Font": _FONTS}),
}  # fmt: skip
NUMBERS: Final[Mapping[str, Kind]] = {"/Nums": _is(Array), "/Kids": _is(Array)}
ROOT: Final[Mapping[str, Kind]] = {"/RoleMap": _named(_NAME), "/ParentTree": _DICTIONARY}
"""What each key must be, where it is there."""


def wrong(holder: Any, keys: Mapping[str, Kind]) -> str:
    """The first key of a dictionary whose value isn't of its kind; "" if all are."""
    for key, kind in keys.items():
        name = key.removesuffix(_HERE)
        value = holder.get(name)
        if key != name if value is None else not kind(value):
            return name
    return ""


def checked(holder: Any, keys: Mapping[str, Kind], what: str) -> None:
    """EngineError if it isn't a dictionary whose values are of their kinds."""
    if not isinstance(holder, Dictionary):
        raise unsound(f"{what} is no dictionary")
    if key := wrong(holder, keys):
        raise unsound(f"{key} of {what} isn't what the standard says")


def unsound(what: str) -> EngineError:
    """The error of a PDF that some engine drew, and that can't be made accessible."""
    return EngineError(f"the structure of the PDF can't be read: {what}", "use another engine, or --pdf-profile plain")


def pages(pdf: pikepdf.Pdf) -> None:
    """EngineError if a page, or what stands on it, can't be read."""
    for number, page in enumerate(pdf.pages, 1):
        checked(page.obj, PAGE, f"page {number}")
