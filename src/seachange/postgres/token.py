"""Whether anything has moved since a catalog was read, without reading it again."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

from seachange.catalog.queries import text_of

TOKEN = "_token"


def token(connection: Connection[Any]) -> str:
    """One word for where the catalogs stand.

    The same word means that no row of theirs has come, gone or been written; another word says only that it is time to
    look.  It is made of the rows' xmin, so a dump restored elsewhere has another one.
    """
    connection.execute("set statement_timeout = 0")
    row = connection.execute(text_of(TOKEN)).fetchone()
    return str(row[0]) if row else ""
