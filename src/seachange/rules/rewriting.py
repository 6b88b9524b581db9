"""Rewrite rules of tables and views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts import relations
from seachange.catalog.ref import Ref
from seachange.rules.addresses import address
from seachange.rules.columns import locked
from seachange.rules.plainly import taken
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.rules.switches import SWITCHES, state
from seachange.sql.quote import name, path
from seachange.step import Stage, Step


def create_rule(rule: relations.Rule, around: Context) -> Steps:
    unswitched = frozenset({state(rule.ref)} if rule.enabled != "origin" else ())
    yield Step(
        sql=_definition(rule),
        stage=Stage.TRIGGERS,
        makes=frozenset({rule.ref}),
        takes=unswitched,
        locks=locked(rule.names[:-1], around),
    )
    if unswitched:
        yield _switch(rule, around, unswitched)


def drop_rule(rule: relations.Rule, around: Context) -> Steps:
    yield taken(rule, f"DROP {address(rule.ref)}", locks=locked(rule.names[:-1], around))


def change_rule(old: relations.Rule, new: relations.Rule, around: Context) -> Steps:
    """A rule that takes the place of another is switched as that was."""
    unswitched = frozenset({state(new.ref)} if new.enabled != old.enabled else ())
    if new.definition != old.definition:
        yield Step(
            sql=f"CREATE OR REPLACE RULE {_definition(new).removeprefix('CREATE RULE ')}",
            stage=Stage.TRIGGERS,
            alters=frozenset({new.ref}),
            takes=unswitched,
            locks=locked(new.names[:-1], around),
        )
    if unswitched:
        yield _switch(new, around, unswitched)


def _definition(rule: relations.Rule) -> str:
    """PostgreSQL ends what it writes of a rule with a semicolon."""
    return rule.definition.removesuffix(";")


def _switch(rule: relations.Rule, around: Context, makes: frozenset[Ref]) -> Step:
    table = rule.names[:-1]
    return Step(
        sql=f"ALTER TABLE {path(table)} {SWITCHES[rule.enabled]} RULE {name(rule.names[-1])}",
        stage=Stage.TRIGGERS,
        makes=makes,
        alters=frozenset({rule.ref}),
        locks=locked(table, around),
    )


RULE: Rule[relations.Rule] = Rule(
    create_rule, drop_rule, {"definition": Alteration(change_rule), "enabled": Alteration(change_rule)}
)

RULES: Mapping[str, Rule[Any]] = {"rule": RULE}
