"""Word templates: the common base, the text notation, numbering, and compiling."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from agreegen.template.compiled import File, Template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agreegen.template.build import Examination

__all__ = ["File", "Template", "compile"]


def compile(
    path: Path | str,
    *,
    root: Path | str | None = None,
    cache: Path | str | None = None,
    known: frozenset[str] | None = None,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    elsewhere: frozenset[str] = frozenset(),
    also: Sequence[Path] = (),
    examine: Examination | None = None,
) -> Template:
    """The compiled template of a Word file; what is wrong with it is in `findings`, all at once.

    `root` is the folder that includes are named from (the file's own if not given), `also` are folders that are looked
    in for what it lacks, `cache` a folder for compiled templates, `known` the dotted names that data may have (`a.b`,
    `a.*`), `filters` come on top of `wording.FILTERS`, `examine` adds to what is wrong, and isn't asked again for a
    template that the cache has.
    """
    file = Path(path)
    folder = Path(root) if root is not None else file.parent
    if cache is not None:
        from agreegen.template import cache as store  # noqa: PLC0415 - only if asked for

        return store.compiled(file, folder, Path(cache), known, filters, elsewhere, tuple(also), examine)
    from agreegen.template.build import build  # noqa: PLC0415 - brings lxml

    return build(file, folder, known, filters, elsewhere, tuple(also), examine)
