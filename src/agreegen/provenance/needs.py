"""Needs: what a template asks of people: each field with its meaning, its type, who supplies it, when, and where."""

from __future__ import annotations

import functools
import typing
from typing import TYPE_CHECKING, Any

from agreegen.answer import Section, spaced
from agreegen.errors import UsageError
from agreegen.finding import nearest, plain_key
from agreegen.late import dataclass
from agreegen.law import PROGRAM_OF
from agreegen.law.requirements import requirements
from agreegen.packs.declared import BLOCK, DATE, NUMBER, ONE_OF, YES_NO
from agreegen.partner import Party
from agreegen.proposal import Proposal
from agreegen.provenance.landing import Landing, landings
from agreegen.provenance.meanings import MEANINGS
from agreegen.provenance.origins import SIDES, known_fields, origins
from agreegen.provenance.phrases import condition
from agreegen.provenance.suggestions import MOST, meant
from agreegen.provenance.suppliers import supplier
from agreegen.reading.fields import Field, Form
from agreegen.template.printing import environment
from agreegen.wording import label as coded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import BaseModel

    from agreegen.law.requirements import Requirement
    from agreegen.provenance.marking import Marked

FORMS = {Form.TEXT: "text", Form.YES_NO: "yes or no", Form.DATE: "date", Form.NUMBER: "whole number",
         Form.TEXTS: "list of text", Form.WORD: "one of", Form.ANY: "text"}  # fmt: skip
GROUPS = {
    "provider": "Data Provider",
    "recipient": "Data Recipient",
    "terms": "Counsel's settings",
    "extra": "The template's own fields",
}
KINDS = {DATE: Form.DATE, NUMBER: Form.NUMBER, YES_NO: Form.YES_NO, ONE_OF: Form.WORD}
GENERAL = "The exchange"
OWN = "extra: "
"""The block of a proposal that has the fields of its template."""
ALWAYS, DISPUTE, BY_LAW = "always", "in a dispute", "where law requires the disclosure"


@dataclass(frozen=True, slots=True)
class Need:
    """One field of a template."""

    field: str
    group: str
    meaning: str
    type: str
    supplier: str
    required: str  # always, if …, or nothing
    landings: tuple[Landing, ...]

    @property
    def printed(self) -> tuple[str, ...]:
        """The numbers of the places where it is printed, each once."""
        return tuple(dict.fromkeys(x.short for x in self.landings if x.how == "printed"))

    @property
    def decides(self) -> tuple[str, ...]:
        """The numbers of the places where it decides what is printed, each once."""
        return tuple(dict.fromkeys(x.short for x in self.landings if x.how == "decides"))


def needs(marked: Marked) -> tuple[Need, ...]:
    """The fields that a template prints, decides by, or that its program requires: general ones, then by block."""
    landed = landings(marked)
    asked = asked_by(marked)
    found = []
    for key, field in known_fields().items():
        own = landed.get(key, ())
        if own or key in asked:
            found.append(need(key, field, own, asked.get(key, "")))
    for key, field in own_fields(marked).items():
        found.append(need(key, field, landed.get(key, ()), asked.get(key, "")))
    return tuple(sorted(found, key=lambda n: n.group != GENERAL))


def asked_by(marked: Marked) -> Mapping[str, str]:
    """When a template requires each field: by its program, unless it asks for its own fields only, and by itself."""
    own = {f"{OWN}{f.key}": "always" for f in marked.declared if f.required and not f.taken}
    return {**({} if marked.asks_own else required(marked.variant)), **own}


def own_fields(marked: Marked) -> dict[str, Field]:
    """The fields that a template declares itself and asks for, by their keys below `extra`."""
    return {f"{OWN}{f.key}": Field(("extra", f.key), KINDS.get(f.kind, Form.TEXT), f.choices,
                                     f.meaning or f.answer, f.many or f.kind == BLOCK)
            for f in marked.declared if not f.taken}  # fmt: skip


def need(key: str, field: Field, landed: tuple[Landing, ...], when: str) -> Need:
    """One field."""
    head, below_, _ = key.partition(": ")
    group = GROUPS.get(head) or (GENERAL if not below_ and not field.block else head[:1].upper() + head[1:])
    return Need(key, group, meaning(key, field), kind(field), supplier(key), when, landed)


def meaning(key: str, field: Field) -> str:
    """What belongs in a field: the model's description, else the table of required fields."""
    side, _, rest = key.partition(": ")
    own = MEANINGS.get(rest if side in SIDES else key, "")
    return own or field.about.rstrip(".") or _belongs().get(key, "") or _blocks().get(key, "") or _plain(key)


def _plain(key: str) -> str:
    *above, last = key.split(": ")
    return f"{last[:1].upper()}{last[1:]}" + (f" ({': '.join(above)})" if above else "")


@functools.cache
def _blocks() -> dict[str, str]:
    """What each block of keys is, by the model's own words."""
    found: dict[str, str] = {}

    def walk(model: type[BaseModel], above: tuple[str, ...]) -> None:
        for name, info in model.model_fields.items():
            inner = section_of(info.annotation)
            if inner is not None:
                keys = (*above, spaced(name))
                found[": ".join(keys)] = (inner.__doc__ or "").partition("\n")[0].rstrip(".")
                if inner is not Party:
                    walk(inner, keys)

    walk(Proposal, ())
    for side in ("provider", "recipient"):
        walk(Party, (side,))
    return found


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The block that a key holds, or that each entry of its list is."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(section_of, typing.get_args(annotation))), None)


@functools.cache
def _belongs() -> dict[str, str]:
    programs = sorted(set(PROGRAM_OF.values()))
    return {_key(row.field): row.belongs for program in programs for row in requirements(program)}


def kind(field: Field) -> str:
    """The type of a field in words."""
    if field.form is Form.WORD and field.words:
        return f"one of: {', '.join(map(coded, field.words))}"
    if field.block:
        return "list of blocks" if field.form is Form.TEXTS else "block"
    return "choice" if field.form is Form.WORD else FORMS[field.form]


def _key(path: str) -> str:
    """`use: products: public` for `use.products[].public`."""
    return spaced(path.replace("[]", "")).replace(".", ": ")


@functools.cache
def required(variant: str) -> Mapping[str, str]:
    """When each field is required in a variant, in words: by the table of required fields of its program."""
    program = PROGRAM_OF[variant or "local-government"]
    plain = {r.field: r for r in requirements(program)}
    disputed = {r.field: r for r in requirements(program, disputed=True)}
    by_law = {r.field: r for r in requirements(program, by_law=True)}
    found = {}
    for field, row in plain.items():
        usual, dispute, short = (_when(r) for r in (row, disputed[field], by_law[field]))
        if words := _cases(usual, ((dispute, DISPUTE), (short, BY_LAW))):
            found[_key(field)] = words
    return found


def _cases(usual: str, others: Sequence[tuple[str, str]]) -> str:
    """When a field is required: `always, but not in a dispute`, `in a dispute`, `if …; in a dispute always`."""
    differing = [(need, case) for need, case in others if need != usual]
    never = [case for need, case in differing if not need]
    words = usual + (f", but not {' or '.join(never)}" if usual and never else "")
    found = [words] if words else []
    found += [case if need == ALWAYS and not usual else f"{case} {need}" for need, case in differing if need]
    return "; ".join(found)


def _when(row: Requirement) -> str:
    if row.need == "yes":
        return "in each entry" if "[]" in row.field else ALWAYS
    if row.need == "no" or row.when is None:
        return ""
    [output] = environment().parse(f"{{{{ {row.when} }}}}").body
    entry = f"proposal.{row.field.partition('[]')[0]}" if "[]" in row.field else ""
    side = f"{row.field.partition('.')[0]}s"
    expression: Any = output
    return f"{'for each entry, ' if entry else ''}if {condition(expression.nodes[0], {'party': side, 'item': entry})}"


# ---------------------------------------------------------------------------------------------------- one field
def found_field(
    said: str, known: Mapping[str, Field] | None = None, labeled: Callable[[], Mapping[str, str]] | None = None
) -> tuple[str, ...]:
    """The fields that a person means by a key, its end, a block, a name of templates, or words for it.

    `labeled` gives what stands before fields on the page. UsageError with the nearest fields if none is meant.
    """
    key = ": ".join(plain_key(part).strip() for part in said.replace(":", ".").split(".") if part.strip())
    known = known or known_fields()
    if key in known:
        return (key,)
    if ends := tuple(k for k in known if k.endswith(f": {key}")):
        shortest = min(k.count(": ") for k in ends)
        return tuple(k for k in ends if k.count(": ") == shortest)
    if " " not in said.strip() and (named := tuple(k for k in origins(said.strip()) if k in known)):
        return named
    shown = labeled() if labeled else {}
    exact, close = meant(said, {k: f"{meaning(k, f)} {shown.get(k, '')}" for k, f in known.items()})
    if exact or len(close) == 1:
        return exact or close
    raise UsageError(f"no field is called '{said}'", _near(key, close, known))


def _near(key: str, close: Sequence[str], known: Mapping[str, Field]) -> str:
    """The hint that names the fields that come near, each with what it means."""
    if not close:
        spelled = nearest(key, known) or nearest(key.rpartition(": ")[2], {k.rpartition(": ")[2] for k in known})
        close = [k for k in known if k == spelled or k.endswith(f": {spelled}")] if spelled[:1] == key[:1] else []
    if not close:
        return "`agreegen templates fields` lists them"
    told = "; ".join(f"'{k}' ({meaning(k, known[k])})" for k in close[:MOST])
    return f"did you mean {told}?" if len(close) == 1 else f"one of these may be meant: {told}"


def akin(found: Sequence[str], said: str, known: Mapping[str, Field]) -> tuple[str, ...]:
    """Other fields whose keys have the word: `regimes: hipaa` for `hipaa`."""
    _, close = meant(said, dict.fromkeys(known, ""))
    return tuple(k for k in close if not any(k == f or k.startswith(f"{f}: ") for f in found))[:MOST]


def below(key: str, landed: Mapping[str, tuple[Landing, ...]]) -> tuple[Landing, ...]:
    """Where a field lands, and the fields of the block that it is."""
    own = [x for field, places in landed.items() if field == key or field.startswith(f"{key}: ") for x in places]
    return tuple(dict.fromkeys(own))
