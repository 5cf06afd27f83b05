"""Layers (optional content) of attached PDFs: shown or hidden as they were, in one list with the agreement's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, Name, String

from agreegen.late import dataclass
from agreegen.pdf.appended.names import items

if TYPE_CHECKING:
    import pikepdf


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of a PDF: all, those that are hidden, and their lists as indirect objects by key of the settings."""

    groups: tuple[Any, ...] = ()
    hidden: tuple[Any, ...] = ()
    lists: tuple[tuple[str, Any], ...] = ()
    automatic: bool = False


def layers_of(pdf: pikepdf.Pdf) -> Layers:
    """The layers of a PDF as its own settings show them at first."""
    properties: Any = pdf.Root.get("/OCProperties")
    if not isinstance(properties, Dictionary):
        return Layers()
    groups = tuple(g for g in items(properties.get("/OCGs")) if isinstance(g, Dictionary) and g.is_indirect)
    settings = properties.get("/D")
    settings = settings if isinstance(settings, Dictionary) else Dictionary()
    shown = {g.objgen for g in items(settings.get("/ON")) if isinstance(g, Dictionary)}
    hidden = {g.objgen for g in items(settings.get("/OFF")) if isinstance(g, Dictionary)}
    if settings.get("/BaseState") == Name.OFF:
        hidden |= {g.objgen for g in groups if g.objgen not in shown}
    lists = []
    for key in ("/Order", "/RBGroups", "/AS", "/Locked"):
        value = settings.get(key)
        if isinstance(value, Array):
            lists.append((key, pdf.make_indirect(Array(list(value)))))
    return Layers(groups, tuple(g for g in groups if g.objgen in hidden), tuple(lists), "/AS" in settings)


def add(document: pikepdf.Pdf, layers: Layers, title: str) -> None:
    """Adds layers whose objects have come along with the pages, under the title of their PDF."""
    if not layers.groups:
        return
    root: Any = document.Root
    if "/OCProperties" not in root:
        root.OCProperties = Dictionary(OCGs=Array([]), D=Dictionary(Name=String("Layers")))
    properties, settings = root.OCProperties, root.OCProperties.D
    before = list(properties.OCGs)
    groups = [document.copy_foreign(g) for g in layers.groups]
    properties.OCGs = Array([*before, *groups])
    if layers.hidden:
        _extend(settings, "/OFF", [document.copy_foreign(g) for g in layers.hidden])
    if settings.get("/BaseState") == Name.OFF:
        off = {g.objgen for g in layers.hidden}
        _extend(settings, "/ON", [document.copy_foreign(g) for g in layers.groups if g.objgen not in off])
    lists = {key: list(document.copy_foreign(value)) for key, value in layers.lists}
    if "/Order" not in settings and before:
        settings.Order = Array(before)
    _extend(settings, "/Order", [Array([String(title), *(lists.pop("/Order", []) or groups)])])
    for key, value in lists.items():
        _extend(settings, key, value)


def _extend(settings: Any, key: str, more: list[Any]) -> None:
    settings[key] = Array([*items(settings.get(key)), *more])
