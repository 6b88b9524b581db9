"""The servers of the tests: which tests run where, and what is said of a version that is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.plugins.servers import Server
from tests.servers import found

WITH_99 = """
import sys, pytest, tests.servers
tests.servers.MAJORS = (*tests.servers.MAJORS, 99)
test = "tests/servers/test_fixtures.py::test_every_version_is_one_of_ours"
sys.exit(pytest.main(["-n", "0", "-p", "no:cacheprovider", "-k", "pg99", test]))
"""


def run_with_99(**environment: str) -> subprocess.CompletedProcess[str]:
    """Pytest, where there is one more version, which no machine has."""
    return subprocess.run(
        [sys.executable, "-c", WITH_99],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "CI": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_version_is_one_of_ours(server: Server) -> None:
    assert server.major in found()


@pytest.mark.versions(min=15, max=16)
def test_versions_may_be_bounded(server: Server) -> None:
    assert server.major in (15, 16)


@pytest.mark.newest
def test_the_newest_is_one(server: Server) -> None:
    assert server.major == max(found())


@pytest.mark.newest
def test_databases_are_new(databases: Callable[[int], tuple[str, ...]]) -> None:
    one, other = databases(2)
    with psycopg.connect(one) as first, psycopg.connect(other) as second:
        first.execute("create table t ()")
        second.execute("create table t ()")


@pytest.mark.newest
def test_a_role_may_own_what_the_test_made(database: str, role: str) -> None:
    """The database goes first, or the role could not be dropped."""
    with psycopg.connect(database) as session:
        session.execute(SQL("create role {}").format(Identifier(role)))
        session.execute(SQL("create schema authorization {}").format(Identifier(role)))


def test_a_missing_version_is_skipped_loudly() -> None:
    run = run_with_99()
    assert run.returncode == 0
    assert "PostgreSQL 99 is not on this machine: 1 tests skipped" in run.stdout


def test_ci_has_every_version() -> None:
    run = run_with_99(CI="true")
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "missing: [99]" in run.stderr
