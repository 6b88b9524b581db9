"""What is written down of PostgreSQL's own functions, types and settings is what its servers say."""

from __future__ import annotations

import psycopg

from seachange.checks import builtin
from tests.plugins.servers import Server


def _names(session: psycopg.Connection, query: str) -> set[str]:
    return {name for (name,) in session.execute(query.encode()).fetchall()}


def test_names_are_those_of_the_server(server: Server, database: str) -> None:
    with psycopg.connect(database) as session:
        functions = _names(session, "select proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace")
        types = _names(
            session,
            """select typname from pg_type where typnamespace = 'pg_catalog'::regnamespace
               and (typelem = 0 or typsubscript::text not like 'array%')""",
        )
        relations = _names(
            session,
            "select relname from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind in ('r', 'v')",
        )
    assert functions == builtin.functions(server.major)
    assert types == builtin.types(server.major)
    assert relations == builtin.relations(server.major)


def test_newer_names_are_not_on_older_servers(server: Server, database: str) -> None:
    with psycopg.connect(database) as session:
        settings = _names(session, "select name from pg_settings")
    newer = {name for name, version in builtin.since("settings").items() if version > server.major}
    older = {name for name, version in builtin.since("settings").items() if version <= server.major}
    assert not newer & settings
    assert older <= settings


def test_what_may_change_is_not_immutable(server: Server, database: str) -> None:
    with psycopg.connect(database) as session:
        steady = _names(
            session,
            "select proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'i'",
        )
        moved = session.execute(
            """select proname, array_to_string(array(select format_type(t, null) from unnest(proargtypes) t), ',')
               from pg_proc where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'i'"""
        ).fetchall()
    always = {name for name, types in builtin.changing().items() if types == (builtin.ANY,)}
    assert not always & steady
    assert not [(name, types) for name, types in moved if types in builtin.changing().get(name, ())]
