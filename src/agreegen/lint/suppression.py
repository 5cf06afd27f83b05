"""Suppression: findings that somebody has looked at and lets stand, with the reason, in a `template.yaml`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.reading import read_source
from agreegen.workspace import PACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from agreegen.lint.own import Own
    from agreegen.reading import Source

KEYS = ("code", "file", "where", "reason")
FORM = 'write `- {code: T240, file: clauses/notices, where: "words of the paragraph", reason: "…"}`'


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is let stand: the code, the template, words of its paragraph (any if none), why; where that is said."""

    code: str
    file: str
    where: str
    reason: str
    place: Location

    def covers(self, finding: Finding) -> bool:
        """True for a finding that it lets stand."""
        at = finding.location
        same = at.file.replace("\\", "/").removesuffix(".docx") == self.file.removesuffix(".docx")
        words = " ".join((at.said, at.text, at.heading))
        return finding.code == self.code and same and " ".join(self.where.split()) in " ".join(words.split())


def read(root: Path, own: Sequence[Own] = ()) -> tuple[list[Suppression], list[Finding]]:
    """The suppressions of all masters and of templates of one's own, and what is wrong with them."""
    kept, wrong = _read(sorted(root.glob(f"masters/*/{PACK}")))
    for each in (o for o in own if not o.pack.is_master):
        folder = each.pack.roots[0]
        here, more = _read([p for p in (folder / PACK,) if p.is_file()])
        kept += [replace(s, file=each.name_of(folder / f"{s.file.removesuffix('.docx')}.docx")) for s in here]
        wrong += more
    return kept, wrong


def _read(paths: Iterable[Path]) -> tuple[list[Suppression], list[Finding]]:
    kept: list[Suppression] = []
    wrong: list[Finding] = []
    for path in paths:
        source = read_source(path.read_bytes(), path.as_posix())
        data = source.data if isinstance(source.data, dict) else {}
        said = data.get("suppress") or []
        for number, one in enumerate(said if isinstance(said, list) else [said]):
            place = _place(source, number)
            made, message = _made(one, place)
            if made is None:
                wrong.append(Finding("T291", Severity.ERROR, place, message, FORM))
            else:
                kept.append(made)
    return kept, wrong


def _place(source: Source, number: int) -> Location:
    place = source.places.get(("suppress", number)) or source.places.get(("suppress",))
    return place.location() if place is not None else Location(file=source.file, line=1, column=1)


def _made(one: Any, place: Location) -> tuple[Suppression | None, str]:
    if not isinstance(one, dict):
        return None, "a suppression needs a code, a file and a reason"
    said = {k: str(one.get(k) or "").strip() for k in KEYS}
    if odd := sorted(set(map(str, one)) - set(KEYS)):
        return None, f"a suppression has no '{odd[0]}'"
    for key in ("code", "file", "reason"):
        if not said[key]:
            return None, f"this suppression gives no {key}"
    return Suppression(said["code"].upper(), said["file"], said["where"], said["reason"], place), ""


def applied(found: Iterable[Finding], suppressions: Sequence[Suppression], checked: Iterable[str]) -> list[Finding]:
    """The findings that nothing lets stand, and one for each suppression of a checked file that no finding needs."""
    used: set[int] = set()
    kept = []
    for finding in found:
        by = [n for n, s in enumerate(suppressions) if s.covers(finding)]
        used.update(by)
        if not by:
            kept.append(finding)
    files = {name.removesuffix(".docx") for name in checked}
    for number, s in enumerate(suppressions):
        if number not in used and s.file.removesuffix(".docx") in files:
            message = f"no finding {s.code} in {s.file} needs this suppression"
            kept.append(Finding("T290", Severity.WARNING, s.place, message, "delete it"))
    return kept
