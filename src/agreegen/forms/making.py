"""The blank form: the agreement of a variant with a control for each open field, and pages that ask for all of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from agreegen import __version__, generate
from agreegen.agreement import TITLES, Identity, agreement_of, standing_of
from agreegen.errors import FindingsError, UsageError
from agreegen.finding import has_errors
from agreegen.forms import boilerplate, store
from agreegen.forms.asking import Asking, of_proposal, of_variant
from agreegen.forms.declared import EXTRA, Printing, declaring
from agreegen.forms.fields import Listing, top
from agreegen.forms.labels import label_of
from agreegen.forms.markup import paragraph, run, styled
from agreegen.forms.pages import Pages, front
from agreegen.forms.placing import placed, protected, unlinked, with_front
from agreegen.forms.plan import IDENTITY, PARTY, SIDES
from agreegen.forms.stand_in import SIGN, stand_in
from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.law.exhibits import exhibits
from agreegen.packs import master, named, opening
from agreegen.pdf.contents import quick_contents
from agreegen.render import render
from agreegen.rules import result
from agreegen.template.base import pack, unpack

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from agreegen.finding import Finding
    from agreegen.forms.fields import Entry
    from agreegen.forms.plan import Plan
    from agreegen.forms.stand_in import Signs
    from agreegen.workspace import Workspace

STATUS: Final = "blank form"
FIRST, SECOND = "Part 1: what the program asks", "Part 2: only where it applies"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was made: the Word file, how many fields it asks for, and what was noticed."""

    docx: bytes
    asked: int
    findings: tuple[Finding, ...] = ()


def blank(
    variant: str,
    workspace: Workspace,
    *,
    proposal: pathlib.Path | None = None,
    kind: str | None = None,
    sides: tuple[int, int] = (1, 1),
    rows: Mapping[str, int] | None = None,
    every: bool | None = None,
) -> Form:
    """The form of a variant; with a proposal its values are settled, and what it leaves open becomes a control.

    `kind` is what the partner is in law, `sides` how many parties provide and receive, `rows` how many rows
    lists begin with, by their names; `every` asks for every field
    that a proposal can have, not only for those that the program asks for (default: without a proposal).
    """
    pack = master(variant, workspace) if variant in VARIANTS else named(variant, workspace)
    if has_errors(pack.findings):
        raise FindingsError(pack.findings)
    with declaring(pack.fields, pack.name):
        if proposal is None:
            asking = of_variant(pack, kind, sides, rows or {}, every=True if every is None else every)
        else:
            asking = of_proposal(pack, proposal, workspace, kind, rows or {}, every=bool(every))
        return _made(asking, workspace)


def _made(asking: Asking, workspace: Workspace) -> Form:
    members, pages, on = _printed(asking, workspace)
    plan = pages.plan
    part_one, part_two = pages.tables(top(), first=True), pages.tables(top(), first=False)
    is_master = asking.pack.is_master
    title = TITLES[plan.variant] if is_master else label_of(asking.pack.name.replace("-", "_"))
    leading = front(title, plan, overview(plan), decisions(plan, on) if is_master else []) + asking.note()
    pieces = leading + _part(FIRST, part_one) + _part(SECOND, part_two)
    members["word/document.xml"] = with_front(unlinked(members["word/document.xml"]), pieces)
    members["word/settings.xml"] = protected(members["word/settings.xml"])
    members["word/styles.xml"] = styled(members["word/styles.xml"])
    docx = quick_contents(pack(members), workspace.cache)
    asked = tuple(f.tag for e in top() for f in plan.fields(e) if plan.is_required(f.path) and plan.is_open(f.path))
    record = store.Record(asking.made, asking.known, boilerplate.texts(docx), asked)
    whole = pack(store.with_parts(unpack(docx), pages.values, record))
    return Form(whole, len(pages.values), asking.findings)


def _part(title: str, tables: str) -> str:
    if not tables:
        return ""
    return paragraph(run(title), "FormHeading", more="<w:pageBreakBefore/>") + tables


def _printed(asking: Asking, workspace: Workspace) -> tuple[dict[str, bytes], Pages, Mapping[str, bool]]:
    """The agreement's members with controls for its open fields, from the real template."""
    pack = asking.pack
    template = generate.opened_template(pack.name, workspace)
    if has_errors(template.findings):
        raise FindingsError(template.findings)
    data = {key: value for key, value in asking.data.items() if key != EXTRA}
    proposal, signs = stand_in(data, asking.plan, asking.presumed)
    if not pack.is_master:
        proposal = proposal.model_copy(update={"variant": asking.plan.variant, "template": pack.name})
    standing = standing_of(proposal)
    if standing.variant != asking.plan.variant:
        raise UsageError(f"these parties make the variant {standing.variant}, not {asking.plan.variant}",
                         "name the variant that their kinds call for")  # fmt: skip
    identity = Identity(pack.name, generate.edition(pack.name, workspace), template.sha256, f"agreegen {__version__}")

    extra = Printing(signs, asking.plan.is_open).values(pack.fields, asking.data.get(EXTRA) or {})
    whole = agreement_of(proposal.model_copy(update={EXTRA: extra}), identity, standing)
    agreement, wrong = opening.completed(whole, pack)
    context: dict[str, Any] = {**agreement.context, "document": {**agreement.context["document"], "status": STATUS}}
    docx = render(template, context, compression=workspace.compression)
    wrong += result.check(docx, template.name, result.literals(template, context))
    if has_errors(wrong):
        raise FindingsError(wrong)
    asking.made["template"] = template.sha256[:16]
    members = unpack(docx)
    pages = Pages(_narrowed(asking.plan, members, signs))
    return placed(members, signs, pages), pages, agreement.context["on"]


def _narrowed(plan: Plan, members: Mapping[str, bytes], signs: Signs) -> Plan:
    """The plan without the fields of proposals that a template of one's own doesn't print."""
    if not plan.only_printed:
        return plan
    texts = [data.decode() for name, data in members.items() if name.startswith("word/") and name.endswith(".xml")]
    paths = {signs.path(m) for text in texts for m in SIGN.finditer(text)}
    kept = {path for path in plan.opened or () if len(path) > 1 or path == (EXTRA,)}
    party = {(side, n, *path) for side in SIDES for n in range(plan.sizes.get((side,), 1)) for path in PARTY}
    everyone = set() if plan.settled else party | set(IDENTITY)
    return replace(plan, opened=frozenset({p for p in paths if p is not None} | everyone | kept))


def overview(plan: Plan) -> list[tuple[str, ...]]:
    """The rows of the table on the first page: section, fields that are asked of everyone, others, and of part 2."""
    rows: dict[str, list[int]] = {}
    for entry in top():
        for found in plan.fields(entry):
            if plan.is_open(found.path):
                count = rows.setdefault(_section(entry), [0, 0, 0])
                count[0 if plan.is_required(found.path) else 1 if plan.belongs(found.path) else 2] += 1
    return [(name, *(str(n) if n else "\u2013" for n in counts)) for name, counts in rows.items()]


def _section(entry: Entry) -> str:
    if isinstance(entry, Listing) and entry.path[0] in ("provider", "recipient"):
        return "The party that provides data" if entry.path[0] == "provider" else "The party that receives data"
    return entry.label if not hasattr(entry, "kind") else "About this use case"


def decisions(plan: Plan, on: Mapping[str, bool]) -> list[tuple[str, ...]]:
    """The rows of exhibits that depend on facts: title, when, and whether this file has it."""
    return [
        (e.title, re.sub(r"^.", lambda m: m[0].upper(), e.switched), "Yes" if on.get(e.switch) else "No")
        for e in exhibits()
        if plan.variant in e.variants and e.when is not None
    ]
