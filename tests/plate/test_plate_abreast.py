"""Works that are carried out abreast: step by step, with the results in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen.plate import abreast

if TYPE_CHECKING:
    from agreegen.plate import Steps


def work(name: str, steps: int, log: list[str]) -> Steps[str]:
    """A work of so many steps, which writes down each."""
    for n in range(steps):
        log.append(f"{name}{n}")
        if n < steps - 1:
            yield
    return name.upper()


def test_all_take_a_step_before_one_takes_the_next() -> None:
    log: list[str] = []
    found = abreast([work("a", 3, log), work("b", 1, log), work("c", 2, log)])
    assert [name for name, _ in found] == ["A", "B", "C"]
    assert log == ["a0", "b0", "c0", "a1", "c1", "a2"]
    assert all(seconds > 0 for _, seconds in found)
    assert abreast([]) == []


def test_what_a_work_raises_is_raised() -> None:
    def faulty() -> Steps[str]:
        yield
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        abreast([work("a", 3, []), faulty()])
