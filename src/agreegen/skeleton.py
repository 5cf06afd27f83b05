"""A proposal to start from: a commented skeleton of the variant or a copy of an example; and the JSON Schema."""

from __future__ import annotations

import json
import re
import types
import typing
from typing import TYPE_CHECKING, Any

from agreegen import workspace
from agreegen.answer import Section, spaced, spelled
from agreegen.errors import UsageError
from agreegen.finding import nearest
from agreegen.law import LOCAL_GOVERNMENT, PROGRAM_OF
from agreegen.law.requirements import Requirement, requirements
from agreegen.packs.declared import schema_of
from agreegen.proposal import Proposal

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from agreegen.packs import Pack

SCHEMA_FILE = "proposal.schema.json"
MODELINE = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
SIDES = {
    "intra-agency": ("DHCS", "CDPH"),
    "state-agency": ("Department of Health Care Services", "Department of Social Services"),
    "local-government": ("DHCS", "Alameda County"),
    "university": ("HCAI", "UC Davis"),
}
"""A provider and a recipient of the lists, for each variant's skeleton."""

LATER = frozenset({"version", "status", "program", "variant", "direction", "signatures", "amendments", "filing",
                   "joinder", "opinions", "attachments", "related_agreements", "confidential", "terms", "dispute",
                   "required_by_law", "template", "extra"})  # fmt: skip
"""Fields that most proposals leave out: the skeleton shows them commented out."""


def schema(packs: Sequence[Pack] = ()) -> dict[str, Any]:
    """The JSON Schema of proposals: keys with spaces, descriptions, examples; names of parties are texts.

    `packs` are the templates whose fields may stand below `extra`.
    """
    result = Proposal.model_json_schema(by_alias=True)
    result["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    result["title"] = "Business Use Case Proposal"
    for side in ("provider", "recipient"):
        party = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Party"}]}
        described = {"description": result["properties"][side].get("description", "")}
        result["properties"][side] = {**described, "anyOf": [*party["anyOf"], {"type": "array", "items": party}]}
    party_fields = result["$defs"]["Party"]
    party_fields["required"] = []
    elements = result["$defs"]["Data"]["properties"]["elements"]
    elements["items"] = {"anyOf": [{"type": "string"}, elements["items"]]}
    relaxed: dict[str, Any] = _relaxed(result)
    extra = {key: value for pack in packs for key, value in schema_of(pack.fields).items()}
    if extra:
        about = result["properties"]["extra"].get("description", "")
        relaxed["properties"]["extra"] = {"type": "object", "description": about, "properties": extra}
    return relaxed


def schema_text(packs: Sequence[Pack] = ()) -> str:
    """The JSON Schema as it is written to a file."""
    return json.dumps(schema(packs), indent=2, ensure_ascii=False) + "\n"


def write_schema(file: pathlib.Path, packs: Sequence[Pack] = ()) -> pathlib.Path:
    """The file that holds the JSON Schema, for editors."""
    try:
        file.write_text(schema_text(packs), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}", "choose another folder") from None
    return file


def _relaxed(node: Any) -> Any:
    """The schema with what the reader also accepts: one entry for a list, `yes` and `no`, code words with spaces."""
    if isinstance(node, list):
        return [_relaxed(n) for n in node]
    if not isinstance(node, dict):
        return node
    node = {k: _relaxed(v) for k, v in node.items()}
    if node.get("type") == "boolean":
        node = {**{k: v for k, v in node.items() if k != "type"}, "enum": [True, False, "yes", "no"]}
    elif "enum" in node and all(isinstance(v, str) for v in node["enum"]):
        shown = {"enum": list(dict.fromkeys(spelled(v) for v in node["enum"]))}
        written = {"type": "string", "pattern": f"^({'|'.join(map(_any_way, node['enum']))})$"}
        rest = {k: v for k, v in node.items() if k not in ("enum", "type")}
        node = {**rest, "anyOf": [shown, written]}
    elif node.get("type") == "array":
        item = node.get("items", {})
        rest = {k: v for k, v in node.items() if k in ("description", "default", "examples")}
        inner = {k: v for k, v in node.items() if k not in rest}
        node = {**rest, "anyOf": [inner, item] if item else [inner]}
    elif node.get("type") == "object" and "properties" in node:
        joined = {f"^{key.replace(' ', '[_-]')}$": value for key, value in node["properties"].items() if " " in key}
        node = {**node, "patternProperties": joined} if joined else node
        words = {"type": ["string", "boolean", "null"]}
        node = {"anyOf": [node, words], "title": node.get("title", "")} if node.get("title") in SHORT else node
    elif node.get("type") == "string" and "pattern" not in node:
        node = {**node, "type": ["string", "integer"]}
    return node


def _any_way(word: str) -> str:
    """A pattern for a code word in either case, with spaces, hyphens or underscores."""
    return "".join("[ _-]" if c in "_-" else f"[{c}{c.upper()}]" if c.isalpha() else c for c in word)


SHORT = frozenset({"Contact", "UserGroup", "Contractor", "Product", "Deidentification", "Element", "Transfer", "Hipaa",
                   "SideAuthority", "Requirements", "Redisclosure", "Site", "Attachment", "Ferpa", "Funds",
                   "Research", "Positions", "Consent", "Part2", "TaxInformation", "SsaData", "CriminalJustice",
                   "HivRecords", "VitalRecords"})  # fmt: skip
"""Blocks that a single word or text may stand for."""


def skeleton(variant: str, title: str = "", packs: Sequence[Pack] = ()) -> str:
    """A proposal of the variant with every field as a comment or an empty line to fill in, under a first title.

    The variant may be one of `packs`; the fields that it declares come with it.
    """
    name, pack = variant, next((p for p in packs if p.name == variant), None)
    first = [f"proposal: {_quoted(title)}".rstrip()]
    if pack is not None and pack.name not in SIDES:
        if pack.asks_own:
            return _small(pack, first[0])
        variant = pack.variant or LOCAL_GOVERNMENT
    if variant not in SIDES:
        names = [*SIDES, *(p.name for p in packs if p.name not in SIDES)]
        close = nearest(variant, names)
        raise UsageError(f"there is no variant '{variant}'",
                         f"did you mean {close}?" if close else f"choose {', '.join(names)}")  # fmt: skip
    provider, recipient = SIDES[variant]
    rows = requirements(PROGRAM_OF[variant])
    needed = {row.field.replace("[]", "") for row in rows if row.need == "yes"} | {"research", "funds", "redisclosure"}
    sometimes = frozenset(row.field for row in rows if row.need == "if")
    sides = {
        side: list(_side(side, name, [row for row in rows if row.field.startswith(f"{side}.") and row.need != "no"]))
        for side, name in (("provider", provider), ("recipient", recipient))
    }
    own = {"extra": [_aligned(*line) for line in pack.to_fill_in()]} if pack is not None and pack.fields else {}
    own |= {"template": [f"template: {pack.name}"]} if pack is not None and pack.name not in SIDES else {}
    lines = [
        MODELINE.rstrip(),
        f"# A proposal for the master '{name}'. Fill in what is empty; delete what doesn't apply.",
        "# A line that starts with # is a comment: take the # away to use it. Where it ends in (required), it must be",
        "# filled in, too; where it ends in (required in some cases), `agreegen check` says whether it must be.",
        "# `agreegen check` says what is still missing and on which line.",
        "",
        *_block(Proposal, (), needed, {"proposal": first, **sides, **own}, 0, sometimes=sometimes),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _small(pack: Pack, first: str) -> str:
    """A proposal for a template that asks for its own fields only."""
    provider, recipient = SIDES[pack.variant or LOCAL_GOVERNMENT]
    lines = [
        MODELINE.rstrip(),
        f"# A proposal for the template '{pack.name}'. Fill in what is empty; a line that starts with # is a comment.",
        "# `agreegen check` says what is still missing and on which line.",
        "",
        first,
        f"template: {pack.name}",
        _aligned(f"provider: {provider}", "An example: write yours, of the lists or of partners/"),
        _aligned(f"recipient: {recipient}", "As above"),
        *(_aligned(*line) for line in pack.to_fill_in()),
    ]
    return "\n".join(lines) + "\n"


def _quoted(title: str) -> str:
    """The title as YAML reads it back: in quotes where it would be something else than a plain text."""
    plain = re.fullmatch(r"\w[\w .,()'-]*", title) and title.lower() not in ("true", "false", "null")
    return title if plain or not title else json.dumps(title, ensure_ascii=False)


def _block(
    model: type[BaseModel], path: tuple[str, ...], needed: set[str], given: dict[str, list[str]], depth: int,
    *, sometimes: frozenset[str],
) -> Iterator[str]:  # fmt: skip
    for name, info in model.model_fields.items():
        here = (*path, name)
        key = spaced(name)
        dotted = ".".join(here)
        inner = _section(info)
        wanted = dotted in needed or any(n.startswith(dotted + ".") for n in needed)
        if name in given and depth == 0:
            yield _line(depth, given[name][0], info)
            yield from given[name][1:]
        elif inner is not None and wanted and _asks(info):
            yield _line(depth, f"{key}:", info)
            yield from _block(inner, here, set(), given, depth + 1, sometimes=sometimes)
        elif wanted and _many(info) and not _bare(info):
            yield _line(depth, f"{key}: []", info)
        elif inner is not None and wanted and not _many(info):
            if depth == 0:
                yield ""
            yield _line(depth, f"{key}:", info)
            yield from _block(inner, here, needed, given, depth + 1, sometimes=sometimes)
        elif wanted or (depth == 0 and name not in LATER and inner is None):
            yield _line(depth, f"{key}:", info)
        elif depth < 3:
            yield _line(depth, f"# {key}:{_example(info)}", info, " (required in some cases)" * (dotted in sometimes))


def _side(side: str, name: str, rows: list[Requirement]) -> Iterator[str]:
    """The lines of a party: a name of the lists, then what the program asks for, conditions as comments."""
    yield f"{side}:"
    yield _aligned(
        f"  party: {name}", "An example: write yours, of the lists (`agreegen list parties`) or of partners/"
    )
    yield _aligned("  unit: TBD", "Department, program or campus unit that is bound; delete the line if there is none")
    above: tuple[str, ...] = ()
    optional: dict[str, list[Requirement]] = {}
    for row in rows:
        *blocks, last = (spaced(part) for part in row.field.split(".")[1:])
        if row.need != "yes" or _whole(blocks):
            optional.setdefault(": ".join(blocks) or last, []).append(row)
            continue
        for depth, block in enumerate(blocks):
            if above[: depth + 1] != tuple(blocks[: depth + 1]):
                yield "  " * (depth + 1) + f"{block}:"
        above = tuple(blocks)
        yield _aligned("  " * (len(blocks) + 1) + f"{last}:", f"{row.belongs}, such as {row.example}")
    for key, group in optional.items():
        lasts = [(spaced(row.field.rpartition(".")[2]), row.example) for row in group]
        value = lasts[0][1] if key == lasts[0][0] else "{" + ", ".join(f"{k}: {v}" for k, v in lasts) + "}"
        asked = " (required)" if group[0].need == "yes" else " (required in some cases)"
        yield _aligned(f"  # {key}: {value}", "; ".join(row.belongs for row in group) + asked)


def _whole(blocks: list[str]) -> bool:
    """True for a block that can't stand there half filled in."""
    return blocks[:1] in (["signatory"], ["security attestation"])


def _aligned(start: str, about: str) -> str:
    return f"{start:<40} # {about}"


def _line(depth: int, text: str, info: FieldInfo, need: str = "") -> str:
    start = "  " * depth + text
    about = " ".join((info.description or "").split())
    if text.endswith(":") and info.examples:
        about += f", such as {info.examples[0]}" if not isinstance(info.examples[0], list) else ""
    elif text.endswith("[]") and info.examples:
        about += f", such as [{', '.join(info.examples[0])}]"
    about = (about + need).strip()
    return _aligned(start, about) if about else start


def _example(info: FieldInfo) -> str:
    example = (info.examples or [None])[0]
    return f" {example}" if isinstance(example, str) else ""


def _section(info: FieldInfo) -> type[BaseModel] | None:
    """The model of a block, where the field is one."""
    for option in _options(info.annotation):
        if isinstance(option, type) and issubclass(option, Section):
            return option
    return None


def _asks(info: FieldInfo) -> bool:
    """True for a field that takes `no` or a block."""
    return (info.description or "").startswith("no, or")


def _bare(info: FieldInfo) -> bool:
    """True where nothing, too, is an answer that the types allow."""
    return type(None) in _options(info.annotation)


def _many(info: FieldInfo) -> bool:
    return any(typing.get_origin(option) is tuple for option in _options(info.annotation))


def _options(annotation: Any) -> list[Any]:
    origin = typing.get_origin(annotation)
    if origin in (types.UnionType, typing.Union):
        return [o for arg in typing.get_args(annotation) for o in _options(arg)]
    if origin is typing.Annotated:
        return _options(typing.get_args(annotation)[0])
    return [annotation]


def create(
    file: pathlib.Path, *, variant: str | None, example: str | None, force: bool = False, packs: Sequence[Pack] = ()
) -> pathlib.Path:
    """The file written: a skeleton of the variant (local-government if none is said), or a copy of an example.

    `packs` are the templates that the variant may name.
    """
    if not file.name:
        raise UsageError(f"{file} is a folder", "give the name of the file, too")
    if file.suffix not in (".yaml", ".yml"):
        file = file.with_name(file.name + ".yaml")
    if variant is not None and example is not None:
        raise UsageError("--variant and --example are given, and an example has its variant", "leave one of them out")
    if file.is_dir() or (file.exists() and not force):
        raise UsageError(f"{file} exists", "give another name, or replace it with --force")
    texts: dict[pathlib.Path, bytes] = {}
    if example is not None:
        texts = _example_files(example, file)
    else:
        title = file.stem.replace("-", " ").replace("_", " ")
        texts[file] = skeleton(variant or LOCAL_GOVERNMENT, title[:1].upper() + title[1:], packs).encode()
    other = next((p for p, text in texts.items() if p != file and not force and p.exists() and _other(p, text)), None)
    if other is not None:
        raise UsageError(f"{other} exists and isn't the example's", "choose another folder, or replace it with --force")
    texts.setdefault(file.with_name(SCHEMA_FILE), schema_text(packs).encode())
    try:
        for path, content in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}", "choose another folder") from None
    return file


def _other(path: pathlib.Path, content: bytes) -> bool:
    return path.is_dir() or path.read_bytes() != content


def _example_files(name: str, file: pathlib.Path) -> dict[pathlib.Path, bytes]:
    folder = workspace.shipped("proposals")
    names = sorted(p.stem for p in folder.glob("*.yaml"))
    if name not in names:
        close = nearest(name, names)
        raise UsageError(f"there is no example '{name}'",
                         f"did you mean {close}?" if close else f"examples: {', '.join(names)}")  # fmt: skip
    content = (folder / f"{name}.yaml").read_bytes()
    files = {file: content}
    for table in folder.glob(f"{name}*.csv"):
        files[file.with_name(table.name)] = table.read_bytes()
    for party in (folder / "partners").glob("*.yaml"):
        if party.stem.encode() in content:
            target = file.parent / "partners" / party.name
            if not target.exists() and not (file.parent.parent / "partners" / party.name).exists():
                files[target] = party.read_bytes()
    return files
