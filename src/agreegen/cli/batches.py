"""The command for many partners at once: batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agreegen.cli.console import (
    LIST_HELP,
    AsJson,
    Attach,
    Enclose,
    Engine,
    Format,
    Output,
    Profile,
    Proposals,
    RequireApproved,
    SignatureFields,
    Watermark,
    Where,
    app,
    flags,
    invocation,
    say,
    workspace,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agreegen.batch import Batch, Order
    from agreegen.batch.difference import Change
    from agreegen.batch.manifest import Manifest
    from agreegen.batch.roll import Roll
    from agreegen.finding import Finding
    from agreegen.reading.listed import Listed
    from agreegen.workspace import Workspace

OUTCOMES = {
    "made": "made",
    "unchanged": "unchanged",
    "failed": "failed",
    "refused": "not written",
    "left": "not reached",
}
"""What may become of an agreement, and how it is told."""

FEW = 3
"""Archives that are named one by one."""


@app.command()
def batch(
    proposals: Proposals,
    partners: Annotated[str, typer.Option("--partners", "-p", help=LIST_HELP, metavar="LIST", show_default=False)],
    where: Where = None,
    format_: Format = None,
    output: Output = None,
    name: Annotated[
        str,
        typer.Option(
            "--name", help="Name of each agreement's files, such as {partner.id}/{proposal.id}.", metavar="TEMPLATE"
        ),
    ] = "",
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            help="Worker processes. Else one for each processor.",
            min=0,
            metavar="N",
            show_default=False,
        ),
    ] = 0,
    draft: Annotated[
        bool, typer.Option("--draft", help="Write drafts although fields are missing: marked, highlighted.")
    ] = False,
    engine: Engine = None,
    profile: Profile = None,
    watermark: Watermark = None,
    signature_fields: SignatureFields = False,
    no_source: Annotated[
        bool, typer.Option("--no-source", help="Leave the proposal and the partner's record out of the files.")
    ] = False,
    zip_: Annotated[
        str | None,
        typer.Option(
            "--zip", help="Also pack what was made: `all` in one archive, or `each` partner's.", metavar="WHAT"
        ),
    ] = None,
    attach: Attach = None,
    enclose: Enclose = None,
    limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            help="Seconds that one agreement may take in a worker process, which makes PDFs and large batches.",
            min=1,
            metavar="SECONDS",
        ),
    ] = 300,
    executor: Annotated[
        str | None,
        typer.Option("--executor", help="Workers elsewhere: dask://HOST:PORT (extra agreegen[dask]).", metavar="URL"),
    ] = None,
    require_approved: RequireApproved = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first agreement that fails.")] = False,
    diff: Annotated[
        Path | None,
        typer.Option("--diff", help="Then say what changed since this manifest.", metavar="MANIFEST"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make everything again, and replace files that were edited.")
    ] = False,
    json_: AsJson = False,
) -> None:
    """Make the agreement of each proposal for every partner of a list; make again only what changed."""
    from agreegen.batch.ahead import ahead
    from agreegen.errors import FindingsError, UsageError
    from agreegen.finding import has_errors

    said = flags(output, format_, engine, profile, watermark, sign=signature_fields, source=not no_source,
                 approved=require_approved)  # fmt: skip
    here = workspace(proposals[0], **said)
    earlier = _earlier(diff) if diff else None
    if Path(partners).resolve() in [proposal.resolve() for proposal in proposals]:
        hint = "name the list after --partners, such as partners.xlsx"
        raise UsageError(f"{partners} is a proposal, not a list of partners", hint)
    with ahead(here, jobs, _size(partners, here) if executor is None else 0) as ready:
        from agreegen import batch as batches

        listed, roll = _listed(partners, here, where or [])
        order = batches.Order(
            tuple(proposals), listed, here, name=name, attach=tuple(attach or ()),
            enclose=tuple(enclose or ()), pack=zip_ or "", as_draft=draft, force=force, fail_fast=fail_fast, jobs=jobs,
            limit=limit, ready=ready, roll=roll,
        )  # fmt: skip
        try:
            if not listed and has_errors(roll.findings):
                raise FindingsError(roll.findings)
            done = _run(order, executor, quiet=json_)
        except FindingsError as error:
            if not json_:
                raise
            _as_json(order, {}, tuple(dict.fromkeys((*roll.findings, *error.findings))))
            raise typer.Exit(error.exit_code) from None
    _report(done, order, earlier, partners, json_=json_)
    if done.interrupted or (done.stopped and not done.count("failed", "refused")):
        raise typer.Exit(2)
    if not done.whole or has_errors((*roll.findings, *done.findings)):
        raise typer.Exit(4 if done.count("made", "unchanged") else 1)


def _size(partners: str, here: Workspace) -> int:
    """The bytes of a list, as far as a look at its name tells."""
    import contextlib

    for path in (Path(partners), here.root / partners):
        with contextlib.suppress(OSError):  # many names are longer than a file's may be
            if path.is_file():
                return path.stat().st_size
    return 1


def _earlier(path: Path) -> Manifest:
    """The record to compare with."""
    from agreegen.batch.manifest import Manifest
    from agreegen.errors import UsageError

    try:
        return Manifest.at(path)
    except UsageError as error:  # what helps with a folder's own record doesn't here
        raise UsageError(error.message, "name the manifest.json of an earlier batch, or a copy of it") from None


def _run(order: Order, executor: str | None, *, quiet: bool) -> Batch:
    """The batch, with its progress, by workers elsewhere if there are any."""
    import dataclasses

    from agreegen import batch as batches
    from agreegen.cli.progress import shown

    with shown(quiet=quiet) as tell:
        if executor is None:
            return batches.run(order, tell)
        from agreegen.batch.remote import connected

        with connected(executor, order) as (workers, width):
            return batches.run(dataclasses.replace(order, executor=workers, width=width), tell)


def _listed(partners: str, here: Workspace, where: Sequence[str]) -> tuple[tuple[Listed, ...], Roll]:
    """The partners of the list that are asked for, and the list; what is wrong with it is told with the batch."""
    from agreegen.batch.roll import Roll
    from agreegen.reading import read_partners
    from agreegen.reading.matching import chosen
    from agreegen.reading.partner_list import read_partner_list

    found = read_partner_list(partners, here.root, read_partners(here.partners))
    return chosen(found.partners, where), Roll.of(found, partners)


def _changes(done: Batch, order: Order, earlier: Manifest) -> tuple[Sequence[Change], int]:
    """What changed of what was asked for, and how many agreements of the earlier record weren't asked for."""
    from agreegen.batch import difference

    gone = order.listed.gone(entry.partner for entry in earlier.entries.values())
    compared = difference.asked_for(earlier, set(done.manifest.entries), {p.stem for p in order.proposals}, gone)
    return difference.differences(compared, done.manifest), len(earlier.entries) - len(compared.entries)


def _report(done: Batch, order: Order, earlier: Manifest | None, partners: str, *, json_: bool) -> None:
    """What became of the batch: findings grouped, how many agreements there are, where they are, what changed."""
    from agreegen import report
    from agreegen.batch import grouping, roll
    from agreegen.batch.summary import PAGE
    from agreegen.batch.told import lacking

    groups = grouping.groups_of(done.manifest.entries.values())
    changes, apart = _changes(done, order, earlier) if earlier else ((), 0)
    folder, listed = order.workspace.output, order.roll.findings
    if json_:
        counts = {outcome: done.count(outcome) for outcome in OUTCOMES}
        more = {"stopped": done.stopped, "groups": grouping.as_json(groups), "changes": _plain(changes),
                "not_compared": apart, "archives": [str(a) for a in done.archives]}  # fmt: skip
        _as_json(order, counts, (*listed, *done.findings), **more)
        return
    for line in roll.lines(listed):
        say(line)
    for finding in done.findings:
        say(report.line_of(finding))
    if listed or done.findings:
        say(report.closing((*listed, *done.findings)))
    for line in grouping.lines(groups):
        say(line)
    if stem := lacking(done.manifest.entries.values()):
        proposal = next(path for path in order.proposals if path.stem == stem)
        proposal_, list_ = (f'"{name}"' if " " in name else name for name in (str(proposal), partners))
        said = f"partners template {proposal_} --from {list_}"
        say(f"a sheet with these rows and a column for each: {invocation()} {said}")
    told = ", ".join(f"{done.count(o):,} {word}" for o, word in OUTCOMES.items() if done.count(o))
    count = len(done.manifest.entries)
    typer.echo(f"{count:,} agreement{'s' if count != 1 else ''} in {folder}: {told}{order.roll.left}")
    typer.echo(f"  {folder / PAGE} tells what became of each")
    for archive in done.archives[:FEW]:
        typer.echo(f"  {archive}")
    if len(done.archives) > FEW:
        left = len(done.archives) - FEW
        typer.echo(f"  and {left:,} more archive{'s' if left != 1 else ''}")
    if earlier:
        _tell_changes(changes, apart)
    if done.stopped:
        say(f"the batch was stopped: {done.stopped}; run the same command again, and it goes on where it was")


def _as_json(order: Order, counts: Mapping[str, int], findings: Sequence[Finding], **more: Any) -> None:
    """Writes what became of a batch as JSON; without `more`, nothing was begun."""
    import json

    from agreegen import report

    roll = order.roll
    said = {"version": report.VERSION, "folder": str(order.workspace.output),
            "counts": {**dict.fromkeys(OUTCOMES, 0), **counts}, "unread": len(roll.unread), "cut": roll.cut,
            "stopped": "", "groups": [], "changes": [], "not_compared": 0, "archives": [], **more,
            "findings": [report.plain(f) for f in findings]}  # fmt: skip
    typer.echo(json.dumps(said, indent=2, ensure_ascii=False))


def _plain(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The changes for JSON."""
    from agreegen.batch import difference

    return difference.as_json(changes)


def _tell_changes(changes: Sequence[Change], apart: int) -> None:
    """What changed since the earlier record, and how much of it wasn't asked for."""
    from agreegen.batch import difference

    for line in difference.lines(changes):
        typer.echo(line)
    if not changes:
        typer.echo("nothing changed since")
    if apart:
        typer.echo(f"{apart:,} agreement{'s' if apart != 1 else ''} of the earlier record "
                   f"{'were' if apart != 1 else 'was'} not asked for this time, and not compared")  # fmt: skip
