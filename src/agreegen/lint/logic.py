"""Logic: whether conditions can hold together, decided over the few values that each name in them can have.

A formula is `True`, `False`, or a tuple: ("in", subject, values), ("not", f), ("and", f, …), ("or", f, …).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Formula = Any
NOTHING = "\x00nothing"
OTHER = "\x00other"
DEPTH = 2
MOST = 4000
"""Steps after which a question stays open, which counts as possible."""


def both(*parts: Formula) -> Formula:
    """All of them."""
    kept = [p for p in parts if p is not True]
    return False if False in kept else True if not kept else kept[0] if len(kept) == 1 else ("and", *kept)


def one(*parts: Formula) -> Formula:
    """One of them at least."""
    kept = [p for p in parts if p is not False]
    return True if True in kept else False if not kept else kept[0] if len(kept) == 1 else ("or", *kept)


def no(part: Formula) -> Formula:
    """The contrary."""
    if part is True or part is False:
        return not part
    return part[1] if part[0] == "not" else ("not", part)


def leaves(formula: Formula) -> Iterator[tuple[str, frozenset[Any]]]:
    """The subjects that a formula asks about, with the values that it names."""
    if formula is True or formula is False:
        return
    if formula[0] == "in":
        yield formula[1], formula[2]
        return
    for part in formula[1:]:
        yield from leaves(part)


class Knowledge:
    """What is certain, found by what it is about."""

    def __init__(self, formulas: Iterable[Formula]) -> None:
        """The formulas, by subject."""
        self.about: dict[str, list[Formula]] = {}
        self.asked: dict[tuple[Formula, ...], bool] = {}
        for formula in formulas:
            for subject in dict.fromkeys(s for s, _ in leaves(formula)):
                self.about.setdefault(subject, []).append(formula)

    def related(self, wanted: list[Formula]) -> list[Formula]:
        """Those that share a subject with the formulas, or with one that does."""
        found: dict[int, Formula] = {}
        subjects = {s for f in wanted for s, _ in leaves(f)}
        for _ in range(DEPTH):
            new = {id(f): f for s in sorted(subjects) for f in self.about.get(s, ()) if id(f) not in found}
            found |= new
            subjects = {s for f in new.values() for s, _ in leaves(f)}
        return list(found.values())


NOBODY = Knowledge(())


def possible(formulas: Iterable[Formula], domains: Mapping[str, tuple[Any, ...]], certain: Knowledge = NOBODY) -> bool:
    """True when the formulas can hold together; also when that would take too long to decide.

    Of what is certain, only what has to do with the formulas is asked.
    """
    wanted = [f for f in dict.fromkeys(formulas) if f is not True]
    key = tuple(wanted)
    if key not in certain.asked:
        certain.asked[key] = _possible(wanted, domains, certain)
    return certain.asked[key]


def _possible(wanted: list[Formula], domains: Mapping[str, tuple[Any, ...]], certain: Knowledge) -> bool:
    if False in wanted:
        return False
    wanted = [*wanted, *certain.related(wanted)]
    values: dict[str, list[Any]] = {}
    for formula in wanted:
        for subject, named in leaves(formula):
            known = values.setdefault(subject, list(domains.get(subject, (NOTHING, OTHER))))
            known += [v for v in sorted(named, key=str) if v not in known and subject not in domains]
    return _search(wanted, {}, values, [0])


def _search(wanted: list[Formula], given: dict[str, Any], values: Mapping[str, list[Any]], steps: list[int]) -> bool:
    steps[0] += 1
    if steps[0] > MOST:
        return True
    rest = []
    for formula in wanted:
        truth = _truth(formula, given)
        if truth is False:
            return False
        if truth is None:
            rest.append(formula)
    if not rest:
        return True
    narrow = next((f for f in rest if f[0] == "in" or (f[0] == "not" and f[1][0] == "in")), rest[0])
    subject = next(s for s, _ in leaves(narrow) if s not in given)
    return any(_search(rest, {**given, subject: value}, values, steps) for value in values[subject])


def _truth(formula: Formula, given: Mapping[str, Any]) -> bool | None:
    if formula is True or formula is False:
        return bool(formula)
    kind = formula[0]
    if kind == "in":
        return given[formula[1]] in formula[2] if formula[1] in given else None
    if kind == "not":
        truth = _truth(formula[1], given)
        return None if truth is None else not truth
    decisive = kind == "or"
    open_ = False
    for part in formula[1:]:
        truth = _truth(part, given)
        if truth is decisive:
            return decisive
        open_ = open_ or truth is None
    return None if open_ else not decisive
