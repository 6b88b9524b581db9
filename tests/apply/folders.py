"""Plans as folders, made between two databases."""

from __future__ import annotations

import psycopg

from seachange.apply.preflight import check
from seachange.apply.terms import Terms
from seachange.catalog.catalog import Catalog
from seachange.finding import Finding
from seachange.plan.folder import Folder
from seachange.planner import Wishes, plan, undo
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.postgres.sizes import measured
from tests.planner.converging import catalog

ONLINE = Wishes()
TERMS = Terms()


def fill(conninfo: str, script: str) -> list[tuple[object, ...]]:
    """Sends a script; what its last statement answers."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        answer = session.execute(script.encode())
        return answer.fetchall() if answer.description else []


def between(current: str, desired: str, wishes: Wishes = ONLINE, *, owners: bool = True) -> Folder:
    """The plan from one database to the other; without `owners`, whose they are makes no difference."""
    before, wanted = (read if owners else _without_owners(read) for read in map(catalog, (current, desired)))
    sizes = measured(current).sizes
    return Folder(plan(before, wanted, wishes, sizes), undo(before, wanted), before, wanted)


def checked(conninfo: str, folder: Folder, role: str = "", terms: Terms = TERMS) -> tuple[Finding, ...]:
    """What the check before the first step says, to `role`."""
    with connected(conninfo) as session:
        if role:
            session.execute(f'set session authorization "{role}"'.encode())
        return check(session, folder, extract(session), terms)


def _without_owners(read: Catalog) -> Catalog:
    return Catalog({ref: fact for ref, fact in read.facts.items() if ref.kind != "owner"}, read.links, read.origin)
