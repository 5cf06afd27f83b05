"""Dataclasses whose methods are made when the first of them is needed, not while their module is loaded.

Python writes and compiles six methods for each dataclass, half a millisecond for each class. A command loads a hundred
such classes, makes objects of most, and compares, prints or changes few. Here a class gets its slots at once; what
makes its objects comes with the first of them, and the rest, which is Python's own, when something of it is asked for.
"""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
else:

    def dataclass(
        *, frozen: bool = False, eq: bool = True, slots: bool = False, weakref_slot: bool = False
    ) -> Callable[[type], type]:
        """As `dataclasses.dataclass`, in whose place it stands; what it can't put off is made at once."""

        def made(draft: type) -> type:
            if slots and not weakref_slot and _is_plain(draft):
                return _Class(draft, frozen=frozen, eq=eq).made
            return dataclasses.dataclass(frozen=frozen, eq=eq, slots=slots, weakref_slot=weakref_slot)(draft)

        return made


__all__ = ["dataclass"]

_FIELDS: Final = "__dataclass_fields__"
_ALWAYS: Final = ("__init__", "__repr__", "__match_args__", _FIELDS, "__dataclass_params__")
_FROZEN: Final = ("__setattr__", "__delattr__")
_OWN: Final = (*_ALWAYS, *_FROZEN, "__eq__", "__hash__", "__post_init__", "__getstate__", "__setstate__", "__slots__")
"""What a class may say itself: then it is made at once."""

_SPECIAL: Final = ("ClassVar", "InitVar", "KW_ONLY")
_MISSING: Final = dataclasses.MISSING
_LOCK: Final = threading.RLock()


def _is_plain(draft: type) -> bool:
    """Whether a class extends no other dataclass, and has nothing but fields with types and defaults.

    One that Python refuses for its defaults isn't plain either: it is refused at once, and not when it is used.
    """
    fields = [draft.__dict__.get(name, _MISSING) for name in draft.__annotations__]
    simple = all(f.init and f.kw_only is not True for f in fields if isinstance(f, dataclasses.Field))
    extends = any(hasattr(base, _FIELDS) for base in draft.__mro__[1:])
    special = any(word in str(said) for said in draft.__annotations__.values() for word in _SPECIAL)
    own = any(name in draft.__dict__ for name in _OWN)
    return simple and _ordered(fields) and not extends and not special and not own


def _ordered(fields: list[Any]) -> bool:
    """Whether what has no default comes first, and no default is a thing that all objects would share and change."""
    defaults = [f.default if isinstance(f, dataclasses.Field) else f for f in fields]
    made = [isinstance(f, dataclasses.Field) and f.default_factory is not _MISSING for f in fields]
    given = [made or default is not _MISSING for default, made in zip(defaults, made, strict=True)]
    return given == sorted(given) and all(type(default).__hash__ is not None for default in defaults)


class _Class:
    """A class that is being put off: the draft as it was written, and the class that is used."""

    def __init__(self, draft: type, *, frozen: bool, eq: bool) -> None:
        self._draft, self._frozen, self._eq = draft, frozen, eq
        self._names = tuple(draft.__annotations__)
        late = (*_ALWAYS, *(_FROZEN if frozen else ()), *(("__eq__",) if eq else ()))
        late += ("__hash__",) if eq and frozen else ()
        left_out = {*self._names, "__dict__", "__weakref__"}
        body: dict[str, Any] = {name: value for name, value in draft.__dict__.items() if name not in left_out}
        body |= {name: _Late(name, self) for name in late}
        body |= {"__slots__": self._names, "__qualname__": draft.__qualname__}
        body |= {"__hash__": None} if eq and not frozen else {}
        body |= self._copying() if frozen else {}
        self.made: type = type(draft)(draft.__name__, draft.__bases__, body)

    def attribute(self, name: str) -> Any:
        """The attribute of the class that was asked for; from now on the class has it."""
        with _LOCK:
            if isinstance(self.made.__dict__[name], _Late):  # nobody else was faster
                if name == "__init__":
                    self.made.__init__ = self._maker()  # type: ignore[misc]
                else:
                    self._finish()
        return self.made.__dict__[name]

    def _finish(self) -> None:
        """Takes what Python makes of the draft."""
        before = dict(self._draft.__dict__)
        dataclasses.dataclass(frozen=self._frozen, eq=self._eq)(self._draft)
        for name, value in list(self._draft.__dict__.items()):
            if name not in self._names and before.get(name, _MISSING) is not value:
                setattr(self.made, name, value)

    def _maker(self) -> Callable[..., None]:
        """The `__init__`: each slot is given its value by itself, as a frozen class allows."""
        known: dict[str, Any] = {"_MISSING": _MISSING}
        taken, steps = [], []
        for n, name in enumerate(self._names):
            said = self._draft.__dict__.get(name, _MISSING)
            is_field = isinstance(said, dataclasses.Field)
            factory, default = (said.default_factory, said.default) if is_field else (_MISSING, said)
            known |= {f"_set{n}": self.made.__dict__[name].__set__, f"_new{n}": factory, f"_default{n}": default}
            value = f"_new{n}() if {name} is _MISSING else {name}" if factory is not _MISSING else name
            is_needed = factory is _MISSING and default is _MISSING
            taken.append(name if is_needed else f"{name}=_default{n}")
            steps.append(f" _set{n}(self, {value})\n")
        made: dict[str, Any] = {}
        exec(f"def __init__(self, {', '.join(taken)}):\n{''.join(steps) or ' pass'}", known, made)  # noqa: S102
        made["__init__"].__qualname__ = f"{self._draft.__qualname__}.__init__"
        return made["__init__"]  # type: ignore[no-any-return]

    def _copying(self) -> dict[str, Callable[..., Any]]:
        """How objects of a frozen class are copied and sent: as a list of their values."""
        names = self._names

        def state(self: object) -> list[object]:
            return [getattr(self, name) for name in names]

        def restore(self: object, values: list[object]) -> None:
            for name, value in zip(names, values, strict=True):
                object.__setattr__(self, name, value)

        return {"__getstate__": state, "__setstate__": restore}


class _Late:
    """Stands for an attribute of a class until it is asked for."""

    def __init__(self, name: str, owner: _Class) -> None:
        self._name, self._owner = name, owner

    def __get__(self, instance: object, kind: type) -> Any:
        found = self._owner.attribute(self._name)
        return found.__get__(instance, kind) if callable(found) else found
