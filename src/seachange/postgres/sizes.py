"""What only a running database tells a planner: how large its tables are, and who we are there."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.queries import SIZES, text_of
from seachange.planner import Size
from seachange.postgres.connection import connected
from seachange.postgres.source import Live, parse


class Measured(Struct, frozen=True):
    """The size of each table, and the role of the connection.  Both are empty for what is no database."""

    sizes: Mapping[Path, Size] = {}
    role: str = ""


def measured(source: str) -> Measured:
    """What `source` tells, if it is a database.  Rows are the server's last estimate: none is counted."""
    match parse(source):
        case Live(conninfo):
            with connected(conninfo) as connection:
                rows = connection.execute(text_of(SIZES).encode()).fetchall()
                role = connection.execute("select current_user").fetchone()
            sizes: dict[Path, Size] = {
                (str(schema), str(name)): Size(count, bytes_) for schema, name, count, bytes_ in rows
            }
            return Measured(sizes, str(role[0]) if role else "")
    return Measured()
