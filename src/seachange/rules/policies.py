"""Row security policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.relations import Policy
from seachange.rules.columns import locked
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import name, path
from seachange.step import Risk, Stage, Step

ACCESS = frozenset({Risk.CHANGES_ACCESS})


def create_policy(policy: Policy, around: Context) -> Steps:
    yield Step(
        sql="\n  ".join((f"CREATE POLICY {_on(policy)}", *_birth(policy), *_clauses(policy))),
        stage=Stage.POLICIES,
        makes=frozenset({policy.ref}),
        locks=locked(policy.names[:-1], around),
        risks=ACCESS,
    )


def drop_policy(policy: Policy, around: Context) -> Steps:
    yield Step(
        sql=f"DROP POLICY {_on(policy)}",
        stage=Stage.REMOVE,
        takes=frozenset({policy.ref}),
        locks=locked(policy.names[:-1], around),
        risks=ACCESS,
    )


def change_policy(old: Policy, new: Policy, around: Context) -> Steps:
    clauses = [clause for clause in _clauses(new) if clause not in _clauses(old)]
    yield Step(
        sql="\n  ".join((f"ALTER POLICY {_on(new)}", *clauses)),
        stage=Stage.POLICIES,
        alters=frozenset({new.ref}),
        locks=locked(new.names[:-1], around),
        risks=ACCESS,
    )


def _on(policy: Policy) -> str:
    return f"{name(policy.names[-1])} ON {path(policy.names[:-1])}"


def _birth(policy: Policy) -> Iterator[str]:
    """What cannot be changed."""
    if not policy.permissive:
        yield "AS RESTRICTIVE"
    if policy.command != "all":
        yield f"FOR {policy.command.upper()}"


def _clauses(policy: Policy) -> Iterator[str]:
    yield f"TO {', '.join('PUBLIC' if role == 'public' else name(role) for role in policy.roles)}"
    if policy.using is not None:
        yield f"USING ({policy.using})"
    if policy.check is not None:
        yield f"WITH CHECK ({policy.check})"


POLICY: Rule[Policy] = Rule(
    create_policy,
    drop_policy,
    {
        "command": REBUILD,
        "permissive": REBUILD,
        "roles": Alteration(change_policy),
        "using": Alteration(change_policy, possible=lambda old, new, around: new.using is not None),
        "check": Alteration(change_policy, possible=lambda old, new, around: new.check is not None),
    },
)

RULES: Mapping[str, Rule[Any]] = {"policy": POLICY}
