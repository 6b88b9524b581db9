"""The commands migrate, undo and purge, as people type them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seachange.cli.main import cli
from seachange.errors import NotAgreed, NotUnderstood
from tests.migrate.shop import Shop, ask

pytestmark = pytest.mark.newest
Call = Callable[..., Result]


@pytest.fixture
def call(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)

    def run(verb: str, *words: str) -> Result:
        return CliRunner().invoke(cli, (verb, shop.target, *words), env={"COLUMNS": "80"}, standalone_mode=False)

    return run


def test_there_and_back(call: Call, shop: Shop, tmp_path: Path) -> None:
    forth = (shop.desired, "--scratch", shop.scratch, "--rename", "shop.client=shop.customer", "--yes-to", "all")
    done = call("migrate", *forth, "--to", "run", "--backup", "none")
    assert (done.exit_code, done.return_value) == (0, 0), done
    assert "Stages" in done.stderr
    assert "All " in done.stdout
    assert {path.name for path in (tmp_path / "run").iterdir()} >= {"plan", "FINAL_SUMMARY.md", "report.html"}
    again = call("migrate", *forth)
    assert again.stdout.startswith("There is nothing to do")
    back = call("undo", "--scratch", shop.scratch, "--yes-to", "all", "--backup", "none", "--format", "json")
    assert back.return_value == 0
    assert json.loads(back.stdout)["arrived"] is True
    waits = call("purge")
    assert isinstance(waits.exception, NotAgreed)
    assert "shop.visit" in waits.stdout
    gone = call("purge", "--yes-to", "loses-data")
    assert gone.return_value == 0
    assert ask(shop.target, "select to_regnamespace('seachange_quarantine')") == [(None,)]
    assert ask(shop.target, "select run, name from seachange.reports where name like 'purged%'")[0][0] == 2


@pytest.mark.parametrize("age", ["30", "d", "-1d", "1y"])
def test_an_age_that_is_none(call: Call, age: str) -> None:
    refused = call("purge", "--older-than", age)
    assert isinstance(refused.exception, NotUnderstood)
    assert "is no age" in refused.exception.message


def test_consent_is_named(call: Call, shop: Shop) -> None:
    words = ("--scratch", shop.scratch, "--rename", "shop.client=shop.customer")
    refused = call("migrate", shop.desired, *words)
    assert isinstance(refused.exception, NotAgreed)
    assert "--yes-to breaks-clients,loses-data" in refused.exception.advice
    assert ask(shop.target, "select to_regnamespace('seachange')") == [(None,)]


def test_a_target_that_is_no_database(tmp_path: Path, shop: Shop) -> None:
    refused = CliRunner().invoke(cli, ("migrate", shop.desired, shop.desired), standalone_mode=False)
    assert isinstance(refused.exception, NotUnderstood)
    assert "is no database" in refused.exception.message
