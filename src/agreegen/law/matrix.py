"""The clause matrix as Markdown: clause, source provision and text by variant, made from the table of clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.law import VARIANTS
from agreegen.law.clauses import clauses
from agreegen.law.coverage import agreement_titles, coverage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.law.clauses import Clause

_HEAD = """\
# Clauses

Made from `src/agreegen/law/clauses.yaml` and `coverage.yaml` by `python -m agreegen.law.matrix`; edit those, not this.

Which text each variant is to print (`agreegen templates matrix` shows what the masters do print, word by word, for
counsel to sign off): **same**, one text for all; **own**, the variant's own, in its master; **pair**, one
text for intra-agency and state-agency, or one for local-government and university; **—**, absent. *on* and *off* are
the defaults of clauses that counsel may strike or add. A dagger (†) marks a clause with no provision of the official
agreements behind it, which a signatory may strike.

Sources: C = agreement of the California Health and Human Services departments (2016), CI its instructions, CF its
frequent questions, CP its process flow; I = Interagency Data Exchange Agreement (2021), A and B its addenda, IF its
form, IG its guidebook; BF = field of the proposal form; gap = in neither agreement.
"""
_WORDS = {"same": "same", "own": "own", "own-state": "pair", "own-standalone": "pair", "absent": "—"}


def _cell(clause: Clause, variant: str) -> str:
    default = clause.default[variant]
    words = [_WORDS[clause.texts[variant]], "" if default is None else "*on*" if default else "*off*"]
    reason = clause.absent.get(variant)
    return " ".join(w for w in words if w) + (f" ({reason})" if reason else "")


def _row(clause: Clause) -> str:
    heading = " / ".join(dict.fromkeys(clause.headings.values())) + (" †" if clause.beyond else "")
    where = f"; exhibit `{clause.exhibit}`" if clause.exhibit else ""
    cells = [f"`{clause.id}`", heading, "; ".join(clause.source) + where, *(_cell(clause, v) for v in VARIANTS)]
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def _clauses() -> Iterator[str]:
    part = 0
    for clause in clauses().values():
        if clause.part != part:
            part = clause.part
            yield f"\n## {part}. {clause.part_title}\n"
            yield "| clause | heading | source | " + " | ".join(VARIANTS) + " |"
            yield "|---" * (3 + len(VARIANTS)) + "|"
        yield _row(clause)


def _coverage() -> Iterator[str]:
    for key, title in agreement_titles().items():
        yield f"\n## Where the provisions went: {title}\n"
        yield "| provision | topic | clauses | left out, and why |\n|---|---|---|---|"
        for row in coverage():
            if row.agreement == key:
                ids = ", ".join(f"`{id_}`" for id_ in row.clauses)
                yield f"| {row.provision} | {row.topic or '—'} | {ids} | {row.dropped or '—'} |"


def matrix() -> str:
    """The text of `docs/clauses.md`."""
    return "\n".join([_HEAD.rstrip("\n"), *_clauses(), *_coverage()]) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(matrix())
