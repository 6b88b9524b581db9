"""Names that PostgreSQL gives unasked: what leaves a table it came from must be named as if it had never been there."""

from __future__ import annotations

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Column, TableConstraint
from seachange.rules.columns import locked
from seachange.rules.rule import Context, Steps
from seachange.sql.quote import literal, path
from seachange.step import Stage, Step

RENAME = """\
DO $do$
DECLARE found record;
BEGIN
  FOR found IN
    SELECT k.conname AS old, left(c.relname, f.fitting) || '_' || left(a.attname, 53 - f.fitting) || '_not_null' AS new
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1],
    LATERAL (SELECT CASE WHEN length(a.attname) <= 26 THEN 53 - length(a.attname)
                         ELSE least(length(c.relname), 27) END AS fitting) f
    WHERE k.conrelid = {table}::regclass AND k.contype = 'n' AND k.conname <> ALL (ARRAY[{named}]::name[])
  LOOP
    IF found.old <> found.new THEN
      EXECUTE format('ALTER TABLE {table_in_text} RENAME CONSTRAINT %I TO %I', found.old, found.new);
    END IF;
  END LOOP;
END $do$"""


def rename_not_null(table: Fact, around: Context) -> Steps:
    """A partition's NOT NULL may have the name that its table gave it, which only this database knows; and as long as
    it has, another table of that name gets other names.
    """
    if not around.has(18) or not any(column.not_null for column in around.desired.parts(table.names, Column)):
        return
    parts = around.desired.parts(table.names, TableConstraint)
    named = [literal(part.names[-1]).strip() for part in parts if part.type == "not null"]
    yield Step(
        sql=RENAME.format(
            table=literal(path(table.names)).strip(),
            table_in_text=path(table.names).replace("%", "%%").replace("'", "''"),
            named=", ".join(named),
        ),
        stage=Stage.TABLES,
        locks=locked(table.names, around),
    )
