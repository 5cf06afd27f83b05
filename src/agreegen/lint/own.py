"""Own: templates of one's own beside the masters, with the fields that each declares.

What is told of their records and of names that nobody declared is `packs`' business, which knows this module's rules;
here such names count as anything, so that nothing is told twice.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from agreegen.late import dataclass
from agreegen.lint.condition import Reader
from agreegen.lint.known import MEANINGS, reader, schema
from agreegen.lint.library import defined
from agreegen.lint.line import Entry
from agreegen.lint.page import Page
from agreegen.lint.shape import TEXT, Shape, anything, date, many, number, record, text, yesno
from agreegen.template.compose import found_in
from agreegen.template.container import opened
from agreegen.template.problem import Problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from agreegen.finding import Finding

EXTRA: Final = "proposal.extra"
KINDS: Final[Mapping[str, Shape]] = {"text": text, "number": number, "date": date, "yes/no": yesno}
"""What the types of declared fields are; `one of` and `block` are made of what they declare besides."""
DEEPEST: Final = 12
"""Files in files."""


class Field(Protocol):
    """What is asked of a declared field."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def many(self) -> bool: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def required(self) -> bool: ...
    @property
    def taken(self) -> str: ...
    @property
    def fields(self) -> Sequence[Field]: ...


class Pack(Protocol):
    """What is asked of a template of one's own."""

    @property
    def word(self) -> Path: ...
    @property
    def roots(self) -> tuple[Path, ...]: ...
    @property
    def fields(self) -> Sequence[Field]: ...
    @property
    def variant(self) -> str: ...
    @property
    def asks_own(self) -> bool: ...
    @property
    def is_master(self) -> bool: ...


def shape_of(said: Field) -> Shape:
    """What the values of a declared field are."""
    if said.kind == "block":
        one = record(**{f.name: shape_of(f) for f in said.fields})
    else:
        one = Shape(TEXT, choices=said.choices) if said.kind == "one of" else KINDS.get(said.kind, anything)
    found = schema().at(said.taken) if said.taken else None
    given = not found.optional if found is not None else said.required and not said.taken
    shape = many(one) if said.many else one
    return shape.sure() if given else shape.maybe()


@dataclass(eq=False)
class Own:
    """A template of one's own: its Word file and those of its folder that it includes, by the names shown for them."""

    pack: Pack
    shown: str
    _pages: dict[str, Page] = field(default_factory=dict)

    @cached_property
    def reader(self) -> Reader:
        """The reader of its expressions: our fields, and those that it declares."""
        ours = schema()
        extra = {f.name: shape_of(f) for f in self.pack.fields}
        below = replace(record(**extra), open=True)
        proposal = ours.fields["proposal"]
        fields = {**ours.fields, "proposal": replace(proposal, fields={**proposal.fields, "extra": below})}
        plain = {} if self.pack.is_master else {n: f"{EXTRA}.{n}" for n in extra if n not in ours.fields}
        known = replace(ours, fields={**{n: extra[n] for n in plain}, **fields}, open=not self.pack.is_master)
        shared = reader()
        return Reader(shared.env, known, MEANINGS, ChainMap({}, shared.domains), aliases=plain)

    @property
    def names(self) -> frozenset[str]:
        """The names by which its files are checked: those shown, and that of a master in its library."""
        return frozenset([self.shown] if self.pack.is_master else self.ways)

    @property
    def variant(self) -> str:
        """The variant whose rules ensure what a proposal fills in; nothing where only the declared fields are asked."""
        return "" if self.pack.asks_own else self.pack.variant

    @cached_property
    def ways(self) -> Mapping[str, tuple[Entry, ...]]:
        """Its files by the names shown for them, its own first, each with the ways in which it comes in."""
        found: dict[str, tuple[Entry, ...]] = {}

        def enter(name: str, entry: Entry, stack: tuple[str, ...]) -> None:
            page = self.page(name)
            if page is None or len(stack) > DEEPEST:
                return
            found[name] = (*found.get(name, ()), entry)
            for other, use in page.included(entry):
                inner = Entry(entry.variant, (*entry.guards, *use.guards), {**entry.scope, **use.scope})
                path = found_in(self.pack.roots, f"{other}.docx")
                if other not in stack and path.is_relative_to(self.pack.roots[0]):
                    enter(self.name_of(path), inner, (*stack, other))

        enter(self.shown, Entry(self.variant), ())
        return found

    def named(self, finding: Finding) -> Finding:
        """A finding of compiling, with the name that is shown for its file."""
        path = self.pack.roots[0] / finding.location.file
        if not path.is_file():
            return finding
        return replace(finding, location=replace(finding.location, file=self.name_of(path)))

    def name_of(self, path: Path) -> str:
        """The name that is shown for a file of its folder: as its Word file's, up to the folder."""
        within = self.pack.word.relative_to(self.pack.roots[0]).as_posix()
        return self.shown.removesuffix(within) + path.relative_to(self.pack.roots[0]).as_posix()

    def path(self, name: str) -> Path:
        """Where one of its files stands."""
        within = self.pack.word.relative_to(self.pack.roots[0]).as_posix()
        return self.pack.roots[0] / name.removeprefix(self.shown.removesuffix(within))

    def page(self, name: str) -> Page | None:
        """One of its files as it stands on disk; nothing if it can't be opened."""
        if name not in self._pages:
            try:
                container = opened(self.path(name).read_bytes(), name, Problems())
            except OSError:
                return None
            if container is None:
                return None
            self._pages[name] = Page(name, container, self.reader)
        return self._pages[name]

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms that its files define."""
        pages = [p for name in self.ways if (p := self.page(name)) is not None]
        return frozenset(term for page in pages for term in defined(page))

    def includes_shared(self) -> bool:
        """True where it includes files that stand elsewhere, whose terms it then has."""
        pages = [p for name in self.ways if (p := self.page(name)) is not None]
        return any(
            not found_in(self.pack.roots, f"{other}.docx").is_relative_to(self.pack.roots[0])
            for page in pages for other, _ in page.included(page.entries[0])
        )  # fmt: skip
