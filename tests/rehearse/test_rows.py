"""Rows of a copy: sampled with all that they refer to, or made up; and their sums."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from seachange.postgres import sampling
from seachange.postgres.checksums import checksum
from seachange.postgres.connection import connected
from seachange.postgres.sampling import Rows, copy_rows
from seachange.postgres.synthesis import fill
from seachange.postgres.values import constants, fitting
from tests.rehearse.plans import send

Databases = Callable[[int], tuple[str, ...]]
LINKED = """
create schema "Odd ""one";
create table "Odd ""one".region (code text, no int, primary key (code, no));
create table staff (
  id int primary key, boss int references staff, region text, no int, secret text,
  foreign key (region, no) references "Odd ""one".region (code, no)
);
create table badge (id int primary key, staff int not null);
alter table staff add badge int;
create table part (id int, day date, staff int references staff, primary key (id, day)) partition by range (day);
create table part_1 partition of part for values from ('2024-01-01') to ('2025-01-01');
create table part_2 partition of part for values from ('2025-01-01') to ('2026-01-01');
create table entry (part int, day date, foreign key (part, day) references part);
create table counted (
  id bigint generated always as identity, double int generated always as (n * 2) stored, n int, "select" text
);
create materialized view total as select count(*) from staff;
"""
ROWS = """
insert into "Odd ""one".region select 'r' || i, i from generate_series(1, 3000) i;
insert into staff
select i, case when i > 1 then i / 2 end, 'r' || i, i, 's', i / 3 * 2 + 1 from generate_series(1, 3000) i;
insert into badge select i, greatest(i - 1, 1) from generate_series(1, 3000) i;
alter table staff add foreign key (badge) references badge deferrable initially deferred;
alter table badge add foreign key (staff) references staff deferrable initially deferred;
insert into part select i, '2024-06-01'::date + i % 500, 3001 - i from generate_series(1, 3000) i;
insert into entry select id, day from part order by id desc;
insert into counted (n, "select") select i, E'a\\tb\\\\' || i from generate_series(1, 20) i;
create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
create trigger refuse before insert on staff for each row execute function refuse();
refresh materialized view total;
analyze;
"""
KEYS = {
    "boss": "select count(*) from staff c left join staff p on p.id = c.boss where c.boss is not null and p.id is null",
    "region": """select count(*) from staff c left join "Odd ""one".region p on (p.code, p.no) = (c.region, c.no)
                 where p.code is null""",
    "badge": "select count(*) from staff c left join badge p on p.id = c.badge where p.id is null",
    "staff": "select count(*) from badge c left join staff p on p.id = c.staff where p.id is null",
    "part": "select count(*) from entry c left join part p on (p.id, p.day) = (c.part, c.day) where p.id is null",
    "staff of part": "select count(*) from part c left join staff p on p.id = c.staff where p.id is null",
}


@pytest.fixture
def linked(databases: Databases) -> tuple[str, str]:
    """A database whose tables refer to each other in every way, and one with its tables and no rows."""
    target, copy = databases(2)
    send(target, LINKED + ROWS)
    send(copy, LINKED)
    return target, copy


def number(conninfo: str, query: str) -> int:
    with psycopg.connect(conninfo) as session:
        row = session.execute(query.encode()).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("large", [1, 100_000], ids=["from all over", "from the beginning"])
def test_sample_keeps_foreign_keys_whole(linked: tuple[str, str], monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    monkeypatch.setattr(sampling, "MOST", 5)
    monkeypatch.setattr(sampling, "SMALL", 0)
    monkeypatch.setattr(sampling, "LARGE", large)
    target, copy = linked
    with connected(copy) as session:
        taken = copy_rows(target, session, Rows.SAMPLE)
    assert not taken.whole
    assert not taken.refused
    assert {key for key, query in KEYS.items() if number(copy, query)} == set()
    assert 0 < number(copy, "select count(*) from entry") <= 10
    assert taken.rows["public", "staff"] == number(copy, "select count(*) from staff") < 3000


def test_all_rows_come_over_as_they_are(linked: tuple[str, str]) -> None:
    target, copy = linked
    with connected(copy) as session:
        taken = copy_rows(target, session, Rows.ALL)
    assert taken.whole
    assert not taken.refused
    for table, values in (
        ("staff", ["id", "boss"]),
        ("counted", ["id", "double", "n", '"select"']),
        ("part_2", ["id"]),
    ):
        with connected(target) as there, connected(copy) as here:
            assert checksum(there, ("public", table), values) == checksum(here, ("public", table), values)
    assert number(copy, "select * from total") == 3000
    assert number(copy, "select nextval('counted_id_seq')") == 21


@pytest.mark.newest
def test_table_that_the_role_may_not_read_is_told(linked: tuple[str, str], role: str) -> None:
    target, copy = linked
    send(
        target,
        f"create role {role} login; grant select on staff, entry to {role}; grant usage on schema public to {role}",
    )
    with connected(copy) as session:
        taken = copy_rows(psycopg.conninfo.make_conninfo(target, user=role), session, Rows.ALL)
    assert ("public", "staff") in taken.rows
    assert "may not read" in taken.refused["public", "badge"]


RULED = r"""
create type mood as enum ('ok', 'bad');
create domain mail as text check (value ~ '^[^@ ]+@[a-z]+\.[a-z]{2,}$');
create domain adult as int not null check (value >= 18);
create table parent (
  id int generated always as identity, code char(3) not null unique check (code ~ '^[A-Z]{3}$'),
  feels mood not null, mail mail not null unique, age adult, primary key (id, code)
);
create table child (
  id uuid primary key, parent int not null, code char(3) not null, boss uuid references child,
  low int not null, high int not null check (high > low + 5 and high < 40),
  begins date, ends date, check (ends > begins), tags text[] not null check (cardinality(tags) >= 1),
  extra jsonb not null check (jsonb_typeof(extra) = 'object'), pin varchar(4) not null check (length(pin) = 4),
  one int, other text, check (num_nonnulls(one, other) = 1),
  price numeric(8,2) not null check (price between 0.01 and 0.99),
  span int4range not null, foreign key (parent, code) references parent (id, code),
  state text not null check (state in ('open', 'paid')),
  slug text not null unique check (slug = lower(slug) and slug !~ ' ')
);
create unique index on child (lower(pin), price);
create table month (id int not null, at timestamptz not null) partition by range (at);
create table month_1 partition of month for values from ('2031-01-01') to ('2031-02-01');
create table listed (id int not null, k text) partition by list (k);
create table listed_1 partition of listed for values in ('zz', 'yy');
create table tree (id int primary key, up int not null references tree);
create table bare ();
create table never (a int not null check (a > 5), check (a < 3));
create table orphan (id int primary key, never int not null references never);
alter table never add primary key (a);
"""


def test_tables_are_filled_with_rows_that_their_constraints_take(database: str) -> None:
    send(database, RULED.replace("references never);\nalter table never add primary key (a);", ");"))
    with connected(database) as session:
        made = fill(session)
        assert {names[-1]: rows for names, rows in made.rows.items()} == dict.fromkeys(
            ("parent", "child", "month_1", "listed_1", "tree", "bare", "orphan"), 3
        )
        assert {names[-1] for names in made.refused} == {"never"}
        assert "never" in made.refused["public", "never"]
        assert fill(session).rows == {}


@pytest.mark.newest
def test_rows_that_are_made_up_keep_foreign_keys(database: str) -> None:
    send(database, RULED.replace("references never);\nalter table never add primary key (a);", ");"))
    with connected(database) as session:
        fill(session)
    lost = "select count(*) from child c left join parent p on (p.id, p.code) = (c.parent, c.code) where p.id is null"
    assert number(database, lost) == 0
    assert number(database, "select count(*) from tree c left join tree p on p.id = c.up where p.id is null") == 0


@pytest.mark.newest
def test_table_whose_parent_is_empty_says_so(database: str) -> None:
    send(database, "create table never (a int primary key check (a > 5), check (a < 3))")
    send(database, "create table orphan (a int not null references never)")
    with connected(database) as session:
        made = fill(session)
    assert "public.never" in made.refused["public", "orphan"]


@pytest.mark.newest
def test_sum_knows_no_order_but_every_value(database: str) -> None:
    send(database, "create table a (x int, y text); create table b (like a)")
    send(
        database,
        "insert into a select i, null from generate_series(1, 99) i; insert into b select * from a order by x desc",
    )
    one, other, columns = ("public", "a"), ("public", "b"), ("x", "y")
    with connected(database) as session:
        assert checksum(session, one, columns) == checksum(session, other, columns)
        session.execute("update b set y = '' where x = 5")
        assert checksum(session, one, columns) != checksum(session, other, columns)
        assert checksum(session, one, ["x"]) == checksum(session, other, ["x"])
        session.execute("update b set y = null; update b set x = 6 where x = 5")
        assert checksum(session, one, columns) != checksum(session, other, columns)


def test_constants_of_an_expression() -> None:
    assert constants("((status)::text = ANY (ARRAY['a'::text, 'it''s'::text])) AND n >= -3") == ("a", "it's", "-3", "3")


@pytest.mark.parametrize(
    "pattern", [r"^[A-Z]{2}\d{3,}$", r"^(red|blue)-[^x]+$", r"^[^@ ]+@[a-z]+\.[a-z]{2,}$", r"a?b*c+"]
)
def test_texts_that_fit_a_pattern(pattern: str) -> None:
    import re

    assert any(re.search(pattern, text) for text in fitting(pattern))


def test_pattern_that_nobody_can_read() -> None:
    assert list(fitting("(((")) == []
