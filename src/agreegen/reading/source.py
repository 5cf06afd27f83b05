"""YAML as written: values with the line and column of each key and value, YAML's traps as findings.

Only `true` and `false` are booleans; `yes`, `NO`, `017`, `12:30`, `1.10` and dates stay text; no aliases, no tags, no
duplicate keys. PyYAML's C parser composes the nodes; the values are made here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from agreegen.finding import Finding, Location, Severity

LIMIT = 2_000_000
"""Bytes that a YAML file may have."""

DEPTH = 60
"""Levels of nesting that a YAML file may have."""

Path = tuple[str | int, ...]
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})\Z")
_STANDARD = "tag:yaml.org,2002:"
_TAGS = frozenset(
    _STANDARD + t for t in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)
_SMART = "“”„‟‘’‚‛"
_COMMENT = re.compile(r"^(?P<value>[^#'\"|>{\[]*\S)\s+#(?P<note>of\s|\d|[A-Za-z])")
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ufeff\ufffe\uffff\U000f0000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its file, the line and column of its key and of the value itself, from 1."""

    file: str
    key: tuple[int, int]
    value: tuple[int, int]

    @property
    def at(self) -> tuple[int, int]:
        """The value if it starts on the line of its key, else the key: where an author looks for it."""
        return self.value if self.value[0] == self.key[0] else self.key


@dataclass(slots=True)
class Source:
    """A file's data, and the place of every key and value in it."""

    file: str
    text: str
    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def problem(
        self, code: str, at: tuple[int, int], message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Adds a finding at a line and column."""
        self.findings.append(Finding(code, severity, Location(self.file, *at), message, hint))


def read_source(content: bytes, file: str) -> Source:
    """The data of a YAML file with places; problems are in `findings`, and `data` is None if nothing could be read."""
    source = Source(file, "")
    if len(content) > LIMIT:
        source.problem("Y004", (1, 1), f"the file has {len(content):,} bytes; the limit is {LIMIT:,}",
                       "put long lists, such as data elements, in a CSV file and name it")  # fmt: skip
        return source
    text = _decoded(content, source)
    if text is None:
        return source
    source.text = text
    node = _composed(text, source)
    if node is not None:
        _Reader(source).read(node)
    _comments(source)
    source.findings.sort(key=lambda f: (f.location.line or 0, f.location.column or 0))
    return source


def _decoded(content: bytes, source: Source) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16").encode()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        source.problem("Y005", (line, column), f"byte 0x{content[error.start]:02x} isn't UTF-8 text",
                       "save the file with the encoding UTF-8 (Notepad: Save as, Encoding: UTF-8)")  # fmt: skip
        return None
    bad = _BAD.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        source.problem("Y005", (line, column), f"character U+{ord(bad[0]):04X} can't stand in a document",
                       "delete it; it usually comes along when text is pasted")  # fmt: skip
        return None
    return text


def _composed(text: str, source: Source) -> yaml.Node | None:
    loader = yaml.CSafeLoader(text) if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        _syntax(error, text, source)
        return None
    except (yaml.YAMLError, RecursionError) as error:
        source.problem("Y001", (1, 1), f"this isn't YAML: {error}", "see the example proposals for the form")
        return None
    finally:
        loader.dispose()
    if node is None:
        source.problem("Y006", (1, 1), "the file is empty", "start with `agreegen new` or copy an example")
    return node


HINTS = (
    (r"mapping values are not allowed", "a text with a colon and a space needs quotes: `key: \"text: more text\"`; "
     "or the line above isn't finished, or the indentation is off"),
    (r"character '\\t'|tab", "indent with spaces; YAML doesn't allow tabs"),
    (r"cannot start any token", "a text that starts with @, %, `, & or * needs quotes"),
    (r"found unexpected end of stream|unexpected end", "a quotation mark is opened and not closed"),
    (r"expected ',' or '\]'|expected ',' or '}'", "a list in [ ] or a mapping in { } isn't closed; a text that starts "
     "with [ or { needs quotes"),
    (r"undefined alias|alias", "a text that starts with * needs quotes"),
    (r"expected <block end>|did not find expected '-' indicator|did not find expected key",
     "the indentation of this line doesn't fit the lines above; or a quoted text goes on after its closing quote"),
    (r"could not find expected ':'", "a key needs a colon and a space after it; a long text needs `|` after its key"),
)  # fmt: skip


OPENED = ("while scanning a simple key", "while scanning a quoted scalar", "while parsing a flow")
"""What YAML notices long after the place where its author began it."""


def _syntax(error: yaml.MarkedYAMLError, text: str, source: Source) -> None:
    opened = error.context_mark if (error.context or "").startswith(OPENED) else None
    mark = opened or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = (error.problem or "syntax error").strip()
    if opened and error.problem_mark and error.problem_mark.line > opened.line:
        problem += f" up to line {error.problem_mark.line + 1}"
    lines = text.splitlines()
    shown = lines[line - 1] if line <= len(lines) else ""
    hint = next((h for pattern, h in HINTS if re.search(pattern, problem)), "check indentation, colons and quotes")
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        problem, hint = "a tab indents this line", HINTS[1][1]
    source.problem("Y001", (line, column), f"YAML can't be read here: {problem}", hint)


class _Reader:
    """Makes values from nodes and notes places."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.seen: set[int] = set()

    def read(self, node: yaml.Node) -> None:
        at = _at(node)
        if not isinstance(node, yaml.MappingNode):
            self.source.problem("Y006", at, "the file must be a block of `key: value` lines",
                                "start with `proposal:` and the name of the use case")  # fmt: skip
            return
        self.source.places[()] = Place(self.source.file, at, at)
        self.source.data = self.value(node, (), at)

    def value(self, node: yaml.Node, path: Path, key: tuple[int, int]) -> Any:
        at = _at(node)
        self.source.places[path] = Place(self.source.file, key, at)
        if id(node) in self.seen:
            self.source.problem("Y003", at, "an alias (`*name`) repeats another part of the file",
                                "write the value out; aliases aren't allowed in proposals")  # fmt: skip
            return None
        self.seen.add(id(node))
        if len(path) > DEPTH:
            self.source.problem("Y004", at, f"more than {DEPTH} levels of nesting", "flatten this part")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, at)
        if node.tag not in _TAGS:
            self.source.problem("Y003", at, f"the tag {node.tag} isn't allowed", "write plain values")
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i), _at(item)) for i, item in enumerate(node.value)]
        return self.mapping(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            at = _at(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.source.problem("Y001", at, "a key must be a word", "a text that starts with { or [ needs quotes")
                continue
            key = " ".join(key_node.value.split())
            same = plain_key(key)
            if same in first:
                self.source.problem("Y002", at, f"the key '{key}' stands here twice; it is also on line {first[same]}",
                                    "keep one of the two, or make it a list")  # fmt: skip
                continue
            first[same] = at[0]
            result[key] = self.value(value_node, (*path, same), at)
        return result

    def scalar(self, node: yaml.ScalarNode, at: tuple[int, int]) -> Any:
        text: str = node.value
        plain = node.style not in ("'", '"', "|", ">")
        if node.tag not in _TAGS:
            self.source.problem("Y003", at, f"the tag {node.tag} isn't allowed", "write plain values, without a tag")
            return text
        if len(text) > 1 and text[0] in _SMART and text[-1] in _SMART and plain:
            self.source.problem("Y007", at, f"the value stands in typographic quotation marks: {text[:40]}",
                                "use straight quotation marks (\") or none; these would be printed", Severity.WARNING)  # fmt: skip
        if not plain or (node.tag == _STANDARD + "str" and _INTEGER.match(text)):
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "True", "false", "False"):
            return text.lower() == "true"
        return int(text) if _INTEGER.match(text) else text


def plain_key(key: str) -> str:
    """The key with spaces for underscores and hyphens, so that the ways of writing one key are one."""
    return key.replace("_", " ").replace("-", " ").lower()


def _at(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _comments(source: Source) -> None:
    """Warns where `#` inside a plain text silently starts a comment and drops words: `Suite #4` is fine, `a #4` not."""
    block: int | None = None
    for number, line in enumerate(source.text.splitlines(), 1):
        indent = len(line) - len(line.lstrip())
        if block is not None and (not line.strip() or indent > block):
            continue
        block = indent if re.search(r"[:-]\s+[|>][-+0-9]*\s*(#.*)?$", line) else None
        found = _COMMENT.match(line) if block is None else None
        if found and not line.lstrip().startswith("#"):
            source.problem("Y008", (number, line.index("#") + 1), "YAML drops the rest of this line as a comment: "
                           f"{line[line.index('#'):][:50]}", "put the value in quotes if it belongs to the text; "
                           "write a comment with a space after #", Severity.WARNING)  # fmt: skip
