"""Lint: everything that is wrong with Word templates, in one run, each at its place in the text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity, nearest
from agreegen.lint import (
    alone,
    branches,
    composed,
    fields,
    generic,
    language,
    reading,
    standing,
    suppression,
    tags,
    terms,
    whole,
    word,
)
from agreegen.lint.codes import OTHERS
from agreegen.lint.library import Library
from agreegen.lint.own import Own
from agreegen.lint.rule import Rule, flat
from agreegen.lint.walk import meant
from agreegen.progress import Progress
from agreegen.template import compile as compile_template
from agreegen.template.compiled import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from agreegen.lint.page import Page
    from agreegen.template import Template

__all__ = ["RULES", "Library", "Own", "Progress", "Rule", "check", "check_file", "checked", "explain", "targets"]

RULES: tuple[Rule, ...] = (
    *tags.RULES, *standing.RULES, *fields.RULES, *branches.RULES, *word.RULES, *language.RULES, *terms.RULES,
    *whole.RULES,
)  # fmt: skip
"""Every rule about templates beyond those of compiling."""

OF_FIELDS = frozenset((*fields.RULES, *branches.RULES, *(r for r in tags.RULES if r.code in ("T226", "T227"))))
"""Rules that ask what fields there are: files of others have their own, which nobody told."""
OF_LIBRARY = frozenset(whole.RULES)
"""Rules that ask for our set of templates."""

OURS = frozenset({"T012", "T016", "T024", "T032", "T042"})
"""Codes of compiling that a rule here finds too: what compiling says of these is dropped for ours."""
WHOLLY = frozenset({"T032", "T042"})
"""Those of which ours finds all that there is, and goes on where compiling is misled."""


NOTHING: Mapping[str, Sequence[Finding]] = MappingProxyType({})


Sound = frozenset[tuple[str, str]]
"""Names and digests of files."""


def targets(said: Sequence[str], library: Library) -> list[tuple[str, Path]]:
    """The templates that are meant: names of variants, clauses or exhibits, or Word files; all if nothing is said."""
    if not said:
        if not library.names:
            hint = "correct `templates` in agreegen.toml; `agreegen init` makes a complete folder"
            raise UsageError(f"there are no templates in {library.root}", hint)
        return [(n, library.path(n)) for n in library.names]
    found: dict[str, Path] = {}
    for word_ in said:
        for name, path in _meant(word_, library):
            found.setdefault(name, path)
    return list(found.items())


def _meant(said: str, library: Library) -> list[tuple[str, Path]]:
    plain = said.removesuffix(".docx").strip("/")
    if plain in library.variants:
        return [(n, library.path(n)) for n in library.of_variant(plain)]
    names = [n for n in library.names if n == plain or n.split("/", 1)[1] == plain]
    if names:
        return [(n, library.path(n)) for n in names]
    path = Path(said)
    if path.suffix == ".docx" and path.is_file():
        try:
            inside = path.resolve().relative_to(library.root.resolve()).with_suffix("").as_posix()
        except ValueError:
            return [(said, path)]
        return [(inside, path)]
    if path.suffix == ".docx":
        raise UsageError(f"there is no file {said}", "give the path of a Word file, or the name of a template")
    close = nearest(plain, [*library.variants, *library.names, *(n.split("/", 1)[1] for n in library.names)])
    hint = f"did you mean {close}?" if close else f"variants: {', '.join(library.variants)}; or clauses/…, exhibits/…"
    raise UsageError(f"no template is called '{said}'", hint)


def check(
    wanted: Sequence[tuple[str, Path]], library: Library, cache: Path | None = None,
    show: Callable[[Progress], None] = lambda _: None, whole: Mapping[str, Sequence[Finding]] = NOTHING,
) -> list[Finding]:  # fmt: skip
    """Every finding of the templates that no suppression lets stand; of whole variants, what includes bring, too.

    `show` is called before each step; `whole` has what compiling templates of one's own said, by their names.
    """
    kept, wrong = suppression.read(library.root, library.own)
    names = {name for name, _ in wanted}
    masters = [m for m in library.masters if m in names]
    made: list[Template] = []
    for number, master in enumerate(masters):
        show(Progress("putting together", number, len(masters)))
        made.append(compile_template(library.path(master), root=library.root, cache=cache, elsewhere=alone.ids(),
                                     examine=composed.examined))  # fmt: skip
    sound = frozenset((f.name, f.sha256) for template in made if not template.findings for f in template.files)
    found = checked(wanted, library, show, sound)
    for template in made:
        found += together(template.findings, library, found)
    for own in library.own:
        said = [own.named(f) for f in whole.get(own.shown, ())]
        found += together([f for f in said if own.shown in names or f.location.file in names], library, found)
    return [*wrong, *suppression.applied(by_file(found, library), kept, names)]


def by_file(found: Sequence[Finding], library: Library) -> list[Finding]:
    """The findings file after file, each file's as one meets them."""
    files: dict[str, list[Finding]] = {}
    for finding in found:
        files.setdefault(finding.location.file, []).append(finding)
    pages = ((library.page_of(file), said) for file, said in files.items())
    return [f for page, said in pages for f in (ordered(said, page) if page is not None else said)]


def together(made: Iterable[Finding], library: Library, known: Sequence[Finding]) -> list[Finding]:
    """What is wrong only when the includes of a template are put in, of all that compiling it says."""
    places = {(f.code, _place(f)) for f in known}
    files = {f.location.file for f in known if f.severity is Severity.ERROR}
    new = [f for f in made if (f.code, _place(f)) not in places]
    pages = ((f, library.page_of(f.location.file)) for f in new
             if not (f.location.file in files and f.code in OURS | CASCADES))  # fmt: skip
    return [placed(f, page) if page is not None else f for f, page in pages]


def _place(finding: Finding) -> tuple[str, str, int | None, str]:
    """Where a finding is: the paragraph, and for names, of which there may be many, the tag."""
    place = finding.location
    return place.file, place.part, place.paragraph, place.text if finding.code == "T046" else ""


CASCADES = frozenset({"T030", "T031", "T040", "T050", "T051", "T052"})
"""Codes that follow from other faults of the same file, which its own check has told."""


def checked(
    wanted: Sequence[tuple[str, Path]],
    library: Library,
    show: Callable[[Progress], None] = lambda _: None,
    sound: Sound = frozenset(),
) -> list[Finding]:
    """Every finding of the templates, file after file in the order of the text."""
    found: list[Finding] = []
    for number, (name, path) in enumerate(wanted):
        show(Progress("checking", number, len(wanted)))
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path} can't be read: {error.strerror}", "check the path") from None
        found += check_file(data, name, library, sound)
    return found


def check_file(data: bytes, name: str, library: Library, sound: Sound = frozenset()) -> list[Finding]:
    """Every finding of one Word file, as text in memory; `name` is its path in the library, without ending.

    `sound` are files of which compiling has nothing to say, known from templates that they are put in.
    """
    ours, own = library.owns(name), library.own_of(name)
    file = f"{name}.docx" if ours else name
    found: list[Finding] = []
    page = library.on_disk(data, name)
    if page is None:
        container, found = alone.taken_apart(data, file)
        if container is None:
            return found
        page = library.read(container, name)
    left_out = frozenset() if ours else OF_LIBRARY if own is not None else OF_LIBRARY | OF_FIELDS
    rules = [f for rule in RULES if rule not in left_out for f in rule.check(page)]
    rules += reading.check(page)
    path = library.path(name) if ours else own.path(name) if own is not None else Path(file).resolve()
    roots = own.pack.roots if own is not None and not ours else (library.root,)
    said = [] if ours and (file, digest(data)) in sound else alone.compiled(data, path, roots)
    both = merged(rules, [placed(replace(f, location=replace(f.location, file=file)), page) for f in said])
    return ordered([*both, *generic.found(data, page, both)], page)


def merged(ours: list[Finding], compiling: list[Finding]) -> list[Finding]:
    """The findings of our rules, and those of compiling that say something else."""
    compiling = [_clearer(f) for f in compiling]
    codes = WHOLLY | ({f.code for f in ours} & OURS)
    wrong = {_key(f.location) for f in ours if f.code == "T206"}
    ours = [f for f in ours if f.code not in BRANCHES or _key(f.location) not in wrong]
    lines = {_key(f.location) for f in ours if f.code == "T225"}
    kept = [f for f in compiling if f.code not in codes and not (f.code == "T051" and _key(f.location) in lines)]
    if any(f.code in ("T030", "T034") for f in compiling):
        kept = [f for f in kept if f.code != "T042"]
    return list(dict.fromkeys([*ours, *kept]))


def _clearer(finding: Finding) -> Finding:
    """The finding with a remedy for a statement that is misspelt by a letter, or has no space before it."""
    found = UNKNOWN.match(finding.message) if finding.code == "T041" else None
    word = meant(found[1]) if found else ""
    if not found or not word or word == found[1]:
        return finding
    level = next((p for p in ("tr", "tc", "p") if found[1] == p + word), "")
    return replace(finding, hint=f"write {{%{level} {word} … %}}" if level else f"did you mean {word!r}?")


UNKNOWN = re.compile(r"unknown tag '(\w+)'")
BRANCHES = frozenset({"T210", "T211"})
"""Codes that follow from a value that a field can't have."""


def _key(place: Location) -> tuple[str, int | None]:
    return place.part, place.paragraph


def placed(finding: Finding, page: Page) -> Finding:
    """The finding with the text of its paragraph, and where in it the tag begins."""
    place = finding.location
    line = next((x for x in page.lines if (x.place.part, x.place.paragraph) == (place.part, place.paragraph)), None)
    if line is None:
        return finding
    at = max(line.text.find(place.text), 0) if place.text else 0
    return replace(finding, location=replace(place, said=flat(line.text), column=at + 1))


def ordered(found: list[Finding], page: Page) -> list[Finding]:
    """The findings as one meets them: by part, paragraph and place in it; those of the whole file first."""
    parts = {label: n for n, (label, _) in enumerate(page.parts)}
    worst = list(Severity)

    def key(f: Finding) -> tuple[int, int, int, int, str]:
        place = f.location
        part = parts.get(place.part, -1)
        return part, place.paragraph or 0, place.column or 0, worst.index(f.severity), f.code

    return sorted(found, key=key)


def explain(code: str) -> str:
    """What a code of templates means, with why, bad and good; nothing if it is another's."""
    for rule in RULES:
        if rule.code == code:
            return f"{rule.code} ({rule.severity})\n\n{rule.text}"
    return f"{code}\n\n{OTHERS[code]}" if code in OTHERS else ""
