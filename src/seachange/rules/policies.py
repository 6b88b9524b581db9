"""Row security policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.relations import Policy
from seachange.rules.addresses import address, grantee
from seachange.rules.columns import locked
from seachange.rules.plainly import altered, made, taken
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.step import Risk, Stage

ACCESS = frozenset({Risk.CHANGES_ACCESS})


def create_policy(policy: Policy, around: Context) -> Steps:
    sql = "\n  ".join((f"CREATE {address(policy.ref)}", *_birth(policy), *_clauses(policy)))
    yield made(policy, sql, Stage.POLICIES, locks=locked(policy.names[:-1], around), risks=ACCESS)


def drop_policy(policy: Policy, around: Context) -> Steps:
    yield taken(policy, f"DROP {address(policy.ref)}", locks=locked(policy.names[:-1], around), risks=ACCESS)


def change_policy(old: Policy, new: Policy, around: Context) -> Steps:
    clauses = [clause for clause in _clauses(new) if clause not in _clauses(old)]
    sql = "\n  ".join((f"ALTER {address(new.ref)}", *clauses))
    yield altered(new, sql, Stage.POLICIES, locks=locked(new.names[:-1], around), risks=ACCESS)


def _birth(policy: Policy) -> Iterator[str]:
    """What cannot be changed."""
    if not policy.permissive:
        yield "AS RESTRICTIVE"
    if policy.command != "all":
        yield f"FOR {policy.command.upper()}"


def _clauses(policy: Policy) -> Iterator[str]:
    yield f"TO {', '.join(map(grantee, policy.roles))}"
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
