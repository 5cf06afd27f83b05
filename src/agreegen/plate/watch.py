"""The environment of templates under watch: filters, tests and looks at asked values become steps of a record."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any, Final

from jinja2.runtime import Context, markup_join, str_join

from agreegen import wording
from agreegen.plate.asking import OPEN, Asked, Record, UnaskedError, holds
from agreegen.template.filling import machine, run
from agreegen.template.printing import PRINTERS, Sandbox, environment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agreegen.plate.asking import Data
    from agreegen.template import Template

_METHOD: Final = type("".lower)
KNOWN: Final = frozenset(wording.FILTERS) | {
    "capitalize", "count", "d", "default", "first", "join", "last", "length", "list", "lower", "map", "reject",
    "rejectattr", "replace", "select", "selectattr", "string", "title", "trim", "upper",
}  # fmt: skip
"""Filters that give the same for the same values, and look at them at once or when their result is listed."""
_JINJAS: Final = frozenset({"_loop_vars", "_block_vars"})
"""What Jinja passes to calls for itself."""


def asked(template: Template, data: Data) -> tuple[Record, list[list[str]]]:
    """A run of a template under watch: its record, and the pieces of each part, with marks for what was printed.

    UnaskedError if it looks at its data in a way that isn't known, or has filters of its own, which may give another
    thing each time; errors of expressions as Jinja raises them.
    """
    if template.filters:
        raise UnaskedError
    record = Record(data)
    watch = environment_of(Watch, None)
    watch.turn_to(record, machine(template).parts[0].template.environment)
    return record, [list(part) for part in run(template, record.data, watch=(watch, watch.names))]


class Watch(Sandbox):
    """The environment of templates, in which looks at asked values become steps."""

    def turn_to(self, record: Record, plain: Any) -> None:
        """Watches for a record; `plain` is the environment that steps are taken in."""
        self.record, self.plain = record, plain
        self.filters = {n: self._watching(f, record.made, known=n in KNOWN) for n, f in self.filters.items()}
        self.filters |= {n: functools.partial(self._printed, plain.filters[n]) for n in PRINTERS}
        self.tests = {n: self._watching(f, record.answer, known=n != "sameas") for n, f in self.tests.items()}  # type: ignore[arg-type]
        self.concat = self._put_together  # type: ignore[method-assign]
        self.names = {"str_join": self._joining(_text_of), "markup_join": self._joining(_markup_of)}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute or key; of an asked value as a step."""
        if type(obj) is not Asked:
            return super().getattr(obj, attribute)
        keyed = type(obj.value) is dict and attribute in obj.value
        return self.record.made(operator.getitem if keyed else self.plain.getattr, obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A key or attribute; of an asked value as a step."""
        if type(obj) is not Asked and type(argument) is not Asked:
            return super().getitem(obj, argument)
        return self.record.made(self.plain.getitem, obj, argument)

    def call(self, context: Any, function: Any, *args: Any, **more: Any) -> Any:
        """A call; of a method of an asked value as a step."""
        if type(function) is Asked:
            if set(more) - _JINJAS or type(function.value) is not _METHOD:
                raise UnaskedError
            return self.record.made(_called, function, *args)
        if any(map(holds, (*args, *more.values(), getattr(function, "__self__", None)))):
            raise UnaskedError
        return super().call(context, function, *args, **more)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic that the environment looks at; of asked values it isn't known as a step."""
        if holds((left, right)):
            raise UnaskedError
        return super().call_binop(context, operator, left, right)

    def _watching(self, function: Callable[..., Any], taken: Callable[..., Any], *, known: bool) -> Callable[..., Any]:
        """A filter or a test; with asked values it is taken as a step or a question, if it is known."""
        made: dict[tuple[tuple[str, Any], ...], Callable[..., Any]] = {}

        @functools.wraps(function)
        def watching(*args: Any, **more: Any) -> Any:
            if not any(map(holds, (*args, *more.values()))):
                return function(*args, **more)
            if not known or any(map(holds, more.values())):
                raise UnaskedError
            make = made.setdefault(tuple(more.items()), functools.partial(function, **more)) if more else function
            return taken(make, *map(self._told, args))

        return watching

    def _told(self, said: Any) -> Any:
        """An argument as a step has it: nothing of this run in it but asked values."""
        if said is self or type(said) is Context:
            return self.plain if said is self else Context(self.plain, {}, None, {})
        if type(said) is Asked:
            said.look()
        return self.record.made(_listed, *said) if type(said) is list and holds(said) else said

    def _printed(self, printer: Callable[[Any], str], value: Any) -> str:
        return self.record.mark(printer, value) if type(value) is Asked else printer(value)

    def _put_together(self, pieces: Iterable[str]) -> Any:
        """Text that a template keeps for later."""
        found = list(pieces)
        if not any(OPEN in p for p in found):
            return "".join(found)
        return self.record.made(_text_of, *(self.record.printed.get(p, p) for p in found))

    def _joining(self, make: Callable[..., Any]) -> Callable[[Sequence[Any]], Any]:
        return lambda pieces: self.record.made(make, *pieces) if holds(pieces) else make(*pieces)


def _called(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


def _listed(*values: Any) -> list[Any]:
    return list(values)


def _text_of(*pieces: Any) -> str:
    return str_join(pieces)


def _markup_of(*pieces: Any) -> str:
    return markup_join(pieces)
