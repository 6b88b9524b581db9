"""Routines come, go and change; how numbers are written."""

from __future__ import annotations

import struct

import pytest

from seachange.postgres.scratch import Scratch
from seachange.rules.routines import number
from tests.catalog.probes import HERE
from tests.planner.rules.probing import complaints
from tests.plugins.servers import Server


def test_routines_go_there_and_back(server: Server, scratch: Scratch) -> None:
    assert complaints(HERE / "routines.sql", server, scratch) == {}


@pytest.mark.parametrize("written", ["1", "0.1", "12345.67", "3000000000", "0", "1e-05", "0.33333334"])
def test_numbers_are_as_short_as_can_be(written: str) -> None:
    (value,) = struct.unpack("f", struct.pack("f", float(written)))
    assert number(value) == written
