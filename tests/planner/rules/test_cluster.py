"""What belongs to the whole server comes, goes and changes."""

from __future__ import annotations

from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE
from tests.planner.rules.probing import complaints
from tests.plugins.servers import Server

IN_PLACE = ("tablespace", "tablespace dropped")
"""Tablespaces within the server's own folder are for tests: plans do not make any."""


def test_what_is_of_the_cluster_goes_there_and_back(server: Server, scratch: Scratch) -> None:
    assert complaints(HERE / "cluster.sql", server, scratch, IN_PLACE) == {}
