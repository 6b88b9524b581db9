"""`seachange verify` as people run it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from seachange import plan, read
from seachange.plan.folder import Folder
from seachange.postgres import ledger
from seachange.postgres.connection import connected
from tests.plugins.program import Program
from tests.verify.shop import ROWS, SHOP, send

NEW = "create table shop.note (id serial primary key, text text)"
STOP = """
create function shop.stop() returns trigger language plpgsql as 'begin new.nothing := 1; return new; end';
create trigger stop before insert on shop.customer for each row execute function shop.stop();
"""


@pytest.fixture
def desired(tmp_path: Path) -> Path:
    script = tmp_path / "desired.sql"
    script.write_text(SHOP)
    return script


@pytest.fixture
def target(program: Program) -> Iterator[str]:
    """A database with a shop."""
    send(program.address(), SHOP + ROWS)
    yield program.address()
    send(program.address(), "drop schema if exists shop cascade; drop schema if exists seachange cascade")


def test_good_database(program: Program, target: str, desired: Path) -> None:
    told = program("verify", target, desired)
    assert told.returncode == 0, told.stderr + told.stdout
    assert told.stderr == ""
    assert "As it should be, as far as examined: " in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 80
    assert program.left() == []


def test_faults_are_told_to_machines(program: Program, target: str, desired: Path) -> None:
    send(target, f"{NEW}; select setval('shop.invoice_id_seq', 5)")
    told = program("verify", target, desired, "--format", "json")
    assert told.returncode == 1, told.stderr
    found = json.loads(told.stdout)
    assert found["good"] is False
    assert {change["names"][1] for change in found["changes"]} == {"note", "note_id_seq", "note_pkey"}
    (failed,) = (probe for probe in found["probes"] if probe["outcome"] == "failed")
    assert failed["about"] == ["sequence", ["shop", "invoice_id_seq"], []]


def test_page_has_faults_and_what_was_not_examined(program: Program, target: str, desired: Path) -> None:
    send(target, "select setval('shop.invoice_id_seq', 5); create index twin on shop.invoice (customer)")
    page = desired.with_name("out.html")
    assert program("verify", target, desired, "-o", page).returncode == 1
    content = page.read_text()
    assert "Not as it should be" in content
    assert "it gives 6 next" in content
    assert "for the same queries" in content


def test_state_before_as_a_source(program: Program, target: str, desired: Path) -> None:
    before = desired.with_name("before.sql")
    before.write_text(SHOP + STOP)
    send(target, STOP)
    assert ages(program, target, desired, "--before", before) == {"inherited"}
    assert ages(program, target, desired) == {""}


def test_state_before_as_the_ledger_has_it(program: Program, target: str, desired: Path) -> None:
    send(target, STOP)
    found, wanted = read(target), read(str(desired), scratch=program.local)
    folder = Folder(plan(found, wanted), plan(wanted, found), found, wanted)
    with connected(target) as session:
        ledger.make(session)
        kept = ledger.Ledger(session)
        run = kept.begin(ledger.Kind.APPLY, folder, found)
        assert ages(program, target, desired) == {""}
        kept.end(run, ledger.State.DONE, after=read(target))
    assert ages(program, target, desired) == {"inherited"}
    assert f"before run {run}" in program("verify", target, desired).stdout


def ages(program: Program, *arguments: object) -> set[str]:
    """Since when there are faults."""
    told = program("verify", *arguments, "--format", "json")
    return {probe["since"] for probe in json.loads(told.stdout)["probes"] if probe["outcome"] == "failed"}


def test_fault_that_the_desired_state_has_is_no_new_one(program: Program, target: str, desired: Path) -> None:
    send(target, STOP)
    desired.write_text(SHOP + STOP)
    told = program("verify", target, desired)
    assert told.returncode == 0, told.stdout
    assert "as in the desired state" in " ".join(told.stdout.split())
    assert ages(program, target, desired) == {"inherited"}


def test_role_that_may_not_read_is_told_what_was_not_examined(program: Program, target: str, desired: Path) -> None:
    secret = f"create table shop.{desired.parent.name} (a int)"
    send(target, secret)
    desired.write_text(SHOP + secret)
    told = program("verify", program.address("poor"), desired, "--format", "json")
    assert told.returncode == 1, told.stderr
    found = json.loads(told.stdout)
    assert "permission denied" in found["missed"]
    assert {finding["check"] for finding in found["findings"]} >= {"no-copy", "not-counted"}
    assert program.left() == []


def test_in_the_target_itself(program: Program, target: str, desired: Path) -> None:
    told = program("verify", target, desired, "--on", "target", "--data")
    assert told.returncode == 0, told.stderr + told.stdout
    assert "the target itself" in told.stdout
    program.refused(2, "verify", desired, desired, "--on", "target")


def test_target_that_is_not_there(program: Program, desired: Path) -> None:
    program.refused(6, "verify", program.address(database="nowhere"), desired)
