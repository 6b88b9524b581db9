"""How numbers and settings of functions are written."""

from __future__ import annotations

import struct

import pytest

from seachange.rules.routines import assignment, number


@pytest.mark.parametrize(
    ("written", "setting"),
    [
        ("work_mem TO '1MB'", "work_mem=1MB"),
        ("search_path TO ''", 'search_path=""'),
        ("search_path TO ''", "search_path="),
        ("search_path TO '$user', 'a\"b, c', 'p'", 'search_path="$user", "a""b, c", p'),
        ("\"DateStyle\" TO 'iso, dmy'", "DateStyle=iso, dmy"),
        ("\"my.own\" TO  E'a=\\\\ '''", "my.own=a=\\ '"),
    ],
)
def test_settings_are_quoted(written: str, setting: str) -> None:
    assert assignment(setting) == written


@pytest.mark.parametrize("written", ["1", "0.1", "12345.67", "3000000000", "0", "1e-05", "0.33333334"])
def test_numbers_are_as_short_as_can_be(written: str) -> None:
    (value,) = struct.unpack("f", struct.pack("f", float(written)))
    assert number(value) == written
