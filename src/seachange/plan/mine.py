"""What people add to a plan: files of their own beside those of the stages, 05_columns.mine.sql beside 05_columns.sql.

Each is run after its stage's file.  What its statements make and take nobody declares: the rehearsal shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from seachange.errors import NotUnderstood
from seachange.plan.plan import Group, Plan
from seachange.plan.psql import name_of
from seachange.step import Stage, Step, Way

ENDING = ".mine.sql"
WHY = "Added by hand."
BRACKETS = frozenset({"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"})
"""How statements begin that open or close a transaction."""
NAMES = {name_of(stage).removesuffix(".sql") + ENDING: stage for stage in Stage}


def added(folder: Path, inside: str = "") -> Iterator[Group]:
    """The steps of every such file in `folder`, each statement a transaction of its own.

    `inside` is where the folder lies in the plan's.  Raises NotUnderstood where a file has the name of no stage, or
    holds what cannot be a step.
    """
    for file in sorted(folder.glob(f"*{ENDING}")):
        if file.name not in NAMES:
            raise NotUnderstood(
                f"{file}: there is no stage of that name",
                hint=f"Steps of your own go into one of: {', '.join(NAMES)}.",
            )
        yield from _groups(file, NAMES[file.name], inside + file.name)


def joined(plan: Plan, groups: Iterable[Group]) -> Plan:
    """The plan with steps that people wrote, each behind those of its stage."""
    whole = sorted((*plan.groups, *groups), key=lambda group: group.stage)
    return msgspec.structs.replace(plan, groups=tuple(whole))


def without(plan: Plan) -> Plan:
    """The plan as seachange made it."""
    return msgspec.structs.replace(plan, groups=tuple(group for group in plan.groups if not group.file))


def _groups(file: Path, stage: Stage, name: str) -> Iterator[Group]:
    from seachange.sql.script import read  # late: the parser takes long to load

    for statement in read(file).statements:
        if statement.rows is not None:
            raise NotUnderstood(f"{statement.place}: COPY … FROM stdin cannot be a step", hint="Write INSERT instead.")
        if statement.words[:1] and statement.words[0] in BRACKETS:
            raise NotUnderstood(
                f"{statement.place}: {statement.words[0]} cannot be a step",
                hint="Leave it out: each statement is a transaction of its own.  Several in one: DO $$ BEGIN … END $$.",
            )
        way = _way(statement.text)
        yield Group(stage, (Step(sql=statement.text, stage=stage, why=WHY, way=way),), name)


def _way(sql: str) -> Way:
    from seachange.sql.parse import NotScanned, words

    try:
        said = tuple(word.upper() for word in words(sql))
    except NotScanned:
        return Way.GROUPED
    concurrently = "CONCURRENTLY" in said and said[0] != "REFRESH"
    return Way.ALONE if concurrently or said[:1] == ("VACUUM",) or said[:2] == ("ALTER", "SYSTEM") else Way.GROUPED
