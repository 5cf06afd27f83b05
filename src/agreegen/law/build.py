"""Makes `tables.json` from the YAML and CSV tables: `python -m agreegen.law.build`."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from agreegen.law.tables import COMPILED, FOLDER

if TYPE_CHECKING:
    from pathlib import Path


class _Words(yaml.SafeLoader):
    """Reads YAML 1.1 with `true` and `false` alone as truth values, so that yes, no, on and off stay words."""


_Words.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in rules if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
    ]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Words)  # noqa: S506 - a SafeLoader


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compiled() -> str:
    """The text that `tables.json` must have: every YAML table by its name, every list by its name."""
    tables = {path.stem: _read_yaml(path) for path in sorted(FOLDER.glob("*.yaml"))}
    tables["lists"] = {path.stem: _read_csv(path) for path in sorted((FOLDER / "lists").glob("*.csv"))}
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


if __name__ == "__main__":
    COMPILED.write_text(compiled(), encoding="utf-8", newline="\n")
