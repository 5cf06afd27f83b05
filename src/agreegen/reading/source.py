"""YAML as written: values with the line and column of each key and value, YAML's traps as findings.

Only `true` and `false` are booleans; `yes`, `NO`, `017`, `12:30`, `1.10` and dates stay text; no aliases, no tags, no
duplicate keys. PyYAML's C parser composes the nodes; the values are made here.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import Any

import yaml

from agreegen.finding import Finding, Location, Severity, plain_key
from agreegen.late import dataclass
from agreegen.reading.mistaken import other_kind

LIMIT = 2_000_000
"""Bytes that a YAML file may have."""

DEPTH = 60
"""Levels of nesting that a YAML file may have."""

MOST = 20
"""Aliases, anchors and tags that are reported before reading stops."""

Path = tuple[str | int, ...]
_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,15})\Z")
_SMART = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b"
_COMMENT = re.compile(r"\s*(#[A-Za-z0-9(].*)")
_CONTROLS = bytes(n for n in (*range(32), 127) if n not in (9, 10, 13))
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ue000-\uf8ff\ufeff\ufffe\uffff\U000f0000-\U0010ffff]"
)
"""A character that Word can't hold or YAML would change."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its file, the line and column of its key and of the value itself, from 1."""

    file: str
    key: tuple[int, int]
    value: tuple[int, int]
    block: bool = False
    """True for a list or a block of keys."""
    sheet: str = ""
    """The sheet of a workbook, whose rows are the lines."""
    row: int = 0
    """The row of a table as a spreadsheet counts it; the line is another one where a cell has several lines."""
    heading: str = ""
    """What the column of a table is called; column 0 is the row as a whole."""

    @property
    def at(self) -> tuple[int, int]:
        """Where an author looks for it: the value, but the key of a block that starts on a line of its own."""
        return self.key if self.block and self.value[0] != self.key[0] else self.value

    def location(self, path: str = "", at: tuple[int, int] | None = None) -> Location:
        """The place as findings show it: file, line and column, or sheet, row and column of a table."""
        line, column = at or self.at
        if not self.row:
            return Location(self.file, line, column, path=path)
        cell = f"row {self.row if (line, column) == self.value else line}"
        cell += f", column {letters(column)}" + (f" ({self.heading})" if self.heading else "") if column else ""
        if self.sheet:
            return Location(self.file, path=path, part=f"sheet {self.sheet}", cell=cell)
        return Location(self.file, line, column or 1, path=path, cell=cell)


def letters(column: int) -> str:
    """A column of a spreadsheet by its letters: `A`, `Z`, `AA`."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


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


def read_source(content: bytes, file: str, *, lists: bool = False) -> Source:
    """The data of a YAML file with places; problems are in `findings`, and `data` is None if nothing could be read.

    `lists`: the file may be a list, too.
    """
    source = Source(file, "")
    if len(content) > LIMIT:
        source.problem("Y004", (1, 1), f"the file has {len(content):,} bytes; the limit is {LIMIT:,}",
                       "put long lists, such as data elements, in a CSV file and name it")  # fmt: skip
        return source
    other = other_kind(content, lists=lists)
    if other:
        source.problem("Y005", (1, 1), *other)
    text = None if other else _decoded(content, source)
    if text is None:
        return source
    source.text = text
    node = _composed(text, source)
    if node is not None:
        _Reader(source).read(node, lists=lists)
    source.findings.sort(key=lambda f: (f.location.line or 0, f.location.column or 0))
    return source


def _decoded(content: bytes, source: Source) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(content, source)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        source.problem("Y005", (line, column), f"byte 0x{content[error.start]:02x} isn't UTF-8 text",
                       "save the file with the encoding UTF-8 (Notepad: Save as, Encoding: UTF-8)")  # fmt: skip
        return None
    return _printable(text, source)


def _utf16(content: bytes, source: Source) -> str | None:
    try:
        return _printable(content.decode("utf-16"), source)
    except UnicodeDecodeError:
        source.problem("Y005", (1, 1), "the file starts as UTF-16 text and isn't",
                       "save the file with the encoding UTF-8 (Notepad: Save as, Encoding: UTF-8)")  # fmt: skip
        return None


def _printable(text: str, source: Source) -> str | None:
    bad = unprintable(text)
    if bad:
        source.problem("Y005", *bad)
        return None
    return text


def unprintable(text: str) -> tuple[tuple[int, int], str, str] | None:
    """The first character that Word can't hold or YAML would change: line and column, message, hint."""
    if text.isascii() and len(text.encode().translate(None, _CONTROLS)) == len(text):
        return None
    bad = UNPRINTABLE.search(text)
    if bad is None:
        return None
    at = (text.count("\n", 0, bad.start()) + 1, bad.start() - text.rfind("\n", 0, bad.start()))
    return (at, f"character U+{ord(bad[0]):04X} can't stand in a document",
            "delete it; it usually comes along when text is pasted")  # fmt: skip


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _allowed(text: str, source: Source) -> bool:
    """True where the file has no alias, anchor or tag and isn't nested too deeply; composing it could crash Python."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        mark: Any = event.start_mark
        at = (mark.line + 1, mark.column + 1)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH:
            source.problem("Y004", at, f"more than {DEPTH} levels of nesting", "flatten this part")
        elif isinstance(event, yaml.AliasEvent):
            source.problem("Y003", at, f"the alias *{event.anchor} repeats another part of the file",
                           "write the value out; a text that starts with * needs quotes")  # fmt: skip
        elif anchor := getattr(event, "anchor", None):
            source.problem("Y003", at, f"&{anchor} marks this part for an alias, and its words would be lost",
                           "delete it; a text that starts with & needs quotes")  # fmt: skip
        elif tag := getattr(event, "tag", None):
            source.problem("Y003", at, f"the tag {tag} isn't allowed",
                           "write plain values; a text that starts with ! needs quotes")  # fmt: skip
        if depth > DEPTH or len(source.findings) >= MOST:
            return False
    return not source.findings


def _composed(text: str, source: Source) -> yaml.Node | None:
    loader = _LOADER(text)
    try:
        if not _allowed(text, source):
            return None
        node: yaml.Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        _syntax(error, text, source)
        return None
    except (yaml.YAMLError, RecursionError):
        source.problem(
            "Y001", (1, 1), "this isn't a file of `key: value` lines", "see the example proposals for the form"
        )
        return None
    finally:
        loader.dispose()
    if node is None:
        source.problem("Y006", (1, 1), "the file is empty", "start with `agreegen new` or copy an example")
    return node


PLAIN = (
    (r"another document", "a line of three hyphens stands here", "one file holds one proposal: delete the line"),
    (r"mapping values are not allowed", "a colon stands where no key can be",
     "a text with a colon and a space needs quotes: `key: \"text: more text\"`; or the line above isn't finished, or "
     "the indentation is off"),
    (r"character '\\t'|tab", "a tab stands where spaces belong", "indent with spaces, two for each level"),
    (r"cannot start any token", "a text can't start with this character",
     "a text that starts with @, %, `, & or * needs quotes"),
    (r"found unexpected end of stream|unexpected end", "a quotation mark is opened and not closed",
     "close it, or take it away"),
    (r"expected ',' or '\]'", "a list in [ ] isn't closed", "write the ]; a text that starts with [ needs quotes"),
    (r"expected ',' or '}'", "a block in { } isn't closed", "write the }; a text that starts with { needs quotes"),
    (r"undefined alias|alias|anchor", "a text can't start with * or &", "put it in quotes"),
    (r"unknown escape|escape c", "a backslash in double quotes has a meaning of its own",
     "write it twice, or use single quotes"),
    (r"block sequence entries are not allowed", "a hyphen for a list stands where no list can be",
     "put the list on lines of its own below its key; a text that starts with a hyphen and a space needs quotes"),
    (r"mapping keys are not allowed", "a question mark can't start this line", "put the text in quotes"),
    (r"expected <block end>|did not find expected '-' indicator|did not find expected key",
     "this line doesn't fit the lines above",
     "check its indentation; or a quoted text goes on after its closing quote"),
    (r"could not find expected ':'", "no colon follows the key",
     "a key needs a colon and a space after it; a long text needs `|` after its key"),
    (r"tag handle|tag", "a text can't start with !", "put it in quotes"),
    (r"indicator|document start|directive", "a line can't start with this character", "put the text in quotes"),
)  # fmt: skip
"""What YAML's own words for a fault mean, in plain words, and the remedy."""


UNCLEAR = ("the form of this line isn't right", "check indentation, colons and quotes")

OPENED = ("while scanning a simple key", "while scanning a quoted scalar", "while parsing a flow")
"""What YAML notices long after the place where its author began it."""


def _syntax(error: yaml.MarkedYAMLError, text: str, source: Source) -> None:
    opened = error.context_mark if (error.context or "").startswith(OPENED) else None
    mark = opened or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = (error.problem or "").strip()
    problem, hint = next(((p, h) for pattern, p, h in PLAIN if re.search(pattern, said)), UNCLEAR)
    if opened and error.problem_mark and error.problem_mark.line > opened.line:
        problem += f", up to line {error.problem_mark.line + 1}"
    lines = text.splitlines()
    shown = lines[line - 1] if line <= len(lines) else ""
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        problem, hint = "a tab indents this line", "replace the tab with two spaces for each level"
    source.problem("Y001", (line, column), f"the file can't be read from here: {problem}", hint)


class _Reader:
    """Makes values from nodes and notes places."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = source.text.splitlines()

    def read(self, node: yaml.Node, *, lists: bool = False) -> None:
        at = _at(node)
        if not isinstance(node, yaml.MappingNode | yaml.SequenceNode if lists else yaml.MappingNode):
            self.source.problem("Y006", at, "the file must be a block of `key: value` lines",
                                "start with `proposal:` and the name of the use case")  # fmt: skip
            return
        self.source.places[()] = Place(self.source.file, at, at)
        self.source.data = self.value(node, (), at)

    def value(self, node: yaml.Node, path: Path, key: tuple[int, int]) -> Any:
        at = _at(node)
        self.source.places[path] = Place(self.source.file, key, at, not isinstance(node, yaml.ScalarNode))
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i), _at(item)) for i, item in enumerate(node.value)]
        assert isinstance(node, yaml.MappingNode)
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
            if node.flow_style and self.stands_alone(key_node, value_node):
                self.source.problem("Y009", at, f"'{key}' stands alone in {{ }}: a comma ends the text before it",
                                    'put the whole text in quotes: `{name: "Deputy Director, Programs"}`')  # fmt: skip
                continue
            result[key] = self.value(value_node, (*path, same), at)
        return result

    def stands_alone(self, key: yaml.Node, value: yaml.Node) -> bool:
        """Whether no colon follows a key: YAML takes it for one without a value."""
        if not isinstance(value, yaml.ScalarNode) or value.value or value.style in ("'", '"'):
            return False
        rest = self.lines[key.end_mark.line][key.end_mark.column :] if key.end_mark.line < len(self.lines) else ""
        return not rest.lstrip().startswith(":")

    def scalar(self, node: yaml.ScalarNode, at: tuple[int, int]) -> Any:
        text: str = node.value
        plain = node.style not in ("'", '"', "|", ">")
        if len(text) > 1 and text[0] in _SMART and text[-1] in _SMART and plain:
            self.source.problem("Y007", at, f"the value stands in typographic quotation marks: {text[:40]}",
                                "use straight quotation marks (\") or none; these would be printed",
                                Severity.WARNING)  # fmt: skip
        if not plain:
            return text
        self.comment(node)
        if text in ("", "~", "null"):
            return None
        if text in ("true", "True", "false", "False"):
            return text.lower() == "true"
        return int(text) if _INTEGER.match(text) else text

    def comment(self, node: yaml.ScalarNode) -> None:
        """Warns where `#` ends a plain text and drops words, as in `Suite #4`; a comment has a space after its #."""
        line, column = node.end_mark.line, node.end_mark.column
        found = _COMMENT.match(self.lines[line], column) if line < len(self.lines) else None
        if found:
            self.source.problem("Y008", (line + 1, found.start(1) + 1), "YAML drops the rest of this line as a "
                                f"comment: {found[1][:50]}", "put the value in quotes if it belongs to the text; "
                                "write a comment with a space after #", Severity.WARNING)  # fmt: skip


def _at(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
