"""Timelines and bars: their figures in every form, and where a page draws them."""

from __future__ import annotations

import pytest

from seachange.report import Bar, Bars, Report, Section, Span, Table, Timeline
from seachange.report.chart import key, lengths, seconds, stretches, ticks
from seachange.report.html import SHOWN, html
from seachange.report.line import Room
from seachange.report.markdown import WHOLE, markdown
from seachange.report.text import text
from tests.report.charts import BARS, TIMELINE


def report(*sections: Section) -> Report:
    return Report("T", "V", good=True, sections=sections)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0.0, "0 ms"),
        (0.00001, "0.1 ms"),
        (0.0034, "3.4 ms"),
        (0.0124, "12 ms"),
        (0.9996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (125.4, "2 min 5 s"),
        (11045, "3 h 4 min"),
    ],
)
def test_seconds_for_people(count: float, told: str) -> None:
    assert seconds(count) == told


def test_figures_of_charts_as_text() -> None:
    lines = [" ".join(line.split()) for line in text(report(TIMELINE, BARS), Room(100)).splitlines()]
    assert "first | one 0 ms 250 ms" in lines
    assert "second 2 steps; waited for a lock 1.5 s, 2 times; under a lock 500 ms 250 ms 9.8 s" in lines
    assert "public.none none 0 bytes" in lines
    assert "Since then." in lines


def test_figures_of_charts_as_markdown() -> None:
    brief, whole = markdown(report(TIMELINE, BARS)), markdown(report(TIMELINE, BARS), WHOLE)
    assert "<details><summary>Stages</summary>" in brief
    assert "| public.orders | 50 MB | 200 MB |" in brief
    assert "### Stages\n" in whole
    assert "| first \\| one |" in whole
    assert "| public.none   |   none | 0 bytes |" in whole


def test_a_page_has_all_figures_in_words() -> None:
    page = html(report(TIMELINE, BARS))
    for words in ("first | one", "250 ms", "2 steps; waited for a lock 1.5 s, 2 times", "50 MB", "0 bytes"):
        assert words in page


def test_parts_and_marks_are_placed_on_one_scale() -> None:
    first, second = stretches(TIMELINE)
    assert [(part.left, part.width) for part in first] == [(0.0, 2.5)]
    assert [(part.left, part.width, part.tone) for part in second] == [
        (2.5, 97.5, ""),
        (10.0, 10.0, "mark wait"),
        (30.0, 5.0, "mark wait"),
        (35.0, 5.0, "mark lock"),
    ]
    assert key(TIMELINE) == (("wait", "waited for a lock"), ("lock", "under a lock"))


def test_what_lies_between_parts_is_not_counted() -> None:
    span = Span("stage", 1.0, 9.0, parts=((1.0, 2.0), (8.0, 9.0)))
    lines = text(report(Timeline("T", (span, Span("all", 0.0, 10.0)))), Room(80)).splitlines()
    assert any(line.split() == ["stage", "1.0", "s", "2.0", "s"] for line in lines)
    parts, _ = stretches(Timeline("T", (span, Span("all", 0.0, 10.0))))
    assert [(part.left, part.width) for part in parts] == [(10.0, 10.0), (80.0, 10.0)]


@pytest.mark.parametrize(
    ("whole", "told"),
    [
        (10.0, ["0", "2.0 s", "4.0 s", "6.0 s", "8.0 s", "10.0 s"]),
        (0.04, ["0", "10 ms", "20 ms", "30 ms", "40 ms"]),
        (300.0, ["0", "1 min 0 s", "2 min 0 s", "3 min 0 s", "4 min 0 s", "5 min 0 s"]),
        (0.0, ["0", "200 ms", "400 ms", "600 ms", "800 ms", "1.0 s"]),
    ],
)
def test_a_scale_has_few_and_round_ticks(whole: float, told: list[str]) -> None:
    found = ticks(Timeline("", (Span("", 0.0, whole),)))
    assert [tick.told for tick in found] == told
    assert all(0 <= tick.left <= 100.0001 for tick in found)


@pytest.mark.parametrize("whole", [0.0004, 1.9, 7.0, 61.0, 4000.0, 90_000.0, 10**7])
def test_any_time_has_a_scale(whole: float) -> None:
    assert 1 <= len(ticks(Timeline("", (Span("", 0.0, whole),)))) <= 7


def test_bars_are_as_long_as_their_share_of_the_longest_or_of_all() -> None:
    assert lengths(BARS) == ((25.0, 100.0), (None, 0.0))
    assert lengths(Bars("", ("", "", ""), (Bar("", 25.0, None, ("", "")),), most=50.0)) == ((50.0, None),)
    assert lengths(Bars("", ("", "", ""), (Bar("", 0.0, None, ("", "")),))) == ((0.0, None),)


def test_many_bars_fold() -> None:
    bars = tuple(Bar(f"t{place}", 1.0, 1.0, ("1", "1")) for place in range(SHOWN + 3))
    assert "… and 3 more" in html(report(Bars("B", ("t", "a", "b"), bars)))


def test_what_is_aside_folds() -> None:
    table = Table("Steps", ("a",), (("1",),), aside=True)
    page, whole = html(report(table)), markdown(report(table), WHOLE)
    assert '<details class="aside">' in page
    assert "#section-1" not in page.split("<main")[0]
    assert "<details><summary>Steps</summary>" in whole
