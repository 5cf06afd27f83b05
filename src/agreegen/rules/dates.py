"""Rules on dates: order, end and review, times that law sets."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import TYPE_CHECKING

from agreegen.finding import Severity
from agreegen.reading.problems import shown
from agreegen.rules.case import Case, Found, Rule
from agreegen.wording import MONTHS, date

if TYPE_CHECKING:
    from collections.abc import Iterator

    Dated = tuple[str | int, ...]


def order(case: Case) -> Iterator[Found]:
    """A date comes before one that it must follow.

    Why: Draft, sending, opinions, signatures, start and end follow each other; Data must not move before the last
    signature; a disputed proposal is signed after the dispute has ended. Source: form fields 14 and 18; IDEA 6.1.
    Bad:
        dates: {start: 2027-03-01, end: 2026-02-28}
    Good:
        dates: {start: 2027-03-01, end: 2030-02-28}
    """
    dates = case.proposal.dates
    steps: list[tuple[tuple[str | int, ...], dt.date | None, str]] = [
        (("dates", "draft final"), dates.draft_final, "the draft"),
        (("dates", "sent"), dates.sent, "sending"),
        (("dates", "start"), dates.start, "the start date"),
        (("dates", "end"), dates.end, "the end date"),
    ]
    known = [(path, day, name) for path, day, name in steps if day is not None]
    for (before, first, earlier), (after, second, later) in itertools.pairwise(known):
        if second < first:
            path, other = _blamed(case, after, before)
            hint = f"correct one of the two dates{_beside(case, path, other)}"
            yield path, f"{later} {second} is before {earlier} {first}", hint
    if dates.review and dates.start and dates.review < dates.start:
        path, other = _blamed(case, ("dates", "review"), ("dates", "start"))
        yield (
            path,
            f"the review date {dates.review} is before the start date {dates.start}",
            f"choose a review date after the start{_beside(case, path, other)}",
        )
    yield from _dispute(case)
    start = dates.start
    for index, opinion in enumerate(case.proposal.opinions):
        for execution in case.proposal.signatures:
            sponsor = execution.role == "executive_sponsor" and execution.signed_on
            if sponsor and opinion.date and execution.signed_on and opinion.date > execution.signed_on:
                yield (
                    ("opinions", index, "date"),
                    (f"this opinion of {opinion.date} is later than the sponsor's signature of {execution.signed_on}"),
                    "sponsors sign after weighing the registered opinions",
                )
    for index, execution in enumerate(case.proposal.signatures):
        if execution.signed_on and start and execution.signed_on > start:
            yield (
                ("signatures", index, "signed on"),
                (f"the signature of {execution.signed_on} is later than the start date {start}"),
                "move the start date after the last signature",
            )


def _blamed(case: Case, path: Dated, other: Dated) -> tuple[Dated, Dated]:
    """The two fields, first the one to be looked at: what a partner overrides, else the later of the two."""
    file = case.source.file
    return (other, path) if case.at(*path).file == file != case.at(*other).file else (path, other)


def _beside(case: Case, path: Dated, other: Dated) -> str:
    """Where the other of two dates stands, if that is another file."""
    place = case.at(*other)
    return f"; the other one is at {place}" if place.file != case.at(*path).file else ""


def promised(case: Case) -> Iterator[Found]:
    """Data seems to be promised for a day before the start date.

    Why: The agreement forbids to send data before its start date; a delivery that it names for an earlier day would be
    promised and forbidden at once. Words tell whether a date is a delivery's, so it may be another one. Source: form
    field 14; clause of the effective date.
    Bad:
        dates: {start: 2027-05-03, end: 2030-02-28, deadlines: "First list on April 1, 2027"}
    Good:
        dates: {start: 2027-05-03, end: 2030-02-28, deadlines: "First list on May 3, 2027"}
    """
    start, window = case.proposal.dates.start, case.proposal.transfer.window
    said: list[tuple[Dated, str]] = [
        (("dates", "deadlines", n), t) for n, t in enumerate(case.proposal.dates.deadlines)
    ]
    said += [(("transfer", "window"), window)] if window else []
    for path, text in said if start else ():
        day = next((d for d in _deliveries(text) if start and d < start), None)
        if day is not None and start is not None:
            blamed, _ = _blamed(case, path, ("dates", "start"))
            places = f"the start is at {case.at('dates', 'start')}, the promise at {case.at(*path)}"
            message = f"{shown(text)} seems to promise data before the start date, {date(start)}"
            yield blamed, message, f"move one of the two, unless it is no delivery: {places}"


SHORT = tuple(month[:3] for month in MONTHS)
DATED = re.compile(
    r"\b(?P<year>20[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})\b"
    r"|\b(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})/(?P<last>20[0-9]{2})\b"
    rf"|\b(?P<name>{'|'.join(SHORT)})"
    r"[a-z]*\.? (?:(?P<on>[0-9]{1,2})(?:st|nd|rd|th)?,? )?"
    r"(?P<of>20[0-9]{2})\b"
)
"""A day or a month with its year, as people write them."""

MOVES = re.compile(
    r"(?i)\b(?:lists?|files?|data|deliver\w*|sen[dt]\w*|transfer\w*|extracts?|records?|receiv\w*|loads?|feeds?|exchange)\b"
)
"""Words by which a deadline speaks of data that moves."""

PREPARES = re.compile(
    r"(?i)\b(?:tests?|testing|made[- ]up|synthetic|sample|mock|sign\w*|approv\w*|opinions?|drafts?|agreement|accounts?"
    r"|keys?|layouts?|specifications?|dictionary|plans?|training)\b"
)
"""Words of what may come before the start: tests with made-up data, signatures, accounts."""


def _deliveries(text: str) -> Iterator[dt.date]:
    """The last possible day of each date at which a text says that data moves."""
    for part in re.split(r"[;\n]|\. (?=[A-Z])", text):
        if MOVES.search(part) and not PREPARES.search(part):
            yield from (day for found in DATED.finditer(part) if (day := _day(found)) is not None)


def _day(found: re.Match[str]) -> dt.date | None:
    """The day that is meant, of a month without a day its last one."""
    try:
        if found["year"]:
            return dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
        if found["last"]:
            return dt.date(int(found["last"]), int(found["first"]), int(found["second"]))
        year, month = int(found["of"]), SHORT.index(found["name"]) + 1
        if found["on"]:
            return dt.date(year, month, int(found["on"]))
        return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    except ValueError:
        return None


def _dispute(case: Case) -> Iterator[Found]:
    """The end of a dispute, between sending and signing; under the State's agreements signing records it."""
    dispute, dates = case.proposal.dispute, case.proposal.dates
    ended = dispute.decided_on if dispute else None
    if ended is None:
        return
    place = ("dispute", "decided on")
    if dates.sent and ended < dates.sent:
        yield place, f"the dispute ended on {ended}, before the sending on {dates.sent}", "correct one of the two dates"
    if dates.start and ended > dates.start:
        yield (
            place,
            f"the dispute ended on {ended}, after the start date {dates.start}",
            "move the start date after the decision and the signatures",
        )
    for index, execution in enumerate(case.proposal.signatures if case.program != "standalone" else ()):
        if execution.role in SIGNING and execution.signed_on and execution.signed_on < ended:
            yield (
                ("signatures", index, "signed on"),
                f"the signature of {execution.signed_on} is earlier than the end of the dispute on {ended}",
                "a signature before the result has no effect: let it be given again, and write that day",
            )


SIGNING = frozenset({"data_coordinator", "executive_sponsor", "signatory"})
"""Roles by whose signature a party is bound."""


def approvals_last(case: Case) -> Iterator[Found]:
    """A research approval ends before the exchange does.

    Why: Data must not be used when the approval has lapsed; the agreement suspends itself on that day. Source:
    Civ. Code 1798.24(t).
    Bad:
        research: {title: Sample study, approvals: [{body: CPHS, number: 27-1, date: 2027-01-15, expires: 2028-01-14}]}
    Good:
        research: {title: Sample study, approvals: [{body: CPHS, number: 27-1, date: 2027-01-15, expires: 2030-12-31}]}
    """
    research, end = case.proposal.research, case.proposal.dates.end
    for index, approval in enumerate(research.approvals if research else ()):
        if approval.expires and end and approval.expires < end:
            yield (
                ("research", "approvals", index, "expires"),
                (f"the approval of {approval.body} expires on {date(approval.expires)}, before the end on {date(end)}"),
                "renew it in time, or end the exchange with it",
            )


def tax_notice(case: Case) -> Iterator[Found]:
    """The IRS is told less than 45 days before a contractor sees federal tax information.

    Why: The IRS must be told at least 45 days before a contractor gets access. Source: IRC 6103; Publication 1075,
    Exhibit 7.
    Bad:
        data: {elements: [{name: Income, definition: Adjusted gross income, classification: [pii, fti], statute: [irc6103], why needed: tells need}]}
        regimes: {fti: {elements: Adjusted gross income, irs notice date: 2027-02-15}}
        use: {contractors: [{name: Hosting company, task: runs the database}]}
    Good:
        data: {elements: [{name: Income, definition: Adjusted gross income, classification: [pii, fti], statute: [irc6103], why needed: tells need}]}
        regimes: {fti: {elements: Adjusted gross income, irs notice date: 2027-01-04}}
        use: {contractors: [{name: Hosting company, task: runs the database}]}
    """  # noqa: E501 (YAML that is also run)
    fti = case.proposal.regimes.fti
    if fti is None or not case.proposal.use.has_contractors:
        return
    start = case.proposal.dates.start
    if start and fti.irs_notice_date and (start - fti.irs_notice_date).days < 45:
        days = (start - fti.irs_notice_date).days
        yield (
            ("regimes", "fti", "irs notice date"),
            f"the IRS is told {days} days before the start; 45 are needed",
            (f"start on {fti.irs_notice_date + dt.timedelta(days=45)} or later"),
        )


RECURRING = re.compile(
    r"(?i)\b(hourly|daily|(bi-?)?weekly|(bi-?)?monthly|quarterly|(semi-?)?annual(ly)?|yearly|every|each|per|continu\w+)\b"
)
"""Words of a frequency that is more than once."""


def once(case: Case) -> Iterator[Found]:
    """The exchange is said to happen once, and how often it recurs.

    Why: The agreement prints both; what moves after the first time would stand under no agreement. Source: form field
    14.
    Bad:
        dates: {mode: one time, start: 2027-03-01, end: 2027-12-31, frequency: quarterly}
    Good:
        dates: {mode: ongoing, start: 2027-03-01, end: 2027-12-31, frequency: quarterly}
    """
    dates, transfer = case.proposal.dates, case.proposal.transfer
    said = [(("dates", "frequency"), dates.frequency), (("transfer", "frequency"), transfer.frequency)]
    for path, frequency in said if dates.mode == "one_time" else ():
        if frequency and RECURRING.search(frequency):
            where = ": ".join(path)
            message = f"the exchange is said to happen once (`dates: mode: one time`), and `{where}` says “{frequency}”"
            yield path, message, "write `mode: ongoing`, or the one time"


RULES = (
    Rule("P010", Severity.ERROR, order),
    Rule("P011", Severity.WARNING, approvals_last),
    Rule("P012", Severity.ERROR, tax_notice),
    Rule("P013", Severity.ERROR, once),
    Rule("P014", Severity.WARNING, promised),
)
