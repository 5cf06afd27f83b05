"""Provenance: where each word of an agreement comes from, and where each field of a proposal goes."""

from __future__ import annotations

import functools
import pathlib
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

from agreegen import generate, packs
from agreegen.errors import FindingsError, UsageError
from agreegen.finding import Location, has_errors
from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.package import digest
from agreegen.provenance import search
from agreegen.provenance.landing import landings
from agreegen.provenance.marking import Marked, marked
from agreegen.provenance.needs import OWN, Need, akin, asked_by, below, found_field, need, needs, own_fields
from agreegen.provenance.origins import known_fields
from agreegen.provenance.passages import Passage, Piece, rendered
from agreegen.provenance.suggestions import labels
from agreegen.provenance.unprinted import unprinted
from agreegen.provenance.why import Answer, Record, Stated, answer
from agreegen.workspace import PACK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agreegen.packs import Pack
    from agreegen.packs.declared import Field as Declared
    from agreegen.provenance.landing import Landing
    from agreegen.workspace import Workspace

__all__ = ["Explained", "Marked", "Passage", "Whereabouts", "fields", "master", "names", "where", "why"]


@dataclass(frozen=True, slots=True)
class Explained:
    """The answers by place, and what a reader should know.

    Where there is none: the places of the template that this agreement doesn't print, else the nearest passage.
    """

    answers: tuple[tuple[Answer, ...], ...]
    near: Passage | None = None
    notes: tuple[str, ...] = ()
    elsewhere: tuple[Answer, ...] = ()


def master(name: str, workspace: Workspace, variant: str = "") -> Marked:
    """The template of that name with its marks; UsageError if there is none, or only docxtpl can render it."""
    return _master_of(packs.named(name, workspace), variant)


def _master_of(pack: Pack, variant: str = "") -> Marked:
    if not pack.word.is_file():
        raise UsageError(f"{pack.word} can't be read: there is no such file", f"choose {', '.join(VARIANTS)}")
    state = _state((pack.word.parent, *pack.roots))
    return _marked(pack.word, pack.roots, pack.variant or variant, pack.fields, pack.asks_own, state)


def _state(folders: Sequence[pathlib.Path]) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a Word file was changed: its path, its size, and when it was written."""
    files = (path for folder in dict.fromkeys(folders) for path in sorted(folder.rglob("*.docx")))
    return tuple((str(path), (found := path.stat()).st_size, found.st_mtime_ns) for path in files)


@functools.lru_cache(maxsize=8)
def _marked(
    word: pathlib.Path,
    roots: tuple[pathlib.Path, ...],
    variant: str,
    declared: tuple[Declared, ...],
    asks_own: bool,
    _state: object,
) -> Marked:
    """The marked template of these files; made once while they stay as they are."""
    ids = frozenset([*clauses(), *(f"exhibit:{exhibit.id}" for exhibit in exhibits())])
    made = marked(word, roots[0], variant=variant, elsewhere=ids, also=roots[1:])
    return replace(made, declared=declared, asks_own=asks_own)


def why(words: str, path: pathlib.Path, workspace: Workspace, *, partner: str | None = None) -> Explained:
    """What put the words into the agreement of a proposal, or into an agreement that carries its proposal."""
    if not search.words(words):
        raise UsageError(
            "there are no words to look for", 'give a few words of the agreement: why "each Incident" FILE'
        )
    if path.suffix.lower() in (".docx", ".pdf"):
        return _of_agreement(words, path, workspace)
    return _of_proposal(words, path, workspace, partner)


def _of_proposal(
    words: str,
    path: pathlib.Path,
    workspace: Workspace,
    partner: str | None,
    notes: Sequence[str] = (),
    *,
    draft: bool = False,
) -> Explained:
    opened = generate.opened_proposal(path, workspace, partner=partner, as_draft=draft)
    if opened.agreement is None and not draft:
        opened = generate.opened_proposal(path, workspace, partner=partner, as_draft=True)
        notes = (*notes, f"{path} isn't complete, so this is of its draft: `agreegen check` says what is missing")
    if opened.agreement is None:
        raise FindingsError(opened.findings)
    name = opened.agreement.context["document"]["template"]
    found = master(name, workspace, opened.agreement.variant)
    passages = rendered(found, opened.agreement.context)
    record = Record(opened.agreement.context, opened.reading.source, found.own)
    places = search.hits(passages, words)
    answers = tuple(tuple(answer(hit, found, record) for hit in place) for place in places)
    elsewhere = () if answers else unprinted(words, found, record)
    near = None if answers or elsewhere else search.nearest(passages, words)
    return Explained(answers, near, tuple(notes), elsewhere)


def _of_agreement(words: str, path: pathlib.Path, workspace: Workspace) -> Explained:
    from agreegen import source  # noqa: PLC0415 (only for finished files)

    found = source.extract(path)
    if has_errors(found.findings):
        raise FindingsError(found.findings)
    notes = [] if found.matches else [f"{found.verdict}: `agreegen extract {path}` says where"]
    settings = found.source.settings
    partner = settings.get("partner")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        proposal = next(p for p in source.restore(found, folder).files if p.parent == folder and p.suffix != ".toml")
        made = replace(workspace, terms=settings.get("terms") or {}, partners=folder / "partners")
        opened_by = partner if isinstance(partner, str) else None
        explained = _of_proposal(words, proposal, made, opened_by, notes, draft=settings.get("draft") is True)
    if _changed(found.source.template.files, workspace):
        note = "the templates here aren't those that it was made from: the words are those of today's templates"
        explained = replace(explained, notes=(*explained.notes, note))
    if not explained.answers and _stand_in(path, words):
        note = f"the words stand in {path}, but not in the agreement as it was made: somebody wrote them there later"
        explained = replace(explained, notes=(*explained.notes, note))
    return _without(explained, str(folder))


def _stand_in(path: pathlib.Path, words: str) -> bool:
    """True where a file itself shows the words, whoever wrote them."""
    from agreegen.source import visible  # noqa: PLC0415 (only for finished files)

    read = visible.texts_of_document if path.suffix.lower() == ".docx" else visible.texts_of_pages
    texts = read(path.read_bytes())
    return any(search.hits([Passage(Location(), (Piece(t),)) for t in part], words) for part in texts.values())


def _changed(files: Sequence[tuple[str, str]], workspace: Workspace) -> bool:
    """True where a Word file that an agreement was made from isn't there any more, or says something else."""
    folders = (workspace.templates, *workspace.packs)
    found = ((wanted, [path for folder in folders if (path := folder / name).is_file()]) for name, wanted in files)
    return not all(any(digest(path.read_bytes()) == wanted for path in paths) for wanted, paths in found)


def _without(explained: Explained, folder: str) -> Explained:
    """The answers with places in the source inside of the agreement, and not in the folder where it was read."""

    def plain(fields: tuple[Stated, ...]) -> tuple[Stated, ...]:
        return tuple(replace(f, place=f.place.removeprefix(folder).lstrip("/\\")) for f in fields)

    def told(one: Answer) -> Answer:
        conditions = tuple(replace(c, decided=plain(c.decided)) for c in one.conditions)
        return replace(one, conditions=conditions, values=tuple(replace(v, fields=plain(v.fields)) for v in one.values))

    answers = tuple(tuple(told(one) for one in place) for place in explained.answers)
    elsewhere = tuple(told(one) for one in explained.elsewhere)
    return replace(
        explained,
        answers=answers,
        elsewhere=elsewhere,
        notes=tuple(n.replace(f"{folder}/", "") for n in explained.notes),
    )


def fields(name: str, workspace: Workspace) -> tuple[str, tuple[Need, ...]]:
    """What a template asks of people, and what it is called: a variant, a Word file, or the proposal that has one."""
    path = pathlib.Path(name)
    if path.suffix.lower() in (".yaml", ".yml"):
        opened = generate.opened_proposal(path, workspace, as_draft=True)
        if opened.agreement is None:
            raise FindingsError(opened.findings)
        name = opened.agreement.context["document"]["template"]
        return name, needs(master(name, workspace, opened.agreement.variant))
    if path.suffix.lower() == ".docx":
        if pack := _pack_of(path, workspace):
            return pack.name, needs(_master_of(pack))
        inside = path.resolve().is_relative_to(workspace.templates.resolve())
        root = workspace.templates if inside else path.parent
        named = next((v for v in VARIANTS if v in path.parts), "local-government")
        ids = frozenset([*clauses(), *(f"exhibit:{exhibit.id}" for exhibit in exhibits())])
        return path.stem, needs(marked(path, root, variant=named, elsewhere=ids))
    return name, needs(master(name, workspace))


def _pack_of(word: pathlib.Path, workspace: Workspace) -> Pack | None:
    """The template whose Word file that is; None for one without a record."""
    known = [pack for pack in packs.every(workspace) if pack.word.resolve() == word.resolve()]
    if known or not (word.parent / PACK).is_file():
        return known[0] if known else None
    beside = packs.pack_at(word.parent, (workspace.templates, *workspace.packs))
    return beside if beside.word.name == word.name else None


def names(workspace: Workspace) -> tuple[str, ...]:
    """The templates of a workspace by name, masters first."""
    return tuple(pack.name for pack in packs.every(workspace))


def where(field: str, workspace: Workspace, variants: Sequence[str] = ()) -> tuple[Whereabouts, ...]:
    """Where a field lands in each of the templates; UsageError with those that come near if no field is called so."""
    templates = {name: master(name, workspace) for name in variants or names(workspace)}
    known = {**known_fields(), **{k: f for one in templates.values() for k, f in own_fields(one).items()}}
    found = []
    meant = found_field(field, known, lambda: labels(templates.values()))
    also = akin(meant, field, known)
    for key in meant:
        asking = {n: one for n, one in templates.items() if not key.startswith(OWN) or key in own_fields(one)}
        places = {name: below(key, landings(one)) for name, one in asking.items()}
        asked = {name: asked_by(one).get(key, "") for name, one in asking.items()}
        found.append(Whereabouts(need(key, known[key], (), ""), places, asked, also))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A field, where it lands in each template, and when each requires it; of its own fields only those that ask.

    `also` are other fields that the same words may mean.
    """

    need: Need
    places: Mapping[str, tuple[Landing, ...]]
    required: Mapping[str, str]
    also: tuple[str, ...] = ()
