"""The shipped templates, compiled once for all tests of a run: each of them takes seconds, whoever asks.

What is kept is what the cache on disk keeps, in a folder of the run, and it is read as the cache is read: only where
every file that the template was made of is what it was. So it is for copies of them, as `agreegen init` makes them;
templates of tests are compiled each time.
"""

from __future__ import annotations

import contextlib
import pathlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agreegen import sealed
from agreegen.template import build as builder
from agreegen.template import cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agreegen.template import Template
    from agreegen.template.build import Examination

SHIPPED = pathlib.Path(__file__).resolve().parents[1] / "templates"


@contextlib.contextmanager
def compiled_once(folder: pathlib.Path) -> Iterator[None]:
    """Within it, what `build` makes of a shipped template is kept in the folder, and taken from there."""
    right = builder.build

    def build(
        path: pathlib.Path, root: pathlib.Path, known: frozenset[str] | None,
        filters: Mapping[str, Callable[..., Any]] | None, elsewhere: frozenset[str] = frozenset(),
        also: tuple[pathlib.Path, ...] = (), examine: Examination | None = None,
    ) -> Template:  # fmt: skip
        ours = examine is None or examine.__module__ == "agreegen.packs.opening"
        here, inside = path.resolve(), path.resolve().is_relative_to(root.resolve())
        same = SHIPPED / here.relative_to(root.resolve()) if inside else here
        if not inside or also or not ours or not here.is_file() or not same.is_file():
            return right(path, root, known, filters, elsewhere, also, examine)
        data, examined = path.read_bytes(), examine is not None
        key = cache._key(same, (SHIPPED,), data, known, filters, elsewhere, examined=examined)
        found = cache._load(folder / f"{key}.tpl", path, (root,))
        if found is not None:
            return replace(found, filters=dict(filters or {}))
        template = right(path, root, known, filters, elsewhere, also, examine)
        if same == here and template.usable and sealed.private(folder, make=True):
            cache._store(folder / f"{key}.tpl", template)
        return template

    builder.build = build
    yield
    builder.build = right
