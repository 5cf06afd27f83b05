"""Sharing: what a function found for one party is used again for the next, where nothing that it asked is different.

A function of a proposal runs once on a stand-in, whose open parties are `Watched`: every question that it asks of one
of them is written down with the answer. Its result holds for every party that answers the same questions in the same
way. A look at a party that can't be written down as a question ends the run: the function then runs for each party.
"""

from __future__ import annotations

import functools
from dataclasses import field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Concatenate, Final, Generic, TypeVar

from pydantic import BaseModel

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

MOST: Final = 16
"""Results of one function that are kept: more kinds of answers are seldom, and memory doesn't grow with parties."""

PATIENCE: Final = 48
"""Runs without a result to use again, more than with one, after which a function isn't watched any longer."""

T = TypeVar("T")
Subject = TypeVar("Subject")
Answer = TypeVar("Answer", bound="Hashable")

Question = tuple["Callable[..., Hashable]", type, tuple["Hashable", ...]]
"""The function that answers, what it is asked of (a proposal or a case), and what else it is told."""


class UnsharedError(BaseException):
    """A function looked at a party in a way that no question holds; no `except Exception` may hide that."""


class Record:
    """The party at hand, what was told of it, and the questions that the function under watch has asked."""

    def __init__(self) -> None:
        """Nobody at hand yet."""
        self.real: dict[type, Any] = {}
        self.told: dict[Question, Hashable] = {}
        self.asked: dict[Question, Hashable] = {}
        self.broken = False

    def turn_to(self, *real: Any) -> None:
        """The next party: what holds it, each by its type; what was told of another one is forgotten."""
        self.real = {type(one): one for one in real}
        self.told = {}

    def know(self, *real: Any) -> None:
        """More of what holds the party at hand."""
        self.real.update((type(one), one) for one in real)

    def answer(self, question: Question) -> Hashable:
        """What the party at hand answers."""
        if self.told and question in self.told:
            return self.told[question]
        function, kind, told = question
        return function(self.real[kind], *told)

    def tell(self, question: Question, answer: Hashable) -> None:
        """Says what the party at hand answers, where that is known already."""
        self.told[question] = answer

    def ask(self, question: Question) -> Hashable:
        """The answer, written down."""
        found = self.answer(question)
        try:
            hash(found)
        except TypeError:
            raise self.end() from None
        self.asked[question] = found
        return found

    def end(self) -> UnsharedError:
        """What to raise where a party is looked at without a question."""
        self.broken = True
        return UnsharedError()


def watching(of: Any) -> Record | None:
    """The record of a stand-in (a proposal, or what has one); None for what is real."""
    proposal = of if hasattr(of, "provider") else of.proposal
    for party in (*proposal.recipient, *proposal.provider):
        if type(party) is Watched:
            found: Record = object.__getattribute__(party, "_record")
            return found
    return None


def question(
    function: Callable[Concatenate[Subject, ...], Answer],
) -> Callable[Concatenate[Subject, ...], Answer]:
    """The function as a question: asked of a stand-in, it is answered by the party at hand, and written down.

    What it is told and what it answers are plain values: words, numbers, truth values, tuples of them. What it answered
    of what is real is kept until it is asked of another one, since nothing that it is asked of changes.
    """

    latest: tuple[object, dict[Any, Answer]] = (None, {})

    @functools.wraps(function)
    def asked(of: Subject, *told: Any) -> Answer:
        nonlocal latest
        subject, known = latest
        if subject is not of:
            record = watching(of)
            if record is not None:
                answer: Answer = record.ask((asked, type(of), told))  # type: ignore[assignment]
                return answer
            known = {}
            latest = (of, known)
        if told not in known:
            known[told] = function(of, *told)
        return known[told]

    return asked


def question_of(asked: Callable[..., Any], of: Any, *told: Hashable) -> Question:
    """What a function asks of a proposal or a case, by which its answer is kept."""
    return asked, type(of), told


_BLOCK: Final = "a block"


def _stated(proposal: Any, side: str, index: int, path: tuple[str, ...]) -> Any:
    """What a party states at a path; of a block, that it is one."""
    node = getattr(proposal, side)[index]
    for name in path:
        node = getattr(node, name)
    return (_BLOCK, type(node)) if BaseModel in type(node).__mro__ else node


def _is_block(answer: Hashable) -> bool:
    """Whether an answer is that there is a block."""
    return type(answer) is tuple and answer[:1] == (_BLOCK,)


class Watched:
    """A party, or a block of one, as a function under watch sees it: each of its fields is a question.

    All else (to compare, to count, to print, to copy it) would be a look at more than a field, and ends the watch.
    """

    __slots__ = ("_below", "_path", "_place", "_record")

    def __init__(self, record: Record, kind: type, place: tuple[str, int], path: tuple[str, ...] = ()) -> None:
        """The party at a place of the proposal (of this type), or the block at a path in it."""
        self._record = record
        self._place = (kind, *place)
        self._path = path
        self._below: dict[str, Watched] = {}

    def __getattr__(self, name: str) -> Any:
        """The field, asked of the party at hand."""
        record = self._record
        if name.startswith(("_", "model_")) or name in ("copy", "dict", "json"):
            raise record.end()
        kind, side, index = self._place
        path = (*self._path, name)
        found = record.ask((_stated, kind, (side, index, path)))
        if _is_block(found):
            if name not in self._below:
                self._below[name] = Watched(record, kind, (side, index), path)
            return self._below[name]
        if callable(found):
            raise record.end()
        return found

    def _ended(self, *_: Any) -> Any:
        raise object.__getattribute__(self, "_record").end()

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _ended
    __hash__ = __iter__ = __len__ = __contains__ = __getitem__ = _ended
    __repr__ = __str__ = __format__ = __dir__ = _ended
    __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = _ended
    __class__ = property(_ended)

    def __bool__(self) -> bool:
        """True, as of every block."""
        return True


class Closed(Watched):
    """What a function under watch mustn't look at; `length`, if it is a question, may be asked."""

    __slots__ = ("_length",)

    def __init__(self, record: Record, length: Question | None = None) -> None:
        """Nothing to be seen but the length."""
        super().__init__(record, object, ("", 0))
        self._length = length

    def __getattr__(self, name: str) -> Any:
        """Ends the watch."""
        raise object.__getattribute__(self, "_record").end()

    def __len__(self) -> int:
        """The length, asked of the party at hand."""
        if self._length is None:
            raise self._record.end()
        found = self._record.ask(self._length)
        assert isinstance(found, int)
        return found

    def __bool__(self) -> bool:
        """Whether there is something, which is a look at the length."""
        return len(self) > 0


@dataclass(slots=True)
class _Step(Generic[T]):
    """What a function asks next, and where each answer leads: to another step, or to a result."""

    question: Question
    leads: dict[tuple[type, Hashable], _Step[T] | _Result[T]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Look:
    """Fields of one party, whose values are asked at once, and what they are."""

    place: tuple[type, str, int]
    read: Callable[[Any], tuple[Any, ...]]
    answers: tuple[Hashable, ...]
    types: tuple[type, ...]


class _Result(Generic[T]):
    """A result, and the answers on which it rests.

    What a party states in a field of its own can be asked whatever else it answers; all other questions have an order.
    """

    __slots__ = ("_looks", "_questions", "value")

    def __init__(self, value: T, asked: Mapping[Question, Hashable]) -> None:
        """A result that rests on these answers."""
        self.value = value
        fields: dict[tuple[type, Any, Any], dict[str, Hashable]] = {}
        rest: list[tuple[Question, type, Hashable]] = []
        for said, answer in asked.items():
            function, kind, told = said
            where: Any = told
            if function is _stated and len(where[2]) == 1 and not _is_block(answer):
                side, index, path = where
                fields.setdefault((kind, side, index), {})[path[0]] = answer
            else:
                rest.append((said, type(answer), answer))
        self._looks = tuple(
            _Look(place, _reading(tuple(known)), tuple(known.values()), tuple(map(type, known.values())))
            for place, known in fields.items()
        )
        self._questions = tuple(rest)

    def holds(self, record: Record) -> bool:
        """Whether the party at hand gives the same answers."""
        for look in self._looks:
            kind, side, index = look.place
            answers = look.read(getattr(record.real[kind], side)[index])
            if answers != look.answers or (*map(type, answers),) != look.types:
                return False
        for said, kind, answer in self._questions:
            found = record.answer(said)
            if type(found) is not kind or found != answer:
                return False
        return True


def _reading(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads fields of a party."""
    if len(names) > 1:
        return attrgetter(*names)
    read = attrgetter(*names)
    return lambda party: (read(party),)


class Memo(Generic[T]):
    """The results of one function, by the answers on which they rest; nobody may change a result."""

    __slots__ = ("_latest", "_left", "_root", "_size", "hits", "runs")

    def __init__(self) -> None:
        """No result yet."""
        self._root: _Step[T] | _Result[T] | None = None
        self._latest: _Result[T] | None = None
        self._size = 0
        self._left = PATIENCE
        self.hits = self.runs = 0

    @property
    def size(self) -> int:
        """The number of results that are kept."""
        return self._size

    def of(self, record: Record, on_stand_in: Callable[[], T], on_real: Callable[[], T]) -> T:
        """The result for the party at hand: a kept one, else one found under watch, else that of the real party."""
        leaf = self._leaf(record)
        if leaf is not None:
            self.hits += 1
            self._left = min(self._left + 1, PATIENCE)
            self._latest = leaf
            return leaf.value
        self.runs += 1
        self._left -= 1
        if self._left < 0:
            return on_real()
        record.asked, record.broken = {}, False
        try:
            found = on_stand_in()
        except UnsharedError:
            return on_real()
        except Exception:  # the stand-in's failure says nothing of the party; the party's own is raised
            return on_real()
        if record.broken:
            return on_real()
        self._keep(record.asked, found)
        return found

    def _leaf(self, record: Record) -> _Result[T] | None:
        """The result that is kept for the party at hand, most often that of the party before it."""
        if self._latest is not None and self._latest.holds(record):
            return self._latest
        node = self._root
        while type(node) is _Step:
            answer = record.answer(node.question)
            node = node.leads.get((type(answer), answer))
        return node if type(node) is _Result else None

    def _keep(self, asked: Mapping[Question, Hashable], found: T) -> None:
        """Keeps a result at the end of its questions."""
        if self._size >= MOST:
            self._root, self._size = None, 0
        self._latest = _Result(found, asked)
        steps: list[_Step[T] | _Result[T]] = [*(_Step(question) for question in asked), self._latest]
        node = self._root = self._root or steps[0]
        for (said, answer), following in zip(asked.items(), steps[1:], strict=True):
            if type(node) is not _Step or node.question != said:
                raise AssertionError(f"a function asked otherwise than before: {said}")
            node = node.leads.setdefault((type(answer), answer), following)
        self._size += 1
