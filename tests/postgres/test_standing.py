"""Sequences beside their columns: a sequence is at fault where it cannot give a value, or gives one again."""

from __future__ import annotations

import pytest

from seachange.postgres.connection import connected
from seachange.postgres.standing import standings

TEN = """
create schema shop;
create sequence shop.s maxvalue 1000;
create table shop.t (id int default nextval('shop.s'));
insert into shop.t select from generate_series(1, 10);
"""


@pytest.mark.newest
@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("", False),
        ("select setval('shop.s', 10)", False),
        ("select setval('shop.s', 10, false)", True),
        ("select setval('shop.s', 9)", True),
        ("select setval('shop.s', 1, false); delete from shop.t", False),
        # values that the sequence cannot give: out of bounds, or between its steps
        ("insert into shop.t values (2000000)", False),
        ("alter sequence shop.s increment 2 restart 11; insert into shop.t values (12)", False),
        ("alter sequence shop.s increment 2 restart 11; insert into shop.t values (13)", True),
        # downwards
        ("alter sequence shop.s increment -1 maxvalue 1000 restart 11", True),
        ("alter sequence shop.s increment -1 minvalue -5 maxvalue 1000 restart 0", False),
        # none left
        ("select setval('shop.s', 1000)", True),
        ("alter sequence shop.s cycle; select setval('shop.s', 1000)", True),
        ("alter sequence shop.s cycle; select setval('shop.s', 1000); delete from shop.t where id = 1", False),
        ("alter sequence shop.s cycle; delete from shop.t where id = 5; select setval('shop.s', 5, false)", False),
    ],
)
def test_sequence_by_its_own_rules(database: str, script: str, fault: bool) -> None:
    with connected(database) as session:
        session.execute(TEN)
        session.execute(script.encode())
        (one,) = standings(session)
    assert (one.taken or one.spent) is fault
