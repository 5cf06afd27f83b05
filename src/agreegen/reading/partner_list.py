"""Partner lists as people keep them: sheets, YAML, folders of files, shipped lists by name: partners and findings."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING, Any

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity, has_errors, nearest, plain_key
from agreegen.late import dataclass
from agreegen.law.parties import county_named, known_party, known_party_names
from agreegen.law.tables import table
from agreegen.reading.assembly import Partners
from agreegen.reading.listed import Block
from agreegen.reading.listing import Entry, Gathering, Unread
from agreegen.reading.mistaken import near
from agreegen.reading.nodes import read_nodes
from agreegen.reading.rows import filled_rows, read_rows, unread_columns
from agreegen.reading.sheet import read_grids
from agreegen.reading.source import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agreegen.reading.listed import Listed

LISTS = ("counties", "uc", "csu", "calhhs", "idea")
"""The shipped lists, by name."""

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
YAML = (".yaml", ".yml")
FOREIGN = (".xls", ".ods", ".numbers", ".docx", ".doc", ".pdf", ".json")


@dataclass(frozen=True, slots=True)
class PartnerList:
    """The partners of a list in its order, and what is wrong with it; a row with an error isn't among them."""

    partners: tuple[Listed, ...]
    findings: tuple[Finding, ...]
    file: str = ""
    """The file that was read; nothing for names."""
    unread: tuple[Unread, ...] = ()
    """The entries that are no partners, each with the errors that say why."""
    cut: bool = False
    """True where a part of the list wasn't read: nobody knows how many partners stand there, and which."""


def read_partner_list(said: str, folder: pathlib.Path, partners: Partners | None = None) -> PartnerList:
    """The partners of a file, of a folder of YAML files, of a shipped list, or of names parted by commas.

    A file wins over a list's name, and is looked for here and in `folder`. Records of `partners` (the folder
    `partners/`) hold where they have one for a party that is listed. UsageError if nothing is called so.
    """
    gathering = Gathering(partners or Partners())
    path = _file(said, folder)
    if path is None:
        return _of_names(said, folder, gathering)
    entries = _folder(path, gathering) if path.is_dir() else _entries(path, gathering)
    gathering.add_all(entries)
    if not gathering.partners and not any(f.severity is Severity.ERROR for f in gathering.findings):
        gathering.findings = [f for f in gathering.findings if f.severity is not Severity.NOTE]
        gathering.problem("L007", Location(path.as_posix()), "no partner is filled in",
                          "write a row for each partner; rows that begin with # are examples and comments")  # fmt: skip
    return _list(gathering, path.as_posix())


def read_table(content: bytes, file: str, partners: Partners | None = None) -> PartnerList:
    """The partners of a sheet that isn't a file yet."""
    gathering = Gathering(partners or Partners())
    gathering.add_all(read_rows(read_grids(content, file), gathering))
    return _list(gathering, file)


def columns_beside(file: pathlib.Path) -> list[tuple[str, dict[int, Any]]]:
    """The columns of a list that name no field, such as a person's own notes: heading, and cells by row."""
    if file.suffix.lower() in YAML or not file.is_file():
        return []
    return unread_columns(read_grids(_content(file), file.as_posix()))


def rows_lost(file: pathlib.Path, content: bytes) -> int:
    """How many filled rows a sheet loses where other content takes its place; -1 where it can't be read whole."""
    was = _content(file) if file.exists() else content
    return 0 if was == content else filled_rows(read_grids(was, file.as_posix()))


def partners_of(listed: Iterable[Listed], others: Partners | None = None) -> Partners:
    """The records that `read_proposal(path, partners, partner=id)` looks partners up in, by id; `others` besides."""
    base = others or Partners()
    own = {plain_key(partner.id): partner.source() for partner in listed}
    samples = {name: file for name, file in base.samples.items() if name not in own}
    return Partners({**base.sources, **own}, base.findings, base.shared - own.keys(), samples)


def _file(said: str, folder: pathlib.Path) -> pathlib.Path | None:
    """The file or folder of that name, None for other names; UsageError for a file that isn't there."""
    name = said.strip()
    places = (pathlib.Path(name).expanduser(), folder / name)
    for path in places if name and "\0" not in name else ():
        try:
            if path.is_file() or (path.is_dir() and name.lower() not in LISTS):
                return path
        except OSError:
            continue
    ending = pathlib.PurePath(name).suffix.lower()
    if ending in (*TABLES, *YAML, *FOREIGN):
        there = (places[0].parent, places[1].parent, pathlib.Path(), folder)
        beside = near(there, (*TABLES, *YAML))
        close = nearest(places[0].name, beside)
        hint = f"did you mean {beside[close]}?" if close else f"shipped lists: {', '.join(LISTS)}"
        raise UsageError(f"there is no file {name}", hint)
    return None


def _content(path: pathlib.Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}",
                         "close it in other programs and check your permission") from None  # fmt: skip


def _entries(path: pathlib.Path, gathering: Gathering) -> list[Entry]:
    """The entries of one file."""
    content = _content(path)
    if path.suffix.lower() in YAML:
        entries = read_nodes(content, path.as_posix(), gathering)
        gathering.cut = not entries and has_errors(gathering.findings)
        return entries
    if path.suffix.lower() in FOREIGN and not content.startswith(b"PK\x03\x04"):
        hint = "save the list as Excel Workbook (.xlsx) or as CSV UTF-8"
        gathering.problem("L001", Location(path.as_posix()), f"lists of partners aren't read from {path.suffix}", hint)
        gathering.cut = True
        return []
    return read_rows(read_grids(content, path.as_posix()), gathering)


def _folder(path: pathlib.Path, gathering: Gathering) -> list[Entry]:
    """The entries of a folder of YAML files, one a file."""
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in YAML and p.is_file() and p.name[0] not in ".~")
    return [entry for file in files for entry in _record(file, gathering)]


def _record(path: pathlib.Path, gathering: Gathering) -> list[Entry]:
    """The entries of a file of such a folder; one that can't be read is one that is no partner."""
    before, file = len(gathering.findings), path.as_posix()
    entries = read_nodes(_content(path), file, gathering)
    wrong = tuple(f for f in gathering.findings[before:] if f.severity is Severity.ERROR)
    if wrong and not entries:
        return [Entry({}, {}, Block({(): Place(file, (1, 1), (1, 1))}), errors=wrong)]
    return entries


def _of_names(said: str, folder: pathlib.Path, gathering: Gathering) -> PartnerList:
    entries: list[Entry] = []
    for name in _names(said):
        rows = table("lists")[name.lower()] if name.lower() in LISTS else [{"legal_name": name}]
        if name.lower() not in LISTS and known_party(name) is None and gathering.recorded(name) is None:
            close = county_named(name) or nearest(name, [*LISTS, *known_party_names(), *gathering.folder.sources])
            files = ", ".join(sorted(p.name for p in folder.glob("*") if p.suffix.lower() in TABLES)[:5])
            raise UsageError(f"no list, file or party is called '{name}'", f"did you mean '{close}'?" if close else
                             f"lists: {', '.join(LISTS)}" + (f"; files here: {files}" if files else ""))  # fmt: skip
        for row in rows:
            entries.append(Entry({"party": row["legal_name"]}, {}, None))
    gathering.add_all(entries)
    return _list(gathering)


def _list(gathering: Gathering, file: str = "") -> PartnerList:
    return PartnerList(tuple(gathering.partners), tuple(gathering.findings), file, tuple(gathering.unread),
                       gathering.cut)  # fmt: skip


def _names(said: str) -> list[str]:
    """The names between commas; a party whose name has a comma is one of them."""
    parts = [part for part in re.split(r"\s*,\s*", said.strip()) if part]
    found: list[str] = []
    while parts:
        size = next((n for n in range(len(parts), 1, -1) if known_party(", ".join(parts[:n]))), 1)
        found.append(", ".join(parts[:size]))
        parts = parts[size:]
    if not found:
        raise UsageError("no list of partners is named", f"name a file, or one of: {', '.join(LISTS)}")
    return found
