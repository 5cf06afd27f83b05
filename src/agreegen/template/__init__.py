"""Word templates: the common base, the text notation, numbering, and compiling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agreegen.template.compiled import File, Template

__all__ = ["File", "Template", "compile"]


def compile(  # noqa: A001 - the word that everyone knows for it
    path: Path | str,
    *,
    root: Path | str | None = None,
    cache: Path | str | None = None,
    known: frozenset[str] | None = None,
    filters: Mapping[str, Callable[..., Any]] | None = None,
) -> Template:
    """The compiled template of a Word file; what is wrong with it is in `findings`, all at once.

    `root` is the folder that includes are named from (the file's own folder if not given), `cache` a folder for compiled
    templates, `known` the dotted names that data may have (`a.b`, `a.*`), `filters` are filters besides `wording.FILTERS`.
    """
    file = Path(path)
    folder = Path(root) if root is not None else file.parent
    if cache is not None:
        from agreegen.template import cache as store  # noqa: PLC0415 - keeps a warm start light

        return store.compiled(file, folder, Path(cache), known, filters)
    from agreegen.template.build import build  # noqa: PLC0415 - brings lxml

    return build(file, folder, known, filters)
