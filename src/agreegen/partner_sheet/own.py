"""Own fields: the columns for what a proposal's template asks for besides the fields of every proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.finding import plain_key
from agreegen.packs import declared
from agreegen.reading.fields import Field, Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from agreegen.packs import Pack

EXTRA: Final = "extra"
FORMS: Final = {declared.TEXT: Form.TEXT, declared.NUMBER: Form.NUMBER, declared.DATE: Form.DATE,
                declared.YES_NO: Form.YES_NO, declared.ONE_OF: Form.WORD}  # fmt: skip


def fields(pack: Pack, said: Mapping[str, Any]) -> Iterator[tuple[Field, bool]]:
    """Each field of a template that one cell can hold, and that the proposal leaves open; whether it is required."""
    known = {plain_key(key) for key, value in said.items() if value not in (None, "", [])}
    for own in pack.fields:
        if own.taken or own.kind == declared.BLOCK or own.key in known:
            continue
        form = Form.TEXTS if own.many else FORMS[own.kind]
        about = own.meaning or f"{own.key.capitalize()}: {own.answer}"
        yield Field((EXTRA, own.key), form, own.choices, about, example=own.sample), own.required
