"""What the script made, used: functions that cannot run are refusals of the statements that made them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from seachange.adapt.draft import Drafts
from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import MaterializedView, Policy, Table, Trigger, View
from seachange.catalog.facts.routines import Routine
from seachange.postgres.synthesis import fill
from seachange.repairs.made import made, means
from seachange.repairs.refusal import Refusal, Sort
from seachange.verify.behaviour import probe
from seachange.verify.verification import Aspect, Outcome, Probe

Say = Callable[[str], None]

TRIED = (Table, View, MaterializedView, Policy, Trigger, Routine)
OF_BODIES = frozenset({Aspect.RUNS, Aspect.COMPILES})
_FUNCTION = "PL/pgSQL function "


def probed(session: Any, before: Catalog, after: Catalog, say: Say) -> tuple[Probe, ...]:
    """What the probes of `verify` say of all that came or changed between two states; all of it is taken back."""
    say("probing what the script made")
    fill(session)
    return probe(session, _new(before, after), execute=True, say=say).probes


def _new(before: Catalog, after: Catalog) -> Catalog:
    facts = {ref: fact for ref, fact in after.facts.items() if not isinstance(fact, TRIED) or _is_new(fact, before)}
    return Catalog(facts, after.links, after.origin)


def _is_new(fact: Fact, before: Catalog) -> bool:
    return before.get(fact.ref) != fact


def failing(probes: tuple[Probe, ...], drafts: Drafts) -> Iterator[tuple[int, Refusal]]:
    """Functions that cannot run, by the number of the statement that made them."""
    for one in probes:
        if one.outcome is Outcome.FAILED and one.aspect in OF_BODIES and one.code:
            number = _maker(_broken(one) or one.about.names, drafts)
            if number is not None:
                yield number, _refusal(one)


def _broken(one: Probe) -> tuple[str, ...]:
    """The function that was at work when it failed, by the server's own words."""
    _, _, rest = one.said.partition(_FUNCTION)
    return tuple(rest.partition("(")[0].replace('"', "").split(".")) if rest else ()


def _maker(names: tuple[str, ...], drafts: Drafts) -> int | None:
    """The last statement that makes a function of this name."""
    found = None
    for number, line in enumerate(drafts.lines):
        what = made(line.node)
        if what and what[0] == "function" and means(what[1], names):
            found = number
    return found


def _refusal(one: Probe) -> Refusal:
    return Refusal(one.code, one.said, context=one.sql, sort=Sort.PROBE, about=one.about)
