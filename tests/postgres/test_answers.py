"""A large database is read over two connections, and over one where the other cannot be had, with the same outcome."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from seachange.catalog.catalog import Catalog
from seachange.catalog.queries import text_of
from seachange.compare import changes
from seachange.postgres import answers
from seachange.postgres.extract import extract

MADE = """
    create table parent (id int primary key, name text not null default 'x', check (id > 0));
    create table child (id int references parent, note text);
    create index on child (lower(note));
    create view both_of_them as select name, note from parent join child using (id);
    comment on table parent is 'large, for once';
"""


def read(conninfo: str) -> Catalog:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        found = extract(connection)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    return found


@pytest.fixture
def made(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(MADE)
    return database


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Takes every database for a large one, and lists the snapshots that were shared."""
    snapshots: list[str] = []
    share = answers._share

    def listed(connection: psycopg.Connection, snapshot: str, names: tuple[str, ...]) -> list[answers.Rows]:
        snapshots.append(snapshot)
        return share(connection, snapshot, names)

    monkeypatch.setattr(answers, "text_of", lambda name: text_of(name).replace("> 8000000", "> 0"))
    monkeypatch.setattr(answers, "_share", listed)
    return snapshots


def test_two_connections_read_what_one_reads(made: str, shares: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    large = read(made)
    assert len(shares) == 1
    monkeypatch.setattr(answers, "text_of", text_of)
    small = read(made)
    assert len(shares) == 1
    assert len(large) > 15
    assert changes(small, large) == ()
    assert large.edges == small.edges


@pytest.mark.newest
def test_one_connection_does_where_there_is_no_second(made: str, role: str, shares: list[str]) -> None:
    with psycopg.connect(made, autocommit=True) as connection:
        connection.execute(SQL("create role {} login connection limit 1").format(Identifier(role)))
    poor = make_conninfo(made, user=role)
    with psycopg.connect(poor), pytest.raises(psycopg.OperationalError, match="too many connections"):
        psycopg.connect(poor)
    assert changes(read(made), read(poor)) == ()
    assert len(shares) == 2
