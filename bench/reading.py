"""What is measured of reading scripts: whether ten times the text takes ten times as long, whatever is in it.

It counts the processor's time, since the sizes do not take turns.  Run by itself it tells the seconds of each size.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from math import log

from bench.figures import Figure
from seachange.sql.migration import taken_apart

MEGABYTES = (1, 2, 5, 10)
LINEAR = 1.1
"""A power that noise may make of 1."""

MIGRATION = """
-- Step {n}: a table with what belongs to it.
CREATE TABLE part_{n} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL DEFAULT 'it''s; {n}' CHECK (code <> ''),
  made timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX part_{n}_code ON part_{n} (lower(code)) WHERE made IS NOT NULL;
COMMENT ON TABLE part_{n} IS 'The part; number {n}.';
CREATE FUNCTION touch_{n}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.code <> OLD.code THEN
    NEW.made := now();
  END IF;
  RETURN NEW;
END $$;
INSERT INTO part_{n} (code) VALUES ('a'), ('b'); INSERT INTO part_{n} (code) VALUES ('c');
"""
DUMP = """
COPY part_{n} (id, code) FROM stdin;
{rows}\\.

\\echo part {n}
SELECT pg_catalog.setval('part_{n}_id_seq', 100, true);
"""
ROWS = "".join(f"{n}\tit's row {n}; with a \\\\ in it\n" for n in range(1000))
STATEMENT = "DO $$ BEGIN\n{lines}END $$;\n"
TEXTS: Mapping[str, str] = {"migrations": MIGRATION, "a dump": DUMP.replace("{rows}", ROWS)}


def scripts(rounds: int) -> Iterator[Figure]:
    """How the time grows from one megabyte to ten."""
    for name, text in {**TEXTS, "one statement": ""}.items():
        small, *_, large = (_seconds(_script(text, size), rounds) for size in MEGABYTES)
        power = log(large / small) / log(MEGABYTES[-1] / MEGABYTES[0])
        yield Figure(f"take apart {name}, from 1 MB to 10", power, "power of bytes", LINEAR)


def _script(text: str, megabytes: int) -> bytes:
    """So much of it, numbered; or one statement of that length, in which psql's commands seem to stand."""
    size = megabytes * 1_000_000
    if not text:
        line = "  PERFORM f('stdin');\n\\x\n"
        return STATEMENT.format(lines=line * (size // len(line))).encode()
    return "".join(text.replace("{n}", str(n)) for n in range(size // len(text) + 1)).encode()


def _seconds(script: bytes, rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        taken_apart(script, "script.sql")
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    for name, text in {**TEXTS, "one statement": ""}.items():
        told = ", ".join(f"{size} MB {_seconds(_script(text, size), 2):.2f} s" for size in MEGABYTES)
        print(f"{name}: {told}")


if __name__ == "__main__":
    main()
