"""Whether a dotted path is a field of a model, for tests of tables that name fields."""

from __future__ import annotations

import types
import typing
from typing import Any


def _models(annotation: Any) -> list[Any]:
    """The models that a field may hold."""
    if hasattr(annotation, "model_fields"):
        return [annotation]
    if typing.get_origin(annotation) is typing.Annotated:
        return _models(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in {typing.Union, types.UnionType, tuple}:
        return [m for a in typing.get_args(annotation) for m in _models(a)]
    return []


def field_exists(root: Any, path: str) -> bool:
    """True when the dotted path, with [] for entries of a list, is a field of the model."""
    at = [root]
    for name in path.replace("[]", "").split("."):
        fields = [m.model_fields[name] for m in at if name in m.model_fields]
        if not fields:
            return False
        at = [m for f in fields for m in _models(f.annotation)]
    return True
