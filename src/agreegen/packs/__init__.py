"""Packs: the templates of a workspace by name: its masters, and folders of one's own with a Word file each.

A template is a folder with a `template.yaml` and a Word file. Masters stand in `masters/` of a folder of templates;
other folders that the settings name are packs, or hold some. What a template includes is looked for in its own folder
first, then in the workspace's folder of templates, then in the others, in the order of the settings.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity, nearest
from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.packs.record import OWN, Said, read_record
from agreegen.workspace import PACK

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Iterator, Sequence

    from agreegen.packs.declared import Field
    from agreegen.template import Template
    from agreegen.workspace import Workspace

__all__ = ["MASTER", "Pack", "every", "master", "masters_in", "named", "pack_at", "packs_in", "shadowed"]

MASTER: Final = "master.docx"


@dataclass(frozen=True, slots=True)
class Pack:
    """A template by name: its folder, its Word file, where includes are looked for, and what its record says.

    `variant` is the one whose rules, settings and notices hold; nothing where the parties decide.
    """

    name: str
    folder: pathlib.Path
    word: pathlib.Path
    roots: tuple[pathlib.Path, ...]
    said: Said
    variant: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that it asks for besides those of every proposal."""
        return self.said.fields

    @property
    def is_master(self) -> bool:
        """True for the master of a variant."""
        return self.name == self.variant and self.folder.parent.name == "masters"

    @property
    def asks_own(self) -> bool:
        """True where only the declared fields are required, and not those of the official form."""
        return self.said.asks == OWN

    @property
    def version(self) -> str:
        """The version; UsageError if the record gives none, or isn't there."""
        path = self.folder / PACK
        if self.said.version:
            return self.said.version
        if not path.is_file():
            raise UsageError(f"{path} can't be read: there is no such file", "`agreegen init` makes a complete folder")
        raise UsageError(f"{path.as_posix()} gives no version", 'add a line such as `version: "2026.1"`')

    def to_fill_in(self) -> Iterator[tuple[str, str]]:
        """The lines of a proposal for the declared fields, each with what belongs there; optional ones as comments."""
        yield "extra:", f"Fields of the template {self.name}"
        for field in self.fields:
            about = ": ".join(part for part in (field.meaning.rstrip("."), field.answer) if part)
            if field.required and not field.taken:
                yield f"  {field.key}:", about
            else:
                why = f"taken from {field.taken} if not written" if field.taken else "may be left out"
                yield f"  # {field.key}:", f"{about}; {why}"


def master(variant: str, workspace: Workspace) -> Pack:
    """The master of a variant."""
    return _master(workspace.templates, variant, (workspace.templates, *workspace.packs))


def named(name: str, workspace: Workspace) -> Pack:
    """The template of that name; UsageError, with the nearest name, if there is none."""
    if not workspace.packs and name in VARIANTS:
        return master(name, workspace)
    known = {pack.name: pack for pack in every(workspace)}
    if name not in known:
        if name in VARIANTS:
            return master(name, workspace)
        close = nearest(name, known)
        hint = f"did you mean '{close}'?" if close else f"templates here: {', '.join(known) or 'none'}"
        if not workspace.packs:
            hint += '; folders of your own are named in agreegen.toml: `templates = ["templates", "../county-pack"]`'
        raise UsageError(f"no template is called '{name}'", hint)
    return known[name]


def every(workspace: Workspace) -> tuple[Pack, ...]:
    """Every template of the workspace, masters first; of two with one name the first, with a finding."""
    folders = (workspace.templates, *workspace.packs)
    found: dict[str, Pack] = {}
    for folder in folders:
        here = (*masters_in(folder, folders), *packs_in(folder, folders))
        if not here and folder in workspace.packs:
            what = "has no templates" if folder.is_dir() else "isn't there"
            hint = f"correct `templates` in agreegen.toml; a template is a folder with a {PACK} and a Word file"
            raise UsageError(f"the folder {folder} {what}", hint)
        for pack in here:
            first = found.get(pack.name)
            if first is None:
                found[pack.name] = pack
            elif first.folder.resolve() != pack.folder.resolve():
                found[pack.name] = replace(first, findings=(*first.findings, _twice(first, pack)))
    return tuple(found.values())


def masters_in(folder: pathlib.Path, folders: Sequence[pathlib.Path] = ()) -> list[Pack]:
    """The masters of a folder of templates, by name."""
    inside = folder / "masters"
    names = sorted(p.name for p in inside.iterdir() if (p / PACK).is_file()) if inside.is_dir() else []
    return [_master(folder, name, folders or (folder,)) for name in names]


def shadowed(template: Template, pack: Pack, workspace: Workspace) -> tuple[Finding, ...]:
    """A finding for each included file that stands elsewhere under the same name with other words.

    A warning where a pack has its own instead of the shared one of the workspace's folder; an error where only the
    order of two other packs decides.
    """
    own, shared = pack.roots[0], workspace.templates
    found = []
    for file in template.files[1:] if own != shared and len(pack.roots) > 1 else ():
        there = [root for root in pack.roots if (root / file.name).is_file()]
        if there[:1] == [own]:
            there = [root for root in there if root in (own, shared)]
        if shared in there[:1] or len({(root / file.name).read_bytes() for root in there}) < 2:
            continue
        decides = "the template takes its own" if there[0] == own else "only the order of the settings decides"
        message = f"{file.name} stands in {_listed(there)}, and they differ; {decides}"
        severity = Severity.WARNING if there[0] == own else Severity.ERROR
        hint = "give one of them another name, or delete the one that isn't wanted"
        found.append(Finding("T064", severity, Location(pack.word.as_posix()), message, hint))
    return tuple(found)


def _master(folder: pathlib.Path, name: str, folders: Sequence[pathlib.Path]) -> Pack:
    here = folder / "masters" / name
    said = _record(here, required=False)
    word, wrong = _word(here, said) if said.word else (here / MASTER, ())
    variant = name if name in VARIANTS else said.variant
    return Pack(name, here, word, _roots(folder, folders), said, variant, (*said.findings, *wrong))


def packs_in(folder: pathlib.Path, folders: Sequence[pathlib.Path]) -> list[Pack]:
    """The pack that a folder is, or those that stand in it."""
    if not folder.is_dir():
        return []
    inside = [folder] if (folder / PACK).is_file() else sorted(p for p in folder.iterdir() if (p / PACK).is_file())
    return [pack_at(p, folders) for p in inside]


def pack_at(here: pathlib.Path, folders: Sequence[pathlib.Path] = ()) -> Pack:
    """The pack that a folder with a `template.yaml` is."""
    said = _record(here, required=True)
    word, wrong = _word(here, said)
    name = said.template or here.name
    return Pack(name, here, word, _roots(here, folders), said, said.variant, (*said.findings, *wrong))


def _word(here: pathlib.Path, said: Said) -> tuple[pathlib.Path, tuple[Finding, ...]]:
    """The Word file of a pack: the one that is named, `master.docx`, or the only one there."""
    words = [p for p in sorted(here.glob("*")) if p.suffix.lower() == ".docx" and not p.name.startswith("~$")]
    if said.word:
        wanted = next((p for p in words if p.name == said.word), None)
        if wanted is not None:
            return wanted, ()
        inside = not {"/", "\\"} & {*said.word}
        close = nearest(said.word, [p.name for p in words])
        hint = f"did you mean '{close}'?" if close else f"Word files here: {_names(words)}"
        message = f"there is no Word file {said.word}" if inside else f"{said.word} isn't in the folder of the template"
        return here / MASTER, (_wrong(here, message, hint),)
    if (here / MASTER).is_file() or len(words) == 1:
        return (here / MASTER if (here / MASTER).is_file() else words[0]), ()
    message = "the folder has no Word file" if not words else f"the folder has {len(words)} Word files"
    hint = "put the template beside template.yaml" if not words else f"name one: `word: {words[0].name}`"
    return here / MASTER, (_wrong(here, message, hint),)


def _wrong(here: pathlib.Path, message: str, hint: str) -> Finding:
    return Finding("T062", Severity.ERROR, Location((here / PACK).as_posix()), message, hint)


def _record(here: pathlib.Path, *, required: bool) -> Said:
    path = here / PACK
    try:
        return read_record(path.read_bytes(), path.as_posix())
    except OSError as error:
        if not required:
            return Said()
        hint = "`agreegen init` makes a complete folder"
        raise UsageError(f"{path.as_posix()} can't be read: {error.strerror}", hint) from None


def _roots(first: pathlib.Path, folders: Iterable[pathlib.Path]) -> tuple[pathlib.Path, ...]:
    return tuple(dict.fromkeys((first, *folders)))


def _twice(first: Pack, other: Pack) -> Finding:
    message = f"two templates are called '{first.name}': here and in {other.folder.as_posix()}"
    hint = "give one of them another name in its template.yaml"
    return Finding("T063", Severity.ERROR, Location((first.folder / PACK).as_posix()), message, hint)


def _listed(folders: Sequence[pathlib.Path]) -> str:
    return " and in ".join(f.as_posix() for f in folders)


def _names(paths: Sequence[pathlib.Path]) -> str:
    return ", ".join(p.name for p in paths) or "none"
