"""The State's own proposal form, filled in by people: its cells read into fields, each guess named."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from agreegen.answer import NONE_WORDS
from agreegen.finding import Finding, Location, Severity, plain_key
from agreegen.forms.controls import W
from agreegen.forms.fields import ANSWER, Path, field_at, keyed
from agreegen.forms.kinds import Kind
from agreegen.forms.official_people import is_unanswered, lines, people, person, ticked
from agreegen.forms.official_rows import GENERAL, PROMPTS, ROWS, Part, Row, digest, row_of
from agreegen.forms.parts import parsed
from agreegen.forms.prose import text_of
from agreegen.forms.values import as_date
from agreegen.late import dataclass
from agreegen.proposal.technical import Element
from agreegen.reading.assembly import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_W: Final = f"{{{W}}}"
FEWEST: Final = 6
"""Rows that a table must have in common with the form to be one, its first among them."""

_DATE: Final = re.compile(r"[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}")
_NO: Final = re.compile(r"(?i)\W*(?:no|n)\b(?! (?:more|fewer|later|less))")
_YES: Final = re.compile(r"(?i)\W*(?:yes|y)\b")


@dataclass(slots=True)
class Official:
    """The answers of an official form: values and places by field, guesses, and text that no field takes."""

    file: str
    values: dict[Path, str] = field(default_factory=dict)
    places: dict[Path, Location] = field(default_factory=dict)
    guesses: list[tuple[Path, Finding]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def put(self, path: Path, text: str, where: Location, guess: str = "") -> None:
        """Takes an answer; a second one for the same field goes below the first."""
        if not text.strip():
            return
        known = field_at(path)
        if known is None:
            self.rest.append(f"{where}: {text}")
            return
        before = self.values.get(path)
        if before and before != text and known.kind not in (Kind.LONG, Kind.RICH, Kind.LINES):
            self.rest.append(f"{where}: {keyed(path)}: {text}")
            return
        self.values[path] = f"{before}\n{text}" if before and before != text else text
        self.places.setdefault(path, where)
        if guess:
            self.guess(path, where, guess)

    def guess(self, path: Path, where: Location, why: str) -> None:
        """Says that a value's field is a guess."""
        message = f"'{keyed(path)}' is a guess: {why}"
        finding = Finding("M008", Severity.NOTE, where, message, "look whether it belongs there")
        self.guesses.append((path[:-1] if path[-1] == ANSWER else path, finding))


def answers(members: Mapping[str, bytes], file: str) -> Official | None:
    """What people wrote in the official form; None if the file isn't one."""
    try:
        root = parsed(members.get("word/document.xml", b"<none/>"))
    except (etree.XMLSyntaxError, ValueError):
        return None
    found = Official(file)
    number = 0
    read: set[etree._Element] = set()
    for table in root.iter(f"{_W}tbl"):
        if next(table.iterancestors(f"{_W}tbl"), None) is not None:
            continue
        number += 1
        rows = [(n, tr) for n, tr in enumerate(_rows(table), 1)]
        known = [(n, tr, r) for n, tr in rows if len(_cells(tr)) > 1 and (r := row_of(text_of(_cells(tr)[0])))]
        distinct = {r.words for _, _, r in known}
        if len(distinct) >= FEWEST and ROWS[0].words in distinct:
            for n, tr, row in known:
                cells = _cells(tr)
                read.update(p for c in (cells[0], cells[-1]) for p in c.iter(f"{_W}p"))
                cell = f"table {number}, row {n}, column {len(cells)}"
                _row(found, row, cells[-1], Location(file, part="body", heading=_name(cells[0]), cell=cell))
    if not read:
        return None
    found.rest += [f"{file}: {text}" for p in root.iter(f"{_W}p")
                   if p not in read and (text := text_of(p).strip()) and digest(text) not in PROMPTS
                   and not _holds_tables(p)]  # fmt: skip
    return found


def _holds_tables(p: etree._Element) -> bool:
    return next(p.iter(f"{_W}tbl"), None) is not None


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return (tr for tr in table.iter(f"{_W}tr") if next(tr.iterancestors(f"{_W}tbl")) is table)


def _cells(tr: etree._Element) -> list[etree._Element]:
    return [tc for tc in tr.iter(f"{_W}tc") if next(tc.iterancestors(f"{_W}tr")) is tr]


def _name(cell: etree._Element) -> str:
    return " ".join(text_of(cell).split())


def _row(found: Official, row: Row, cell: etree._Element, where: Location) -> None:
    inner = next(cell.iter(f"{_W}tbl"), None)
    if inner is not None and row.parts[0].how == "elements":
        _elements_of_table(found, inner, where)
        return
    said = list(_said(row, cell))
    if not said:
        return
    loose = [text for part, text in said if part is None]
    sorted_out = [(part, text) for part, text in said if part is not None]
    for part, text in sorted_out:
        _answer(found, part, text, where, part.guess)
    if not loose:
        return
    if len(row.parts) == 1:
        _answer(found, row.parts[0], "\n".join(loose), where, "")
    elif not sorted_out and len(loose) == len(row.parts) and row.parts[0].how != "people":
        for part, text in zip(row.parts, loose, strict=True):
            _answer(found, part, text, where, "the row asks several things, and this is the answer in that place")
    else:
        path = next((p for words, p in GENERAL.items() if re.search(words, row.words)), None)
        first = Part("", path) if path else row.parts[0]
        why = "the row asks several things, and the answer doesn't say to which"
        for part, texts in _by_look(row, first, loose).items():
            _answer(found, part, "\n".join(texts), where, why)


def _by_look(row: Row, first: Part, loose: list[str]) -> dict[Part, list[str]]:
    """The answers that name no question, by question: two dates and words of frequency tell, all else is the first."""
    found: dict[Part, list[str]] = {}
    for text in loose:
        look = (
            "dates" if len(_DATE.findall(text)) > 1 else "mode" if re.search(r"(?i)\bon-?going|one.?time", text) else ""
        )
        found.setdefault(next((p for p in row.parts if look and p.how == look), first), []).append(text)
    return found


def _said(row: Row, cell: etree._Element) -> Iterator[tuple[Part | None, str]]:
    """The answers of a cell with the question of each: its prompt, printed or written, stands before it."""
    current: Part | None = None
    used: set[int] = set()
    texts: dict[int, list[str]] = {}
    order: list[Part | None] = []
    for paragraph in cell.iter(f"{_W}p"):
        for line in text_of(paragraph).split("\n"):
            prompt, answer = _cut(line, row, used)
            if prompt is not None:
                current = prompt
                used.add(row.parts.index(prompt))
            if answer.strip():
                if id(current) not in texts:
                    texts[id(current)] = []
                    order.append(current)
                texts[id(current)].append(answer.strip())
    for part in order:
        if part is None:
            yield from ((None, text) for text in texts[id(None)])
        else:
            yield part, "\n".join(texts[id(part)])


def _cut(line: str, row: Row, used: set[int]) -> tuple[Part | None, str]:
    """The question that a line begins with, if it does, and the rest."""
    words = line.split()
    for n in range(len(words), 0, -1):
        if digest(" ".join(words[:n])) in PROMPTS:
            return _part(" ".join(words[:n]), row, used), " ".join(words[n:]).lstrip(":-\u2013\u2014 ")
    head, colon, rest = line.partition(":")
    if colon and len(head.split()) <= 8 and (part := _part(head, row, used)) is not None and part.words:
        return part, rest
    return None, line


def _part(prompt: str, row: Row, used: set[int]) -> Part | None:
    said = prompt.lower()
    fits = [n for n, p in enumerate(row.parts) if p.words and re.search(p.words, said)]
    fresh = [n for n in fits if n not in used]
    return row.parts[(fresh or fits)[0]] if fits else None


def _answer(found: Official, part: Part, text: str, where: Location, guess: str) -> None:
    """Puts an answer where its question belongs, read as the question is."""
    if part.path[0] in ("dispute", "authority") and text.strip().lower().rstrip(".") in NONE_WORDS:
        return
    reader = READERS.get(part.how)
    if reader is None:
        found.put(part.path, text, where, guess)
    else:
        known = set(found.values)
        reader(found, part, text, where)
        if guess:
            told = {p for p, _ in found.guesses}
            for path in found.values.keys() - known - told:
                found.guess(path, where, guess)
    if part.path[0] == "dispute":
        found.values[("dispute", ANSWER)] = "yes"


def _as_lines(found: Official, part: Part, text: str, where: Location) -> None:
    listed = lines(text)
    several = listed if len(listed) > 1 else [x.strip() for x in re.split(r";|,(?! and\b)", text) if x.strip()]
    guess = "the list was split at commas" if len(several) > len(listed) else ""
    found.put(part.path, "\n".join(several), where, guess)


def _as_entries(found: Official, part: Part, text: str, where: Location) -> None:
    for n, line in enumerate(lines(text)):
        found.put((*part.path, n, "name"), line, where, "each line was read as one of them")


def _as_products(found: Official, part: Part, text: str, where: Location) -> None:
    for n, line in enumerate(lines(text)):
        found.put((*part.path, n, "name"), line, where, "each line was read as a product")
        public = re.search(r"(?i)\bpublic\b", line) and not re.search(r"(?i)non-?public|not public", line)
        if public:
            found.put((*part.path, n, "public"), "yes", where, "the line says public")
        if re.search(r"(?i)intermediate", line):
            found.put((*part.path, n, "stage"), "intermediate", where, "the line says intermediate")


def _as_elements(found: Official, part: Part, text: str, where: Location) -> None:
    for n, line in enumerate(lines(text)):
        name, _, definition = re.sub(r" [\u2013\u2014-] ", ": ", line, count=1).partition(": ")
        found.put((*part.path, n, "name"), name, where, "each line was read as a data element")
        found.put((*part.path, n, "definition"), definition, where, "what follows the name was read as its definition")


def _as_yes_no(found: Official, part: Part, text: str, where: Location) -> None:
    rest = {"use": (*part.path, 0, "name"), "funds": ("funds", "kept_by"), "research": ("research", "description")}
    path = rest.get(str(part.path[0]), ("redisclosure", "terms"))
    said = text
    text = ticked(text)
    plain = re.sub(r"(?i)^\W*(?:yes|no|y|n)\b[\s.,:;\u2013-]*", "", text).strip()
    if is_unanswered(text):
        found.rest.append(f"{where}: {said}")
        return
    if _NO.match(text):
        found.put((*part.path, ANSWER), "no", where)
        if plain:
            found.rest.append(f"{where}: {said}")
        return
    guess = "" if _YES.match(text) else "the answer is neither yes nor no"
    found.put((*part.path, ANSWER), "yes", where, guess)
    if plain and part.path[0] == "funds":
        found.rest.append(f"{where}: {said}")
    elif plain:
        found.put(path, plain, where, "the words of the answer were put here")


def _as_person(found: Official, part: Part, text: str, where: Location) -> None:
    """A person's line: mailbox and telephone by their form, then name, title or division in order."""
    whole = " ".join(text.split("\n"))
    sure, ordered, more = person(whole, str(part.path[-1]))
    for key, value in ordered.items():
        found.put((*part.path, key), value, where, "the line was split at its commas")
    for key, value in sure.items():
        found.put((*part.path, key), value, where)
    if more:
        found.rest.append(f"{where}: {whole}")


def _as_people(found: Official, part: Part, text: str, where: Location) -> None:
    """People of both sides under one question: the first of a role is the recipient's, the second the provider's."""
    for one in people("\n".join(x for x in text.split("\n") if not re.search(r"(?i)\bdisput", x))):
        role = "data_coordinator" if re.search(r"(?i)\bcoordinator", one) else str(part.path[-1])
        side = next((s for s in ("recipient", "provider") if not _has(found, (s, 0, "contacts", role))), "")
        if not side:
            found.rest.append(f"{where}: {one}")
            continue
        path = (side, 0, "contacts", role)
        _as_person(found, Part("", path, "person"), one, where)
        found.guess(path, where, "people were read in order: the recipient's, then the provider's")
    found.rest += [f"{where}: {x}" for x in text.split("\n") if re.search(r"(?i)\bdisput", x)]


def _has(found: Official, path: Path) -> bool:
    return any(p[: len(path)] == path for p in found.values)


def _as_action(found: Official, part: Part, text: str, where: Location) -> None:
    said = text.lower()
    destroys, returns = bool(re.search(r"destr|delet|eras|wip|shred", said)), "return" in said
    if destroys or returns:
        action = "return_or_destroy" if destroys and returns else "return" if returns else "destroy"
        found.put(
            part.path, action, where, "it follows from the words of the answer, which stand at the end of this file"
        )
    found.rest.append(f"{where}: {text}")


def _as_mode(found: Official, part: Part, text: str, where: Location) -> None:
    once = re.search(r"(?i)one.?time|once\b", text)
    found.put(part.path, "one_time" if once else "ongoing", where, "it follows from the words of the answer")
    plain = re.sub(r"(?i)^\W*(?:on-?going|one.?time|continuing)\b[\s,.:;\u2013-]*", "", text).strip(" .")
    if plain and not once:
        found.put(("dates", "frequency"), plain, where, "the words of the answer were put here")
    elif plain:
        found.rest.append(f"{where}: {text}")


def _as_dates(found: Official, part: Part, text: str, where: Location) -> None:
    dates = [d for d in (as_date(m) for m in _DATE.findall(text)) if d]
    for key, value in zip(("start", "end"), dates, strict=False):
        found.put(("dates", key), value, where, "the first two dates of the answer were read as start and end")
    if not dates or _DATE.sub("", text).strip(" .-\u2013") not in ("", "to", "through", "until", "from  to"):
        found.rest.append(f"{where}: {text}")


def _aside(found: Official, part: Part, text: str, where: Location) -> None:
    found.rest.append(f"{where}: {text}")


def _elements_of_table(found: Official, table: etree._Element, where: Location) -> None:
    rows = [[" ".join(text_of(c).split()) for c in _cells(tr)] for tr in _rows(table)]
    names = [COLUMNS.get(h, h).replace(" ", "_") for h in (plain_key(x) for x in rows[0])] if rows else []
    known: Any = Element.model_fields
    for n, line in enumerate(rows[1:]):
        for name, text in zip(names, line, strict=False):
            if name in known:
                found.put(("data", "elements", n, name), text, where)
            elif text:
                found.rest.append(f"{where}: {name}: {text}")


READERS: Final = {"lines": _as_lines, "entries": _as_entries, "products": _as_products, "elements": _as_elements,
                  "yes-no": _as_yes_no, "person": _as_person, "people": _as_people, "action": _as_action,
                  "mode": _as_mode, "dates": _as_dates, "aside": _aside}  # fmt: skip
