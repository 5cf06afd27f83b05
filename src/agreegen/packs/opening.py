"""Opening: which template a proposal asks for, the template compiled, and the fields that it asks the proposal for."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from agreegen import rules
from agreegen.agreement import variant_of
from agreegen.errors import UsageError
from agreegen.finding import Finding, Severity, has_errors
from agreegen.law import LOCAL_GOVERNMENT, VARIANTS
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.packs import Pack, named, shadowed
from agreegen.packs.filled import context_with, filled, misdirected, undeclared
from agreegen.reading import place_of
from agreegen.template import compile as compile_template
from agreegen.workspace import PACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jinja2 import nodes

    from agreegen.agreement import Agreement
    from agreegen.finding import Location
    from agreegen.proposal import Proposal
    from agreegen.reading import Reading, Source
    from agreegen.template import Template
    from agreegen.template.problem import Problems
    from agreegen.workspace import Workspace

OFFICIAL_ONLY: Final = frozenset({"P001", "P003", "P006", "P031", "P055"})
"""Rules about what the official form asks for: a template that asks for its own fields only does without."""


def opened_template(name: str, workspace: Workspace) -> Template:
    """The compiled template of that name; compiled anew only when one of its files has changed."""
    if not (workspace.templates / "masters").is_dir():
        raise UsageError(f"there are no masters in {workspace.templates}",
                         "correct `templates` in agreegen.toml; `agreegen init` makes a complete folder")  # fmt: skip
    return compiled(named(name, workspace), workspace)


def compiled(pack: Pack, workspace: Workspace) -> Template:
    """The compiled template of a pack, with what is wrong with its record and its folders."""
    ids = frozenset([*clauses(), *(f"exhibit:{exhibit.id}" for exhibit in exhibits())])
    plain = pack.is_master and not pack.fields
    template = compile_template(pack.word, root=pack.roots[0], cache=workspace.cache, elsewhere=ids,
                                also=pack.roots[1:], examine=_examined if plain else None)  # fmt: skip
    more = _of_pack(template, pack, workspace)
    return replace(template, findings=(*more, *template.findings)) if more else template


def _of_pack(template: Template, pack: Pack, workspace: Workspace) -> tuple[Finding, ...]:
    known = (pack.is_master and not pack.fields) or has_errors(pack.findings)
    names = () if known else undeclared(template, pack)
    return (*pack.findings, *shadowed(template, pack, workspace), *names)


def faults(pack: Pack, workspace: Workspace) -> tuple[Finding, ...]:
    """What is wrong with a pack besides its text: its record, its folders, names that it doesn't declare."""
    return _of_pack(compiled(pack, workspace), pack, workspace)


def _examined(tree: nodes.Template, lines: Sequence[Location], problems: Problems) -> None:
    """Names and values that no data can have, looked for when a master is compiled anew."""
    from agreegen.lint import composed  # noqa: PLC0415 (templates seldom change)

    composed.examined(tree, lines, problems)


def edition(name: str, workspace: Workspace) -> str:
    """The version that the `template.yaml` of a template gives it; UsageError if it gives none."""
    return named(name, workspace).version


def is_plain(proposal: Proposal, workspace: Workspace) -> bool:
    """True where the proposal takes its variant's own master, and no template asks for fields besides ours."""
    return not (proposal.template or proposal.extra or workspace.packs or _declaring(workspace))


def _declaring(workspace: Workspace) -> bool:
    """True where a master's record may declare fields."""
    files = (workspace.templates / "masters" / variant / PACK for variant in VARIANTS)
    return any(b"fields" in file.read_bytes() for file in files if file.is_file())


def chosen(proposal: Proposal, source: Source, workspace: Workspace) -> tuple[Proposal, Pack | None, list[Finding]]:
    """The proposal with the variant of the template that it names, that template, and what is wrong with the name."""
    if not proposal.template:
        return proposal, None, []
    try:
        pack = named(proposal.template, workspace)
    except UsageError as error:
        place = place_of(source, ("template",))
        return proposal, None, [Finding("D003", Severity.ERROR, place.location("template"), error.message, error.hint)]
    variant = pack.variant or variant_of(proposal) or (LOCAL_GOVERNMENT if pack.asks_own else None)
    return proposal.model_copy(update={"variant": variant, "template": pack.name}), pack, []


def foreseen(reading: Reading, workspace: Workspace) -> list[Finding]:
    """What the rules find in the parts of a faulty proposal that can be read, as far as its template asks for it."""
    pack = None
    if reading.remainder is not None and reading.remainder.template:
        with contextlib.suppress(UsageError):
            pack = named(reading.remainder.template, workspace)
    return asked(rules.foreseen(reading), pack)


def with_extra(
    proposal: Proposal, source: Source, pack: Pack, *, as_draft: bool
) -> tuple[Proposal, list[Finding]]:  # fmt: skip
    """The proposal with a value for each field that its template declares, and what is wrong with them."""
    if has_errors(pack.findings):  # nothing is known of its fields
        return proposal, list(pack.findings)
    values, findings = filled(proposal, source, pack, as_draft=as_draft)
    return proposal.model_copy(update={"extra": values}), findings


def asked(findings: Iterable[Finding], pack: Pack | None) -> list[Finding]:
    """The findings without those about fields that only the official form asks for, where the template does."""
    asks_form = pack is None or not (pack.asks_own or has_errors(pack.findings))
    return [f for f in findings if asks_form or f.code not in OFFICIAL_ONLY or _own_blank(f)]


def _own_blank(finding: Finding) -> bool:
    """True where a field that the template declares is still to be filled in."""
    return finding.code == "P055" and finding.location.path.startswith("extra")


def completed(agreement: Agreement, pack: Pack) -> tuple[Agreement, list[Finding]]:
    """The agreement with the fields of its template in the context, and what it takes from names that aren't there."""
    if pack.is_master and not pack.fields:
        return agreement, []
    context: dict[str, Any] = context_with(pack, agreement.context)
    return replace(agreement, context=context), misdirected(pack, agreement.context)
