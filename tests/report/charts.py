"""A timeline and bars to look at."""

from __future__ import annotations

from seachange.report import Bar, Bars, Span, Timeline

WAITS = (
    Span("waited for a lock", 1.0, 2.0, tone="wait"),
    Span("waited for a lock", 3.0, 3.5, tone="wait"),
    Span("under a lock", 3.5, 4.0, tone="lock"),
)
TIMELINE = Timeline(
    "Stages", (Span("first | one", 0.0, 0.25), Span("second", 0.25, 10.0, "2 steps", marks=WAITS)), note="Since then."
)
BARS = Bars(
    "Sizes",
    ("table", "before", "after"),
    (
        Bar("public.orders", 50.0, 200.0, ("50 MB", "200 MB")),
        Bar("public.none", None, 0.0, ("none", "0 bytes")),
    ),
)
