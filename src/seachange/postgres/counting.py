"""Rows counted, every one of them, and compared with those of another database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.postgres.checksums import Sum, checksum, steady
from seachange.postgres.connection import connected
from seachange.postgres.sampling import first_line
from seachange.sql.quote import name

Session = Connection[Any]


PATIENT = "set statement_timeout = 0; set lock_timeout = '10s'"
"""However long a table takes to read; but who locks it for a while is not waited for."""


class Wanted(msgspec.Struct, frozen=True):
    """A table to be counted, and the columns whose values are to be compared; `only`: not what inherits from it."""

    columns: tuple[str, ...] = ()
    only: bool = True


class Counted(msgspec.Struct, frozen=True):
    """What was counted, and why some tables could not be."""

    sums: Mapping[Path, Sum] = {}
    refused: Mapping[Path, str] = {}


def counted(conninfo: str, tables: Mapping[Path, Wanted]) -> Counted:
    """The rows of each table, and the sum of their hashes over the columns that are asked for."""
    sums: dict[Path, Sum] = {}
    refused: dict[Path, str] = {}
    with connected(conninfo) as session:
        steady(session)
        session.execute(PATIENT)
        for table, wanted in tables.items():
            try:
                sums[table] = checksum(session, table, map(name, wanted.columns), only=wanted.only)
            except psycopg.Error as error:
                if session.closed:
                    raise
                refused[table] = f"{first_line(error)} (SQLSTATE {error.sqlstate})"
    return Counted(sums, refused)
