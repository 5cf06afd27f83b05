"""Fields of a form: what the model of proposals asks, each with a label, a kind, help, and the words to choose from."""

from __future__ import annotations

import enum
import re
import types
import typing
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from agreegen.answer import Section, no_is_none, spaced
from agreegen.forms.kinds import Kind, kind_of
from agreegen.forms.labels import SECTIONS, inside, label_of, shown, singular, unnumbered
from agreegen.late import dataclass
from agreegen.proposal import Proposal
from agreegen.proposal.regimes import SpecialRegimes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from agreegen.packs.declared import Field as DeclaredField

Path = tuple[str | int, ...]
ANSWER: Final = "answer"
"""The last key of the question whether a block or a list applies at all."""

LEFT_OUT: Final = frozenset({("terms",), ("extra",), ("template",), ("variant",), ("provider", "party"),
                             ("recipient", "party")})  # fmt: skip
"""Fields that a form doesn't ask: settings and templates are counsel's, and the form is of one variant."""

LONGEST: Final = 64
"""Characters that Word allows for the title and the tag of a control."""

_IN_FILES: Final = re.compile(r"^no, or |; a name of a CSV file.*|; yes where nothing.*")
"""What descriptions say of files alone: a form has a list for yes and no, and no names of files."""

YES_NO: Final = (("Yes", "yes"), ("No", "no"))
DECLARED: ContextVar[tuple[Entry, ...]] = ContextVar("declared", default=())
"""What the template of the form that is made or read declares, see `declared.declaring`."""


@dataclass(frozen=True, slots=True)
class Field:
    """One answer: where it belongs, what it is called, what a control for it looks like; `preset` is its default."""

    path: Path
    label: str
    kind: Kind
    about: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    preset: str = ""
    email: bool = False
    words: bool = False
    """True for lists of code words, which may also be separated by commas."""

    @property
    def tag(self) -> str:
        return tag_of(self.path)

    @property
    def hint(self) -> str:
        """What the control shows while it is empty, wherever it stands: `[Provider: legal name]`."""
        above = [p for p in self.path[:-1] if isinstance(p, str) and p != "extra"][-1:]
        of = (
            singular(label_of(above[0]))
            if above and isinstance(self.path[-2], int)
            else label_of(above[0])
            if above
            else ""
        )
        what = f"{of}: {inside(self.label)}" if of and self.path[-1] != ANSWER else self.label
        return {
            Kind.DATE: f"[{what}: choose a date]",
            Kind.CHOICE: "[Choose]",
            Kind.LINES: f"[{what}, one a line]",
        }.get(self.kind, f"[{what}]")


@dataclass(frozen=True, slots=True)
class Block:
    """Fields that belong together; `asks` where a person first says whether there is such a thing."""

    path: Path
    label: str
    about: str
    entries: tuple[Entry, ...]
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries of one shape, as many as there are."""

    path: Path
    label: str
    about: str
    model: type[BaseModel] | tuple[DeclaredField, ...]
    asks: bool = False

    def entry(self, index: int) -> Block:
        """The fields of one entry."""
        path = (*self.path, index)
        if isinstance(self.model, tuple):
            from agreegen.forms.declared import entries_of as of_declared  # noqa: PLC0415 (they know each other)

            entries = of_declared(self.model, path)
        else:
            entries = entries_of(self.model, path)
        return Block(path, f"{singular(self.label)} {index + 1}", "", entries)


Entry = Field | Block | Listing


def question(entry: Block | Listing) -> Field:
    """The question whether the block applies."""
    path = (*entry.path, ANSWER)
    return Field(path, "Does this apply?", Kind.CHOICE, "Choose yes or no; if yes, fill in what follows", YES_NO)


@lru_cache(maxsize=512)
def entries_of(model: type[BaseModel], path: Path = ()) -> tuple[Entry, ...]:
    """The fields, blocks and lists of a model in its order."""
    return tuple(_made(model, path))


def top() -> tuple[Entry, ...]:
    """The entries of a proposal; each party of a side is an entry of its list. What a template declares is the last."""
    return (*entries_of(Proposal), *DECLARED.get())


def leaves(entry: Entry, sizes: int = 0) -> Iterator[Field]:
    """The fields of an entry, questions included; of a list `sizes` entries."""
    if isinstance(entry, Field):
        yield entry
        return
    if entry.asks:
        yield question(entry)
    inner = entry.entries if isinstance(entry, Block) else [entry.entry(n) for n in range(sizes)]
    for one in inner:
        yield from leaves(one, sizes)


def _made(model: type[BaseModel], path: Path) -> Iterator[Entry]:
    for name, info in model.model_fields.items():
        here = (*path, name)
        if tuple(p for p in here if isinstance(p, str)) in LEFT_OUT:
            continue
        options = list(_options(info.annotation))
        sections = [o for o in options if isinstance(o, type) and issubclass(o, Section)]
        asks = _asks(model, info, options)
        about = " ".join((info.description or "").replace("`", "").split())
        label = SECTIONS.get(name, label_of(name)) if not path else label_of(name)
        if sections and any(typing.get_origin(o) is tuple for o in _outer(info.annotation)):
            yield Listing(here, label, for_forms(about), sections[0], asks=asks)
        elif sections:
            inner = sections[0]
            about = _first_sentence(inner) if not about or about.startswith("no, or") else about
            yield Block(here, label, for_forms(about), entries_of(inner, here), asks=asks)
        else:
            yield _field(here, info, options, about)


def for_forms(about: str) -> str:
    """A description without what concerns files alone."""
    text = _IN_FILES.sub("", about)
    return text[:1].upper() + text[1:]


def _field(path: Path, info: FieldInfo, options: list[Any], about: str) -> Field:  # noqa: PLR0911 (one a kind)
    """The field of a plain value."""
    label = label_of(str(path[-1]))
    example = (info.examples or [""])[0]
    if example and isinstance(example, str):
        about = f"{about}, such as {example}" if about else f"Such as {example}"
    many = any(typing.get_origin(o) is tuple for o in _outer(info.annotation))
    literals = [str(v) for o in options for v in _literals(o)]
    default = info.get_default() if not info.is_required() else None
    if many:
        words = f" ({', '.join(shown(v) for v in literals)})" if literals and shown(literals[0]) not in about else ""
        return Field(path, label, Kind.LINES, about + words, words=bool(literals))
    if literals:
        preset = str(default) if default is not None else ""
        return Field(path, label, Kind.CHOICE, about, tuple((shown(v), v) for v in literals), preset)
    kinds = {o for o in options if isinstance(o, type)}
    if bool in kinds and str not in kinds:
        if isinstance(default, bool):
            return Field(path, label, Kind.CHECK, about, preset="yes" if default else "no")
        return Field(path, label, Kind.CHOICE, about, YES_NO)
    if int in kinds and str not in kinds:
        return Field(path, label, Kind.NUMBER, about)
    if any(o.__name__ == "date" for o in kinds):
        return Field(path, label, Kind.DATE, about)
    preset = (
        {True: "yes", False: "no", None: ""}.get(default, str(default)) if not isinstance(default, str) else default
    )
    if bool in kinds:
        about = about or "yes, no, or words"
    return Field(path, label, kind_of(path, preset), about, preset=preset, email=_is_email(info))


def _asks(model: type[BaseModel], info: FieldInfo, options: list[Any]) -> bool:
    """True where `no` is an answer and a block another."""
    if model is SpecialRegimes:
        return any(isinstance(o, type) and issubclass(o, Section) for o in options)
    if bool in options and any(isinstance(o, type) and issubclass(o, Section) for o in options):
        return True
    return any(getattr(m, "func", None) is no_is_none for m in info.metadata)


def _is_email(info: FieldInfo) -> bool:
    return "@" in str(info.annotation)


def _outer(annotation: Any) -> Iterator[Any]:
    """The options of a union, lists unopened."""
    origin = typing.get_origin(annotation)
    if origin in (types.UnionType, typing.Union):
        for arg in typing.get_args(annotation):
            yield from _outer(arg)
    elif origin is typing.Annotated:
        yield from _outer(typing.get_args(annotation)[0])
    else:
        yield annotation


def _options(annotation: Any) -> Iterator[Any]:
    """The options of a union; of a list those of its entries."""
    for option in _outer(annotation):
        if typing.get_origin(option) is tuple:
            yield from _options(typing.get_args(option)[0])
        else:
            yield option


def _literals(option: Any) -> tuple[Any, ...]:
    if typing.get_origin(option) is Literal:
        return typing.get_args(option)
    if isinstance(option, type) and issubclass(option, enum.Enum):
        return tuple(m.value for m in option)
    return ()


def _first_sentence(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").replace("`", "").split("\n\n")[0].split())


def tag_of(path: Path) -> str:
    """`provider[1].contacts.incident.email`: the tag of a control, and how a finding names a field."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def path_of(tag: str) -> Path:
    """The path of a tag; empty if it isn't one of ours."""
    found: list[str | int] = []
    for piece in tag.split("."):
        m = re.fullmatch(r"([a-z_0-9]+)((?:\[\d+\])*)", piece)
        if m is None:
            return ()
        found.append(m[1])
        found += [int(n) - 1 for n in re.findall(r"\[(\d+)\]", m[2])]
    return tuple(found)


def title_of(path: Path) -> str:
    """The whole name of a field for a control's title, cut from the left to what Word allows."""
    parts: list[str] = []
    for at, part in enumerate(path):
        if isinstance(part, str):
            parts += [label_of(part)] if part not in (ANSWER, "extra") else []
        elif at > 1 or part:
            parts[-1] = f"{singular(parts[-1])} {part + 1}"
    text = ": ".join(parts)
    return text if len(text) <= LONGEST else "…" + text[-(LONGEST - 1) :]


def keyed(path: Path) -> str:
    """The field as an author of YAML writes it: `purpose: benefits: agency`, `data: elements[2]: name`."""
    text = ""
    for at, part in enumerate(path):
        if isinstance(part, int):
            text += f"[{part + 1}]" if at > 1 or part or path[0] not in ("provider", "recipient") else ""
        elif part != ANSWER:
            text += f": {spaced(part)}" if text else spaced(part)
    return text


def field_at(path: Path) -> Field | None:
    """The field of a path, None if proposals have no such field."""
    return _field_at.__wrapped__(path) if path[:1] == ("extra",) else _field_at(path)


@lru_cache(maxsize=4096)
def _field_at(path: Path) -> Field | None:
    if path[-1:] == (ANSWER,):
        above = entry_at(path[:-1])
        return question(above) if above is not None and not isinstance(above, Field) and above.asks else None
    found = entry_at(path)
    return found if isinstance(found, Field) else None


def entry_at(path: Path) -> Entry | None:
    """The field, block, list, or entry of a list at a path; None if proposals have none there."""
    entries: tuple[Entry, ...] = top()
    found: Entry | None = None
    for n in range(1, len(path) + 1):
        found = next((e for e in entries if e.path == path[:n]), None)
        if found is None or (isinstance(found, Field) and n < len(path)):
            return None
        if isinstance(found, Listing):
            after = path[n] if n < len(path) else None
            entries = (found.entry(after),) if isinstance(after, int) else ()
        elif isinstance(found, Block):
            entries = found.entries
    return found


def lists() -> tuple[Listing, ...]:
    """All lists, those within entries of others by their first."""
    return _lists(top())


@lru_cache(maxsize=8)
def _lists(entries: tuple[Entry, ...]) -> tuple[Listing, ...]:
    waiting, found = list(entries), []
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, Listing):
            found.append(entry)
            waiting += entry.entry(0).entries
        elif isinstance(entry, Block):
            waiting += entry.entries
    return tuple(found)


def list_titles() -> frozenset[str]:
    """The titles of all lists, without the numbers of entries."""
    return frozenset(unnumbered(title_of(entry.path)) for entry in lists())
