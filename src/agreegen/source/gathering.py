"""What an agreement was made from, gathered when it is made."""

from __future__ import annotations

import pathlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agreegen import __version__
from agreegen.errors import UsageError
from agreegen.package import file_name
from agreegen.source.record import Source, SourceFile, TemplateRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agreegen.reading import Reading
    from agreegen.template import Template


def gathered(
    path: pathlib.Path,
    reading: Reading,
    template: Template,
    *,
    variant: str,
    version: str,
    partner: str | None = None,
    as_draft: bool = False,
    terms: Mapping[str, Any] | None = None,
    listed: tuple[frozenset[str], bytes] | None = None,
) -> Source:
    """The source of an agreement that was read from `path`: its bytes, those of each file that it names, and the rest.

    `listed`: the files that say who the partner is, as places name them (a list, mostly), and the file of `partners/`
    that stands for them with what they say of this partner: no agreement carries what a list says of others.
    UsageError if one of the files can't be read any more, or has changed since the proposal was read.
    """
    tables = {(path.parent / name).as_posix(): name for name in _tables(reading.source.data)}
    used = dict.fromkeys([*tables, *(place.file for place in reading.source.places.values())])
    used.pop(path.as_posix(), None)
    own: list[SourceFile] = []
    if listed is not None:
        used = dict.fromkeys(file for file in used if file and file not in listed[0])
        own.append(_listed(partner or "", listed[1]))
    others = [_elements(pathlib.Path(f), tables[f]) if f in tables else _partner(pathlib.Path(f)) for f in used]
    others += own
    proposal = SourceFile("proposal", path.name, _content(path))
    if not _is_same(proposal.data, reading.source.text):
        raise UsageError(f"{path} was changed while the agreement was made", "run the command again")
    settings = {"partner": partner, "draft": as_draft, "terms": dict(terms) if terms else None}
    files = tuple(sorted((f.name, f.sha256) for f in template.files))
    return Source(
        proposal,
        tuple(sorted(others, key=lambda f: (f.role, f.name))),
        TemplateRecord(variant, version, template.sha256, files),
        __version__,
        {name: value for name, value in settings.items() if value},
    )


def with_partner(source: Source, partner: str, data: bytes) -> Source:
    """The source of an agreement of the same series: another partner, from the same list, with this file."""
    others = [f for f in source.others if f.name != _listed(str(source.settings["partner"]), b"").name]
    files = sorted((*others, _listed(partner, data)), key=lambda f: (f.role, f.name))
    return replace(source, others=tuple(files), settings={**source.settings, "partner": partner})


def _listed(partner: str, data: bytes) -> SourceFile:
    return SourceFile("partner", f"partners/{file_name(partner)}.yaml", data)


def _tables(data: Any) -> Iterator[str]:
    """The CSV files that a proposal names, as it names them."""
    plain = {str(k).lower(): v for k, v in data.items()} if isinstance(data, dict) else {}
    block = plain.get("data")
    named = {str(k).lower(): v for k, v in block.items()}.get("elements") if isinstance(block, dict) else None
    for item in named if isinstance(named, list) else [named]:
        if isinstance(item, str) and item.lower().endswith(".csv"):
            yield item


def _elements(path: pathlib.Path, name: str) -> SourceFile:
    return SourceFile("elements", name, _content(path))


def _partner(path: pathlib.Path) -> SourceFile:
    return SourceFile("partner", f"partners/{path.name}", _content(path))


def _content(path: pathlib.Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}",
                         "put it back, or leave its text out with --no-source") from None  # fmt: skip


def _is_same(data: bytes, text: str) -> bool:
    """Whether bytes are the text that was read from them."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return data.decode("utf-16" if wide else "utf-8-sig", "replace") == text
