"""What PostgreSQL spells in two ways is read in one."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from seachange.postgres.arrays import elementwise
from tests.plugins.servers import Server
from tests.real.mirrors import complaints

LISTS = """
create table t (s varchar(20), c char(3), n int, check (n = any ('{1,2}'::bigint[])));
alter table t add check (s in ('a', 'it''s, ])', 'b"'));
alter table t add check (c in ('x', 'y') or lower(s) in ('p', 'q'));
create index on t (n) where s in ('a', 'b') and c not in ('z');
create view v with (security_barrier) as select s in ('a', 'b') as is_ab from t where s not in ('c', 'd');
create policy pol on t using (s in ('a', 'b'));
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("((ARRAY['a'::v, 'b'::v])::text[])", "(ARRAY[('a'::v)::text, ('b'::v)::text])"),
        ("(ARRAY['a,]'::v])::text[] (ARRAY[f(a, b)])::x.\"y\"[]", "ARRAY[('a,]'::v)::text] ARRAY[(f(a, b))::x.\"y\"]"),
        ("(ARRAY[1]) (ARRAY[2", "(ARRAY[1]) (ARRAY[2"),
        ("(ARRAY[ARRAY[1]])::int[]", "(ARRAY[ARRAY[1]])::int[]"),
        ("plain", "plain"),
    ],
)
def test_casts_go_to_the_elements(text: str, expected: str) -> None:
    assert elementwise(text) == expected
    assert elementwise(expected) == expected


def test_lists_are_the_same_after_a_dump(server: Server, database: str, tmp_path: Path) -> None:
    with psycopg.connect(database) as session:
        session.execute(LISTS)
    assert complaints(database, server, tmp_path) == []
