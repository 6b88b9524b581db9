"""Rows counted and hashed on the server, whatever order they stand in, with no memory of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.sql.quote import path

Session = Connection[Any]

STABLE = """
set datestyle = 'ISO, YMD';
set intervalstyle = 'iso_8601';
set timezone = 'UTC';
set extra_float_digits = 1;
set bytea_output = 'hex';
set xmloption = content;
set search_path = '';
set row_security = off
"""
"""Values are written the same way wherever and by whomever they are read."""


class Sum(msgspec.Struct, frozen=True):
    """The rows of a table: how many, and the sum of a hash of each, over some of its columns."""

    rows: int
    hash: str


def steady(session: Session) -> None:
    """Have values written as texts that can be compared."""
    session.execute(STABLE.encode())


def checksum(session: Session, table: Path, values: Iterable[str], *, only: bool = True) -> Sum:
    """Of `values`, expressions over a row; with `only`, without the rows of what inherits from the table."""
    row = f"row({', '.join(f'({value})::pg_catalog.text' for value in values)})::pg_catalog.text"
    query = f"""
        select pg_catalog.count(*),
          coalesce(pg_catalog.sum(pg_catalog.hashtextextended({row} collate "C", 0)::pg_catalog.numeric), 0)
        from {"only " if only else ""}{path(table)}
        """
    found = session.execute(query.encode()).fetchone()
    assert found is not None
    return Sum(int(found[0]), str(found[1]))


def possible_checksum(session: Session, table: Path, values: Iterable[str], *, only: bool = True) -> Sum | None:
    """None where the server refuses an expression, as for a cast of a value that it cannot carry out."""
    try:
        return checksum(session, table, values, only=only)
    except psycopg.Error as error:
        if session.closed:
            raise
        del error
        return None
