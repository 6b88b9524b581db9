"""Timelines and bars: as a table, and where a page draws them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from seachange.report import Bars, Span, Table, Timeline

TICKS = 6
"""How many marks a scale has at most, besides its beginning."""
UNITS = (86400.0, 3600.0, 60.0, 1.0, 0.001)
"""A day, an hour, a minute, a second, a millisecond."""
STEPS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 200.0, 500.0, 1000.0)


class Stretch(Struct, frozen=True):
    """Where something is drawn: per cent of the whole, from the left."""

    left: float
    width: float
    told: str = ""
    tone: str = ""


def tabled(chart: Timeline | Bars) -> Table:
    """The figures of a chart."""
    if isinstance(chart, Bars):
        rows = tuple((bar.label, *bar.told) for bar in chart.bars)
        return Table(chart.title, chart.columns, rows, numeric=2, note=chart.note, aside=chart.aside)
    columns = ("", "what happened", "from", "took")
    spans = tuple(map(_span, chart.spans))
    return Table(chart.title, columns, spans, numeric=2, note=chart.note, aside=chart.aside)


def _span(span: Span) -> tuple[str, ...]:
    return (span.label, happened(span), seconds(span.begin), seconds(span.took))


def happened(span: Span) -> str:
    """What is said of a span, and how often and how long it was marked."""
    return "; ".join(part for part in (span.note, *marked(span)) if part)


def marked(span: Span) -> Iterator[str]:
    """The marks of a span, those of one name together."""
    for label in dict.fromkeys(mark.label for mark in span.marks):
        alike = [mark for mark in span.marks if mark.label == label]
        often = f", {len(alike):,} times" if len(alike) > 1 else ""
        yield f"{label} {seconds(sum(mark.took for mark in alike))}{often}"


def seconds(count: float) -> str:
    """How long something took, for people: 0.3 ms, 12 ms, 3.4 s, 2 min 5 s, 3 h 4 min."""
    if 0 < count < 0.00995:
        return f"{max(count * 1000, 0.1):.1f} ms"
    if count < 0.9995:
        return f"{count * 1000:,.0f} ms"
    if count < 59.95:
        return f"{count:.1f} s"
    whole = round(count)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


def stretches(timeline: Timeline) -> tuple[tuple[Stretch, ...], ...]:
    """For each span where its parts are drawn, and its marks upon them."""
    whole = _whole(timeline)
    return tuple(
        tuple(_placed(begin, end, whole, tone) for begin, end, tone in (*_parts(span), *_marks(span)))
        for span in timeline.spans
    )


def _parts(span: Span) -> Iterator[tuple[float, float, str]]:
    yield from ((begin, end, "") for begin, end in span.parts or ((span.begin, span.end),))


def _marks(span: Span) -> Iterator[tuple[float, float, str]]:
    yield from ((mark.begin, mark.end, f"mark {mark.tone}".rstrip()) for mark in span.marks)


def key(timeline: Timeline) -> tuple[tuple[str, str], ...]:
    """What the marks of a timeline mean: the tone and the words of each."""
    return tuple(dict.fromkeys((mark.tone, mark.label) for span in timeline.spans for mark in span.marks))


def ticks(timeline: Timeline) -> tuple[Stretch, ...]:
    """The scale below a timeline."""
    whole = _whole(timeline)
    unit = next((unit for unit in UNITS if whole >= 2 * unit), UNITS[-1])
    step = next((unit * step for step in STEPS if whole / (unit * step) <= TICKS), whole)
    count = int(whole / step)
    return tuple(
        Stretch(100 * place * step / whole, 0.0, seconds(place * step) if place else "0") for place in range(count + 1)
    )


def lengths(bars: Bars) -> tuple[tuple[float | None, float | None], ...]:
    """How long each bar is drawn, in per cent of the longest; None where there was nothing."""
    most = bars.most or max((side for bar in bars.bars for side in (bar.before, bar.after) if side), default=1.0)
    return tuple((_length(bar.before, most), _length(bar.after, most)) for bar in bars.bars)


def _length(side: float | None, most: float) -> float | None:
    return None if side is None else 100 * side / most


def _whole(timeline: Timeline) -> float:
    return max((span.end for span in timeline.spans), default=0.0) or 1.0


def _placed(begin: float, end: float, whole: float, tone: str) -> Stretch:
    return Stretch(100 * begin / whole, 100 * (end - begin) / whole, tone=tone)
