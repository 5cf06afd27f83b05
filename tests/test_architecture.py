"""The shape of the package: one direction of imports, effects at the ends, small modules; each guard shown to bite."""

from __future__ import annotations

import ast
import functools
import pathlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = pathlib.Path(__file__).parents[1] / "src" / "agreegen"
ORDER = (
    "late",
    "finding", "errors", "damage", "progress", "sealed", "wording", "difference", "answer", "sharing", "partner",
    "proposal", "law", "reading", "template", "agreement", "rules", "marks", "draft", "render", "pdf", "package",
    "source", "workspace", "lint", "packs", "approval", "skeleton", "outlines", "new_file", "workbook", "placing",
    "generate", "provenance", "fulltext", "series", "partner_sheet", "forms", "plate", "batch", "catalog", "report",
    "revision", "matrix", "cli",
)  # fmt: skip
"""The modules; each imports only from those before it. For typing, too."""

LIMIT = 350
"""Lines that a module may have."""

READING = frozenset({
    "reading", "sealed", "template", "workspace", "lint", "packs", "approval", "package", "source", "law", "pdf",
    "skeleton", "outlines", "new_file", "catalog", "generate", "provenance", "series", "batch", "forms", "revision",
    "plate.studies", "plate.shelf",
})  # fmt: skip
WRITING = frozenset({
    "package", "workspace", "approval", "skeleton", "outlines", "sealed", "template.cache", "law.build",
    "pdf.worker", "pdf.libreoffice", "pdf.word", "pdf.counted", "batch", "new_file", "packs", "forms.files",
    "plate.studies", "plate.shelf",
})  # fmt: skip
ALLOWED = {
    "print": frozenset({"cli", "pdf.drawing"}),  # a child process, whose answers go by standard output
    "exit": frozenset({"cli"}),
    "process": frozenset({"pdf", "batch"}),
    "clock": frozenset({"generate", "batch"}),
    "read": READING,
    "write": WRITING,
    "environment": frozenset({"workspace", "pdf", "package"}),
}
"""The modules, or single files of them, that may have an effect; `pdf` writes into temporary folders only."""

READS = frozenset({"read_bytes", "read_text", "iterdir", "glob", "rglob"})
WRITES = frozenset({"write_bytes", "write_text", "mkdir", "unlink", "rename", "rmdir", "mkstemp", "touch", "rmtree"})
CLOCK = frozenset({"now", "today", "utcnow", "time_ns"})
PROCESSES = frozenset({"subprocess", "multiprocessing", "asyncio"})


@dataclass(frozen=True, slots=True)
class Source:
    """A module of the package: its dotted name, and its text."""

    name: str
    text: str

    @property
    def top(self) -> str:
        return self.name.split(".")[0]

    def tree(self) -> ast.Module:
        return _parsed(self.text)


@functools.cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def sources() -> list[Source]:
    """Every module of the package."""
    files = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")
    names = [
        p.relative_to(PACKAGE).with_suffix("").as_posix().removesuffix("/__init__").replace("/", ".") for p in files
    ]
    return [Source(n, p.read_text(encoding="utf-8")) for n, p in zip(names, files, strict=True)]


def imported(source: Source) -> Iterator[str]:
    """The top modules of this package that a module imports, wherever in its text."""
    for node in ast.walk(source.tree()):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source.name} imports by dots"
            names = [f"{node.module}.{a.name}" for a in node.names]
        else:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            package, _, rest = name.partition(".")
            if package == "agreegen" and rest.split(".")[0] in (*ORDER, *[p.stem for p in PACKAGE.iterdir()]):
                yield rest.split(".")[0]


def upward(source: Source) -> list[str]:
    """The imports that go against the order."""
    place = ORDER.index(source.top)
    return [f"{source.name} imports {m}" for m in imported(source) if m != source.top and ORDER.index(m) > place]


def _imported_code(source: Source) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported or called: all but `if __name__ == "__main__":`."""
    for statement in source.tree().body:
        if not (isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)):
            yield from ast.walk(statement)


def effects(source: Source) -> Iterator[tuple[str, int]]:
    """The effects of a module on the world outside, with their lines."""
    for node in _imported_code(source):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            if PROCESSES & {n.split(".")[0] for n in names}:
                yield "process", node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            whole = f"{node.value.id}.{node.attr}"
            if whole in ("sys.stdout", "sys.stderr", "sys.stdin"):
                yield "print", node.lineno
            elif whole in ("os.environ", "os.getenv", "os.umask"):
                yield "environment", node.lineno
            elif whole in ("os.system", "os.popen", "os.fork"):
                yield "process", node.lineno
            elif whole == "time.time":
                yield "clock", node.lineno
        if isinstance(node, ast.Call):
            yield from ((effect, node.lineno) for effect in _of_call(node))


def _of_call(node: ast.Call) -> Iterator[str]:
    function = node.func
    if isinstance(function, ast.Name):
        yield from {"print": ["print"], "input": ["print"], "exit": ["exit"], "quit": ["exit"],
                    "open": ["read", "write"]}.get(function.id, [])  # fmt: skip
    elif isinstance(function, ast.Attribute):
        if function.attr in READS:
            yield "read"
        if function.attr in WRITES:
            yield "write"
        if function.attr in CLOCK:
            yield "clock"
        owner = function.value.id if isinstance(function.value, ast.Name) else ""
        if owner == "sys" and function.attr == "exit":
            yield "exit"


def misplaced(source: Source) -> list[str]:
    """The effects that a module must not have."""
    return [
        f"{source.name}:{line} has the effect '{effect}'"
        for effect, line in effects(source)
        if not {source.name, source.top} & ALLOWED[effect]
    ]


ALL = sources()


def test_modules_are_those_of_the_list() -> None:
    assert {s.top for s in ALL} == set(ORDER), "a new module takes its place in ORDER"
    assert len(ALL) > 60


def test_imports_go_one_way() -> None:
    links = {(s.top, m) for s in ALL for m in imported(s) if m != s.top}
    assert len(links) > 40
    assert [bad for s in ALL for bad in upward(s)] == []


@pytest.mark.parametrize(
    "text",
    [
        "from agreegen.cli import app",
        "from agreegen import report, finding",
        "import agreegen.generate",
        "def f() -> None:\n    from agreegen.rules import check",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from agreegen.agreement import Agreement",
    ],
)
def test_guard_of_imports_bites(text: str) -> None:
    assert len(upward(Source("reading.table", text))) == 1
    assert upward(Source("reading.table", "from agreegen.finding import Finding\nfrom agreegen.reading import x")) == []


def test_effects_are_where_they_belong() -> None:
    found = {effect for s in ALL for effect, _ in effects(s)}
    assert found >= {"print", "exit", "process", "read", "write", "environment"}
    assert [bad for s in ALL for bad in misplaced(s)] == []


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("print('x')", "print"),
        ("import sys\nsys.stderr.write('x')", "print"),
        ("import sys\nsys.exit(1)", "exit"),
        ("import subprocess", "process"),
        ("from concurrent import x\nfrom multiprocessing import Pool", "process"),
        ("import os\nos.system('x')", "process"),
        ("open('x')", "read"),
        ("p.read_text()", "read"),
        ("p.write_bytes(b'')", "write"),
        ("p.parent.mkdir()", "write"),
        ("dt.datetime.now()", "clock"),
        ("dt.date.today()", "clock"),
        ("import time\ntime.time()", "clock"),
        ("import os\nos.environ['x']", "environment"),
    ],
)
def test_guard_of_effects_bites(text: str, effect: str) -> None:
    found = misplaced(Source("agreement", text))
    assert found
    assert f"'{effect}'" in found[0]


def test_pure_modules_are_pure() -> None:
    pure = {
        "finding",
        "errors",
        "wording",
        "answer",
        "partner",
        "proposal",
        "agreement",
        "rules",
        "render",
        "marks",
        "draft",
        "report",
    }
    assert pure <= set(ORDER)
    assert not pure & frozenset().union(*ALLOWED.values())


def too_long(found: list[Source]) -> list[str]:
    return [f"{s.name} has {n} lines" for s in found if (n := len(s.text.splitlines())) > LIMIT]


def test_modules_are_small() -> None:
    assert max(len(s.text.splitlines()) for s in ALL) > 100
    assert too_long(ALL) == []


def test_guard_of_size_bites() -> None:
    assert too_long([Source("x", "\n" * (LIMIT + 1)), Source("y", "\n" * LIMIT)]) == [f"x has {LIMIT + 1} lines"]


def test_every_module_says_what_it_is() -> None:
    bad = [s.name for s in ALL if not (ast.get_docstring(s.tree()) or "").strip()]
    assert bad == []
    assert ast.get_docstring(ast.parse("x = 1")) is None


def test_no_module_is_a_box_of_odds_and_ends() -> None:
    odd = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "core"}
    assert not odd & {part for s in ALL for part in s.name.split(".")}
    assert odd & {"template", "utils"}
