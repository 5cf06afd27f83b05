"""Exhibits: what is added to an agreement when facts switch it on, in the order of its letters."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.law.conditions import holds, of_variant
from agreegen.law.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One exhibit: `when` is its condition (None for always), `switched` the same in words for counsel."""

    id: str
    title: str
    switched: str
    variants: tuple[str, ...]
    when: str | None
    sign: str
    form: bool
    annex: bool

    @property
    def switch(self) -> str:
        """The name of its truth value in templates: `on.hipaa_lds`."""
        return self.id.replace("-", "_")

    def is_on(self, variant: str, context: Mapping[str, Any]) -> bool:
        """True when the exhibit belongs to an agreement of the variant with these facts and terms."""
        if variant not in self.variants:
            return False
        return self.when is None or holds(self.when, {**context, **of_variant(variant)})


@functools.cache
def exhibits() -> tuple[Exhibit, ...]:
    """Every exhibit in the order of lettering."""
    return tuple(
        Exhibit(
            id=row["id"],
            title=row["title"],
            switched=row["switched"],
            variants=tuple(row.get("variants", VARIANTS)),
            when=row.get("when"),
            sign=row.get("sign", ""),
            form=row.get("form", False),
            annex=row.get("annex", False),
        )
        for row in table("exhibits")
    )


def lettered(reasons: Mapping[str, str]) -> dict[str, str]:
    """The values of exhibits in the order of lettering; what isn't known as one comes last."""
    return {**{e.id: reasons[e.id] for e in exhibits() if e.id in reasons}, **reasons}


def exhibits_on(variant: str, context: Mapping[str, Any]) -> dict[str, bool]:
    """For each exhibit, by the name of its switch, whether it belongs to the agreement; in the order of lettering.

    The context holds `facts`, `terms`, `proposal` and `authorities`.
    """
    return {exhibit.switch: exhibit.is_on(variant, context) for exhibit in exhibits()}


def letters(on: Mapping[str, bool]) -> dict[str, str]:
    """The letters of the exhibits that are on, by id: A to Z, then AA, AB."""
    ids = [exhibit.id for exhibit in exhibits() if on[exhibit.switch]]
    return {id_: (chr(64 + n // 26) if n >= 26 else "") + chr(65 + n % 26) for n, id_ in enumerate(ids)}
