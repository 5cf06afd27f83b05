"""Commands that say where words come from and where fields go: why, where, templates fields, flatten and matrix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import (
    AsJson,
    Force,
    Partner,
    app,
    say,
    templates_app,
    templates_here,
    workspace,
    workspace_of,
)


@app.command()
def why(
    words: Annotated[
        str, typer.Argument(help="A few words of the agreement, in quotes.", metavar="WORDS", show_default=False)
    ],
    file: Annotated[
        Path, typer.Argument(help="The proposal, or the agreement.", metavar="PROPOSAL|AGREEMENT", show_default=False)
    ],
    partner: Partner = None,
    json_: AsJson = False,
) -> None:
    """Tell what put words into an agreement: Word file and paragraph, fields, conditions, and the law behind it."""
    from agreegen import provenance, report
    from agreegen.provenance import report as told
    from agreegen.provenance.why import plain

    here = workspace_of(file) if file.suffix.lower() in (".docx", ".pdf") else workspace(file)
    found = provenance.why(words, file, here, partner=partner)
    for note in found.notes:
        say(f"note: {note}")
    if json_:
        places = [plain(place) for place in found.answers]
        near = {"where": found.near.where, "text": found.near.text} if found.near else None
        unprinted = plain(found.elsewhere)
        typer.echo(report.as_json([], places=places, unprinted=unprinted, near=near, notes=list(found.notes)))
    elif found.answers:
        typer.echo(told.text(found), nl=False)
    if not found.answers:
        if not json_:
            typer.echo(told.without(found), nl=False)
        raise typer.Exit(1)


@templates_app.command(name="flatten")
def templates_flatten(
    variant: Annotated[
        str,
        typer.Argument(
            help="intra-agency, state-agency, local-government, university, or a template of your own.",
            metavar="VARIANT",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The Word file to write.", metavar="FILE")
    ] = None,
    force: Force = False,
) -> None:
    """Write the whole text of a variant into one Word file, its conditions as marked alternatives, for counsel."""
    from agreegen import fulltext

    typer.echo(f"{fulltext.create(variant, templates_here(), output=output, force=force)} is written")


@app.command()
def where(
    field: Annotated[
        str,
        typer.Argument(
            help="A field: 'purpose: scope', its end, a name of templates, or words: 'start date'.",
            metavar="FIELD",
            show_default=False,
        ),
    ],
    variant: Annotated[
        list[str] | None,
        typer.Option("--variant", help="Only in this variant; may be given twice. Else in all.", metavar="NAME"),
    ] = None,
    json_: AsJson = False,
) -> None:
    """Tell where a field of the proposal lands in the agreements: clauses, exhibits, and under which conditions."""
    from dataclasses import asdict

    from agreegen import provenance, report
    from agreegen.provenance import listing

    found = provenance.where(field, templates_here(), variant or ())
    if json_:
        told = [{"field": one.need.field, "meaning": one.need.meaning, "type": one.need.type,
                 "supplier": one.need.supplier,
                 "templates": {name: [asdict(x) for x in places] for name, places in one.places.items()}}
                for one in found]  # fmt: skip
        typer.echo(report.as_json([], fields=told))
        return
    for number, one in enumerate(found):
        typer.echo("\n".join([*([""] if number else []), *listing.told(one.need)]))
        for name, places in one.places.items():
            typer.echo("\n".join(listing.places(name, one.required[name], places)))
    if found and found[0].also:
        say(f"note: there is also {', '.join(found[0].also)}")


@templates_app.command(name="fields")
def templates_fields(
    template: Annotated[
        str | None,
        typer.Argument(
            help="A variant, a Word file, or a proposal, whose variant is meant. Else every variant.",
            metavar="[VARIANT|FILE]",
        ),
    ] = None,
    json_: AsJson = False,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", help="Write an Excel workbook to this file.", metavar="FILE")
    ] = None,
    force: Force = False,
) -> None:
    """List what a template needs: field, meaning, type, who supplies it, required when, where it lands."""
    from agreegen import provenance, report
    from agreegen.new_file import written
    from agreegen.provenance import listing

    here = templates_here()
    found = dict(provenance.fields(name, here) for name in ([template] if template else provenance.names(here)))
    if xlsx is not None:
        typer.echo(f"{written(xlsx, listing.workbook(found), ending='.xlsx', force=force)} is written")
    elif json_:
        typer.echo(report.as_json([], templates={name: listing.plain(needs) for name, needs in found.items()}))
    else:
        for number, (name, needs) in enumerate(found.items()):
            typer.echo("\n".join([*(["", ""] if number else []), *listing.text(name, needs)]))


@templates_app.command(name="matrix")
def templates_matrix(
    clause: Annotated[
        str | None, typer.Argument(help="Show this clause or exhibit word by word, by its id.", metavar="[CLAUSE]")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write a page with all differences and boxes to sign off.", metavar="FILE"),
    ] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write an Excel workbook.", metavar="FILE")] = None,
    docx: Annotated[Path | None, typer.Option("--docx", help="Write a Word file.", metavar="FILE")] = None,
    json_: AsJson = False,
    force: Force = False,
) -> None:
    """Compare what the variants print, clause by clause: same, different word by word, absent."""
    from agreegen import matrix, report
    from agreegen.matrix import screen
    from agreegen.new_file import written

    found = matrix.matrix(templates_here())
    row = found.row(clause) if clause else None
    for file, ending, made in ((html, ".html", matrix.html), (xlsx, ".xlsx", matrix.workbook),
                               (docx, ".docx", matrix.docx)):  # fmt: skip
        if file is not None:
            typer.echo(f"{written(file, made(found), ending=ending, force=force)} is written")
    if json_:
        typer.echo(report.as_json([], **screen.plain(found)))
    elif row is not None:
        typer.echo("\n".join(screen.clause(found, row)))
    elif html is None and xlsx is None and docx is None:
        typer.echo("\n".join(screen.text(found)))
