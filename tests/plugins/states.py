"""Two databases that differ in many ways, with names that try to be more than names."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from msgspec import Struct

HOSTILE = "</script><script>document.title='taken'</script>"
CURRENT = """
create schema shop;
create table shop.orders (id int primary key, status varchar(20), total numeric);
create index orders_status on shop.orders (status);
create table shop.clients (id int primary key, name text not null, email text unique, born date);
create table shop.gone (a int);
create function shop.total(o int) returns numeric language plpgsql as $$
begin
  -- adds up
  return (select sum(total) from shop.orders where id = o);
end $$;
create table "<img src=x onerror=alert(1)>" (a int);
"""
DESIRED = f"""
create schema shop;
create table shop.orders (id int primary key, status text, total numeric, placed timestamptz default now() not null);
create table shop.customers (id int primary key, name text not null, email text unique, born date);
create table shop.carts (id int primary key, note text, code text unique);
create function shop.total(o int) returns numeric language plpgsql as $$
begin
  return (select coalesce(sum(total), 0) from shop.orders where id = o);
end $$;
comment on table shop.orders is $${HOSTILE}$$;
create table "<img src=x onerror=alert(1)>" (a bigint, "esc\x1b[31m\u202e" int);
"""


class Pair(Struct, frozen=True):
    """The conninfos of two databases."""

    current: str
    desired: str


@pytest.fixture
def pair(databases: Callable[[int], tuple[str, ...]]) -> Pair:
    """Two databases that differ."""
    pair = Pair(*databases(2))
    for conninfo, script in ((pair.current, CURRENT), (pair.desired, DESIRED)):
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(script.encode())
    return pair
