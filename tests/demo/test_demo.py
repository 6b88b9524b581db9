"""The demo runs, and what it shows is what its two folders say."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import pytest

from seachange import compare
from seachange.catalog.catalog import Catalog
from seachange.compare import Comparison
from seachange.postgres.extract import extract
from seachange.postgres.load import load
from seachange.sql.script import read
from tests.plugins.servers import Server

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "demo" / "shop"
Databases = Callable[[int], tuple[str, ...]]


def scripts(folder: str) -> list[Path]:
    return sorted((SHOP / folder).glob("*.sql"))


def state(conninfo: str, paths: Sequence[Path]) -> Catalog:
    """What the scripts make, loaded in that order."""
    load(conninfo, [read(path) for path in paths], own_server=True)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return extract(connection)


@pytest.fixture
def comparison(databases: Databases) -> Comparison:
    current, desired = databases(2)
    return compare(state(current, scripts("legacy")), state(desired, scripts("new")))


@pytest.mark.newest
def test_demo_runs_and_leaves_what_it_promises(server: Server) -> None:
    done = subprocess.run([sys.executable, ROOT / "demo" / "run.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "of them after a retry, 0 not at all." in done.stdout
    assert "The two states are equal" in done.stdout
    page = (ROOT / "demo-out" / "report.html").read_text()
    assert "<html" in page
    assert "https://" not in page.replace("https://%", "")
    found = json.loads((ROOT / "demo-out" / "schema_differences.json").read_text())
    assert {change["verb"] for change in found["changes"]} == {"create", "drop", "alter"}
    assert (ROOT / "demo-out" / "plan" / "plan.json").exists()


@pytest.mark.versions(min=15)
def test_differences_are_those_that_were_made(server: Server, comparison: Comparison) -> None:
    found = {(change.ref.kind, change.ref.names): change for change in comparison.changes}
    view = found["view", ("reporting", "open_orders")]
    assert view.old.options == ("security_invoker=true",)
    assert view.new.options == ()
    assert found["index", ("shop", "payments_provider_ref_idx")].fields == ("unique",)
    assert found["table column", ("shop", "payment_events", "payload")].fields == ("type",)
    assert found["enum", ("shop", "order_status")].fields == ("labels",)
    assert ("table constraint", ("shop", "payment_events", "payment_events_payment_id_fkey")) in found
    renamed = {(rename.old.names, rename.new.names) for rename in comparison.renames}
    assert (("shop", "clients"), ("shop", "customers")) in renamed
    assert (("shop", "orders", "remark"), ("shop", "orders", "note")) in renamed


@pytest.mark.newest
def test_files_may_come_in_any_order(server: Server, databases: Databases) -> None:
    one, other = databases(2)
    paths = scripts("new")
    shuffled = random.sample(paths, len(paths))
    assert compare(state(one, paths), state(other, shuffled)).equal, [path.name for path in shuffled]
