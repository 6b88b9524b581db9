"""A story of two real databases: real states, a real plan, and the rows of a ledger made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from seachange.catalog.ref import Ref
from seachange.compare import compare
from seachange.compare.parity import parity
from seachange.finding import Finding, Severity
from seachange.migrate.story import Story
from seachange.plan import Plan
from seachange.planner import Size, Wishes, plan
from seachange.postgres.ledger import Begun, Blocker, Kind, Run, State, Taken, Wait, Why
from seachange.postgres.measuring import Measured
from seachange.postgres.read import read
from seachange.rehearse.rehearsal import Copied, Passage, Rehearsal, Survival
from seachange.rehearse.rehearsal import Taken as Rehearsed
from seachange.verify.verification import Aspect, Jump, Outcome, Probe, Rows, Since, Verification
from tests.plugins.states import HOSTILE, Pair

BEGAN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ORDERS = ("shop", "orders")
SIZES = {ORDERS: Size(1_200_000, 350_000_000), ("shop", "clients"): Size(40_000, 9_000_000)}


def story(pair: Pair) -> Story:
    """A run that has waited, arrived, and has been verified."""
    before, goal = read(pair.current), read(pair.desired)
    made = plan(before, goal, Wishes(quarantine="run_7"), sizes=SIZES)
    taken = tuple(steps(made))
    return Story(
        target="db.example:5432/shop",
        desired="schema.sql",
        before=before,
        goal=goal,
        comparison=compare(before, goal),
        plan=made,
        run=run(len(taken), taken[-1].began + timedelta(seconds=3)),
        steps=taken,
        waits=(wait(taken[2].number, taken[2].began), wait(taken[2].number, taken[2].began + timedelta(seconds=0.4))),
        after=goal,
        rehearsal=rehearsal(made),
        verification=Verification(parity=parity(goal, goal, ()), **PROVED),
        survivals=(Survival(ORDERS, ORDERS, 1_200_000, 1_200_000, True, ("status",)),),
        sizes_before=SIZES,
        sizes_after={**SIZES, ("shop", HOSTILE): Size(10, 16_384)},
        undo="seachange undo 7 'db.example'",
        findings=(Finding("found", Severity.WARNING, "table", HOSTILE, "Look at it."),),
    )


def run(steps: int, ended: datetime) -> Run:
    return Run(
        run=7,
        kind=Kind.APPLY,
        state=State.DONE,
        plan="5e" * 32,
        before="b",
        desired="d",
        after="d",
        undoes=None,
        steps=steps,
        began=BEGAN,
        ended=ended,
        role="deployer",
        system_user_name="ada",
        host="build-4",
        address="192.0.2.7/32",
        seachange="0.1.0",
        backup="schema and rows in /backups/shop; restore: pg_restore --dbname=restored /backups/shop",
        message="",
    )


def steps(made: Plan) -> list[Taken]:
    now, taken = BEGAN + timedelta(seconds=1.5), []
    for number, step in enumerate(made.steps, 1):
        took, waited = 0.05 * number, 1.5 if number == 3 else 0.0
        about = (number, step.stage.name.lower(), str(step.subject or ""), step.sql)
        rows = 40_000 if step.fill else None
        taken.append(Taken(*about, Begun.DONE, 2 if waited else 1, now, took, waited, rows, ""))
        now += timedelta(seconds=took + waited)
    return taken


def wait(step: int, began: datetime) -> Wait:
    blocker = Blocker(4711, "app", HOSTILE, "idle in transaction", 75.0, "update shop.orders\nset status = 'x'")
    return Wait(step, Why.LOCK, began, 0.3, (blocker, Blocker(None, "app", "", "prepared", 3700.0, "")))


def rehearsal(made: Plan) -> Rehearsal:
    """One that saw each lock of the plan, and a table read of which the plan says nothing."""
    passed = tuple(
        Rehearsed(
            number,
            step.sql,
            step.stage,
            step.way,
            0.01,
            Measured(locks=step.locks, scanned=((ORDERS,) if number == 1 else ())),
        )
        for number, step in enumerate(made.steps, 1)
    )
    return Rehearsal(Passage(passed), Copied("a scratch server", 180001))


TABLE = Ref("table", ORDERS)
CHECK = Ref("table constraint", (*ORDERS, "positive"))
FUNCTION = Ref("function", ("shop", "total"), ("integer",))
PROVED = {
    "rows": (Rows(ORDERS, 1_200_000), Rows(("shop", "carts"), 3, 3, True)),
    "probes": (
        Probe(TABLE, Aspect.TAKES_ROW, Outcome.PASSED),
        Probe(CHECK, Aspect.REFUSES_VALUE, Outcome.FAILED, since=Since.INTRODUCED, said="the row was taken"),
        Probe(FUNCTION, Aspect.RUNS, Outcome.FAILED, "with 1", code="42P01", said=HOSTILE, since=Since.INHERITED),
        Probe(TABLE, Aspect.IS_TOUCHED, Outcome.NOT_EXAMINABLE, said="it has no time of change"),
    ),
    "jumps": (Jump(("shop", "orders_id_seq"), 10, 12),),
    "on": "a scratch copy",
    "seconds": 4.2,
}
