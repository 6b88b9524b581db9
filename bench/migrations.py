"""Makes a folder of migrations as a project gathers them: tables, changes of them, and statements of the demo.

The same number gives the same files, always.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from seachange.sql.migration import read

ROOT = Path(__file__).parents[1]
OURS = tuple(sorted(path for folder in ("demo/shop/new", "docs/examples") for path in (ROOT / folder).glob("*.sql")))
ENOUGH = 1_000
"""Bytes of a file, at the least."""

TABLE = """CREATE TABLE IF NOT EXISTS app.item_{n} (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    name        text NOT NULL,
    state       text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'done')),
    amount      numeric(12, 2),
    created_at  timestamptz NOT NULL DEFAULT now()
);"""
CHANGES = (
    "ALTER TABLE app.item_{n} ADD COLUMN note text;",
    "ALTER TABLE app.item_{n} ADD COLUMN rank integer NOT NULL DEFAULT 0;",
    "ALTER TABLE app.order_{n} ALTER COLUMN amount TYPE numeric(14, 2);",
    "ALTER TABLE app.order_{n} ADD CONSTRAINT order_{n}_item FOREIGN KEY (item_id) REFERENCES app.item_{n} (id);",
    "ALTER TABLE app.order_{n} ALTER COLUMN note SET NOT NULL;",
    "CREATE INDEX order_{n}_state ON app.order_{n} (state) WHERE state <> 'done';",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS order_{n}_created ON app.order_{n} (created_at);",
    "DROP INDEX CONCURRENTLY IF EXISTS app.order_{n}_old;",
    "UPDATE app.order_{n} SET state = 'done' WHERE created_at < now() - interval '90 days';",
    "ALTER TABLE app.order_{n} RENAME COLUMN remark TO comment;",
    "SET lock_timeout = '2s';",
    "COMMENT ON TABLE app.item_{n} IS 'What is sold, and by whom.';",
    "ALTER TABLE app.order_{n} ADD CONSTRAINT order_{n}_amount CHECK (amount >= 0) NOT VALID;",
    "GRANT SELECT, INSERT ON app.item_{n} TO app_writer;",
)


def write(folder: Path, count: int) -> int:
    """Write so many files into `folder`; how many bytes that makes."""
    changes, ours = cycle(CHANGES), cycle(_statements())
    written = 0
    for number in range(1, count + 1):
        text = "\n\n".join(_file(number, changes, ours)) + "\n"
        (folder / f"{number:04}_change.sql").write_text(text)
        written += len(text.encode())
    return written


def _file(number: int, changes: Iterator[str], ours: Iterator[str]) -> Iterator[str]:
    yield f"-- {number}: what this release needs"
    size = 0
    if number % 3 == 0:
        yield TABLE.format(n=number)
        size += len(TABLE)
    for _ in range(4):
        change = next(changes).format(n=number)
        size += len(change)
        yield change
    while size < ENOUGH:
        statement = next(ours)
        size += len(statement.encode())
        yield f"{statement};"


def _statements() -> list[str]:
    return [one.text for path in OURS for one in read(path).up if one.words[:1] != ("COPY",)]
