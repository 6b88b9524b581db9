"""A few of the blows of `tests.apply.killing`, and a disk that is full."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from seachange.apply import apply
from seachange.apply.terms import Backup, Keep, Terms
from seachange.catalog.catalog import Catalog
from seachange.errors import StepFailed
from seachange.plan.folder import Folder
from seachange.planner import plan
from seachange.postgres.account import account
from seachange.postgres.extract import extract
from tests.apply.killing import Blow, Scene, scene, server, tried
from tests.servers import found

NO_BACKUP = Terms(agreed=frozenset({"no-backup"}), backup=Backup(Keep.NONE))


@pytest.fixture(scope="module")
def killed() -> Iterator[Scene]:
    have = found()
    with scene(have[max(have)]) as one:
        yield one


@pytest.mark.parametrize(
    "blow", [Blow("client", "after seconds", 2.5), Blow("backend", "before", 20), Blow("server", "after", 50)]
)
def test_the_same_command_goes_on(killed: Scene, blow: Blow) -> None:
    assert tried(killed, blow).wrong == []


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", name]).returncode:
            pytest.skip("nothing can be mounted here")
        try:
            os.chmod(Path(name).parent, 0o1777)
            account().own(Path(name))
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


@pytest.fixture
def full() -> Iterator[tuple[Folder, str, Path]]:
    """A plan, a database that has no room for it, and where the room is to be made."""
    have = found()
    with server(have[max(have)]) as one, small_disk("24m") as disk:
        said(one.conninfo(), f"create tablespace small location '{disk}'", "create database here")
        before, after = said(one.conninfo("here"), TABLE, ROWS), said(one.conninfo(), WANTED)
        made = plan(before, after)
        assert any(step.fill for step in made.steps)
        yield Folder(made, made, before, after), one.conninfo("here"), disk
        said(one.conninfo(), "drop database here with (force)", "drop table t", "drop tablespace small")


TABLE = "create table t (id int primary key, filler text) tablespace small"
WANTED = "create table t (id int primary key, filler text, token uuid default gen_random_uuid()) tablespace small"
ROWS = "insert into t select i, repeat('x', 500) from generate_series(1, 30000) i"


def said(conninfo: str, *statements: str) -> Catalog:
    """What the database holds after these statements."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        for statement in statements:
            session.execute(statement.encode())
        return extract(session)


def test_a_full_disk_stops_it_and_room_lets_it_go_on(full: tuple[Folder, str, Path]) -> None:
    folder, conninfo, disk = full
    with pytest.raises(StepFailed, match="53100") as failed:
        apply(folder, conninfo, NO_BACKUP)
    assert "Make room" in failed.value.advice
    subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
    assert apply(folder, conninfo, NO_BACKUP).run == 1
    with psycopg.connect(conninfo) as session:
        assert session.execute("select count(*) from t where token is null").fetchone() == (0,)
