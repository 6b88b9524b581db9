"""What is said of objects comes, goes and changes."""

from __future__ import annotations

from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE
from tests.planner.rules.probing import complaints
from tests.plugins.servers import Server

NO_PROVIDER = ("labels", "label of another text", "label on the database", "label on the database dropped")
"""Labels that no module stands for can be written into the catalogs, but not said."""


def test_what_is_said_goes_there_and_back(server: Server, scratch: Scratch) -> None:
    assert complaints(HERE / "said.sql", server, scratch, NO_PROVIDER) == {}
