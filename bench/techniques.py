"""What is changed while others write: each technique as two states."""

from __future__ import annotations

import msgspec

EVENTS = """
CREATE TABLE customer (id bigint PRIMARY KEY, name text);
INSERT INTO customer SELECT n, 'customer ' || n FROM generate_series(1, 1000) n;
CREATE TYPE state AS ENUM ('new', 'done');
CREATE TABLE event (
  id bigint NOT NULL, customer bigint NOT NULL, amount integer, code text, note text, state state DEFAULT 'new'
);
INSERT INTO event SELECT n, 1 + n % 1000, n % 97, n::text, 'note number ' || n FROM generate_series(1, {filled}) n;
CREATE UNIQUE INDEX event_id ON event (id);
CREATE INDEX event_note ON event (note);
CREATE VIEW open_event AS SELECT id, customer, amount, code FROM event WHERE state = 'new';
CREATE TABLE part (id bigint NOT NULL, customer bigint NOT NULL, amount integer, code text, PRIMARY KEY (id))
  PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (MINVALUE) TO ({quarter});
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM ({quarter}) TO ({half});
CREATE TABLE part_3 PARTITION OF part FOR VALUES FROM ({half}) TO ({rest});
CREATE TABLE part_4 PARTITION OF part FOR VALUES FROM ({rest}) TO (MAXVALUE);
INSERT INTO part SELECT n, 1 + n % 1000, n % 97, n::text FROM generate_series(1, {filled}) n;
"""
"""The current state."""


class Technique(msgspec.Struct, frozen=True):
    """`change` makes the desired state of the current one; the writers write to `target` meanwhile."""

    name: str
    change: str
    target: str = "event"


TECHNIQUES = (
    Technique("index", "CREATE INDEX ON event (customer)"),
    Technique("unique", "ALTER TABLE event ADD UNIQUE (code)"),
    Technique("primary key", "ALTER TABLE event ADD PRIMARY KEY (id)"),
    Technique("foreign key", "ALTER TABLE event ADD FOREIGN KEY (customer) REFERENCES customer"),
    Technique("check", "ALTER TABLE event ADD CHECK (amount >= 0)"),
    Technique("not null", "ALTER TABLE event ALTER amount SET NOT NULL"),
    Technique("volatile default", "ALTER TABLE event ADD token uuid NOT NULL DEFAULT gen_random_uuid()"),
    Technique("type change", "DROP VIEW open_event; ALTER TABLE event ALTER customer TYPE numeric(20)"),
    Technique("index replacement", "DROP INDEX event_note; CREATE INDEX event_note ON event (note, amount)"),
    Technique("partitioned index", "CREATE INDEX ON part (customer)", "part"),
    Technique("enum", "ALTER TYPE state ADD VALUE 'held' BEFORE 'done'"),
    Technique(
        "view replacement",
        "DROP VIEW open_event; "
        "CREATE VIEW open_event AS SELECT id, customer, code, amount FROM event WHERE state = 'new'",
        "open_event",
    ),
    Technique("drop column", "ALTER TABLE event DROP note"),
)


def events(rows: int, *, filled: bool) -> str:
    """The current state for so many rows, with them or with none."""
    return EVENTS.format(filled=rows if filled else 0, quarter=rows // 4, half=rows // 2, rest=rows * 3 // 4)
