"""A run of an adapted script that did not come to its end: the same script goes on with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from seachange.apply.runs import unfinished
from seachange.errors import Drifted
from seachange.plan import Group, Plan
from seachange.plan.folder import Folder
from seachange.postgres.connection import connected
from seachange.postgres.ledger import Ledger, identity, is_there
from seachange.postgres.source import conninfo
from seachange.sql.migration import Migration
from seachange.sql.parse import without_secrets

SCRIPT = "script"


def about(migrations: Iterable[Migration]) -> tuple[tuple[str, str], ...]:
    """What the ledger keeps of the script, by which it is known again."""
    digest = hashlib.sha256()
    for migration in migrations:
        for file in (migration, *migration.includes):
            digest.update(file.raw + b"\0")
    return ((SCRIPT, f"sha256 {digest.hexdigest()}"),)


def begun(migrations: Iterable[Migration], target: str) -> tuple[int, Folder] | None:
    """The run in which these were begun to be carried out on `target`, with the rest of its plan; None: there is none.

    Raises Drifted where the run of something else has not ended.
    """
    migrations = tuple(migrations)
    with connected(conninfo(target)) as session:
        ledger = Ledger(session) if is_there(session) else None
        run = unfinished(ledger.runs(), ledger) if ledger else None
        if not (ledger and run):
            return None
        folder = ledger.folder(run.run)
    plan = _with_secrets(folder.plan, migrations)
    if not set(about(migrations)) <= set(folder.about) or identity(plan) != run.plan:
        raise Drifted(
            f"run {run.run}, of something else, has not ended; it began at {run.began:%Y-%m-%d %H:%M}",
            hint=f"Go on with it by its own command, or take it back with `seachange undo TARGET {run.run}`.",
        )
    return run.run, replace(folder, plan=plan)


def _with_secrets(plan: Plan, migrations: Iterable[Migration]) -> Plan:
    """The ledger keeps no secrets; the script has them."""
    texts = (one.sql for migration in migrations for one in migration.up)
    known = {shown: sql for sql in texts if (shown := without_secrets(sql)) != sql}
    return replace(plan, groups=tuple(_with_known(plan, known))) if known else plan


def _with_known(plan: Plan, known: Mapping[str, str]) -> Iterable[Group]:
    for group in plan.groups:
        yield replace(group, steps=tuple(replace(step, sql=known.get(step.sql, step.sql)) for step in group.steps))
