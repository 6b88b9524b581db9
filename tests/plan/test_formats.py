"""A plan as other tools' migrations: the tools themselves run it, forward and back."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seachange.errors import NotWritten
from seachange.plan import formats
from seachange.plan.formats import quoting
from seachange.plan.formats.migration import migrations
from seachange.plan.formats.place import Place
from seachange.sql.migration import Section, read_all
from seachange.step import Stage, Step
from tests.plan.migrating import TOOLS, Work
from tests.plan.plans import BODY, FORTH, UNDO, plan
from tests.plugins.program import NEEDS

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
THERE = """
select (select prosrc from pg_proc where proname = 'told'), to_regclass('shop.item_code') is not null,
       (select indisvalid from pg_index where indexrelid = to_regclass('shop.item_code')),
       to_regclass('shop.part') is not null
"""


@pytest.mark.newest
@pytest.mark.parametrize("name", TOOLS)
def test_tool_runs_the_plan_and_takes_it_back(name: str, database: str, tmp_path: Path) -> None:
    tool = TOOLS[name]
    if not tool.found():
        pytest.skip(f"{NEEDS} {name}")
    work = Work(tmp_path, database)
    formats.write(name, Place(tmp_path / tool.folder, NOW), FORTH, UNDO)
    tool.up(work)
    assert asked(database) == (BODY, True, True, True)
    assert tool.down
    tool.down(work)
    assert asked(database) == (None, False, None, False)


def asked(conninfo: str) -> tuple[object, ...] | None:
    with psycopg.connect(conninfo) as session:
        return session.execute(THERE.encode()).fetchone()


@pytest.mark.parametrize("name", ["dbmate", "flyway", "goose", "knex", "supabase"])
def test_what_is_written_is_read_again(name: str, tmp_path: Path) -> None:
    """The same statements in the same order, and the way back apart from them."""
    formats.write(name, Place(tmp_path, NOW), FORTH, UNDO)
    found = read_all([tmp_path])
    portions = [portion for migration in migrations(FORTH, UNDO) if (portion := migration.up)]
    assert [one.sql for migration in found for one in migration.up] == [
        sql for p in portions for _, sql in p.statements
    ]
    for migration in found:
        assert all(one.section is not Section.UP for one in migration.statements if one not in migration.up)
        alone = any("CONCURRENTLY" in one.words for one in migration.up)
        assert not (alone and migration.wrapped)


def test_nothing_new_is_left_of_what_could_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sqitch.plan").write_text("%syntax-version=1.0.0\n%project=shop\n\n")
    full = Path.write_text

    def fails(self: Path, text: str, **options: str) -> int:
        if self.parent.name == "verify":
            raise OSError(28, "No space left on device")
        return full(self, text, **options)

    monkeypatch.setattr(Path, "write_text", fails)
    with pytest.raises(NotWritten, match="No space left"):
        formats.write("sqitch", Place(tmp_path, NOW), FORTH, UNDO)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["sqitch.plan"]


@pytest.mark.parametrize("name", formats.TOOLS)
def test_later_files_come_after_earlier_ones(name: str, tmp_path: Path) -> None:
    """However often it is run, and whatever the clock says."""
    first = formats.write(name, Place(tmp_path, NOW), FORTH, UNDO)
    second = formats.write(name, Place(tmp_path, NOW - timedelta(days=9)), FORTH, UNDO)
    numbered = [
        [Path(file).name.lstrip("VU") for file in names if file[-4:] not in ("plan", "_.py")]
        for names in (first, second)
    ]
    last = max(numbered[0])
    assert all(last < file for file in numbered[1])
    assert not set(numbered[0]) & set(numbered[1])


@pytest.mark.parametrize("name", formats.TOOLS)
def test_an_empty_plan_is_no_migration(name: str, tmp_path: Path) -> None:
    empty = plan(())
    assert formats.write(name, Place(tmp_path, NOW), empty, empty) == ()
    assert list(tmp_path.iterdir()) == []


def test_revisions_that_branch_are_refused(tmp_path: Path) -> None:
    for revision in ("a", "b"):
        (tmp_path / f"{revision}.py").write_text(f"revision: str = '{revision}'\ndown_revision: None = None\n")
    with pytest.raises(NotWritten, match="several heads: a, b"):
        formats.write("alembic", Place(tmp_path, NOW), FORTH, UNDO)


@given(st.text(alphabet="ab\\\"'\r\n`${}%\t"))
def test_python_reads_the_text_that_was_written(sql: str) -> None:
    assert ast.literal_eval(quoting.python(sql)) == sql
    assert quoting.doubled(sql) % () == sql


def test_what_reads_rows_is_a_migration_of_its_own() -> None:
    short = [Step(sql=f"CREATE VIEW v{number} AS SELECT 1", stage=Stage.VIEWS) for number in range(3)]
    long = Step(sql="ALTER TABLE t VALIDATE CONSTRAINT c", stage=Stage.VIEWS, scans=frozenset({("t",)}))
    found = migrations(plan([*short, long, *short]), plan(()))
    assert [len(one.up.statements) - 2 for one in found if one.up] == [3, 1, 3]
