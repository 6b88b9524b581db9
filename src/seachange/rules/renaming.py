"""Objects under another name: what they hold, and who uses them, stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.errors import NotUnderstood
from seachange.rules.addresses import ON_RELATION, WHOLES, WORDS, called
from seachange.rules.rule import Steps
from seachange.sql.quote import name, path
from seachange.step import Held, Lock, Risk, Stage, Step

OF_RELATION = frozenset({"table", "view", "materialized view", "foreign table"})
NAMELESS = frozenset({"cast", "transform", "user mapping", "large object", "database", "setting", "default value"})
"""What has no name that could be changed."""


def rename(old: Ref, new: Path) -> Steps:
    """`old` under the path `new`: in another schema first where that differs, then under its new name."""
    if old.kind in NAMELESS or len(new) != len(old.names):
        raise NotUnderstood(
            f"{old} cannot be renamed to {path(new)}", hint="Give the whole new path, of as many names as the old one."
        )
    if old.names[:-1] == new[:-1]:
        yield _step(old, Ref(old.kind, new, old.args), f"RENAME TO {name(new[-1])}")
        return
    moved = Ref(old.kind, (*new[:-1], old.names[-1]), old.args)
    if len(new) != 2:
        raise NotUnderstood(f"{old} stays in {path(old.names[:-1])}: only its last name can be changed.")
    yield _step(old, moved, f"SET SCHEMA {name(new[0])}")
    if moved.names != new:
        yield _step(moved, Ref(old.kind, new, old.args), f"RENAME TO {name(new[-1])}")


def _step(old: Ref, new: Ref, action: str) -> Step:
    return Step(
        sql=_sql(old, action),
        stage=Stage.RENAMES,
        subject=new,
        makes=frozenset({new}),
        takes=frozenset({old}),
        locks=tuple(_locks(old)),
        risks=frozenset({Risk.BREAKS_CLIENTS}) if old.kind in OF_RELATION or old.kind in WHOLES else frozenset(),
    )


def _sql(old: Ref, action: str) -> str:
    if old.kind in WHOLES:
        what = "ATTRIBUTE" if old.kind == "composite type column" else "COLUMN"
        whole = WHOLES[old.kind]
        return (
            f"ALTER {WORDS.get(whole, whole.upper())} {path(old.names[:-1])} RENAME {what} {name(old.names[-1])} "
            f"{action.removeprefix('RENAME ')}"
        )
    if old.kind in ("table constraint", "domain constraint"):
        whole = "TABLE" if old.kind == "table constraint" else "DOMAIN"
        renamed = f"RENAME CONSTRAINT {name(old.names[-1])} {action.removeprefix('RENAME ')}"
        return f"ALTER {whole} {path(old.names[:-1])} {renamed}"
    if old.kind in ON_RELATION:
        return f"ALTER {ON_RELATION[old.kind]} {name(old.names[-1])} ON {path(old.names[:-1])} {action}"
    return f"ALTER {WORDS.get(old.kind, old.kind.upper())} {called(old)} {action}"


def _locks(old: Ref) -> Iterator[Held]:
    if old.kind in OF_RELATION:
        yield Held(old.names, Lock.ACCESS_EXCLUSIVE)
    elif old.kind in ON_RELATION or (old.kind in WHOLES and old.kind != "composite type column"):
        yield Held(old.names[:-1], Lock.ACCESS_EXCLUSIVE)
