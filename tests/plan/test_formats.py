"""A plan as other tools' migrations: the tools themselves run it, forward and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from seachange.plan import formats
from seachange.plan.formats.place import Place
from tests.plan.migrating import TOOLS, Work
from tests.plan.plans import BODY, FORTH, UNDO
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
