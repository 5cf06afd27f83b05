"""Packs and workspaces in small, for the tests of packs, approvals and revisions."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from agreegen import workspace
from agreegen.template.draft import draft

if TYPE_CHECKING:
    import pathlib

    from agreegen.workspace import Workspace

RECORD = """\
    template: short
    version: "1"
    effective: 2027-01-01
    asks: own fields
    fields:
      end date: {type: date, meaning: Last day}
      fee: {type: text, required: no}
"""
TEXT = (
    "Between {{ recipient.name }} and the Department, until {{ proposal.extra.end_date | date }}.\n\nEach Party pays."
)
PROPOSAL = """\
    proposal: Sample
    template: short
    provider: DHCS
    recipient: Alameda County
    dates: {start: 2027-03-01}
    extra:
      end date: 2027-12-31
"""


def pack(folder: pathlib.Path, text: str = TEXT, record: str = RECORD) -> pathlib.Path:
    """A pack with this text, as an outline, and this record."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "master.docx").write_bytes(draft(text))
    (folder / "template.yaml").write_text(textwrap.dedent(record), encoding="utf-8")
    return folder


def proposal(folder: pathlib.Path, text: str = PROPOSAL) -> pathlib.Path:
    """A proposal with this text."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sample.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def here(root: pathlib.Path, *folders: pathlib.Path, settings: str = "") -> Workspace:
    """The workspace of a folder whose settings name these packs; its cache is its own."""
    names = ", ".join(f'"{f.as_posix()}"' for f in folders)
    (root / "agreegen.toml").write_text(f"templates = [{names}]\n{settings}", encoding="utf-8")
    return workspace.find(root, {"AGREEGEN_CACHE": str(root / "cache")}, format="docx")
