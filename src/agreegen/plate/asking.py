"""A template run on values that remember where they come from: what it asks of its data, and what it prints of them.

Every look at such a value is a step: to take a part of it, to pass it through a filter, to ask whether it is so. Where
the answers to all questions are the same, the template takes the same way and prints the same values of other data. A
look that isn't known as a step ends the run, so that nothing is ever guessed.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import ItemsView, KeysView, Mapping, ValuesView
from types import GeneratorType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jinja2

if TYPE_CHECKING:
    from collections.abc import Callable, Container

OPEN, CLOSE = "\ue0a0", "\ue0a1"  # values can't have them
ABSENT: Final = object()
"""What other data have where they have nothing."""

_PASSING: Final = (GeneratorType, KeysView, ValuesView, ItemsView)
"""Kinds of values that are listed before they are looked at."""
Fed = tuple[tuple[int, int], ...]
"""Places among arguments, each with the number of the step whose result belongs there."""


class UnaskedError(Exception):
    """The template looks at its data in a way that isn't known as a step."""


class Data(NamedTuple):
    """Data of an agreement; what `other` data have the same counts as constant, unless its name is `free`."""

    own: Mapping[str, Any]
    other: Mapping[str, Any]
    free: Container[str] = ()


class Step(NamedTuple):
    """A step: `make` of the results of earlier steps and of constants; with `expected`, a question and its answer.

    `fed` are numbers of steps where `args` have None; a question whose `name` is set is one only because two sets of
    data agreed there.
    """

    make: Callable[..., Any]
    args: tuple[Any, ...]
    fed: Fed
    expected: Any = ABSENT
    name: str = ""


def same(one: Any, other: Any) -> bool:
    """Whether values are the same to every look: equal, and of the same types all the way down."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is dict:
        alike, pairs = list(one) == list(other), zip(one.values(), other.values(), strict=False)
    elif kind is list or kind is tuple:
        alike, pairs = len(one) == len(other), zip(one, other, strict=False)
    else:
        return bool(one == other)
    return alike and not [a for a, b in pairs if a is not b and not same(a, b)]  # most of them are one thing


class Asked:  # noqa: PLW1641 (to hash it would be a look that isn't noticed)
    """A value of the data as a template sees it under watch: any look at it is a step of the record."""

    __slots__ = ("lazy", "looked", "name", "number", "other", "record", "value")

    def __init__(self, record: Record, number: int, name: str, value: Any, other: Any) -> None:
        """The result of a step; `name` says how it was come by, `other` is what other data have there."""
        self.record, self.number, self.name, self.other = record, number, name, other
        self.value = value
        self.lazy = self.looked = False

    def look(self) -> None:
        """Notes that what is in it is looked at; UnaskedError if that is the second time where there is only one."""
        if self.lazy and self.looked:
            raise UnaskedError
        self.looked = True

    def __bool__(self) -> bool:
        """Whether it counts as true, which is a question."""
        return self.lazy or bool(self.record.answer(operator.truth, self))

    def __len__(self) -> int:
        """How many there are, which is a question."""
        if self.lazy:
            raise UnaskedError
        return int(self.record.answer(len, self))

    def __iter__(self) -> Any:
        """Each in turn, once it is asked how many there are."""
        self.look()
        if type(self.value) is dict:
            return iter(self.record.answer(tuple, self))
        if type(self.value) not in (list, tuple, str):
            raise UnaskedError
        return iter([self.record.made(operator.getitem, self, n) for n in range(self.record.answer(len, self))])

    def __contains__(self, item: Any) -> bool:
        """Whether something is in it, which is a question."""
        if self.lazy:
            raise UnaskedError
        return bool(self.record.answer(operator.contains, self, item))

    def __eq__(self, other: object) -> bool:
        """Whether it is equal to something, which is a question; so with the other comparisons."""
        return bool(self.record.answer(operator.eq, self, other))

    def __ne__(self, other: object) -> bool:
        return bool(self.record.answer(operator.ne, self, other))

    def __lt__(self, other: Any) -> bool:
        return bool(self.record.answer(operator.lt, self, other))

    def __le__(self, other: Any) -> bool:
        return bool(self.record.answer(operator.le, self, other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.record.answer(operator.gt, self, other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.record.answer(operator.ge, self, other))

    def __add__(self, other: Any) -> Any:
        return self.record.made(operator.add, self, other)

    def __radd__(self, other: Any) -> Any:
        return self.record.made(operator.add, other, self)

    def __sub__(self, other: Any) -> Any:
        return self.record.made(operator.sub, self, other)

    def _ended(self, *_: Any) -> Any:
        raise UnaskedError

    __hash__ = __str__ = __repr__ = __format__ = __call__ = __getitem__ = __index__ = __int__ = _ended
    __html__ = property(_ended)
    __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = _ended


class Record:
    """The steps of one run, in order, and the values that it printed."""

    def __init__(self, data: Data) -> None:
        """A run on data."""
        self.steps: list[Step] = []
        self.printed: dict[str, Asked] = {}  # by the marks that stand for them
        self._free = data.free
        self._known: dict[tuple[Any, ...], Any] = {}
        self.data = {
            name: self._shown(self._add(taken, (name,), ()), name, value, data.other.get(name, ABSENT))
            for name, value in data.own.items()
        }

    def _add(self, make: Callable[..., Any], args: tuple[Any, ...], fed: Fed, *asked: Any) -> int:
        self.steps.append(Step(make, args, fed, *asked))
        return len(self.steps) - 1

    def _shown(self, number: int, name: str, value: Any, other: Any) -> Any:
        """The result of a step as the template gets it: itself where it may be taken for constant."""
        if isinstance(value, jinja2.Undefined):
            self._add(type, (None,), ((0, number),), type(value))
            return value
        if value is None or type(value) is bool:  # a template may look at what it is without being noticed
            self._add(itself, (None,), ((0, number),), value)
            return value
        if name not in self._free and same(value, other):
            self._add(itself, (None,), ((0, number),), value, name)
            return value
        return Asked(self, number, name, value, other)

    def _cut(self, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[tuple[int, int], ...]]:
        """Arguments with nothing where a step's result belongs, and those places."""
        fed = tuple((n, a.number) for n, a in enumerate(args) if type(a) is Asked)
        for a in args:
            if type(a) in (list, tuple, dict) and holds(a):
                raise UnaskedError
        return tuple(None if type(a) is Asked else a for a in args), fed

    def made(self, make: Callable[..., Any], *args: Any) -> Any:
        """What a function makes of values, as a step."""
        cut, fed = self._cut(args)
        key = self._key(make, cut, fed)
        if key is not None and key in self._known:
            known = self._known[key]
            return self._passing(known.number, known.name, known.value, known.other) if _is_lazy(known) else known
        value = make(*_values(args))
        try:
            other = make(*_others(args))
            other = list(other) if isinstance(other, _PASSING) else other
        except Exception:  # other data haven't such a value
            other = ABSENT
        name = "|".join((getattr(make, "__name__", ""), *map(_named, args)))
        if isinstance(value, _PASSING):
            number, lazy = self._add(functools.partial(listed, make), cut, fed), type(value) is GeneratorType
            made: Any = (self._passing if lazy else functools.partial(Asked, self))(number, name, list(value), other)
        else:
            made = self._shown(self._add(make, cut, fed), name, value, other)
        if key is not None:
            self._known[key] = made
        return made

    def _passing(self, number: int, name: str, value: Any, other: Any) -> Asked:
        """A list as it passes by: looked at once."""
        made = Asked(self, number, name, value, other)
        made.lazy = True
        return made

    def answer(self, make: Callable[..., Any], *args: Any) -> Any:
        """What a function answers, as a question."""
        cut, fed = self._cut(args)
        key = self._key(make, cut, fed)
        if key is None or ("?", *key) not in self._known:
            answer = make(*_values(args))
            self._add(make, cut, fed, answer)
            if key is None:
                return answer
            self._known["?", *key] = answer
        return self._known["?", *key]

    def _key(self, *said: Any) -> tuple[Any, ...] | None:
        """By what a step is known when it is taken again; None if it can't be."""
        make, cut, fed = said
        key = (make, tuple((type(a), a) for a in cut), fed)
        try:
            hash(key)
        except TypeError:
            return None
        return key

    def mark(self, printer: Callable[[Any], str], value: Any) -> str:
        """What stands for a value that is printed; the text itself if it may be taken for constant."""
        made = self.made(printer, value)
        if type(made) is not Asked:
            return str(made)
        mark = f"{OPEN}{made.number}{CLOSE}"
        self.printed[mark] = made
        return mark


def _is_lazy(value: Any) -> bool:
    return type(value) is Asked and value.lazy


def _named(said: Any) -> str:
    return said.name if type(said) is Asked else repr(said) if type(said) in (str, int) else type(said).__name__


def taken(name: str) -> Any:
    """The step that takes a value of the data by its name."""
    raise UnaskedError(name)


def itself(value: Any) -> Any:
    """The step that asks what a value is."""
    return value


def holds(value: Any) -> bool:
    """Whether a value is asked, or one is in it."""
    if isinstance(value, Asked):
        return True
    if isinstance(value, Mapping):
        return any(map(holds, value.values()))
    return isinstance(value, list | tuple | set | KeysView | ValuesView | ItemsView) and any(map(holds, value))


def _values(args: tuple[Any, ...]) -> list[Any]:
    return [a.value if type(a) is Asked else a for a in args]


def _others(args: tuple[Any, ...]) -> list[Any]:
    others = [a.other if type(a) is Asked else a for a in args]
    if any(o is ABSENT for o in others):
        raise UnaskedError
    return others


def listed(make: Callable[..., Any], *args: Any) -> list[Any]:
    """The step that lists what a function gives one after the other."""
    return list(make(*args))
