"""`seachange apply`, `status` and `history` as people run them."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from seachange.plan import folder as folders
from tests.apply.targets import DESIRED, OURS, STEPS, ask, folder, held, send
from tests.plugins.program import Program
from tests.postgres.processes import eventually

TERMS = ("--yes-to", "all", "--backup", "none")
Told = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def fresh(program: Program, shop: Told, tmp_path: Path) -> tuple[str, Path]:
    """The address of a database as a plan wants it, and the plan."""
    for name in ("applied", "model"):
        shop(f"drop database if exists {name} with (force)")
        shop(f"create database {name}")
    made = folder(program.address(database="applied"), program.address(database="model"), STEPS, DESIRED)
    folders.write(tmp_path / "plan", made)
    return program.address(database="applied"), tmp_path / "plan"


def test_plan_is_applied_once(program: Program, fresh: tuple[str, Path], tmp_path: Path) -> None:
    target, plan = fresh
    told = program("apply", plan, target, *TERMS, "--format", "json")
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout)
    assert (said["run"], said["arrived"], said["of"], len(said["steps"])) == (1, True, 4, 4)
    assert [line.rsplit("  ", 1)[0] for line in told.stderr.splitlines()] == [
        "1/4 columns shop.invoice.note",
        "2/4 data UPDATE shop.invoice SET total = total + 1",
        "3/4 indexes shop.invoice_customer",
        "4/4 remove shop.customer.mail",
    ]
    again = program("apply", plan, target, *TERMS)
    assert (again.returncode, again.stderr) == (0, "")
    assert "There is nothing to do" in again.stdout
    assert "The last run was 1." in program("status", target).stdout
    assert "4 of 4 steps are done" in program("history", target, 1).stdout
    told = program("history", target, 1, "--documents", tmp_path / "documents")
    assert told.returncode == 0, told.stderr
    assert "4 of 4 steps" in (tmp_path / "documents" / "FINAL_SUMMARY.md").read_text()
    assert program.refused(2, "history", target, 9, "--documents", tmp_path / "none")
    assert not (tmp_path / "none").exists()
    assert program("history", "audit", target).returncode == 0


def test_consent_is_asked_for(program: Program, fresh: tuple[str, Path]) -> None:
    target, plan = fresh
    said = program.refused(3, "apply", plan, target, "--backup", "none")
    assert "--yes-to loses-data,no-backup" in said
    assert "step 4: table column shop.customer.mail" in said


def test_what_moved_is_named(program: Program, fresh: tuple[str, Path]) -> None:
    target, plan = fresh
    send(target, "create table shop.other ()")
    assert "+ table shop.other is new" in program.refused(3, "apply", plan, target, *TERMS)


def test_audit_tells_what_is_gone(program: Program, fresh: tuple[str, Path]) -> None:
    target, plan = fresh
    assert program("apply", plan, target, *TERMS).returncode == 0
    send(target, "drop index shop.invoice_customer")
    told = program("history", "audit", target, "--format", "json")
    assert told.returncode == 1
    assert [change["names"] for change in json.loads(told.stdout)["gone"]] == [["shop", "invoice_customer"]]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_run_that_is_stopped_says_how_to_go_on(program: Program, fresh: tuple[str, Path], by: signal.Signals) -> None:
    target, plan = fresh
    waited_for = held(target, "set transaction isolation level repeatable read", "select from shop.customer")
    with waited_for, program.start("apply", plan, target, *TERMS) as running:
        eventually(lambda: ask(target, f"select count(*) {OURS} and wait_event_type = 'Lock'") == [(1,)])
        running.send_signal(by)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Run 1: 2 of 4 steps are done" in said
    assert "Run 1 has not ended" in program("status", target).stdout
    assert program("apply", plan, target, *TERMS).returncode == 0
    assert ask(target, "select distinct total from shop.invoice") == [(2,)]


def test_nobody_needs_to_listen(program: Program, fresh: tuple[str, Path]) -> None:
    target, plan = fresh
    reads, writes = os.pipe()
    os.close(reads)
    with program.start("apply", plan, target, *TERMS, stdout=writes, stderr=writes) as running:
        os.close(writes)
        running.wait(30)
    assert running.returncode == 141
    assert ask(target, "select state from seachange.runs") == [("done",)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--yes-to", "anything"), "--yes-to anything is no risk"),
        (("--stage", "99"), "there is no stage 99"),
        (("--window", "22:00"), "--window 22:00 does not say"),
    ],
)
def test_bad_terms_are_refused_before_anything_is_read(
    program: Program, fresh: tuple[str, Path], options: tuple[str, ...], said: str
) -> None:
    target, plan = fresh
    assert said in program.refused(2, "apply", plan, target, *options)


def test_bad_numbers(program: Program, fresh: tuple[str, Path]) -> None:
    target, plan = fresh
    assert "is no amount" in program("apply", plan, target, "--hold", "long").stderr
    assert "is no number of a run" in program.refused(2, "history", target, "last")
    assert "names no database" in program.refused(2, "history", "audit")
