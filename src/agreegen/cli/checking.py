"""The command that checks Word templates: templates check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agreegen.cli.console import AsJson, say, tell_templates, templates_app, workspace
from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agreegen.finding import Finding
    from agreegen.lint import Library, Own
    from agreegen.lint.copies import Mended
    from agreegen.packs import Pack
    from agreegen.workspace import Workspace


@templates_app.command(name="check")
def templates_check(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Variants, clauses, exhibits, templates of one's own, Word files, or folders. Else all.",
                       metavar="[NAME|FILE]...", show_default=False),
    ] = None,
    json_: AsJson = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Write SARIF 2.1.0 to standard output.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Leave with 1 for warnings, too.")] = False,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Write copies of the Word files with a comment at each place.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Show what can be mended safely, and write mended copies of the Word files.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for copies. Else as set.", metavar="FOLDER")
    ] = None,
) -> None:  # fmt: skip
    """Show everything that is wrong with Word templates, each at its place in the text."""
    from agreegen import __version__, lint, report
    from agreegen.cli import progress
    from agreegen.finding import Severity, has_errors

    wanted = _wanted(names or [], str(output.resolve()) if output else None)
    with progress.shown(quiet=json_ or sarif) as show:
        findings = lint.check(wanted.files, wanted.library, wanted.here.cache, show, whole=wanted.whole())
    not_run = _not_run(wanted)
    mended = None
    if fix:
        from agreegen.lint import copies

        mended = copies.write_mended(wanted.files, findings, wanted.here.output, wanted.library)
        for line in mended.said:
            typer.echo(line, err=json_ or sarif)
    if sarif:
        typer.echo(report.as_sarif(findings, __version__))
    elif json_:
        typer.echo(report.as_json(findings, not_run=not_run))
    else:
        report.text(mended.left if mended else findings, sys.stderr)
        typer.echo(_count(wanted.files, findings, mended), nl=False)
    if annotate:
        from agreegen.lint import copies

        for line in copies.write_annotated(wanted.files, findings, wanted.here.output, wanted.library):
            typer.echo(line, err=json_ or sarif)
    if has_errors(findings) or (strict and any(f.severity is not Severity.NOTE for f in findings)):
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be checked: the workspace, its library, the templates of one's own among it, and the files."""

    here: Workspace
    library: Library
    own: Sequence[tuple[Pack, Own]]
    files: list[tuple[str, Path]]

    def whole(self) -> dict[str, tuple[Finding, ...]]:
        """What compiling the templates of one's own says, with what is wrong with their records."""
        from agreegen.packs.opening import compiled

        return {own.shown: compiled(pack, self.here).findings for pack, own in self.own}


def _wanted(names: list[str], output: str | None) -> _Wanted:
    """What names, files and folders mean; everything where there are none."""
    from agreegen import lint, packs

    names = [_with_ending(n) for n in names]
    folders = [n for n in names if (Path(n) / "masters").is_dir()]
    here = workspace(output=output) if folders else _around(names, output)
    apart = Path(folders[0]) if folders else next(filter(None, (_apart(Path(n), here) for n in names)), None)
    library = lint.Library(apart or here.templates)
    if apart is None:
        tell_templates(here)
    known = () if apart else packs.every(here)
    own = {p.name: (p, lint.Own(p, _near(p.word))) for p in known if not p.is_master}
    meant = [] if names else list(own.values())
    files = {name: o.path(name) for _, o in meant for name in o.ways}
    for name in [n for n in names if n not in folders]:
        found = [own[name]] if name in own else list(_beside(Path(name), here, library.root))
        meant += found
        asked = [(o, n) for _, o in found for n in o.ways if not Path(name).is_file() or name in (n, o.shown)]
        files |= {n: o.path(n) for o, n in asked}
        if not asked and not found:
            files |= dict(lint.targets([name], library))
    if folders or not names:
        files = {**dict(lint.targets([], library)), **files}
    asking = [p for p in known if p.is_master and (p.fields or p.findings) and f"masters/{p.name}/master" in files]
    meant += [(p, lint.Own(p, f"masters/{p.name}/master")) for p in asking]
    library.own = tuple(o for _, o in meant)
    return _Wanted(here, library, meant, list(files.items()))


def _with_ending(name: str) -> str:
    """A path of a Word file that is given without its ending, with it; each other name as it is."""
    from agreegen.lint.library import KINDS

    path = Path(name)
    is_path = len(path.parts) > 1 and path.parts[0] not in KINDS and not path.exists()
    return f"{name}.docx" if is_path and Path(f"{name}.docx").is_file() else name


def _around(names: list[str], output: str | None) -> Workspace:
    """The workspace around the first file or folder that is named and stands in one; else the one where we are."""
    near = (workspace(Path(n)) for n in names if Path(n).exists())
    root = next((found.root for found in near if found.is_made), None)
    return workspace(root, output=output)


def _apart(path: Path, here: Workspace) -> Path | None:
    """The folder of templates that a Word file stands in, if it is none of the workspace's."""
    whole = path.resolve()
    known = (here.templates, *here.packs)
    if not path.is_file() or any(whole.is_relative_to(folder.resolve()) for folder in known):
        return None
    return next((folder for folder in whole.parents if (folder / "masters").is_dir()), None)


def _beside(path: Path, here: Workspace, templates: Path) -> Iterator[tuple[Pack, Own]]:
    """The templates of one's own that a folder has, or that a Word file belongs to."""
    from agreegen import lint, packs
    from agreegen.workspace import PACK

    roots = (here.templates, *here.packs)
    if path.is_dir():
        found = packs.packs_in(path, roots)
    elif path.is_file() and not path.resolve().is_relative_to(templates.resolve() / "masters"):
        folders = [f for f in (path.parent, path.parent.parent) if (f / PACK).is_file()]
        found = [packs.pack_at(f, roots) for f in folders[:1]]
    else:
        found = []
    for pack in found:
        own = lint.Own(pack, str(pack.word))
        if path.is_dir() or str(path) in own.ways:
            yield pack, own


def _count(files: list[tuple[str, Path]], findings: list[Finding], mended: Mended | None) -> str:
    """What is to be said of the number of findings, as a line: nothing where the findings themselves say it."""
    if not findings:
        return f"{len(files)} {'template' if len(files) == 1 else 'templates'}: nothing to mend\n"
    if mended is None:
        return ""
    if not mended.said:
        return "nothing could be mended without a doubt\n"
    return f"findings before: {len(findings)}; left in the copies: {len(mended.left)}\n"


def _near(path: Path) -> str:
    """The path as one would type it here."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _not_run(wanted: _Wanted) -> list[str]:
    """What wasn't checked, which is also said."""
    from agreegen import lint

    not_run = []
    if not lint.generic.is_there():
        not_run.append("docxtpl-lint")
        say(f"note: {lint.generic.NOT_RUN}")
    strange = [n for n, _ in wanted.files if not wanted.library.owns(n) and wanted.library.own_of(n) is None]
    if strange:
        not_run += [f"fields of {name}" for name in strange]
        say(f"note: {_listed(strange)}: fields and conditions weren't checked, since nothing tells what fields there "
            "are; declare them in a template.yaml beside the file, or start one with `agreegen templates new NAME "
            f"--from {strange[0]}`")  # fmt: skip
    return not_run


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
