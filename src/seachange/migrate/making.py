"""A plan made of two states and of what people say beside them, and tried before anybody trusts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.catalog.scope import Scope, pattern
from seachange.compare import Comparison, compare
from seachange.finding import Finding, Severity
from seachange.plan import Plan
from seachange.plan.folder import Folder
from seachange.planner import Wishes, goal, is_quiet, plan
from seachange.planner.told import Pair, candidates, column, pair
from seachange.planner.undoing import Conditions, take_back
from seachange.postgres.making import LOCAL
from seachange.postgres.renaming import renamed
from seachange.postgres.sizes import Measured, measured
from seachange.rehearse import SAMPLE, Rehearsal, Rows, rehearse
from seachange.rehearse.rehearsal import Refusal
from seachange.rehearse.staging import Say, silent

NO_CAST = "42846"
Pairs = tuple[tuple[str, str], ...]


class Order(msgspec.Struct, frozen=True):
    """How a plan is to be, in people's words.

    `renames` are what was called OLD and is called NEW, `usings` what the values of a column become.  `done_renames`
    and `done_usings` say the same of a project that has come some of the way: what they speak of may be gone.
    `agreed` are candidates that somebody said yes to.
    """

    renames: Pairs = ()
    usings: Pairs = ()
    done_renames: Pairs = ()
    done_usings: Pairs = ()
    agreed: tuple[Pair, ...] = ()
    online: bool = True
    quarantine: bool = True


class Made(msgspec.Struct, frozen=True):
    """A plan with the way back, and how both states compare after the renames."""

    folder: Folder
    compared: Comparison


def backwards(
    forth: Plan, states: tuple[Catalog, Catalog], pairs: Sequence[Pair], live: Measured, scratch: str = LOCAL
) -> Plan:
    """What takes back the plan `forth`, which led from the one state to the other and renamed `pairs` on its way.

    What the plan made waits under a label of its own; how it converted values says nothing of how they become what they
    were.
    """
    current, desired = states
    first = renamed(current, pairs, scratch)
    last = renamed(goal(first.catalog, desired), tuple((new, old) for old, new in reversed(pairs)), scratch)
    conditions = Conditions(first if pairs else None, last if pairs else None, live.sizes)
    aside = f"{forth.quarantine}_undo" if forth.quarantine else ""
    return take_back(forth, current, desired, Wishes(forth.online, aside, role=live.role), conditions)


class Where(msgspec.Struct, frozen=True):
    """What a plan is tried on, as `rehearse` has it: the sources of both states, which rows, where, which part."""

    target: str
    desired: str = ""
    rows: Rows = SAMPLE
    scratch: str = LOCAL
    scope: Scope = Scope()
    say: Say = silent


def made(source: str, states: tuple[Catalog, Catalog], order: Order, now: datetime, scratch: str = LOCAL) -> Made:
    """The plan from the one state to the other, and the way back.  `source` is where the first state is.

    Raises NotUnderstood for words that mean nothing in these states, NotPlanned where no order of steps leads there.
    """
    current, desired = states
    live = measured(source)
    wished = _wishes(order, desired, live.role, now)
    pairs = (*_pairs(order, current, desired), *order.agreed)
    first = renamed(current, pairs, scratch)
    compared = compare(first.catalog, desired)
    forth = plan(current, desired, wished, live.sizes, first)
    back = backwards(forth, states, pairs, live, scratch)
    left = (one for one in compared.renames if (one.old, one.new) not in pairs and not is_quiet(one.old, first.catalog))
    findings = (*forth.findings, *compared.findings, *candidates(left))
    return Made(Folder(msgspec.structs.replace(forth, findings=findings), back, current, desired), compared)


def tried(made: Folder, where: Where) -> tuple[Folder, Rehearsal]:
    """The plan and the way back tried on a copy of the target; the folder then tells what that showed.

    A conversion that somebody gave may have no way back: that is told, and does not speak against the plan.
    """

    def rehearsed(undo: Plan | None) -> Rehearsal:
        return rehearse(
            made.plan,
            where.target,
            made.desired,
            undo=undo,
            rows=where.rows,
            scratch=where.scratch,
            scope=where.scope,
            desired_source=where.desired,
            say=where.say,
        )

    rehearsal, findings = rehearsed(made.undo), made.plan.findings
    refusal = rehearsal.undo.refusal if rehearsal.undo else None
    if refusal and refusal.code == NO_CAST:
        rehearsal = rehearsed(None)
        findings += (_no_way_back(refusal),)
    findings += rehearsal.findings
    said = "proven" if rehearsal.proven else "not proven"
    about = (*made.about, ("rehearsed", f"{said}, {rehearsal.seconds:.1f} s"))
    shown = msgspec.structs.replace(made.plan, findings=findings)
    seconds = tuple(step.seconds for step in rehearsal.plan.steps)
    return msgspec.structs.replace(made, plan=shown, about=about, seconds=seconds), rehearsal


def label(now: datetime) -> str:
    """What names in the quarantine end with that were put there by a plan of this moment."""
    return now.strftime("%Y%m%d_%H%M%S")


def _no_way_back(refusal: Refusal) -> Finding:
    return Finding(
        check="does-not-come-back",
        severity=Severity.WARNING,
        about=f"step {refusal.number} of the undo",
        message=f"The undo stops at its step {refusal.number}: {refusal.said}",
        advice="Write into the undo's file how the values are converted back, before anybody needs it.",
    )


def _wishes(order: Order, desired: Catalog, role: str, now: datetime) -> Wishes:
    """What the planner is told."""
    usings = {name: value for name, value in order.done_usings if _is_named(name, desired)} | dict(order.usings)
    return Wishes(
        online=order.online,
        quarantine=label(now) if order.quarantine else "",
        usings=_usings(usings, desired),
        role=role,
    )


def _pairs(order: Order, current: Catalog, desired: Catalog) -> Iterator[Pair]:
    """What was renamed."""
    standing = (one for one in order.done_renames if _is_named(one[0], current))
    for old, new in (*standing, *order.renames):
        yield pair(pattern(old), pattern(new), current, desired)


def _is_named(text: str, catalog: Catalog) -> bool:
    parts = pattern(text).parts
    return any(ref.names == parts for ref in catalog.facts)


def _usings(said: Mapping[str, str], desired: Catalog) -> Mapping[Ref, str]:
    return {column(pattern(name).parts, desired): expression for name, expression in said.items()}
