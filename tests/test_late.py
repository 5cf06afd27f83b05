"""Dataclasses that are finished later behave as those that are made at once."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import threading
from dataclasses import field, replace
from typing import Any, ClassVar

import pytest

from agreegen import late

MADE_AT_ONCE = ("__repr__", "__eq__", "__dataclass_fields__")


@late.dataclass(frozen=True, slots=True)
class Point:
    """A place."""

    x: int
    y: int = 2
    names: tuple[str, ...] = field(default_factory=tuple)
    aside: str = field(default="", compare=False)

    def moved(self, by: int) -> Point:
        return replace(self, x=self.x + by)

    @property
    def sum(self) -> int:
        return self.x + self.y


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    x: int
    y: int = 2
    names: tuple[str, ...] = field(default_factory=tuple)
    aside: str = field(default="", compare=False)


@late.dataclass(slots=True)
class Open:
    found: list[int] = field(default_factory=list)
    count: int = 0


@late.dataclass(slots=True, eq=False)
class Same:
    said: str


@late.dataclass(frozen=True, slots=True)
class Empty:
    """Nothing."""


def new() -> Any:
    """A class that nothing was asked of yet."""

    @late.dataclass(frozen=True, slots=True)
    class Fresh:
        a: int
        b: str = "b"

    return Fresh


def is_late(kind: Any, name: str) -> bool:
    return type(kind.__dict__[name]).__name__ == "_Late"


def test_nothing_is_made_before_it_is_asked_for() -> None:
    kind = new()
    assert all(is_late(kind, name) for name in ("__init__", *MADE_AT_ONCE))
    assert (kind(1).a, kind(a=2).b) == (1, "b")
    assert not is_late(kind, "__init__")
    assert all(is_late(kind, name) for name in MADE_AT_ONCE)
    assert kind(1) == kind(1)
    assert not any(is_late(kind, name) for name in MADE_AT_ONCE)


@pytest.mark.parametrize(
    "given",
    [((1,), {}), ((1, 3), {}), ((), {"x": 4, "names": ("n",)}), ((1, 2, ("a",), "aside"), {})],
)
def test_objects_are_as_those_of_python(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    ours, theirs = Point(*given[0], **given[1]), Twin(*given[0], **given[1])
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert dataclasses.astuple(ours) == dataclasses.astuple(theirs)
    assert hash(ours) == hash(theirs)
    assert repr(ours) == repr(theirs).replace("Twin", "Point")
    assert ours == Point(ours.x, ours.y, ours.names, "other")
    assert ours != Point(ours.x + 1)
    assert ours != object()


@pytest.mark.parametrize("given", [((), {}), ((1, 2, (), "", 5), {}), ((1,), {"z": 1}), ((1,), {"x": 1})])
def test_wrong_arguments_are_refused_in_the_same_words(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    with pytest.raises(TypeError) as ours:
        Point(*given[0], **given[1])
    with pytest.raises(TypeError) as theirs:
        Twin(*given[0], **given[1])
    assert str(ours.value) == str(theirs.value).replace("Twin", "Point")


def test_what_python_asks_of_dataclasses_works_before_the_first_object() -> None:
    assert [f.name for f in dataclasses.fields(new())] == ["a", "b"]
    assert dataclasses.is_dataclass(new())
    assert new().__match_args__ == ("a", "b")
    assert replace(new()(1), b="c").b == "c"
    assert hash(new()(1)) == hash((1, "b"))


def test_a_frozen_object_stays_as_it_is() -> None:
    frozen: Any = new()(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        frozen.a = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del frozen.a
    assert frozen.a == 1
    with pytest.raises((AttributeError, TypeError)):  # as in Python: it has no such slot
        frozen.other = 1


def test_objects_are_copied_and_sent() -> None:
    point = Point(1, names=("n",), aside="s")
    for twin in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert dataclasses.astuple(twin) == dataclasses.astuple(point)
    said = pickle.loads(pickle.dumps(Open([1], 2)))
    assert (said.found, said.count) == ([1], 2)


def test_what_is_open_can_change_and_has_no_hash() -> None:
    first, second = Open(), Open()
    first.found.append(1)
    first.count += 1
    assert (first.found, first.count, second.found) == ([1], 1, [])
    assert first == Open([1], 1)
    with pytest.raises(TypeError):
        hash(first)
    with pytest.raises(AttributeError):
        first.other = 1  # type: ignore[attr-defined]


def test_without_eq_an_object_is_only_itself() -> None:
    one = Same("x")
    assert one != Same("x")
    assert {one} == {one}


def test_methods_and_matching_are_as_written() -> None:
    assert (Point(1).moved(2), Point(1).sum) == (Point(3), 3)
    match Point(5):
        case Point(x, 2):
            assert x == 5
        case _:
            pytest.fail("not matched")
    assert (Empty(), hash(Empty()), repr(Empty())) == (Empty(), hash(()), "Empty()")


def test_a_class_may_be_extended() -> None:
    class Named(Point):
        """With more to say."""

        def __init__(self, x: int) -> None:
            super().__init__(x, names=("named",))

    assert Named(1).names == ("named",)

    @late.dataclass(frozen=True, slots=True)
    class Solid(Point):
        z: int = 9

    assert Solid(1, 2, (), "", 3) == Solid(1, z=3)
    assert [f.name for f in dataclasses.fields(Solid)] == ["x", "y", "names", "aside", "z"]


def test_what_can_not_be_put_off_is_made_at_once() -> None:
    @late.dataclass(slots=True)
    class Counted:
        known: ClassVar[int] = 7
        seen: int

        def __post_init__(self) -> None:
            self.seen += 1

    assert (Counted(1).seen, Counted.known) == (2, 7)

    @late.dataclass(frozen=True, slots=True)
    class Named:
        said: str = field(kw_only=True)

        def __repr__(self) -> str:
            return "own"

    assert repr(Named(said="x")) == "own"
    with pytest.raises(TypeError):
        Named("x")  # type: ignore[call-arg]

    @late.dataclass(eq=False)
    class Loose:
        a: int = 1

    loose: Any = Loose()
    loose.more = 2
    assert (loose.a, loose.more) == (1, 2)


@pytest.mark.parametrize("default", [[], {}, set(), field(default=[])])
def test_a_default_that_objects_would_share_is_refused_as_python_does(default: Any) -> None:
    def written(make: Any) -> None:
        @make(frozen=True, slots=True)
        class Shared:
            found: list[int] = default

    refused_alike(written, ValueError)


@pytest.mark.parametrize("default", [1, field(default=1), field(default_factory=list)])
@pytest.mark.parametrize("after", [dataclasses.MISSING, field(compare=False)])
def test_a_field_without_a_default_after_one_with_is_refused_as_python_does(default: Any, after: Any) -> None:
    def written(make: Any) -> None:
        said = {"a": default, "__annotations__": {"a": "int", "b": "int"}}
        said |= {} if after is dataclasses.MISSING else {"b": after}
        make(frozen=True, slots=True)(type("Turned", (), said))

    refused_alike(written, TypeError)


def refused_alike(written: Any, kind: type[Exception]) -> None:
    """Both kinds of dataclass are refused where they are written, in the same words."""
    with pytest.raises(kind) as theirs:
        written(dataclasses.dataclass)
    with pytest.raises(kind) as ours:
        written(late.dataclass)
    assert str(ours.value) == str(theirs.value)


def test_many_may_ask_at_once() -> None:
    for _ in range(20):
        kind: Any = new()
        found: list[int] = []
        ready = threading.Barrier(4)

        def ask(kind: Any = kind, ready: threading.Barrier = ready, found: list[int] = found) -> None:
            ready.wait()
            found.append(hash(kind(1)) if kind(1) == kind(1) else 0)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [hash((1, "b"))] * 4
