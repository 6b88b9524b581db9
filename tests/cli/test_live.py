"""What people are told while a run goes on."""

from __future__ import annotations

import io

import pytest

from seachange.cli.live import Left, Lines
from seachange.plan import Group, Plan
from seachange.step import Stage, Step

STEPS = tuple(Step(sql=f"select {number}", stage=Stage.DATA) for number in range(3))
PLAN = Plan("", "", 18, (Group(Stage.DATA, STEPS),))


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        ((), "about 31 s left"),
        ((0.5,), "about 30 s left"),  # nothing goes faster than on the copy, for all that is known
        ((2.0,), "about 60 s left"),
        ((2.0, 20.0), "about 40 s left"),
        ((2.0, 20.0, 40.0), ""),
    ],
)
def test_what_is_left_takes_as_much_longer_as_what_is_done(passed: tuple[float, ...], said: str) -> None:
    left = Left((1.0, 10.0, 20.0))
    for number, seconds in enumerate(passed, 1):
        left.passed(number, seconds)
    assert left.after(len(passed)) == said


def test_nothing_is_said_of_what_nobody_tried_or_takes_no_time() -> None:
    assert Left(()).after(0) == ""
    assert Left((0.01, 0.01)).after(0) == ""


def test_where_there_is_no_terminal_it_is_said_once() -> None:
    told = io.StringIO()
    lines = Lines(told, Left((1.0, 2.0, 3.0)))
    lines.begins(PLAN, 2)
    lines.sent(2, STEPS[1], 0.25)
    assert told.getvalue().splitlines() == [
        "1/3 steps are done already",
        "about 5 s left, as on the copy",
        "2/3 data select 1  0.25 s",
    ]
