"""Failure: an error while rendering becomes a finding that says where, what, which name, and what to do."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.exceptions import SecurityError

from agreegen.finding import Finding, Location, Severity
from agreegen.template.filling import MissingReferenceError, machine
from agreegen.template.printing import MissingName, NeedsDocxtplError, UnprintableError
from agreegen.template.problem import nearest

if TYPE_CHECKING:
    from agreegen.template.compiled import Template

BY_DOCXTPL = "<template>"  # the name of docxtpl's code, whose lines are paragraphs
PATH = r"[\w.\[\]'\"]*"


def failure(template: Template, error: Exception, context: Mapping[str, Any]) -> Finding:
    """The finding for an error that rendering raised."""
    if isinstance(error, MissingReferenceError):
        return _reference(template, error)
    where = located(template, error)
    if isinstance(error, MissingName):
        return _missing(error, where, context)
    if isinstance(error, UnprintableError):
        subject = f"{where.text or 'a value'} cannot be printed: {error.message}"
        return Finding("T081", Severity.ERROR, where, subject, error.hint)
    if isinstance(error, NeedsDocxtplError):
        hint = "put the picture or text into the Word file itself"
        message = f"{where.text} prints a {error}, which does not go together with includes"
        return Finding("T060", Severity.ERROR, where, message, hint)
    if isinstance(error, SecurityError):
        hint = "print a value of the data instead; templates may not do more"
        return Finding("T084", Severity.ERROR, where, f"{where.text or 'an expression'} is refused: {error}", hint)
    message = (
        f"{where.text or 'an expression'} failed: {error}"
        if str(error)
        else f"{where.text or 'an expression'} failed ({type(error).__name__})"
    )
    hint = "correct the value in the data, or the expression in the template"
    return Finding("T083", Severity.ERROR, where, message, hint)


def located(template: Template, error: Exception) -> Location:
    """The place of the tag whose code raised the error; the template as a whole if none did."""
    ready = {r.file: r for r in machine(template).parts}
    for frame in reversed(list(traceback.walk_tb(error.__traceback__))):
        if frame[0].f_code.co_filename == BY_DOCXTPL:
            return Location(file=template.name, part="body", paragraph=max(frame[1] - 1, 1))
        found = ready.get(frame[0].f_code.co_filename)
        if found is None or not found.part.lines:
            continue
        line = found.template.get_corresponding_lineno(frame[1])
        return found.part.lines[min(max(line, 1), len(found.part.lines)) - 1]
    return Location(file=template.name)


def _missing(error: MissingName, where: Location, context: Mapping[str, Any]) -> Finding:
    name = str(error.name)
    known = _known(error.holder, context)
    full = _dotted(where.text, name)
    hint = nearest(name, known)
    if not hint and known:
        hint = f"there are {', '.join(repr(k) for k in sorted(known)[:12])}"
    message = f"the data have no {full!r}, which {where.text or 'the template'} asks for"
    return Finding("T080", Severity.ERROR, where, message, hint or "add it to the data")


def _known(holder: object, context: Mapping[str, Any]) -> set[str]:
    if holder is jinja2.utils.missing:
        found: Iterable[Any] = context
    elif isinstance(holder, Mapping):
        found = holder
    elif isinstance(holder, str | int | float | list | tuple | None):
        found = ()
    else:
        found = (a for a in dir(holder) if not a.startswith("_"))
    return {str(k) for k in found}


def _dotted(text: str, name: str) -> str:
    """The name with what stands before it in the tag: `party.nmae`."""
    found = re.search(rf"(?<![\w.]){PATH}(?<!\w){re.escape(name)}(?!\w)", text)
    return found[0] if found else name


def _reference(template: Template, error: MissingReferenceError) -> Finding:
    names = {m: k for k, marks in template.anchors.items() for m in marks}
    name = names.get(error.mark, error.mark).removeprefix("exhibit:")
    where = next((w for m, w in template.references if m == error.mark), Location(file=template.name))
    tag = f'{{{{ ref("{name}") }}}}'
    message = f"{tag} refers to a clause or exhibit that is not in this agreement (after “{error.before.strip()}”)"
    hint = "put the reference under the condition of its target, or the target in"
    return Finding("T082", Severity.ERROR, replace(where, text=where.text or tag), message, hint)
