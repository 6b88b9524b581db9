"""Every change of types that a comparison sees is planned, there and back."""

from __future__ import annotations

from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE
from tests.planner.rules.probing import complaints
from tests.plugins.servers import Server


def test_types_go_there_and_back(server: Server, scratch: Scratch) -> None:
    assert complaints(HERE / "types.sql", server, scratch) == {}
