"""One value for each field: what its controls show and what the data part holds, and what to say where they differ."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from agreegen.finding import Finding, Location, Severity
from agreegen.forms.fields import ANSWER, field_at, keyed
from agreegen.forms.kinds import Kind
from agreegen.forms.prose import short
from agreegen.forms.reading import is_hint
from agreegen.forms.values import as_date, chosen, text_of
from agreegen.late import dataclass
from agreegen.reading.source import UNPRINTABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.forms.fields import Path
    from agreegen.forms.reading import Filled, Shown

_TRUE: Final = ("1", "true", "yes", "on")


@dataclass(slots=True)
class Merged:
    """The values by field, the place of each in the form, findings, and notes for the proposal."""

    values: dict[Path, str] = field(default_factory=dict)
    places: dict[Path, Location] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notes: dict[Path, list[str]] = field(default_factory=dict)

    def note(self, path: Path, finding: Finding, kept: str = "") -> None:
        """Adds a finding, and says it above the field; `kept` is text that has no other place."""
        self.findings.append(finding)
        extra = "".join(f"\n  {line}" for line in kept.split("\n")) if kept else ""
        self.notes.setdefault(path, []).append(f"{finding.code}: {finding.message}{extra}")


def merged(filled: Filled, stored: Mapping[Path, str] | None, file: str) -> Merged:
    """What the form says: what is shown wins over the data part; of two that were typed the first is the value."""
    found = Merged()
    data = {p: _normal(p, v) for p, v in (stored or {}).items() if not _is_hint(p, v)}
    for path, shown in filled.shown.items():
        found.places[path] = shown[0].where
        _one(found, path, shown, data.get(path, ""))
        if any(s.pending for s in shown):
            message = f"'{keyed(path)}' holds a tracked change that is pending; it was read as if it were accepted"
            found.note(path, Finding("M006", Severity.WARNING, shown[0].where, message,
                                     "accept or reject the change in Word and import the form again"))  # fmt: skip
        _unheld(found, path, shown)
    for path, value in data.items():
        if path not in filled.shown and field_at(path) is not None and value and value != _preset(path):
            where = Location(file, part="data part", path=keyed(path))
            message = f"the control of '{keyed(path)}' was deleted from the form; its value comes from the form's data"
            found.values[path] = _clean(found, path, value, where)
            found.note(path, Finding("M004", Severity.WARNING, where, message, "look whether the value is meant"))
    for path, value in found.values.items():
        if path[-1] == ANSWER and value not in ("yes", "no"):
            message = f"'{keyed(path)}' asks yes or no and has “{short(value)}”"
            finding = Finding(
                "M003", Severity.ERROR, found.places.get(path, Location(file)), message, "write yes or no"
            )
            found.note(path[:-1], finding, kept=value)
    return found


def _is_hint(path: Path, value: str) -> bool:
    """True where the data part holds a field's hint: LibreOffice writes it there."""
    known = field_at(path)
    return known is not None and is_hint(known, value)


def _preset(path: Path) -> str:
    known = field_at(path)
    return known.preset if known is not None else ""


def _one(found: Merged, path: Path, shown: list[Shown], stored: str) -> None:
    texts = {_restored(_normal(path, s.text), stored): s for s in reversed(shown) if s.text.strip()}
    typed = [t for t in dict.fromkeys(reversed(texts)) if t != stored]
    where = shown[0].where
    if not texts:
        if stored:
            found.values[path] = _clean(found, path, stored, where)
            message = f"'{keyed(path)}' shows nothing, and the form's data say “{short(stored)}”, which is taken"
            found.note(
                path, Finding("M007", Severity.WARNING, where, message, "look whether it was meant to be emptied")
            )
        return
    if not typed:
        found.values[path] = _clean(found, path, stored, where)
        return
    changed = [t for t in typed if t != _preset(path)] or typed
    value = changed[0]
    found.values[path] = _clean(found, path, value, texts[value].where)
    found.places[path] = texts[value].where
    if len(changed) > 1:
        others = "; ".join(f"“{short(t)}” at {_spot(texts[t].where)}" for t in changed[1:])
        message = f"'{keyed(path)}' has different values: “{short(value)}” at {_spot(texts[value].where)}, {others}"
        finding = Finding("M005", Severity.ERROR, texts[value].where, message, "choose one; the first was taken")
        found.note(path, finding, kept="\n".join(changed[1:]))
    elif stored and stored != _preset(path):
        message = (
            f"'{keyed(path)}' shows “{short(value)}”, and the form's data say “{short(stored)}”; what is shown holds"
        )
        found.note(path, Finding("M007", Severity.WARNING, texts[value].where, message,
                                 "nothing, if what is shown is right: LibreOffice doesn't keep both alike"),
                   kept=stored)  # fmt: skip


def _unheld(found: Merged, path: Path, shown: list[Shown]) -> None:
    """Tells what the value loses of its look: of the control that it was taken from."""
    taken = next((s for s in shown if s.lost and s.text.strip()), None)
    if taken is not None:
        message = f"'{keyed(path)}' has what no proposal holds: {'; '.join(taken.lost)}; only its words were taken"
        hint = "say it in words, or attach the document and name it in the text"
        found.note(path, Finding("M012", Severity.WARNING, taken.where, message, hint))


def _restored(text: str, stored: str) -> str:
    """What is stored, where what is shown only lacks its line breaks: LibreOffice doesn't keep them in a control."""
    return stored if "".join(text.split()) == "".join(stored.split()) else text


def _normal(path: Path, text: str) -> str:
    """The text as it is compared: dates and code words in their one form, ends trimmed."""
    known = field_at(path)
    said = text.strip()
    if known is None:
        return said
    if known.kind is Kind.CHECK:
        return text_of(said.lower() in _TRUE)
    if known.kind is Kind.DATE:
        return as_date(said[:10] if said[10:11] == "T" else said) or said
    if known.kind is Kind.CHOICE or path[-1] == ANSWER:
        word = chosen(known, said)
        return next((code for words, code in known.choices if words.lower() == word.lower()), said)
    return said


def _clean(found: Merged, path: Path, text: str, where: Location) -> str:
    """The text without characters that no document holds; a finding says where some were."""
    if UNPRINTABLE.search(text) is None and "\t" not in text:
        return text
    whole = text.replace("\t", " ").replace("\u2028", "\n").replace("\u2029", "\n").replace("\x0b", "\n")
    if UNPRINTABLE.search(whole):
        message = f"'{keyed(path)}' has characters that can't stand in a document; they were replaced by spaces"
        found.note(path, Finding("M010", Severity.WARNING, where, message, "look at the value"))
        whole = UNPRINTABLE.sub(" ", whole)
    return whole


def _spot(where: Location) -> str:
    said = [f"“{where.heading}”"] if where.heading else []
    return ", ".join([*said, f"“{where.text}”" if where.text else where.part])
