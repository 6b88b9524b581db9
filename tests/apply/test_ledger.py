"""The ledger explains itself."""

from __future__ import annotations

import psycopg
import pytest

from seachange.catalog.catalog import Catalog
from seachange.plan import Plan
from seachange.plan.folder import Folder
from seachange.postgres.ledger import Kind, Ledger, State, make
from tests.apply.targets import ask
from tests.docs.pages import DOCS

COLUMNS = """
select c.relname, a.attname, coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), ''),
  coalesce(pg_catalog.col_description(c.oid, a.attnum), '')
from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where c.relnamespace = 'seachange'::regnamespace and c.relkind = 'r' and not a.attisdropped
"""


@pytest.mark.newest
def test_a_killed_run_is_no_longer_called_running_when_the_next_begins(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        make(session)
        ledger, empty = Ledger(session), Catalog({})
        folder = Folder(Plan("", "", 18), Plan("", "", 18), empty, empty)
        killed, next_one = (ledger.begin(Kind.APPLY, folder, empty) for _ in range(2))
        assert (ledger.run(killed).state, ledger.run(killed).message) == (State.STOPPED, "it was killed")
        assert ledger.run(next_one).state is State.RUNNING


@pytest.mark.newest
def test_each_table_and_column_is_explained_in_the_database_and_on_its_page(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        make(session)
    page = (DOCS / "reference" / "ledger.md").read_text()
    for table, column, about, meaning in ask(database, COLUMNS):
        section = page.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        assert about
        assert meaning
        assert about in section
        assert f"| `{column}` | {meaning} |" in section
