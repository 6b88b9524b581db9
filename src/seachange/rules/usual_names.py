"""Names that PostgreSQL gives unasked: what leaves a table it came from must be named as if it had never been there."""

from __future__ import annotations

from msgspec import structs

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Column, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.columns import locked
from seachange.rules.rule import Context, Steps
from seachange.sql.quote import literal, path
from seachange.step import Stage, Step

NAME = """\
DO $do$
DECLARE found name;
BEGIN
  SELECT k.conname INTO STRICT found
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
  WHERE k.conrelid = {table}::regclass AND k.contype = 'n' AND a.attname = {column};
  IF found <> {name} THEN
    EXECUTE format('ALTER TABLE {table_in_text} RENAME CONSTRAINT %I TO %I', found, {name});
  END IF;
END $do$"""
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


def is_only_named(constraint: TableConstraint, around: Context) -> bool:
    """The column is and remains NOT NULL: only what the constraint is called changes."""
    column = Ref("table column", (*constraint.names[:-1], *constraint.columns))
    if constraint.type != "not null" or not around.stays(column):
        return False
    sides = (around.current, around.desired)
    required = all(getattr(catalog.facts[column], "not_null", False) for catalog in sides)
    named = (each for catalog in sides if (each := named_not_null(column, catalog)) is not None)
    return required and all(each.validated and not each.no_inherit for each in (constraint, *named))


def named_not_null(column: Ref, catalog: Catalog) -> TableConstraint | None:
    """The column's NOT NULL, where it has a name of its own."""
    for part in catalog.parts(column.names[:-1], TableConstraint):
        if part.type == "not null" and part.columns == column.names[-1:]:
            return part
    return None


def name_not_null(constraint: TableConstraint, around: Context) -> Steps:
    """What is there gets the name."""
    column = Ref("table column", (*constraint.names[:-1], *constraint.columns))
    before = named_not_null(column, around.current)
    yield Step(
        sql=NAME.format(
            table=literal(path(constraint.names[:-1])),
            table_in_text=path(constraint.names[:-1]).replace("%", "%%").replace("'", "''"),
            column=literal(constraint.columns[0]),
            name=literal(constraint.names[-1]),
        ),
        stage=Stage.CONSTRAINTS,
        makes=frozenset({constraint.ref}),
        takes=frozenset({before.ref} if before else ()) & around.goes,
        locks=locked(constraint.names[:-1], around),
    )


def unname_not_null(constraint: TableConstraint, around: Context) -> Steps:
    """It gets the name that PostgreSQL would have given it, unless another is on its way."""
    column = Ref("table column", (*constraint.names[:-1], *constraint.columns))
    if named_not_null(column, around.desired) is None:
        table = around.desired.facts[Ref("table", constraint.names[:-1])]
        for step in rename_not_null(table, around):
            yield structs.replace(step, stage=Stage.CONSTRAINTS, takes=frozenset({constraint.ref}))


def rename_not_null(table: Fact, around: Context) -> Steps:
    """A partition's NOT NULL may have the name that its table gave it, which only this database knows; and as long as
    it has, another table of that name gets other names.
    """
    if not around.has(18) or not any(column.not_null for column in around.desired.parts(table.names, Column)):
        return
    parts = around.desired.parts(table.names, TableConstraint)
    named = [literal(part.names[-1]) for part in parts if part.type == "not null"]
    yield Step(
        sql=RENAME.format(
            table=literal(path(table.names)),
            table_in_text=path(table.names).replace("%", "%%").replace("'", "''"),
            named=", ".join(named),
        ),
        stage=Stage.TABLES,
        locks=locked(table.names, around),
    )
