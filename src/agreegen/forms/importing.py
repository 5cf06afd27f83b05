"""A filled form, or the official one, read back into the YAML of a proposal, with what was noticed on the way."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.forms import boilerplate, official, store
from agreegen.forms.declared import declaring, untold
from agreegen.forms.fields import ANSWER, field_at, keyed
from agreegen.forms.judging import judged
from agreegen.forms.merging import Merged, merged
from agreegen.forms.parts import STORY, parsed
from agreegen.forms.prose import short
from agreegen.forms.reading import Filled, filled
from agreegen.forms.values import assembled, flat
from agreegen.forms.writing import AROUND, written
from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.packs.record import OWN
from agreegen.source import archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agreegen.forms.boilerplate import Change
    from agreegen.forms.fields import Path
    from agreegen.packs.declared import Field

HEAD: Final = (
    "Read from {file}. Lines that start with # are notes; M… are codes, see `agreegen explain M001`.",
    "`agreegen check` says what is still missing and on which line.",
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a filled form says: the text of its proposal, findings, the variant, and which kind of form it was.

    `values` are what a person filled in, by the names of fields.
    """

    text: str
    findings: tuple[Finding, ...]
    variant: str
    form: str
    values: Mapping[str, str] = field(default_factory=dict)


def imported(
    docx: bytes,
    file: str,
    *,
    sent: bytes | None = None,
    again: Callable[[Mapping[str, Any]], bytes | None] | None = None,
) -> Imported:
    """The proposal of a filled form; UsageError if the file is no form.

    `sent` is the form as it was sent out, `again` makes one from what the form says of its making: either stands in for
    the record of the form's text where a program has lost it.
    """
    members = archive.members(docx)
    _is_whole(members, file)
    stored, record = store.stored(members)
    made = dict(record.made) if record else store.made_in(members)
    template = Template.of(made or {})
    with declaring(template.fields):
        found = filled(members, file)
        if not found.shown and stored is None and made is None:
            return _of_official(members, file, found)
        lost: list[Finding] = []
        if record is None:
            record, lost = _recovered(made, sent, again, file)
        one = merged(found, stored, file)
        one.findings += lost
        changed = _changed(docx, record, one, found, file)
        return _finished(one, _data(one, record, template), found, changed, file=file, template=template,
                         asked=record.asked if record else ())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    """The template of a form: its name, the fields that it declares, and whether it asks for these alone."""

    name: str = ""
    fields: tuple[Field, ...] = ()
    asks_own: bool = False

    @classmethod
    def of(cls, made: Mapping[str, Any]) -> Template:
        """The template that a form remembers."""
        return cls(str(made.get("variant", "")), untold(made.get("extra")), made.get("asks") == OWN)


def _data(one: Merged, record: store.Record | None, template: Template) -> dict[str, Any]:
    """The proposal's data: what was settled, what was filled in, and what forms don't ask."""
    known = dict(record.known) if record else {}
    if template.name and template.name not in VARIANTS:
        known["template"] = template.name
    around = {k: known[k] for k in AROUND if known.get(k) and not (k == "extra" and template.fields)}
    return {**assembled({**flat_known(known), **one.values}), **around}


def _changed(docx: bytes, record: store.Record | None, one: Merged, found: Filled, file: str) -> list[Change]:
    """What was changed of the form's text; other findings get the numbers of their headings."""
    if record is None or not record.text:
        return []
    now = boilerplate.blocks(docx)
    numbers = boilerplate.numbered(now)
    one.findings = [_with_number(f, numbers) for f in one.findings]
    found.pending = [(a, b, replace(w, heading=numbers.get(w.heading, w.heading))) for a, b, w in found.pending]
    return boilerplate.changes(record.text, now, file)


def _with_number(finding: Finding, numbers: Mapping[str, str]) -> Finding:
    """The finding under the heading as Word shows it, with its number."""
    heading = finding.location.heading
    return replace(finding, location=replace(finding.location, heading=numbers.get(heading, heading)))


def _is_whole(members: Mapping[str, bytes], file: str) -> None:
    """UsageError if the file has no text, or a part of its text is broken."""
    try:
        for name in ["word/document.xml", *filter(STORY.fullmatch, members)]:
            parsed(members[name])
    except (KeyError, ValueError, etree.XMLSyntaxError):
        raise UsageError(f"{file} is damaged, or isn't a Word file", "save it again in Word, and import that") from None


def flat_known(known: Mapping[str, Any]) -> dict[Path, str]:
    """The settled values by path, with what was answered with no."""
    values = flat({k: v for k, v in known.items() if v != "no"})
    return values | {(k, ANSWER): "no" for k, v in known.items() if v == "no"}


def _recovered(
    made: Mapping[str, Any] | None,
    sent: bytes | None,
    again: Callable[[Mapping[str, Any]], bytes | None] | None,
    file: str,
) -> tuple[store.Record | None, list[Finding]]:
    """A record in the place of a lost one: of the form that was sent, else of one made again."""
    for docx, which in ((sent, "the form that was sent"), (again(made) if again and made else None, "a form made now")):
        if docx is None:
            continue
        record = store.stored(archive.members(docx))[1]
        if record is not None:
            if which.startswith("the"):
                return record, []
            message = "a program has emptied the form's record; its text was compared with a form made now"
            hint = "name the form that was sent with --sent, if the templates have changed since"
            return record, [Finding("M009", Severity.NOTE, Location(file), message, hint)]
    message = "a program has emptied the form's record: whether its text was changed can't be told"
    hint = "name the form as it was sent: --sent FORM.docx"
    return None, [Finding("M009", Severity.WARNING, Location(file), message, hint)]


def _finished(
    one: Merged, data: dict[str, Any], found: Filled, changed: list[Change], *, file: str, template: Template,
    asked: tuple[str, ...],
) -> Imported:  # fmt: skip
    """The text of the proposal, with findings about what is missing and what can't be."""
    tail = []
    for name, text, where in found.strange:
        message = f"the control '{name}' isn't a field of proposals; its text is kept at the end"
        one.findings.append(Finding("M011", Severity.WARNING, where, message, "move the text to a field"))
        tail += [f"M011: the control '{name}' of the form says:", *(f"  {line}" for line in text.split("\n"))]
    one.findings += _pending(found)
    for author, text in found.comments:
        message = f"a comment{author} says “{short(text)}”; it is kept at the end of the proposal"
        one.findings.append(Finding("M013", Severity.WARNING, Location(file, part="comments"), message, "answer it"))
        tail += [f"M013: a comment{author} says:", *(f"  {line}" for line in text.split("\n"))]
    for change in changed:
        place = change.finding.location
        tail.append(f"M001: {place}, at “{place.text}”: {change.finding.message}")
        tail += [f"  now in full: {line}" for line in change.whole.split("\n") if line]
    text = written(data, one.notes, [line.format(file=file) for line in HEAD], (), tail)
    missing = judged(one, text, asked, file, template=template.name, fields=template.fields,
                     asks_own=template.asks_own)  # fmt: skip
    text = written(data, one.notes, [line.format(file=file) for line in HEAD], missing, tail)
    findings = tuple(
        sorted([*one.findings, *(c.finding for c in changed)], key=lambda f: (f.code != "M001", f.severity != "error"))
    )
    return Imported(text, findings, template.name, "form", _filled_in(one))


def _filled_in(one: Merged) -> dict[str, str]:
    """What a person filled in, by the names of fields: not what a form says by default."""
    known = {path: field_at(path) for path in one.values}
    return {keyed(p): v for p, v in one.values.items() if (f := known[p]) is None or v != f.preset}


def _pending(found: Filled) -> Iterator[Finding]:
    for what, text, where in found.pending:
        message = f"“{short(text)}” is {what} by a tracked change that is pending"
        hint = "accept or reject the change in Word and import the form again"
        yield Finding("M006", Severity.WARNING, where, message, hint)


def _of_official(members: Mapping[str, bytes], file: str, found: Filled) -> Imported:
    """The proposal of the State's own form, which people filled in instead."""
    answers = official.answers(members, file)
    if answers is None:
        raise UsageError(f"{file} is no form that can be read",
                         "import a form of `agreegen templates blank`, or the State's Business Use Case Proposal "
                         "form (both .docx)")  # fmt: skip
    one = Merged(places=dict(answers.places))
    one.values.update(answers.values)
    for path, finding in answers.guesses:
        one.note(path, finding)
    one.findings += _pending(found)
    if count := len(answers.rest):
        texts = "1 text of the form fits" if count == 1 else f"{count} texts of the form fit"
        message = f"{texts} no field; at the end of the proposal each stands with its cell"
        one.findings.append(Finding("M011", Severity.NOTE, Location(file), message, "move what matters to its field"))
    data = assembled(one.values)
    head = [line.format(file=file) for line in HEAD]
    head.insert(1, "It is the official form, whose cells hold several fields: look at each M008.")
    text = written(data, one.notes, head, (), answers.rest)
    missing = judged(one, text, (), file)
    text = written(data, one.notes, head, missing, answers.rest)
    shown = {keyed(p): v for p, v in one.values.items()}
    return Imported(text, tuple(one.findings), "", "official form", shown)
