"""What a model found wrong, as findings at the line and column of the YAML, with the nearest right word."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from agreegen.answer import MAILBOX, spelled
from agreegen.finding import Finding, Severity, nearest, plain_key
from agreegen.reading.cells import day_number

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    from agreegen.reading.source import Path, Place, Source


CODES = {"extra_forbidden": "D001", "missing": "D002"}
"""The codes of faults by the model's own word for them; every other fault is a value of the wrong kind, D003."""


def findings_of(error: ValidationError, source: Source, model: type[BaseModel]) -> list[Finding]:
    """One finding for each faulty place, in file order."""
    shape = Shape(model)
    found: dict[tuple[Any, ...], Finding] = {}
    for path, item in _faults(error, source, shape):
        place = source.places[path]
        at = place.key if item["type"] == "extra_forbidden" else place.at
        code = CODES.get(item["type"], "D003")
        tabular = place.row or place.file.endswith(".csv")
        message, hint = _explained(item, path, shape, "column" if tabular else "key", _typed(source, path))
        finding = Finding(code, Severity.ERROR, place.location(dotted(path), at), message, hint)
        found.setdefault((place.file, at, code, item["loc"][-1] if code == "D002" else ""), finding)
    return sorted(found.values(), key=lambda f: (f.location.file, f.location.line or 0, f.location.column or 0))


def _faults(error: ValidationError, source: Source, shape: Shape) -> list[tuple[Path, Any]]:
    """The model's errors with their paths, without those that follow from another one.

    A list that one branch of a union takes is no fault of the other branch; a key that is nearly the missing one is
    misspelt, and nothing is missing.
    """
    items = [(known_part(item["loc"], source)[0], item) for item in error.errors(include_url=False)]
    deeper = {path[:n] for path, _ in items for n in range(len(path))}
    misspelt = {
        (path[:-1], plain_key(_close(path, shape)))
        for path, item in items
        if item["type"] == "extra_forbidden" and path
    }
    return [
        (path, item)
        for path, item in items
        if not (CODES.get(item["type"]) is None and path in deeper)
        and not (item["type"] == "missing" and (path, plain_key(str(item["loc"][-1]))) in misspelt)
    ]


def dotted(path: Path) -> str:
    """`data.elements[2].name` for a path of keys."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def place_of(source: Source, path: Path) -> Place:
    """The place of the value at the path, or of its nearest parent that the file has."""
    known: Path = ()
    for part in path:
        if (*known, part) in source.places:
            known = (*known, part)
        elif isinstance(part, str):
            break  # the number of a single entry is stepped over: it stands for its list
    return source.places[known]


def known_part(loc: tuple[Any, ...], source: Source) -> tuple[Path, tuple[Any, ...]]:
    """The longest path of the file that the location of an error names; marks of unions are stepped over."""
    path: Path = ()
    rest: tuple[Any, ...] = ()
    for part in loc:
        step = plain_key(part) if isinstance(part, str) else part
        if (*path, step) in source.places:
            path, rest = (*path, step), ()
        else:
            rest = (*rest, part)
    return path, rest


class Shape:
    """What may stand where, from the model's own JSON schema."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.schema = _schema(model)

    def at(self, path: Path) -> dict[str, Any]:
        """The schema of the value at the path, references followed; empty if the path leads out of it."""
        node = self._resolved(self.schema)
        for part in path:
            if isinstance(part, int):
                node = self._resolved(node.get("items", node))
                continue
            properties = {plain_key(k): v for k, v in node.get("properties", {}).items()}
            if part not in properties:
                return {}
            node = self._resolved(properties[part])
        return node

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        for option in (node, *node.get("anyOf", ())):
            target = option
            if "$ref" in option:
                target = self.schema["$defs"][option["$ref"].rsplit("/", 1)[1]]
            if "properties" in target or "items" in target or "enum" in target:
                return {**node, **target}
        return node


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _explained(  # noqa: PLR0911 (one line a fault)
    item: Any, path: Path, shape: Shape, what: str = "key", typed: str = ""
) -> tuple[str, str]:
    kind, value = item["type"], item.get("input")
    node = shape.at(path)
    if kind == "extra_forbidden":
        return _unknown(path, shape, what)
    if kind == "missing":
        return _missing(str(item["loc"][-1]), path, shape, what)
    name = f"'{path[-1]}'" if path and isinstance(path[-1], str) else "this entry"
    examples = _examples(node)
    if kind in ("literal_error", "enum"):
        allowed = [spelled(v) for v in re.findall(r"'([^']*)'", item["ctx"]["expected"])]
        written = typed or value.replace("_", " ") if isinstance(value, str) else value
        return f"{name} can't be {shown(written)}", _chosen(written, allowed, what)
    if kind == "wrong_form":
        return f"{name} {item['ctx']['what']}", str(item["ctx"]["hint"])
    if kind == "date_text":
        hint = "write a real date as year-month-day, such as 2027-03-01"
        counted = day_number(str(value).strip())
        return f"{name} can't be {shown(value)}{counted}", f"{hint}; or save the list as .xlsx" if counted else hint
    if kind.startswith("bool") or "boolean" in str(node.get("type")):
        return f"{name} asks yes or no and has {shown(value)}", "write yes or no"
    if kind.startswith("int"):
        return f"{name} needs a whole number and has {shown(value)}", f"write figures only{examples}"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        keys = ", ".join(list(node.get("properties", {}))[:6])
        answer = "write `no` if there is none; else " if {"type": "null"} in node.get("anyOf", ()) else ""
        return f"{name} needs a block of keys and has {shown(value)}", f"{answer}keys that belong here: {keys}"
    if kind == "string_pattern_mismatch":
        alone = re.fullmatch(rf"(?i)\s*<?(?:mailto:)?({MAILBOX})>?\s*", str(value))
        remedy = f"write `{alone[1]}` alone" if alone else "write it as privacy@example.gov"
        return f"{name} isn't a mailbox: {shown(value)}", remedy
    if kind.endswith("too_short") or value is None:
        return f"{name} is empty", f"fill it in or delete the line{examples}"
    if kind.startswith("string"):
        return f"{name} needs a text and has {shown(value)}", f"write one text{examples}; quotes keep odd characters"
    if kind.startswith(("tuple", "list")):
        return f"{name} needs a list and has {shown(value)}", f"write `- ` before each entry{examples}"
    return f"{name}: {item['msg'].lower()} (has {shown(value)})", f"see the example proposals{examples}"


MEANT = {"mental health": "for mental health write `sensitive`, with `statute: lps`; and below `regimes:` "
         "`riders: [lps]`", "health": "for health information write `phi`",
         "substance use": "for records of substance use treatment write `part2`",
         "student": "for records of students write `education`", "tax": "for tax information write `fti`",
         "personal": "for personal information write `pii`"}  # fmt: skip
"""What people call a classification, and how it is written."""


def _chosen(value: Any, allowed: list[str], what: str) -> str:
    """Which of the allowed words is meant, several where the text has several."""
    if not isinstance(value, str):
        return f"one of: {', '.join(allowed)}"
    parts = [plain_key(p) for p in re.split(r"\s*(?:[;,/&+]|\band\b)\s*", value.strip()) if p]
    known = {plain_key(a): a for a in allowed}
    if len(parts) > 1 and all(p in known for p in parts):
        words = [known[p] for p in parts]
        return f"write `{'; '.join(words)}`" if what == "column" else f"write a list: [{', '.join(words)}]"
    close = nearest(value, allowed)
    if "part2" in allowed and not close:
        said = plain_key(value).replace("_", " ")
        close_to = next((hint for name, hint in MEANT.items() if name in said), "")
        return close_to or f"one of: {', '.join(allowed)}"
    return f"did you mean '{close}'?" if close else f"one of: {', '.join(allowed)}"


def _typed(source: Source, path: Path) -> str:
    """The text at the path as the file has it; "" where another file has it, or none."""
    node = source.data
    for part in path:
        if isinstance(node, dict) and isinstance(part, str):
            node = next((v for k, v in node.items() if plain_key(str(k)) == part), None)
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif part != 0:
            return ""
    return node.strip() if isinstance(node, str) else ""


def _keys(path: Path, shape: Shape) -> list[str]:
    return list(shape.at(path[:-1]).get("properties", {}))


def _close(path: Path, shape: Shape) -> str:
    return nearest(str(path[-1]), _keys(path, shape)) if path else ""


def _unknown(path: Path, shape: Shape, what: str) -> tuple[str, str]:
    known = _keys(path, shape)
    key = str(path[-1]) if path else ""
    close = _close(path, shape)
    hint = f"did you mean '{close}'?" if close else f"{what}s that belong here: {', '.join(known)}"
    return f"'{key}' isn't a {what} that belongs here", hint


def _missing(key: str, path: Path, shape: Shape, what: str = "key") -> tuple[str, str]:
    node = shape.at((*path, plain_key(key)))
    about = str(node.get("description", "")).split("\n")[0]
    told = f"{about}{_examples(node)}" if about else ""
    if what == "column":
        above = [p + 1 if isinstance(p, int) else p for p in path[1:]] if path[:2] != ("data", "elements") else []
        above = above[1:] if above and isinstance(above[0], int) else above  # the number of a party on its side
        column = ".".join(map(str, (*above, key)))
        return (
            f"'{key}' is missing",
            f"{told}; fill in the column `{column}`" if told else f"fill in the column `{column}`",
        )
    return f"'{key}' is missing", told or f"add `{key}:`"


def _examples(node: dict[str, Any]) -> str:
    examples = node.get("examples") or ()
    return f", such as {examples[0]}" if examples else ""


def shown(value: Any) -> str:
    """A value as findings quote it; what isn't one in words."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"
