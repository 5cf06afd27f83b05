"""The way that a template takes for an agreement: what it asks of the data, and which of them it prints where.

Data that answer all questions alike have the same pieces but for the values that are printed, which come straight from
the data; the template needn't run for them.
"""

from __future__ import annotations

import marshal
import operator
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from agreegen.plate.asking import ABSENT, OPEN, UnaskedError, itself, same, taken
from agreegen.plate.watch import asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    function: Callable[[Mapping[str, Any]], tuple[Any, ...] | Elsewhere] | None = None

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
        steps, results = _quick(record.steps)
        return cls(
            steps, values, tuple((results[n], tuple(at)) for n, at in prints.items()), shape, frozenset(data.own)
        )

    def follow(self, data: Mapping[str, Any]) -> tuple[str, ...] | Elsewhere:
        """The values at the slots for other data."""
        if data.keys() != self.names:
            return Elsewhere("")
        self.followed += 1
        if self.followed == OFTEN:
            self.function = _written(self.steps, [step for step, _ in self.prints])
        try:
            found = self.function(data) if self.function else self._taken(data)
        except Exception:  # these data haven't what the others have
            return Elsewhere("")
        return found if isinstance(found, Elsewhere) else self._put(found)

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

    def _put(self, printed: tuple[Any, ...]) -> tuple[str, ...] | Elsewhere:
        """The values at the slots where these are printed."""
        fits = self.shape.fits
        if not all(map(fits, printed)):
            return Elsewhere("")
        values = list(self.values)
        for text, (_, slots) in zip(printed, self.prints, strict=True):
            for slot in slots:
                values[slot] = text
        return tuple(values)


def _written(
    steps: Sequence[_Quick], printed: Sequence[int]
) -> Callable[[Mapping[str, Any]], tuple[Any, ...] | Elsewhere]:
    """Steps as a function of the data, which gives these of their results."""
    known: dict[str, Any] = {"same": same, "bits": _bits}

    def constant(value: Any) -> str:
        if type(value) in (str, int):
            return repr(value)
        known[name := f"k{len(known)}"] = value
        return name

    lines, count = [], 0
    for kind, make, at, expected, name in steps:
        said = _said(kind, make, at, constant)
        if expected is ABSENT:
            lines.append(f"v{count} = {said}")
            count += 1
            continue
        known[elsewhere := f"k{len(known)}"] = Elsewhere(name)
        lines.append(f"value = {said}")
        lines.append(f"if {_differs(expected, known)}: return {elsewhere}")
    lines.append(f"return ({''.join(f'v{step}, ' for step in printed)})")
    exec("def follow(data):\n " + "\n ".join(lines), known)  # noqa: S102 (names and constants of ours)
    return known["follow"]  # type: ignore[no-any-return]


def _differs(expected: Any, known: dict[str, Any]) -> str:
    """As Python asks whether a value isn't the same as what is expected."""
    known[answer := f"k{len(known)}"] = expected
    if expected is None or type(expected) is bool:
        return f"value is not {answer}"
    said = f"value is not {answer} and not same(value, {answer})"
    if type(expected) in (dict, list, tuple) and (bits := _bits(expected)):
        known[written := f"k{len(known)}"] = bits
        return said.replace("and", f"and bits(value) != {written} and")
    return said


def _bits(value: Any) -> bytes:
    """A value as bytes, types and all: what has the same is the same; nothing where it can't be written so."""
    try:
        return marshal.dumps(value, 0)  # as this version has neither references nor other signs of how it was come by
    except ValueError:
        return b""


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
    return f"{constant(make)}({', '.join(f'v{a}' if fed else constant(a) for fed, a in at)})"


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


def _quick(steps: Sequence[Step]) -> tuple[tuple[_Quick, ...], dict[int, int]]:
    """Steps as they are taken, and the numbers of their results, which questions have none of.

    To take a part and to ask what it is are one where nothing else is done with it.
    """
    uses = Counter(n for step in steps for _, n in step.fed)
    made: list[_Quick] = []
    numbers: dict[int, int] = {}
    for n, step in enumerate(steps):
        after = steps[n + 1] if n + 1 < len(steps) else None
        if after and after.make is itself and after.fed == ((0, n),) and uses[n] == 1 and _is_part(step):
            made.append((_ITEM, step.args[1], numbers[step.fed[0][1]], after.expected, after.name))
        elif step.make is not itself or step.fed[0][1] in numbers:
            made.append(_one(step, numbers))
            if step.expected is ABSENT:
                numbers[n] = len(numbers)
    return tuple(made), numbers


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
    if len(args) == 1:
        return _ONE, make, at, expected, name
    places = {place: numbers[n] for place, n in fed}
    return _ANY, make, tuple((n in places, places.get(n, a)) for n, a in enumerate(args)), expected, name
