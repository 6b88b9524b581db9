"""Scripts measured on a copy: what the server shows goes over what rules would say."""

from __future__ import annotations

import psycopg
import pytest

from seachange.postgres.making import LOCAL
from seachange.postgres.read import BESIDE
from seachange.postgres.tried import measure
from seachange.sql.migration import taken_apart
from seachange.step import Lock

ORDERS, SHOPS = ("public", "orders"), ("public", "shops")
STATE = """
create table shops (id bigint primary key);
create table orders (id bigint primary key, note varchar(20), shop bigint);
insert into shops values (1), (2);
insert into orders select g, 'x', 1 from generate_series(1, 100) g;
"""
SCRIPT = b"""
ALTER TABLE orders ADD COLUMN stamp timestamptz DEFAULT clock_timestamp();
ALTER TABLE orders ALTER COLUMN note TYPE text;
BEGIN;
LOCK TABLE orders;
ALTER TABLE orders ADD CONSTRAINT shop FOREIGN KEY (shop) REFERENCES shops;
COMMIT;
ALTER TABLE nowhere ADD COLUMN x int;
CREATE INDEX CONCURRENTLY note ON orders (note);
CREATE TABLE new (id int);
CREATE INDEX ON new (id);
COMMIT;
"""


@pytest.fixture
def orders(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(STATE.encode())
    return database


@pytest.mark.newest
def test_statements_are_measured(orders: str) -> None:
    script, heard = taken_apart(SCRIPT, "script.sql"), list[str]()
    found = measure([script], orders, BESIDE, heard.append)
    by_text = {one.text: found.get((one.file, one.start)) for one in script.up}
    stamp, wider, _, _, key, _, nowhere, index, *rest = by_text.values()
    assert stamp
    assert stamp.rewrites == {ORDERS}
    assert wider
    assert (wider.lock, wider.works) == (Lock.ACCESS_EXCLUSIVE, frozenset())
    assert key
    assert key.scans == {ORDERS, SHOPS}
    assert (key.on(ORDERS), key.on(SHOPS)) == (Lock.SHARE_ROW_EXCLUSIVE, Lock.SHARE_ROW_EXCLUSIVE)
    assert nowhere is None
    assert index
    assert (index.lock, index.builds, index.waits) == (Lock.SHARE_UPDATE_EXCLUSIVE, frozenset({ORDERS}), True)
    assert not any(one.works for one in rest if one)
    assert [each for each in heard if each.startswith("script.sql:8: ")]


@pytest.mark.newest
def test_source_is_left_as_it_is(orders: str) -> None:
    measure([taken_apart(b"DROP TABLE orders CASCADE; DROP TABLE shops;", "drop.sql")], orders, LOCAL, lambda now: None)
    with psycopg.connect(orders) as session:
        assert session.execute("select count(*) from orders").fetchone() == (100,)
