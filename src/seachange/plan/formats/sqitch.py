"""sqitch runs psql, and so takes the whole plan as one change: deploy, revert and verify are scripts for psql."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator

from seachange.plan.formats.place import Place
from seachange.plan.formats.text import text
from seachange.plan.plan import Plan
from seachange.plan.psql import script
from seachange.plan.there import there

LIST = "sqitch.plan"
PRAGMAS = "%syntax-version=1.0.0\n%project={}\n\n"


def sqitch(plan: Plan, undo: Plan, place: Place) -> Iterator[tuple[str, str]]:
    """One change, and its line in sqitch's plan."""
    stamp = next(Place(place.folder / "deploy", place.now).stamps())
    change = f"{stamp}_seachange"
    told = place.text(LIST) or PRAGMAS.format(place.folder.absolute().name)
    told += "" if told.endswith("\n") else "\n"
    moment = place.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    who = _planner()
    yield f"deploy/{change}.sql", f"-- Deploy {change}\n\n{script(plan)}"
    yield f"revert/{change}.sql", f"-- Revert {change}\n\n{script(undo)}"
    yield f"verify/{change}.sql", text("verify.sql", change=change, conditions=tuple(_conditions(plan)))
    yield LIST, f"{told}{change} {moment} {who} # The plan to {plan.leads_to}\n"


def _conditions(plan: Plan) -> Iterator[str]:
    """What must hold afterwards: all that was made is there, all that was taken is gone."""
    made = {ref for step in plan.steps for ref in step.makes}
    taken = {ref for step in plan.steps for ref in step.takes} - made
    yield from (condition for ref in sorted(made) if (condition := there(ref)))
    yield from (f"NOT ({condition})" for ref in sorted(taken) if (condition := there(ref)))


def _planner() -> str:
    name = getpass.getuser()
    return f"{name} <{name}@{socket.gethostname()}>"
