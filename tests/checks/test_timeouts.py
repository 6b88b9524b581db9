"""Durations as settings have them."""

from __future__ import annotations

import pytest

from seachange.checks.timeouts import milliseconds


@pytest.mark.parametrize(("value", "found"), [("500", 500), ("2s", 2000), ("1 min", 60000), ("0", 0), ("soon", None)])
def test_durations(value: str, found: float | None) -> None:
    assert milliseconds(value) == found
