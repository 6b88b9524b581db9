"""Planning and running what was planned, on real databases."""

from __future__ import annotations

import psycopg

from seachange.catalog.catalog import Catalog
from seachange.plan import Plan
from seachange.planner import Wishes, plan, remaining
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.step import Way
from tests.catalog.probes import line

SESSION = "SET search_path = ''; SET check_function_bodies = off; SET client_min_messages = warning"


def catalog(conninfo: str, *, cluster: bool = False) -> Catalog:
    """What the database holds."""
    with connected(conninfo) as connection:
        return extract(connection, cluster=cluster)


ONLINE = Wishes()


def converge(current: str, desired: str, wishes: Wishes = ONLINE) -> Plan:
    """Plan, run the plan on `current`, and see that nothing differs from `desired` any more."""
    before, wanted = catalog(current), catalog(desired)
    made = plan(before, wanted, wishes)
    run(made, current)
    assert left(current, before, wanted) == [], said(made)
    return made


def run(made: Plan, conninfo: str, role: str = "") -> None:
    """Each group in its transaction."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        if role:
            session.execute(f'SET SESSION AUTHORIZATION "{role}"')
        session.execute(SESSION)
        for group in made.groups:
            if group.way is Way.ALONE:
                _send(session, group.steps[0].sql, made)
            else:
                with session.transaction():
                    for step in group.steps:
                        _send(session, step.sql, made)


def _send(session: psycopg.Connection[tuple[object, ...]], sql: str, made: Plan) -> None:
    try:
        session.execute(sql.encode())
    except psycopg.Error as error:
        raise AssertionError(f"{error.sqlstate} {error.diag.message_primary}: {sql}\n\n{said(made)}") from error


def left(current: str, before: Catalog, wanted: Catalog) -> list[str]:
    """What still differs."""
    after = catalog(current, cluster="role" not in before.origin.silent)
    return [line(change) for change in remaining(after, before, wanted)]


def said(made: Plan) -> str:
    """The plan as people read it."""
    return "\n".join(
        f"{group.stage.name}\n" + "\n".join(f"  {step.sql};" for step in group.steps) for group in made.groups
    )
