"""The way that a template takes for an agreement: what it asks of the data, and which of them it prints where.

Data that answer all questions alike have the same pieces but for the values that are printed, which come straight from
the data; the template needn't run for them.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from jinja2.filters import do_list, do_map, do_rejectattr, do_selectattr

from agreegen.plate.asking import ABSENT, OPEN, UnaskedError, itself, listed, same, taken
from agreegen.plate.watch import asked
from agreegen.template.printing import text as printer

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from agreegen.plate.asking import Data, Step
    from agreegen.plate.shape import Laid, Shape
    from agreegen.template import Template

_ITEM, _ONE, _ITSELF, _NAME, _ANY = range(5)
_ROUTES: Final = 4
OFTEN: Final = 64  # a route that is followed so often is written as a function, which is worth its time then
_Quick = tuple[int, Any, Any, Any, str]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Data whose agreement has another shape, or may have; `name` is of what was taken for constant and isn't."""

    name: str


@dataclass(slots=True, eq=False)
class Route:
    """The steps of a template, the values at the slots of its shape, and where results of steps stand among them."""

    steps: tuple[_Quick, ...]
    values: tuple[str, ...]
    prints: tuple[tuple[int, tuple[int, ...]], ...]
    shape: Shape
    names: frozenset[str]  # that the data have
    followed: int = 0
    function: Callable[[Mapping[str, Any]], tuple[str, ...] | Elsewhere] | None = None

    @classmethod
    def of(cls, template: Template, shape: Shape, one: Laid, data: Data) -> Route:
        """The route of data whose pieces are `one`, and of that shape; UnaskedError if it isn't certain."""
        values = shape.values(one)
        record, parts = asked(template, data)
        pieces = list(chain.from_iterable(parts))
        if values is None or tuple(map(len, parts)) != one.counts:
            raise UnaskedError
        numbers = {slot: n for n, slot in enumerate(shape.slots)}
        prints: dict[int, list[int]] = {}
        for i, (piece, real) in enumerate(zip(pieces, one.pieces, strict=True)):
            found = record.printed.get(piece)
            if (piece if found is None else found.value) != real or (found is None and OPEN in piece):
                raise UnaskedError
            if found is not None and i in numbers:
                prints.setdefault(found.number, []).append(numbers[i])
            elif found is not None:
                record.answer(operator.eq, found, real)
        steps, results = _quick(record.steps, prints)
        return cls(
            steps, values, tuple((results[n], tuple(at)) for n, at in prints.items()), shape, frozenset(data.own)
        )

    def follow(self, data: Mapping[str, Any]) -> tuple[str, ...] | Elsewhere:
        """The values at the slots for other data."""
        if data.keys() != self.names:
            return Elsewhere("")
        self.followed += 1
        if self.followed == OFTEN:
            self.function = _written(self)
        try:
            return self.function(data) if self.function else self._put(self._taken(data))
        except Exception:  # these data haven't what the others have
            return Elsewhere("")

    def _taken(self, data: Mapping[str, Any]) -> tuple[Any, ...] | Elsewhere:
        """What is printed of other data, step by step."""
        found: list[Any] = []
        put = found.append
        for kind, make, at, expected, name in self.steps:
            if kind == _ITEM:
                value = found[at][make]
            elif kind == _ONE:
                value = make(found[at])
            elif kind == _ITSELF:
                value = found[at]
            elif kind == _NAME:
                value = data[make]
            else:
                value = make(*[found[a] if fed else a for fed, a in at])
            if expected is ABSENT:
                put(value)
            elif value is not expected and not same(value, expected):
                return Elsewhere(name)
        return tuple([found[step] for step, _ in self.prints])

    def _put(self, printed: tuple[Any, ...] | Elsewhere) -> tuple[str, ...] | Elsewhere:
        """The values at the slots where these are printed."""
        if isinstance(printed, Elsewhere):
            return printed
        if not self.shape.fit(printed):
            return Elsewhere("")
        values = list(self.values)
        for text, (_, slots) in zip(printed, self.prints, strict=True):
            for slot in slots:
                values[slot] = text
        return tuple(values)


def _written(route: Route) -> Callable[[Mapping[str, Any]], tuple[str, ...] | Elsewhere]:
    """A route as a function of the data, which gives the values at the slots.

    Texts that are printed as they are needn't be passed to the printer: whether they are is seen of all at once.
    """
    known: dict[str, Any] = {"same": same, "base": list(route.values), "soon": route.shape.fit_soon}
    known |= {"fit": route.shape.fit, "nowhere": Elsewhere(""), "printer": printer}

    def held(value: Any) -> str:
        known[name := f"k{len(known)}"] = value
        return name

    def constant(value: Any) -> str:
        return repr(value) if type(value) in (str, int) else held(value)

    fed = Counter(at for step in route.steps for at in _fed(step))
    printed, lines, count = {step for step, _ in route.prints}, [], 0
    raw: dict[int, str] = {}
    for step in route.steps:
        kind, make, at, expected, name = step
        if expected is not ABSENT:
            lines.append(f"if {_differs(step, constant, held)}: return {held(Elsewhere(name))}")
            continue
        if kind == _ONE and make is printer and count in printed and not fed[count]:
            raw[count] = f"v{at}"
        else:
            lines.append(f"v{count} = {_said(kind, make, at, constant)}")
        count += 1
    numbers = [step for step, _ in route.prints]
    lines.append(f"found = ({''.join(raw.get(n, f'v{n}') + ', ' for n in numbers)})")
    lines.append("if not soon(found):")
    lines.append(f" found = ({''.join(f'printer({raw[n]}), ' if n in raw else f'v{n}, ' for n in numbers)})")
    lines.append(" if not fit(found): return nowhere")
    lines.append("values = base.copy()")
    for n, (_, slots) in enumerate(route.prints):
        lines.append("".join(f"values[{slot}] = " for slot in slots) + f"found[{n}]")
    lines.append("return tuple(values)")
    exec("def follow(data):\n " + "\n ".join(lines), known)  # noqa: S102 (names and constants of ours)
    return known["follow"]  # type: ignore[no-any-return]


def _fed(step: _Quick) -> list[int]:
    """The results that a step takes."""
    kind, _, at, _, _ = step
    if kind == _ANY:
        return [a for fed, a in at if fed]
    return [] if kind == _NAME else [at]


def _differs(step: _Quick, constant: Callable[[Any], str], held: Callable[[Any], str]) -> str:
    """As Python asks whether something isn't what is expected."""
    kind, make, at, expected, _ = step
    if kind == _ONE and make is operator.truth:
        return f"not v{at}" if expected else f"v{at}"
    said = _said(kind, make, at, constant)
    if expected is None or type(expected) is bool:
        return f"({said}) is not {expected}"
    return f"(value := {said}) is not {(answer := held(expected))} and not same(value, {answer})"


def _said(kind: int, make: Any, at: Any, constant: Callable[[Any], str]) -> str:
    """A step as Python says it."""
    if kind == _ITEM:
        return f"v{at}[{constant(make)}]"
    if kind == _ONE:
        return f"{constant(make)}(v{at})"
    if kind == _ITSELF:
        return f"v{at}"
    if kind == _NAME:
        return f"data[{constant(make)}]"
    said = [f"v{a}" if fed else constant(a) for fed, a in at]
    if make is operator.eq:
        return " == ".join(said)
    return f"{constant(make)}({', '.join(said)})"


@dataclass(slots=True)
class Routes:
    """The routes of one shape, as they were learned; few, and learned no more where that is in vain."""

    known: list[Route] = field(default_factory=list)
    free: set[str] = field(default_factory=set)  # what was taken for constant and isn't
    patience: int = 16

    def values(self, data: Mapping[str, Any]) -> tuple[str, ...] | None:
        """The values at the slots for data that go a known way."""
        for route in self.known:
            found = route.follow(data)
            if not isinstance(found, Elsewhere):
                return found
            if found.name:
                self.free.add(found.name)
        return None

    def learn(self, template: Template, shape: Shape, one: Laid, data: Data) -> None:
        """Learns the route of data of the shape, whose pieces are `one`."""
        self.patience -= 1
        try:
            route = Route.of(template, shape, one, data._replace(free=self.free))
        except Exception:  # the template runs for each of them; what is wrong with its data, it tells itself
            self.patience = 0
            return
        self.known = [route, *self.known[: _ROUTES - 1]]


def _quick(steps: Sequence[Step], printed: Container[int]) -> tuple[tuple[_Quick, ...], dict[int, int]]:
    """Steps as they are taken, and the numbers of their results, which questions have none of.

    To take a part and to ask what it is are one where nothing else is done with it; what hangs on no data is done now.
    """
    uses = Counter(n for step in steps for _, n in step.fed)
    made: list[_Quick] = []
    numbers: dict[int, int] = {}
    constants: dict[int, Any] = {}
    for n, step in enumerate(_fixed_of(steps, constants, printed)):
        after = steps[n + 1] if n + 1 < len(steps) else None
        if step is None:
            continue
        if after and after.make is itself and after.fed == ((0, n),) and uses[n] == 1 and _is_part(step):
            made.append((_ITEM, step.args[1], numbers[step.fed[0][1]], after.expected, after.name))
        elif step.make is not itself or step.fed[0][1] in numbers:
            made.append(_one(_short(step), numbers))
            if step.expected is ABSENT:
                numbers[n] = len(numbers)
    return tuple(made), numbers


def _fixed_of(steps: Sequence[Step], constants: dict[int, Any], printed: Container[int]) -> Iterator[Step | None]:
    """Steps with the results of those that hang on no data in them; None for these, which are done."""
    for n, step in enumerate(steps):
        args = list(step.args)
        for place, number in step.fed:
            args[place] = constants.get(number)
        one = step._replace(
            args=tuple(args), fed=tuple((p, number) for p, number in step.fed if number not in constants)
        )
        if one.fed or one.make is taken or n in printed:
            yield one
            continue
        value = one.make(*one.args)
        if one.expected is ABSENT:
            constants[n] = value
            yield None
        else:
            yield None if same(value, one.expected) else one


def _short(step: Step) -> Step:
    """A step; as a function of our own where a filter does no more than that with plain records."""
    make, args, fed = step.make, step.args, step.fed
    if [place for place, _ in fed] != [1]:
        return step
    inner = make.args[0] if type(make) is functools.partial and make.func is listed else None
    if make is do_list:
        function: Callable[..., Any] = list
    elif inner in (do_selectattr, do_rejectattr) and _is_name(*args[2:]):
        function = functools.partial(_chosen, make, args, args[2], inner is do_selectattr)
    elif type(inner) is functools.partial and inner.func is do_map and _is_name(*args[2:], *_attribute(inner)):
        function = functools.partial(_attributes, make, args, inner.keywords["attribute"])
    else:
        return step
    return step._replace(make=function, args=(None,), fed=((0, fed[0][1]),))


def _attribute(make: functools.partial[Any]) -> tuple[Any, ...]:
    """The attribute that the filter `map` asks for, if it is asked for nothing else."""
    return tuple(make.keywords.values()) if make.keywords.keys() == {"attribute"} and not make.args else ()


def _is_name(*said: Any) -> bool:
    return len(said) == 1 and type(said[0]) is str and said[0].isidentifier()


def _are_records(found: Any, name: str) -> bool:
    """Whether it is a list of plain records, each with a field of that name."""
    return type(found) in (list, tuple) and all(type(one) is dict and name in one for one in found)


def _attributes(make: Callable[..., Any], args: tuple[Any, ...], name: str, found: Any) -> Any:
    """A field of each of a list, as the filter `map` gives it."""
    return [one[name] for one in found] if _are_records(found, name) else make(args[0], found)


def _chosen(make: Callable[..., Any], args: tuple[Any, ...], name: str, wanted: bool, found: Any) -> Any:
    """Those of a list in which a field is true, or isn't, as the filters `selectattr` and `rejectattr` give them."""
    if not _are_records(found, name):
        return make(args[0], found, *args[2:])
    return [one for one in found if bool(one[name]) is wanted]


def _is_part(step: Step) -> bool:
    return step.make is operator.getitem and len(step.fed) == 1 and step.fed[0][0] == 0


def _one(step: Step, numbers: Mapping[int, int]) -> _Quick:
    make, args, fed, expected, name = step
    at = numbers[fed[0][1]] if fed else -1
    if make is taken:
        return _NAME, args[0], at, expected, name
    if make is itself:
        return _ITSELF, None, at, expected, name
    if _is_part(step):
        return _ITEM, args[1], at, expected, name
    if len(args) == 1 and fed:
        return _ONE, make, at, expected, name
    places = {place: numbers[n] for place, n in fed}
    return _ANY, make, tuple((n in places, places.get(n, a)) for n, a in enumerate(args)), expected, name
