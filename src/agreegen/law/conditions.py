"""Conditions of the tables: an expression of the template language over facts, terms and variant gives yes or no."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from agreegen.errors import UsageError
from agreegen.law import GROUP_OF, PROGRAM_OF
from agreegen.law.expression import UNDECIDED, plain_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@functools.cache
def _compiled(expression: str) -> Callable[..., Any]:
    from jinja2 import StrictUndefined  # noqa: PLC0415 - most uses of the tables need no condition
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    environment = SandboxedEnvironment(undefined=StrictUndefined)
    return environment.compile_expression(expression, undefined_to_none=False)


def of_variant(variant: str) -> dict[str, Any]:
    """The names that follow from the variant: `variant`, `program`, `is_state_form`, `is_standalone`."""
    state = GROUP_OF[variant] == "state"
    return {"variant": variant, "program": PROGRAM_OF[variant], "is_state_form": state, "is_standalone": not state}


def value_of(expression: str, context: Mapping[str, Any]) -> Any:
    """What the expression gives in the context; a name that the context lacks is an error, never nothing."""
    found = plain_value(expression, context)
    if found is not UNDECIDED:
        return found
    from jinja2 import TemplateError, Undefined  # noqa: PLC0415

    try:
        value = _compiled(expression)(**context)
        if isinstance(value, Undefined):
            bool(value)  # a strict undefined says which name is missing
    except TemplateError as error:
        raise UsageError(f"condition {expression!r} can't be decided: {error}") from error
    return value


def holds(expression: str, context: Mapping[str, Any]) -> bool:
    """True when the expression is true in the context; a name that the context lacks is an error, never a no."""
    return bool(value_of(expression, context))
