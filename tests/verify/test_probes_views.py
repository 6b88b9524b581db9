"""Views are read and refreshed; what leans on something broken is found."""

from __future__ import annotations

import pytest

from tests.verify.probes import failed, of, passed, probed, promised, run

VIEWS = """
create table sale (id int primary key, amount int not null);
insert into sale values (1, 10), (2, 0);
create view sold as select id, amount from sale;
create view share as select id, 100 / amount as share from sale;
create function rate() returns int language sql as $$ select 2 $$;
create view rated as select id, amount * rate() as rated from sale;
create materialized view total as select id, sum(amount) as amount from sale group by id;
create unique index on total (id);
create materialized view loose as select 1 as n;
create materialized view later as select 1 as n with no data;
"""


def test_views_are_read_to_their_last_row(database: str) -> None:
    run(database, VIEWS)
    behaviour = probed(database)
    assert failed(behaviour) == {("share", "IS_READ", "")}
    assert of(behaviour, "share", "IS_READ").code == "22012"
    assert {("total", "IS_REFRESHED", ""), ("total", "IS_REFRESHED", "concurrently")} <= passed(behaviour)
    assert "unique index" in of(behaviour, "loose", "IS_REFRESHED", "concurrently").said
    assert of(behaviour, "later", "IS_READ").code == "55000"


@pytest.mark.newest
def test_what_broke_behind_a_view_is_found(database: str) -> None:
    run(database, VIEWS)
    catalog = promised(database)
    run(
        database,
        """
        create or replace function rate() returns int language plpgsql as $$ begin return (select n from gone); end $$;
        drop view sold;
        refresh materialized view total with no data;
        """,
    )
    found = failed(probed(database, catalog))
    assert {("rated", "IS_READ", ""), ("sold", "IS_READ", ""), ("total", "IS_READ", "")} <= found


@pytest.mark.newest
def test_readers_of_a_target_in_use_are_left_alone(database: str) -> None:
    run(database, VIEWS)
    assert "copy" in of(probed(database, execute=False), "total", "IS_REFRESHED").said
