"""What reaches beyond the database comes, goes and changes."""

from __future__ import annotations

from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE
from tests.planner.rules.probing import complaints
from tests.plugins.servers import Server

SECRET = (
    *("wrapper options with a secret", "server of a type and version", "user mapping with a secret"),
    *("foreign table options", "subscription", "subscription to another host", "subscription that fails over"),
)
"""What goes with a secret does not come back whole."""
TAKEN = ("extension takes a table in", "extension lets a table go")
"""Whether a table is an extension's is the extension's affair."""


def test_what_is_outside_goes_there_and_back(server: Server, scratch: Scratch) -> None:
    assert complaints(HERE / "outside.sql", server, scratch, (*SECRET, *TAKEN)) == {}
