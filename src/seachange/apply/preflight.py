"""What would stop a run, found before its first step and told all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import msgspec

from seachange.apply import extensions, room
from seachange.apply.extensions import Problem
from seachange.apply.needs import Around, needs
from seachange.apply.onlookers import onlookers
from seachange.apply.terms import Terms
from seachange.catalog.catalog import Catalog
from seachange.errors import NotPermitted
from seachange.finding import Finding, Severity
from seachange.plan.folder import Folder
from seachange.plan.words import size
from seachange.postgres import surroundings
from seachange.postgres.rights import Need, Right, Session, Standing, has_ledger, lacking, standing
from seachange.sql.quote import name
from seachange.step import Step

LEDGER = (Need(Right.USE_SCHEMA, "seachange"), Need(Right.INSERT, "seachange.runs"))
WORTH_TELLING = 1 << 30
"""Bytes of the server's disk that people want to know of."""
TOLD = 3
READ_WRITE = "Connect with options='-c default_transaction_read_only=off', if it may be written to."


def check(session: Session, folder: Folder, catalog: Catalog, terms: Terms) -> tuple[Finding, ...]:
    """What somebody should know before the first step.

    `catalog` is the state that the database is in.  Raises NotPermitted, with all that is missing and what would help,
    where a step is sure to fail.
    """
    folder = _of_stage(folder, terms)
    asked = extensions.wanted(folder)
    offered = surroundings.available(session, asked) if asked else {}
    mode, who = surroundings.mode(session), standing(session)
    free, wanted = surroundings.free_space(session), room.needed(folder)
    rights = {} if who.superuser else _rights(session, folder, catalog)
    for need in extensions.needs(asked, offered):
        rights.setdefault(need, "the plan")
    _refuse(
        who,
        chain(
            _of_server(session, folder, mode),
            extensions.problems(asked, offered, session.info.server_version // 10000),
            _of_room(wanted, free),
            (_missing(need, rights[need], who) for need in lacking(session, who, rights)),
        ),
    )
    loaded = surroundings.preloaded(session) if asked else None
    found = (extensions.findings(asked, loaded), _unseen(wanted, free), onlookers(session, folder, mode))
    return tuple(chain(*found, _newer(session, folder)))


def _of_stage(folder: Folder, terms: Terms) -> Folder:
    """Only what is run now."""
    if terms.stage is None:
        return folder
    groups = tuple(group for group in folder.plan.groups if group.stage is terms.stage)
    return msgspec.structs.replace(folder, plan=msgspec.structs.replace(folder.plan, groups=groups))


def _rights(session: Session, folder: Folder, catalog: Catalog) -> dict[Need, str]:
    around = Around(folder, catalog)
    found: dict[Need, str] = {}
    found |= dict.fromkeys(LEDGER if has_ledger(session) else [Need(Right.CREATE_IN_DATABASE)], "the ledger")
    for number, step in enumerate(folder.plan.steps, 1):
        for need in needs(step, around):
            found.setdefault(need, _said(number, step))
    return found


def _said(number: int, step: Step) -> str:
    return f"step {number} ({step.subject})" if step.subject else f"step {number}"


def _refuse(who: Standing, found: Iterable[Problem]) -> None:
    problems = tuple(found)
    if not problems:
        return
    helps: defaultdict[str, list[str]] = defaultdict(list)
    for problem, help in problems:
        helps[help].append(problem)
    told = "\n".join(f"    {line}" for alike in helps.values() for line in _shortened(alike))
    raise NotPermitted(
        f"the plan cannot be applied to {who.database} as {who.role}; nothing was changed:\n{told}",
        hint="\n".join(("This would help:", *(f"    {help}" for help in helps))),
    )


def _shortened(alike: Sequence[str]) -> Iterator[str]:
    """Problems that one thing helps against: a few of them speak for all."""
    yield from alike[:TOLD]
    if len(alike) > TOLD:
        yield f"and {len(alike) - TOLD} more of the kind"


def _of_server(session: Session, folder: Folder, mode: surroundings.Mode) -> Iterator[Problem]:
    if mode.standby:
        yield "the server is a standby, which only reads", "Connect to the primary."
    elif mode.read_only:
        yield "default_transaction_read_only is on", READ_WRITE
    here, there = session.info.server_version // 10000, folder.plan.version // 10000
    if here < there:
        yield f"the plan was made for PostgreSQL {there}, and the server is {here}", "Make the plan for this server."


def _newer(session: Session, folder: Folder) -> Iterator[Finding]:
    here, there = session.info.server_version // 10000, folder.plan.version // 10000
    if here > there > 0:
        yield Finding(
            check="made-for-older",
            severity=Severity.WARNING,
            about="the server",
            message=f"The plan was made for PostgreSQL {there}, and the server is {here}.",
            advice="Make the plan again, so that it does what this version can.",
        )


def _of_room(wanted: int, free: int | None) -> Iterator[Problem]:
    if free is not None and free < wanted:
        yield (
            f"the plan needs about {size(wanted)} of the server's disk, where {size(free)} are free",
            "Make room on the server's disk.",
        )


def _unseen(wanted: int, free: int | None) -> Iterator[Finding]:
    if free is None and wanted >= WORTH_TELLING:
        yield Finding(
            check="room-unseen",
            severity=Severity.NOTE,
            about="the server's disk",
            message=f"The plan needs about {size(wanted)}; how much is free cannot be seen from here.",
            advice="See that there is room, for write-ahead log as well.",
        )


def _missing(need: Need, whose: str, who: Standing) -> Problem:
    role = name(who.role)
    match need.right:
        case Right.OWNERSHIP:
            owner = need.roles[0]
            return (
                f"{whose} needs {need.right} {need.on}, which belongs to {owner}",
                f"GRANT {name(owner)} TO {role};",
            )
        case Right.MEMBERSHIP:
            return f"{whose} needs {need.right} {need.on}", f"GRANT {name(need.on)} TO {role};"
        case Right.CREATE_ROLES:
            return f"{whose} needs {need.right}", f"ALTER ROLE {role} CREATEROLE;"
        case Right.SUPERUSER:
            return f"{whose} needs a superuser for {need.on}", "Connect as a superuser."
        case Right.CREATE_IN_DATABASE:
            return f"{whose} needs {need.right}", f"GRANT {need.right} {name(who.database)} TO {role};"
    return f"{whose} needs {need.right} {need.on}", f"GRANT {need.right} {need.on} TO {role};"
