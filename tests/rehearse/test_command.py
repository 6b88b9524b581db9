"""`seachange rehearse` as people run it."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import msgspec
import pytest

from seachange.plan import Plan
from seachange.step import Step
from tests.plugins.program import Program
from tests.rehearse.plans import BACK, CURRENT, DESIRED, INVOICE, NOTE, RIGHT, instead, plan, send, step


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with both states, a right plan and its undo, and wrong plans."""
    (tmp_path / "current.sql").write_text(CURRENT)
    (tmp_path / "desired.sql").write_text(DESIRED)
    keep(tmp_path / "right.json", plan(*RIGHT))
    keep(tmp_path / "undo.json", plan(*BACK))
    keep(tmp_path / "wrong.json", plan(*instead(RIGHT, NOTE)))
    keep(tmp_path / "refused.json", plan(step("ALTER TABLE shop.nobody ADD COLUMN a int", INVOICE)))
    return tmp_path


def keep(file: Path, one: Plan) -> None:
    file.write_bytes(msgspec.json.encode(one))


def test_proven_plan(program: Program, files: Path) -> None:
    told = program(
        *("rehearse", files / "right.json", files / "current.sql"),
        *("--desired", files / "desired.sql", "--undo", files / "undo.json"),
    )
    assert told.returncode == 0, told.stderr + told.stdout
    assert "Proven: the plan leads to the desired state and the undo leads back" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 80
    assert told.stderr == ""
    assert program.left() == []


def test_plan_that_is_not_proven(program: Program, files: Path) -> None:
    out = files / "out.html"
    told = program(
        *("rehearse", files / "wrong.json", files / "current.sql", "--desired", files / "desired.sql", "-o", out)
    )
    assert told.returncode == 3, told.stderr
    assert "Not proven" in out.read_text()


def test_refused_step_is_told_to_machines(program: Program, files: Path) -> None:
    told = program(
        *("rehearse", files / "refused.json", files / "current.sql", "--desired", files / "desired.sql"),
        *("--format", "json"),
    )
    assert told.returncode == 4, told.stderr
    found = json.loads(told.stdout)
    assert (found["proven"], found["plan"]["refusal"]["code"], found["undo"]) == (False, "42P01", None)
    assert found["findings"][0]["check"] == "step-refused"


def test_markdown_has_the_steps(program: Program, files: Path) -> None:
    told = program(
        *("rehearse", files / "right.json", files / "current.sql", "--desired", files / "desired.sql"),
        *("--format", "markdown"),
    )
    assert "CREATE INDEX CONCURRENTLY" in told.stdout


@pytest.mark.parametrize(("content", "words"), [(None, "cannot read the plan"), ("{}", "is no plan")])
def test_file_that_is_no_plan(program: Program, files: Path, content: str | None, words: str) -> None:
    odd = files / "odd.json"
    if content is not None:
        odd.write_text(content)
    assert words in program.refused(2, "rehearse", odd, files / "current.sql", "--desired", files / "desired.sql")


def test_desired_state_must_be_known(program: Program, files: Path) -> None:
    assert "--desired" in program.refused(2, "rehearse", files / "right.json", files / "current.sql")


def test_role_that_may_not_read_a_table(program: Program, files: Path) -> None:
    send(program.address(), "create table shop_secret (a int)")
    try:
        told = program.refused(
            *(3, "rehearse", files / "right.json", program.address("poor"), "--desired", files / "desired.sql")
        )
    finally:
        send(program.address(), "drop table shop_secret")
    assert "permission denied" in told
    assert program.left() == []


def test_target_that_is_not_there(program: Program, files: Path) -> None:
    address = program.address(database="nowhere")
    program.refused(6, "rehearse", files / "right.json", address, "--desired", files / "desired.sql")


def test_nothing_is_left_of_a_rehearsal_that_is_stopped(program: Program, files: Path) -> None:
    keep(files / "long.json", plan(Step(sql="SELECT pg_sleep(60)", stage=RIGHT[0].stage)))
    arguments = ("rehearse", files / "long.json", files / "current.sql", "--desired", files / "desired.sql")
    with program.start(*arguments) as running:
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        running.wait(timeout=20)
    assert running.returncode == 130
    assert program.left() == []


def test_folder_that_plan_wrote_is_proven(program: Program, files: Path) -> None:
    current, desired, folder = files / "current.sql", files / "desired.sql", files / "plan"
    made = program("plan", current, desired, "--to", folder)
    assert made.returncode == 0, made.stderr
    told = program("rehearse", folder, current)
    assert told.returncode == 0, told.stderr + told.stdout
    assert "and the undo leads back" in told.stdout
