"""Cache: compiled templates on disk, found by the content of every file that they are made of.

A file that is damaged, or was made from other files or by another version, is made again.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from agreegen import sealed
from agreegen.template.compiled import Packed, Template, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agreegen.template.build import Examination

FORMAT = b"agreegen-template-1\n"
MOST = 64  # some two megabytes each


def compiled(  # noqa: PLR0917 - as `template.compile`
    path: Path,
    root: Path,
    folder: Path,
    known: frozenset[str] | None,
    filters: Mapping[str, Callable[..., Any]] | None,
    elsewhere: frozenset[str] = frozenset(),
    also: tuple[Path, ...] = (),
    examine: Examination | None = None,
) -> Template:
    """The compiled template, from the cache if it is there and still true."""
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    file = folder / f"{_key(path, (root, *also), data, known, filters, elsewhere, examined=examine is not None)}.tpl"
    if sealed.private(folder):
        found = _load(file, path, (root, *also))
        if found is not None:
            return replace(found, filters=dict(filters or {}))
    from agreegen.template.build import build  # noqa: PLC0415 - brings lxml

    template = build(path, root, known, filters, elsewhere, also, examine)
    if template.usable and sealed.private(folder, make=True):
        _store(file, template)
    return template


def _key(  # noqa: PLR0917 - as `template.compile`
    path: Path,
    roots: tuple[Path, ...],
    data: bytes,
    known: frozenset[str] | None,
    filters: Mapping[str, Callable[..., Any]] | None,
    elsewhere: frozenset[str],
    *,
    examined: bool,
) -> str:
    key = hashlib.blake2b(digest_size=16)
    facts = (version(), jinja2.__version__, sys.version, str(path.resolve()), *(str(root.resolve()) for root in roots))
    names = (sorted(known) if known is not None else None, sorted(filters or {}), sorted(elsewhere), examined)
    for fact in (*facts, repr(names)):
        key.update(fact.encode() + b"\x00")
    key.update(data)
    return key.hexdigest()


def version() -> str:
    """What the compiler is: its own sources."""
    here = Path(__file__).parent
    return sealed.version((*sorted(here.rglob("*.py")), here.parent / "wording.py", here.parent / "finding.py"))


def _load(file: Path, path: Path, roots: tuple[Path, ...]) -> Template | None:
    values = sealed.read(file, FORMAT)
    template = Template(**values) if values is not None else None
    return template if template and _is_current(template, path, roots) else None


def _is_current(template: Template, path: Path, roots: tuple[Path, ...]) -> bool:
    """Whether every file that the template was made of is what it was."""
    for n, f in enumerate(template.files):
        try:
            with open(path if n == 0 else _at(roots, f.name), "rb", buffering=0) as file:  # noqa: PTH123
                if digest(file.read()) != f.sha256:  # (a hundred files: paths as objects take longer than reading)
                    return False
        except OSError:
            return False
    return True


def _at(roots: tuple[Path, ...], name: str) -> str:
    """Where an included file is: in the first folder that has it."""
    places = [os.path.join(root, name) for root in roots]  # noqa: PTH118 (as above)
    return next((p for p in places[:-1] if os.path.isfile(p)), places[-1])  # noqa: PTH113


def _store(file: Path, template: Template) -> None:
    """Writes the file whole or not at all."""
    values = {f.name: getattr(template, f.name) for f in fields(template)}
    values["filters"] = {}
    values["parts"] = tuple(replace(part, lines=Packed.of(part.lines)) for part in template.parts)
    values |= {name: Packed.of(values[name]) for name in ("names", "references")}
    sealed.write(file, FORMAT, values)
    sealed.thinned(file.parent, "*.tpl", MOST)
