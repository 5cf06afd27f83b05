"""The pages of docs/ that are made from the program: `python docs/build.py` writes those that are stale."""

from __future__ import annotations

import ast
import datetime as dt
import enum
import inspect
import pathlib
import sys
import textwrap
import typing
from typing import TYPE_CHECKING, Any

import typer.main

from agreegen import catalog, lint, rules, wording
from agreegen.agreement import agreement_of
from agreegen.agreement import facts as facts_in
from agreegen.answer import Section, spaced, spelled
from agreegen.cli import app
from agreegen.law import PROGRAMS, VARIANTS
from agreegen.law.exhibits import exhibits
from agreegen.law.matrix import matrix
from agreegen.law.notices import notices
from agreegen.law.requirements import requirements
from agreegen.law.terms import settings, terms
from agreegen.law.times import time_sources, times
from agreegen.partner import Party
from agreegen.proposal import Proposal
from agreegen.reading import read_partners, read_proposal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import BaseModel

HERE = pathlib.Path(__file__).resolve().parent
MADE_PARTS = """\
What follows from them has names of its own. Of a party: `name` (the short name, else the legal one), `called` (the name
inside a sentence, with the article that it takes: `the City of Fresno`), `full` (the name at length), `signs_for` (the
same after a word such as "For"), `capacity` (what it is in law), `role`, `side`, `acts_by_delegation` (its governing
body's action is a delegation), `delegation` (that delegation in words) and `action_has_lines` (the signature pages have
lines for the action of its governing body, where its facts are filled in or left blank). Of a dispute that ended:
`proposal.dispute.result` (`Approved as modified`), `proposal.dispute.ended` (`The Proposal was approved as modified`)
and `proposal.dispute.act` (`approved the Proposal as modified`).
"""
MADE = "Made by `python docs/build.py` from {}; edit those, not this page.\n"
EXAMPLE = HERE.parent / "proposals" / "county-coverage.yaml"


def table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(" ".join(str(c).split()).replace("|", "\\|") for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------------------------------------------ command line
def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something: its words after `agreegen`, and the command."""

    def under(command: Any, words: str) -> Iterator[tuple[str, Any]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from under(inner, f"{words} {name}".strip())
        if not getattr(command, "commands", {}):
            yield words, command

    yield from under(typer.main.get_command(app), "")


def _shown(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        return str(name)
    return ", ".join(sorted(parameter.opts, key=len)) + ("" if parameter.is_flag else f" {name}")


def _parameters(command: Any, kind: str) -> list[Any]:
    return [p for p in command.params if p.param_type_name == kind and "--help" not in p.opts]


def _default(parameter: Any) -> str:
    plain = isinstance(parameter.default, str | pathlib.Path) and str(parameter.default)
    return f" Default: `{pathlib.PurePath(str(parameter.default)).as_posix()}`." if plain else ""


def command_line() -> str:
    """The text of `docs/command-line.md`."""
    parts = ["# Command line\n\n" + MADE.format("the help texts in `src/agreegen/cli/`"), COMMON]
    for words, command in commands():
        arguments, options = _parameters(command, "argument"), _parameters(command, "option")
        usage = " ".join(["agreegen", words, *(["[OPTIONS]"] if options else []), *(_shown(a) for a in arguments)])
        parts.append(f"## agreegen {words}\n\n{inspect.cleandoc(command.help or '')}\n\n```text\n{usage}\n```\n")
        rows = [(f"`{_shown(p)}`", f"{(p.help or '').rstrip('.')}.{_default(p)}") for p in [*arguments, *options]]
        if rows:
            parts.append(table(("argument or option", "meaning"), rows))
    return "\n".join(parts)


COMMON = """\
Where this page says `agreegen`, a checkout without an activated environment says `python3 start.py` (on Windows:
`py start.py`). Each command shows its help with `-h` or `--help`; `agreegen --version` shows the version.

Results go to standard output, messages to standard error. A command leaves with one of these exit codes:

| code | meaning |
|---|---|
| 0 | done; warnings and notes may have been shown |
| 1 | findings at error level; nothing was written for that proposal. Stale outlines (`templates outline --check`), a \
template that isn't approved (`templates approvals`), a proposal that newly fails (`templates diff`) |
| 2 | wrong command, option or setting, a file that can't be read or written, or the command was stopped (Ctrl-C) |
| 3 | the PDF engine that was asked for is missing or failed |
| 4 | of several proposals some were written and some were not |

Settings come from the option, else from the environment (`AGREEGEN_OUTPUT`, `AGREEGEN_FORMAT`, `AGREEGEN_PDF_ENGINE`,
`AGREEGEN_TEMPLATES`, `AGREEGEN_PARTNERS`), else from `agreegen.toml` in the folder of the proposal or one above, else
they have their defaults. Compiled templates are kept in the system's folder for caches, or in `AGREEGEN_CACHE`; below
`plates`, batches keep words of their agreements there ([Decisions](decisions.md#pdf) tells where, and why).
Nothing that you made or changed is overwritten unless you say `--force`.
"""


# ------------------------------------------------------------------------------------------------------- rules
GROUPS = (
    ("P", "Values to print, documents attached", "Noticed when the agreement is made."),
    ("Y", "Reading YAML", "The file can't be read as it stands; later checks wait until it can."),
    ("D0", "Keys and values", "The file can be read, and a key or value isn't one that a proposal has."),
    ("L", "Lists of partners", "About a list of partners: a sheet, a YAML file, a folder."),
    ("T0", "Templates", "About a Word template, or about the document that it makes with a proposal."),
    ("T2", "Templates, by `agreegen templates check`", "Rules with their reasons are above."),
    ("T1", "Accessible Word documents", "About the document that a template makes: what a screen reader needs."),
    ("D1", "PDF: what an engine draws otherwise", "Known before anything is drawn."),
    ("D2", "PDF: what the proof found", "Each word of the document must be drawn, in order, and no other."),
    ("D3", "PDF: contents", "The table of contents couldn't be filled."),
    ("D4", "PDF: watermarks and signature fields", "What was asked for couldn't be put in."),
    ("D5", "PDF: structure", "Noticed when the PDF is made accessible."),
    ("D6", "PDF: validation", "Said by `agreegen validate`."),
    ("D7", "PDF: documents of others", "Said when PDFs are attached or enclosed."),
    ("X", "Source inside", "Said by `agreegen extract`."),
    ("M", "Forms", "Said by `agreegen import`."),
    ("B", "Batches", "Said by `agreegen batch`, and in the record that it leaves."),
)


def rules_page() -> str:
    """The text of `docs/rules.md`."""
    parts = [f"# Findings\n\n{MADE.format('the docstrings and codes of `src/agreegen/`')}", RULES_HEAD]
    for rule in rules.RULES:
        parts.append(f"### {rule.code} ({rule.severity}): {rule.title}\n")
        body = rule.text.partition("Why:")[0].partition("\n")[2].strip()
        parts += [f"{body}\n"] if body else []
        parts.append(f"Why: {' '.join(rule.part('Why').split())}\n")
        parts += [f"{name}:\n\n```yaml\n{textwrap.dedent(rule.part(name))}\n```\n" for name in ("Bad", "Good")]
    parts.append(TEMPLATE_HEAD)
    for one in lint.RULES:
        parts.append(f"### {one.code} ({one.severity}): {one.title}\n")
        parts.append(f"Why: {' '.join(one.part('Why').split())}\n")
        parts += [f"{name}:\n\n```text\n{textwrap.dedent(one.part(name))}\n```\n" for name in ("Bad", "Good")]
    told = {rule.code for rule in (*rules.RULES, *lint.RULES)}
    known = {code: text for code, text in catalog.codes().items() if code not in told}
    for start, title, about in GROUPS:
        rows = [(f"`{code}`", sentence) for code, sentence in known.items() if code.startswith(start)]
        parts.append(f"## {title}\n\n{about}\n\n{table(('code', 'meaning'), rows)}")
    return "\n".join(parts)


RULES_HEAD = """\
What `agreegen check` and `agreegen generate` find in files has a code; `agreegen explain P010` shows what this page
says about it. An error stops the agreement; a warning and a note don't.

## Rules for proposals
"""


TEMPLATE_HEAD = """\
## Rules for templates

Said by `agreegen templates check`, besides the findings about templates below.
"""


# ------------------------------------------------------------------------------------------------------ fields
def fields_of(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every key of a block and of the blocks in it, with its description."""
    for name, info in model.model_fields.items():
        inner = _inner(info.annotation)
        inner = None if inner is Party else inner
        about = info.description or (inner.__doc__ or "" if inner else "")
        said = _choices(info.annotation)
        if said and not about.startswith(said[0]):
            about = f"{about.rstrip('.')}: {', '.join(said)}" if about else ", ".join(said)
        yield ": ".join(spaced(n) for n in (*above, name)), about
        if inner is not None:
            yield from fields_of(inner, (*above, name))


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The block that a key holds, or that each entry of its list is."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(_inner, typing.get_args(annotation))), None)


def _choices(annotation: Any) -> list[str]:
    """The words that a key allows."""
    if typing.get_origin(annotation) is typing.Literal:
        return [spelled(word) for word in typing.get_args(annotation)]
    if annotation is bool:
        return ["yes", "no"]
    if annotation is dt.date:
        return ["a date"]
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return [spelled(str(word.value)) for word in annotation]
    return [word for inner in typing.get_args(annotation) for word in _choices(inner)]


def fields() -> str:
    """The text of `docs/fields.md`."""
    needs = {p: {r.field.replace("[]", ""): r.need for r in requirements(p)} for p in PROGRAMS}
    words = {"yes": "yes", "if": "sometimes", "no": ""}

    def rows(model: type[BaseModel], start: str = "") -> Iterator[tuple[str, ...]]:
        for key, about in fields_of(model):
            path = start + ".".join(part.replace(" ", "_") for part in key.split(": "))
            yield f"`{key}`", about.split("\n")[0], *(words[needs[p].get(path, "no")] for p in PROGRAMS)

    heads = ("key", "what belongs there", *PROGRAMS)
    return "\n".join((
        f"# Keys of a proposal\n\n{MADE.format('`proposal/`, `partner.py` and `law/requirements.yaml`')}",
        FIELDS_HEAD,
        table(heads, rows(Proposal)),
        "## Keys of a party\n\nUnder `provider:` or `recipient:`, or in a file of `partners/`. The columns are about "
        "the recipient; a provider is asked for less.\n",
        table(heads, rows(Party, "recipient.")),
    ))  # fmt: skip


FIELDS_HEAD = """\
`purpose: benefits: recipient` is the key `recipient` in the block `benefits` in the block `purpose`. The last columns
say which program asks for it: `calhhs` (departments under the CalHHS agreement of 2016), `idea` (state agencies
under the Interagency Data Exchange Agreement), `standalone` (local governments and universities). *Sometimes* depends
on the rest of the proposal, and so does a *yes* where there is a dispute or where law requires the disclosure:
`agreegen check` knows.
"""


# ------------------------------------------------------------------------------------------------------- names
def facts() -> list[tuple[str, str]]:
    """Each fact with the expression that decides it."""
    found: dict[str, str] = {}
    for group in facts_in.GROUPS:
        tree = ast.parse(textwrap.dedent(inspect.getsource(group)))
        given = next(node.value for node in ast.walk(tree) if isinstance(node, ast.Return))
        assert isinstance(given, ast.Dict)
        local = {node.targets[0].id: node.value for node in ast.walk(tree)
                 if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}  # fmt: skip
        pairs = zip(given.keys, given.values, strict=True)
        found |= {k.value: ast.unparse(_Written(local).visit(v)) for k, v in pairs if isinstance(k, ast.Constant)}
    context = example()
    regime = "the proposal has this block under `regimes`, or an element of this class"
    return [(name, f"`{found[name]}`" if name in found else ACKNOWLEDGMENT if name == "acknowledgment" else regime)
            for name in context["facts"]]  # fmt: skip


class _Written(ast.NodeTransformer):
    """Puts what a local name stands for in its place."""

    def __init__(self, local: dict[str, ast.expr]) -> None:
        self.local = local

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.local.get(node.id)
        return node if value is None else _Written({k: v for k, v in self.local.items() if k != node.id}).visit(value)


ACKNOWLEDGMENT = "users sign an acknowledgment: by counsel's choice, or because a regime asks for it"


def example() -> dict[str, Any]:
    """The context of the example that the demo uses."""
    proposal = read_proposal(EXAMPLE, read_partners(EXAMPLE.parent / "partners")).proposal
    assert proposal is not None
    return dict(agreement_of(proposal).context)


def _settings() -> Iterator[tuple[str, ...]]:
    for name, setting in settings().items():
        cells = []
        for variant in VARIANTS:
            value = setting.default(variant) if setting.exists_in(variant) else "—"
            cells.append({None: "none", True: "yes", False: "no"}.get(value, str(value)) if value != "—" else "—")
        yield f"`terms.{name}`", f"{setting.about}. {_range(setting)}", *cells, setting.source


def _range(setting: Any) -> str:
    if setting.lowest is not None:
        return f"{setting.lowest} to {setting.highest} {setting.unit or ''}s."
    choices = dict.fromkeys(str(c) for v in VARIANTS if setting.exists_in(v) for c in setting.choices(v))
    return f"One of: {', '.join(choices)}." if choices else ""


def names() -> str:
    """The text of `docs/names.md`."""
    context = example()
    filters = ((f"`{name}`", (inspect.getdoc(f) or "").split("\n")[0]) for name, f in wording.FILTERS.items())
    variant = "local-government"
    told = notices(variant, terms(variant, {})[0])
    values = ((f"`{name}`", ABOUT[name], ", ".join(f"`{k}`" for k in _keys(value))) for name, value in context.items())
    law = time_sources()
    return "\n".join((
        f"# Names in templates\n\n{MADE.format('the code and the tables of `src/agreegen/law/`')}",
        "What may stand inside `{{ … }}` and `{% … %}`. How to use it: [Writing a template](writing-a-template.md).\n",
        "## Filters\n\n`{{ proposal.dates.start | date }}` prints the start date in words.\n",
        table(("filter", "prints"), filters),
        "## Values\n",
        table(("name", "what it is", "parts"), values),
        "The parts of `proposal` and of a party are those of `docs/fields.md`, with underscores for spaces.\n",
        MADE_PARTS,
        "## Facts\n\n`{%p if facts.research %}`. Each is true or false, by this expression:\n",
        table(("fact", "true when"), ((f"`facts.{name}`", about) for name, about in facts())),
        "## Settings\n\n`{{ terms.training_months }}`: counsel's choices, with the default of each variant.\n",
        table(("setting", "what it is", *VARIANTS, "source"), _settings()),
        "## Notices\n\n`{{ notice.incident.to }}` and `{{ notice.incident.time }}`: who tells whom, and when. "
        f"The table shows the defaults of {variant}; `notices.yaml` has all.\n",
        table(("notice", "event", "to", "time"), ((f"`notice.{r}`", n.event, n.to or "—", n.time or "—")
                                                  for r, n in told.items())),
        "## Times set by law\n\n`{{ times.hipaa_breach_outer }}`.\n",
        table(("time", "prints", "source"), ((f"`times.{n}`", v, law[n]) for n, v in times().items())),
        "## Exhibits\n\n`{%p if on.hipaa %}`: true when the agreement has the exhibit. `{{ ref(\"hipaa\") }}` prints "
        "its letter.\n",
        table(("exhibit", "title", "there when"), ((f"`on.{e.switch}`", e.title, e.switched) for e in exhibits())),
    ))  # fmt: skip


ABOUT = {
    "variant": "intra-agency, state-agency, local-government or university",
    "program": "calhhs, idea or standalone",
    "is_state_form": "true for intra-agency and state-agency",
    "is_standalone": "true for local-government and university",
    "facts": "truth values, see below",
    "terms": "settings, see below",
    "proposal": "the proposal",
    "provider": "the first party that provides data",
    "recipient": "the first party that receives data",
    "directions": "each way of the exchange: one, or two in a two-way exchange",
    "provided": "each party that provides data, with its data elements",
    "providers": "every party that provides data",
    "recipients": "every party that receives data",
    "parties": "every party once, recipients first",
    "authorities": "rows of the exhibit on legal authority",
    "opinions": "rows of the registered opinions",
    "checklist": "rows of the checklist of the form",
    "directory": "rows of the exhibit on notices",
    "redactions": "rows of the redaction index",
    "regimes": "the special regimes that apply, each true or false",
    "times": "times set by law, see below",
    "oversight": "the officers behind the term Program Oversight, in the state variants",
    "notice": "notices, see below",
    "on": "exhibits, see below",
    "blocks": "signature blocks",
    "document": "title, reference, template and version of this document",
}


def _keys(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return _keys(value[0]) if value else []
    short = isinstance(value, dict) and len(value) <= 14
    return [str(k) for k in value] if short else []


# ------------------------------------------------------------------------------------------------------- pages
PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line,
    "rules.md": rules_page,
    "fields.md": fields,
    "names.md": names,
    "clauses.md": matrix,
}
"""Each made page with the function that gives its text."""


def stale() -> list[str]:
    """The made pages that say something else than the program."""
    here = {name: HERE / name for name in PAGES}
    return [n for n, path in here.items() if not path.is_file() or path.read_text(encoding="utf-8") != PAGES[n]()]


def main() -> None:
    """Writes the pages that are stale."""
    for name in stale():
        (HERE / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
        sys.stdout.write(f"docs/{name} written\n")


if __name__ == "__main__":
    main()
