"""The proof by veraPDF that PDFs are what they claim: accessible (PDF/UA), and made to last (PDF/A)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agreegen.errors import EngineError, UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.pdf.validation.claims import DEFAULT, claim_of
from agreegen.pdf.validation.java import checked, jar
from agreegen.pdf.validation.java import java as program
from agreegen.pdf.validation.outcome import Checked, Failure, Report, as_json, report_text
from agreegen.pdf.validation.places import Places
from agreegen.pdf.validation.places import listed as pages_in_words
from agreegen.pdf.validation.rules import ADVICE, STANDARDS, meaning, person_checks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "STANDARDS",
    "Checked",
    "Failure",
    "Report",
    "as_json",
    "claimed",
    "pages_in_words",
    "person_checks",
    "report_text",
    "validate",
]

LIMIT: Final = 120.0
"""Seconds that the check of one file for one profile may take: 91 pages take 5."""

_PROBLEMS: Final = {
    "time": (
        "D604",
        "the check was given up after {limit:g} seconds",
        " check the file by itself",
    ),
    "crash": ("D604", "veraPDF failed on this file ({said})", "make the PDF again; if it stays so, please report it"),
    "encrypted": ("D603", "it is encrypted and needs a password", "save the PDF without a password"),
    "unreadable": ("D603", "it is damaged ({said})", "make the PDF again"),
}


def validate(
    documents: Sequence[Path] | Mapping[str, bytes], profiles: Sequence[str] | None = None, limit: float = LIMIT
) -> Report:
    """Each PDF checked for the asked-for `profiles` (`ua1`, `2b`, `3b` …), else for those that it claims.

    One Java process checks all. UsageError for an unknown profile; EngineError if Java or the extra `validate` is
    missing.
    """
    if unknown := [p for p in profiles or () if p not in STANDARDS]:
        raise UsageError(f"there is no profile '{unknown[0]}'", f"choose {', '.join(STANDARDS)}")
    opened = [_opened(name, data, profiles) for name, data in _read(documents)]
    jobs = [(profile, data) for file, data, wanted in opened for profile in wanted]
    answers = checked(jobs, limit) if jobs else iter(())
    return Report(tuple(_judged(file, data, wanted, answers, limit) for file, data, wanted in opened))


def claimed(pdf: bytes) -> tuple[str, ...]:
    """The profiles that a PDF claims and that can be checked; none if it can't be read."""
    return claim_of(pdf).profiles


def survey() -> tuple[bool, str]:
    """(works, detail) of validation on this machine, for `agreegen doctor`."""
    try:
        return True, f"veraPDF in {jar().name}, by {program()}"
    except EngineError as error:
        return False, f"{error.message}; {error.hint}"


def _read(documents: Sequence[Path] | Mapping[str, bytes]) -> Iterator[tuple[str, bytes | OSError]]:
    if not isinstance(documents, (list, tuple)):
        yield from dict(documents).items()  # type: ignore[arg-type]
        return
    for path in documents:
        try:
            yield str(path), Path(path).read_bytes()
        except OSError as e:
            yield str(path), e


def _opened(name: str, data: bytes | OSError, profiles: Sequence[str] | None) -> tuple[Checked, bytes, tuple[str, ...]]:
    """The file as far as it is known without Java, its bytes, and the profiles it is to be checked for."""
    if isinstance(data, OSError):
        found = _finding(name, "D603", f"the file can't be read: {data.strerror}", "correct the name")
        return Checked(name, others=(found,), readable=False), b"", ()
    claim = claim_of(data)
    if claim.problem:
        word = data.startswith(b"PK\x03\x04") and name.lower().endswith((".docx", ".docm"))
        problem = "it is a Word document, and PDFs are validated" if word else claim.problem
        hint = "name the PDF of the agreement" if word else (
            "make the PDF again, without a password" if "password" in problem else "make the PDF again")  # fmt: skip
        found = _finding(name, "D603", f"the file can't be checked: {problem}", hint)
        return Checked(name, others=(found,), readable=False), b"", ()
    if profiles:
        return Checked(name), data, tuple(dict.fromkeys(profiles))
    notes = [_finding(name, "D605", f"the file claims {other}, which isn't checked here",
                      f"checked are {', '.join(n for n, _ in STANDARDS.values())}", Severity.NOTE)
             for other in claim.others]  # fmt: skip
    if not claim.profiles:
        names = " and ".join(STANDARDS[p][0] for p in DEFAULT)
        notes.append(_finding(name, "D605", f"the file claims neither PDF/UA nor PDF/A; it is checked for {names}",
                              "make the PDF with the profile `ua+a`", Severity.WARNING))  # fmt: skip
    return Checked(name, others=tuple(notes)), data, claim.profiles or DEFAULT


def _judged(
    file: Checked, data: bytes, wanted: tuple[str, ...], answers: Iterator[dict[str, Any]], limit: float
) -> Checked:
    """The file with what veraPDF said of it; takes the answers that belong to it."""
    places = Places(data)
    profiles: list[tuple[str, int]] = []
    failures: list[Failure] = []
    others = list(file.others)
    readable = file.readable
    for profile in wanted:
        answer = next(answers)
        if "problem" in answer:
            code, message, hint = _PROBLEMS[answer["problem"]]
            said = message.format(limit=limit, said=answer["said"])
            others.append(_finding(file.name, code, f"{STANDARDS[profile][0]} can't be checked: {said}", hint))
            readable = False
            continue
        profiles.append((profile, answer["rules"]))
        failures += [_failure(profile, found, places) for found in answer["failed"]]
    return Checked(file.name, tuple(profiles), tuple(failures), tuple(others), readable)


def _failure(profile: str, found: dict[str, Any], places: Places) -> Failure:
    known = meaning(profile, found["rule"])
    description = " ".join(found["description"].split())
    return Failure(
        profile=profile,
        rule=found["rule"],
        count=found["count"],
        pages=places.pages(found["places"]),
        means=known.means if known else description,
        do=known.do if known else ADVICE,
        message=" ".join(found["message"].split()),
        description=description,
        place=found["places"][0] if found["places"] else "",
        all_seen=found["seen"] == found["count"],
    )


def _finding(name: str, code: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, severity, Location(name), message, hint)
