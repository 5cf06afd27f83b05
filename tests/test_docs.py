"""The documentation says what the program does: made pages are current, and what is named exists."""

from __future__ import annotations

import importlib.util
import pathlib
import re
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer.main

from agreegen import catalog, errors
from agreegen.agreement import agreement_of
from agreegen.cli import app
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.reading import read_partners, read_proposal
from agreegen.template.base import unpack
from agreegen.template.draft import draft
from agreegen.wording import FILTERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = pathlib.Path(__file__).parents[1]
SOURCE = ROOT / "src" / "agreegen"
MADE = {"command-line.md", "rules.md", "fields.md", "names.md", "clauses.md"}
PAGES = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8")
         for p in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]}  # fmt: skip
WRITTEN = {name: text for name, text in PAGES.items() if pathlib.PurePath(name).name not in MADE}
CODE = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in SOURCE.rglob("*.py")}

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.M | re.S)
INLINE = re.compile(r"`([^`\n]+)`")
STARTS = ("agreegen", "python3 start.py", "py start.py")
TOP = ("src/", "docs/", "tests/", "templates/", "proposals/", ".ci/", "start.py", "justfile", "LICENSE", "CHANGELOG.md")


@pytest.fixture(scope="module")
def build() -> Iterator[ModuleType]:
    """The module that makes the pages."""
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


# ------------------------------------------------------------------------------------------------ what guards look for
def fenced(text: str, *kinds: str) -> list[str]:
    """The insides of the code blocks of these kinds."""
    return [inside for kind, inside in FENCE.findall(text) if kind in kinds]


def inline(text: str) -> list[str]:
    """The code in running text."""
    return INLINE.findall(FENCE.sub("", text))


def calls(lines: Iterator[str] | list[str]) -> list[list[str]]:
    """The words after the program's name, for each line that calls it."""
    found = []
    for line in lines:
        start = next((s for s in STARTS if line.strip() == s or line.strip().startswith(s + " ")), None)
        if start is not None:
            found.append(shlex.split(line.strip().removeprefix(start)))
    return found


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that words name, and the words that are left; None if there is none."""
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        command = command.commands.get(rest.pop(0))
        if command is None:
            return None, rest
    return command, rest


def unparsed(words: list[str]) -> str:
    """What is wrong with a call, as the live command line sees it; nothing if it is right."""
    if words in ([], ["test"]):  # start.py alone, and its tests
        return ""
    command, rest = command_of(words)
    if command is None:
        return f"no such command: {' '.join(words)}"
    try:
        command.make_context(words[0], rest)
    except Exception as error:
        return f"{' '.join(words)}: {error!r}"
    return ""


def unknown_words(words: list[str]) -> str:
    """What is wrong with a call that may leave out arguments: its command or an option doesn't exist."""
    command, rest = command_of([w for w in words if w not in ("…", "...")])
    if command is None:
        return f"no such command: {' '.join(words)}"
    options = {o for p in command.params for o in p.opts} | {"-h", "--help"}
    wrong = [w for w in rest if w.startswith("-") and w not in options]
    return f"no such option: {wrong}" if wrong else ""


def missing_paths(text: str, page: str) -> list[str]:
    """Files that a page names, as a link or as code, and that aren't there."""
    folder = (ROOT / page).parent
    links = [link.partition("#")[0] for link in re.findall(r"\]\(\s*([^)\s]+)\s*\)", text) if "://" not in link]
    names = [c for c in inline(text) if c.startswith(TOP) and not re.search(r"[\s<*…]", c)]
    return [n for n in links if n and not (folder / n).exists()] + [n for n in names if not (ROOT / n).exists()]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings."""
    heads = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


def missing_anchors(text: str, page: str) -> list[str]:
    """Links to headings that aren't there."""
    found = []
    for link in re.findall(r"\]\(\s*([^)\s]*#[^)\s]+)\s*\)", text):
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        if "://" not in link and anchor not in anchors(PAGES[target.resolve().relative_to(ROOT).as_posix()]):
            found.append(link)
    return found


def codes_in(text: str) -> set[str]:
    """The codes of findings that a text names."""
    return set(re.findall(r"\b[BYDLMPTX]\d{3}\b", text))


def template_names(text: str) -> set[str]:
    """`facts.research` and the like, wherever a text names one, and `|filter` inside a tag."""
    tags = " ".join(re.findall(r"\{[{%].*?[%}]\}", text)) + " ".join(inline(text))
    dotted = set(re.findall(r"\b((?:facts|on|terms|notice|times)\.(?!py\b|yaml\b)[a-z_0-9]+)", tags))
    return dotted | {f"|{f}" for f in re.findall(r"\{\{[^}|]*\\?\| *([a-z_]+)", text)}


@pytest.fixture(scope="module")
def known_names() -> set[str]:
    """Every name that templates may use, in the form of `template_names`."""
    path = ROOT / "proposals" / "county-coverage.yaml"
    proposal = read_proposal(path, read_partners(path.parent / "partners")).proposal
    assert proposal is not None
    context = agreement_of(proposal).context
    groups = ("facts", "on", "terms", "notice", "times")
    return {f"{group}.{name}" for group in groups for name in context[group]} | {f"|{name}" for name in FILTERS}


# --------------------------------------------------------------------------------------------------------- made pages
def test_made_pages_are_current(build: ModuleType) -> None:
    assert set(build.PAGES) == MADE
    assert build.stale() == [], "run: python docs/build.py"


def test_a_stale_page_is_noticed(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "PAGES", {"rules.md": lambda: "something else", "none.md": lambda: ""})
    assert build.stale() == ["rules.md", "none.md"]


def test_every_command_and_option_is_documented(build: ModuleType) -> None:
    page = PAGES["docs/command-line.md"]
    found = dict(build.commands())
    assert {"demo", "generate", "templates outline"} <= set(found)
    for words, command in found.items():
        section = page.partition(f"## agreegen {words}\n")[2].partition("\n## ")[0]
        assert section, words
        assert command.help, words
        for parameter in command.params:
            assert parameter.help or "--help" in parameter.opts, f"{words} {parameter.name} has no help"
            if "--help" not in parameter.opts:
                name = parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar
                assert name in section, f"{words} {parameter.name}"


def test_every_code_is_documented() -> None:
    assert len(catalog.codes()) > 90
    assert codes_in(PAGES["docs/rules.md"]) == set(catalog.codes())


def test_every_code_in_the_program_is_in_the_catalog() -> None:
    used = {code for text in CODE.values() for code in re.findall(r'"([BYDLMPTX]\d{3})"', text)}
    assert len(used) > 60
    assert used <= set(catalog.codes())


def test_exit_codes_are_those_of_the_errors() -> None:
    said = {int(n) for n in re.findall(r"^\| (\d) \|", PAGES["docs/command-line.md"], re.M)}
    raised = {error.exit_code for error in (errors.FindingsError, errors.UsageError, errors.EngineError)}
    assert said == {0, 4} | raised == {0, 1, 2, 3, 4}


# ----------------------------------------------------------------------------------------------------------- commands
def test_commands_in_examples_parse() -> None:
    found = [(page, call) for page, text in PAGES.items() if not page.endswith("command-line.md")
             for block in fenced(text, "sh") for call in calls(block.splitlines())]  # fmt: skip
    assert len(found) > 20
    assert {"README.md", "docs/writing-a-proposal.md", "docs/writing-a-template.md"} <= {page for page, _ in found}
    assert [(page, wrong) for page, call in found if (wrong := unparsed(call))] == []


def test_commands_in_running_text_exist() -> None:
    found = [(page, call) for page, text in WRITTEN.items() for call in calls(inline(text))]
    assert len(found) > 5
    assert [(page, wrong) for page, call in found if call != ["test"] and (wrong := unknown_words(call))] == []


def test_commands_and_options_in_messages_exist() -> None:
    named = [(file, call) for file, text in CODE.items() for call in calls(INLINE.findall(text))]
    assert len(named) > 10
    assert [(file, wrong) for file, call in named if (wrong := unknown_words(call))] == []
    options = {o for _, command in walk() for p in command.params for o in p.opts}
    said = {(file, o) for file, text in CODE.items() if "/pdf/" not in file or "libreoffice.py" not in file
            for o in re.findall(r"(?:with|by|another|use|try|or|give|,) (--[a-z][a-z-]+)", text)}  # fmt: skip
    assert len(said) > 3
    assert [(file, o) for file, o in said if o not in options] == []


def walk() -> Iterator[tuple[str, Any]]:
    """Every command with its name."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        yield name, command
        yield from getattr(command, "commands", {}).items()


def test_a_wrong_command_is_noticed() -> None:
    assert calls(["agreegen generat x.yaml", "  python3 start.py check", "see agreegen"]) == [
        ["generat", "x.yaml"],
        ["check"],
    ]
    assert "no such command" in unparsed(["generat", "x.yaml"])
    assert unparsed(["generate", "x.yaml", "--nonsense"])
    assert unparsed(["check"])
    assert unparsed(["check", "x.yaml"]) == ""
    assert unknown_words(["check"]) == ""
    assert unknown_words(["check", "--nonsense"])


# -------------------------------------------------------------------------------------------------- paths and anchors
def test_paths_exist() -> None:
    links = sum(len(re.findall(r"\]\((?!http)", text)) for text in PAGES.values())
    assert links > 20
    assert {page: wrong for page, text in WRITTEN.items() if (wrong := missing_paths(text, page))} == {}


def test_headings_that_links_lead_to_exist() -> None:
    assert sum(text.count(".md#") for text in PAGES.values()) > 3
    assert {page: wrong for page, text in PAGES.items() if (wrong := missing_anchors(text, page))} == {}


def test_a_path_or_heading_that_is_not_there_is_noticed() -> None:
    assert missing_paths("[x](docs/none.md) `src/agreegen/none.py` `README.md`", "README.md") == [
        "docs/none.md",
        "src/agreegen/none.py",
    ]
    assert missing_anchors("[x](docs/rules.md#none) [y](docs/rules.md#templates)", "README.md") == [
        "docs/rules.md#none"
    ]


def test_every_module_is_in_the_table() -> None:
    page = PAGES["docs/architecture.md"].partition("## Modules")[2].partition("\n## ")[0]
    said = re.findall(r"^\| `([\w./]+)` \|", page, re.M)
    there = {p.name + ("/" if p.is_dir() else "") for p in SOURCE.iterdir()
             if (p.suffix == ".py" and p.stem != "__init__") or (p / "__init__.py").is_file()}  # fmt: skip
    assert set(said) == there
    assert len(said) == len(set(said)) > 15


def test_every_figure_is_measured() -> None:
    assert [page for page, text in PAGES.items() if unmeasured(text)] == []
    table = PAGES["docs/scale.md"].partition("## Measured")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| .*\| .*\d.*\|$", table, re.M)) > 8


def test_a_figure_that_isnt_measured_is_noticed() -> None:
    assert unmeasured("| 58 counties | TODO" + "-MEASURE s |")
    assert not unmeasured("| 58 counties | 0.9 s |")


def unmeasured(text: str) -> bool:
    """Whether a figure is still to be filled in."""
    return "TODO" + "-MEASURE" in text


# ------------------------------------------------------------------------------------- what proposals and templates say
def test_codes_that_pages_name_exist() -> None:
    named = {code for text in WRITTEN.values() for code in codes_in(text)}
    assert len(named) > 5
    assert named <= set(catalog.codes())
    assert codes_in("see `T999`") - set(catalog.codes()) == {"T999"}


def test_names_that_pages_use_in_tags_exist(known_names: set[str]) -> None:
    named = {name for text in WRITTEN.values() for name in template_names(text)}
    assert {"facts.research", "on.hipaa", "terms.mfa", "|date"} <= named
    assert named - {"|dat"} <= known_names  # the fault in an example message
    assert template_names("`{{ facts.none | nothing }}`") - known_names == {"facts.none", "|nothing"}


def test_references_that_pages_use_exist() -> None:
    named = {m for text in WRITTEN.values() for m in re.findall(r'ref\("(?:exhibit:|clause:)?([a-z-]+)', text)}
    assert len(named) >= 3
    assert named <= {*clauses(), *(e.id for e in exhibits())}


def test_styles_in_the_table_exist() -> None:
    page = PAGES["docs/writing-a-template.md"].partition("## Styles")[2].partition("\n## ")[0]
    said = {s for row in re.findall(r"^\| (`.*?) \|", page, re.M) for s in INLINE.findall(row)}
    styles = unpack((ROOT / "templates" / "base.docx").read_bytes())["word/styles.xml"].decode()
    there = {n.lower() for n in re.findall(r'<w:name w:val="([^"]+)"', styles)}
    assert len(said) > 15
    assert {s for s in said if s.lower() not in there} == set()


def test_lines_of_the_notation_are_understood() -> None:
    page = PAGES["docs/writing-a-template.md"].partition("## Outlines")[2].partition("\n## ")[0]
    cells = [
        c for row in re.findall(r"^\| (.*?) \| (?!caption|Function|header)", page, re.M) for c in INLINE.findall(row)
    ]
    lines = [c.replace("\\|", "|") for c in cells if not c.startswith(("\\|", "%%"))]
    assert len(lines) >= 8
    for line in lines:
        text = line + ("\n\n{%p endif %}" if line.startswith("{%p if") else "")
        assert draft(text), line
    table = [c.replace("\\|", "|") for c in cells if c.startswith("\\|")]
    assert draft("\n".join([*table[:2], "| Outreach | Calls |"]))


def test_yaml_in_examples_is_a_part_of_a_proposal(tmp_path: pathlib.Path) -> None:
    blocks = fenced(PAGES["docs/writing-a-proposal.md"], "yaml")
    assert len(blocks) >= 8
    assert {str(f) for block in blocks for f in faults(block, tmp_path)} == set()


def test_yaml_that_a_proposal_cannot_have_is_noticed(tmp_path: pathlib.Path) -> None:
    assert [f.split()[0] for f in faults("purpose:\n  scoop: x\n", tmp_path)] == ["D001"]
    assert [f.split()[0] for f in faults("proposal: a: b\n", tmp_path)] == ["Y001"]


def faults(block: str, folder: pathlib.Path) -> list[str]:
    """What reading finds in a part of a proposal, with the keys that each proposal needs."""
    always = {"proposal": "Sample", "provider": "DHCS", "recipient": "Alameda County"}
    lines = [f"{key}: {value}" for key, value in always.items() if not re.search(rf"^{key}:", block, re.M)]
    path = folder / "sample.yaml"
    path.write_text("\n".join([block, *lines]) + "\n", encoding="utf-8")
    for table in (ROOT / "proposals").glob("*.csv"):
        (folder / table.name).write_bytes(table.read_bytes())
    partner = "alameda-county" if re.search(r": partner\b", block) else None
    found = read_proposal(path, read_partners(ROOT / "proposals" / "partners"), partner).findings
    return [f"{f.code} {f.message} in {block!r}" for f in found]


def test_python_in_examples_runs(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str],
                                 monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    (block,) = fenced(PAGES["docs/architecture.md"], "python")
    assert "/tmp/out" in block
    monkeypatch.chdir(ROOT)
    exec(compile(block.replace("/tmp/out", str(tmp_path)), "architecture.md", "exec"), {})
    assert "county-coverage.docx" in capsys.readouterr().out
    assert (tmp_path / "county-coverage.docx").is_file()
