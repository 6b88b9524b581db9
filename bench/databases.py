"""The databases that are measured, each made when it is first asked for."""

from __future__ import annotations

import subprocess

import msgspec
import psycopg
from psycopg.conninfo import make_conninfo

from bench.child import Command, python
from bench.generate import FIVE, Size, load
from seachange.postgres import databases

READ = "from seachange import read; {use}(read({conninfo!r}))"


class Database(msgspec.Struct, frozen=True):
    """One that was made, and how many facts it holds."""

    conninfo: str
    facts: int

    def __str__(self) -> str:
        return f"{self.facts:,} facts"


class Databases:
    """Those of one server, which live as long as it does."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._made: dict[Size, Database] = {}
        self._changed: dict[Size, Database] = {}
        self._empty = 0

    def of(self, size: Size) -> Database:
        if size not in self._made:
            conninfo = self._create(_name(size), "template0")
            load(conninfo, size)
            self._made[size] = Database(conninfo, _facts(conninfo))
        return self._made[size]

    def changed(self, size: Size) -> Database:
        """The same again, but for five changes."""
        if size not in self._changed:
            original = self.of(size)
            conninfo = self._create(f"{_name(size)}_changed", _name(size))
            with psycopg.connect(conninfo, autocommit=True) as session:
                session.execute(FIVE)
            self._changed[size] = Database(conninfo, original.facts)
        return self._changed[size]

    def another(self, size: Size) -> Database:
        """One more of the same, each time, to do with as one likes."""
        self._empty += 1
        original = self.of(size)
        return Database(self._create(f"{_name(size)}_{self._empty}", _name(size)), original.facts)

    def empty(self) -> Database:
        """Another one with nothing in it, each time."""
        self._empty += 1
        return Database(self._create(f"bench_empty_{self._empty}", "template0"), 0)

    def _create(self, name: str, template: str) -> str:
        with psycopg.connect(self._server, autocommit=True) as session:
            databases.create(session, name, template, by_file=True)
        return make_conninfo(self._server, dbname=name)


def reading(conninfo: str, use: str = "bool") -> Command:
    """The whole process that reads, start-up included."""
    return python(READ.format(conninfo=conninfo, use=use))


def _facts(conninfo: str) -> int:
    """Counted by a process that takes its memory with it."""
    count = reading(conninfo, "(lambda catalog: print(len(catalog)))")
    return int(subprocess.run(count, capture_output=True, check=True).stdout)


def _name(size: Size) -> str:
    return f"bench_{size.schemas}_{size.tables}_{size.columns}"
