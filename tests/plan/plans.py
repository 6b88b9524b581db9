"""Plans made by hand, that know neither rules nor planner."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.ref import Ref
from seachange.plan import Group, Plan
from seachange.step import Held, Lock, Risk, Stage, Step, Way

BODY = r'''
-- a ? b, ?| and \? and \\?; :name :'name' ::int :"USER" %s %(x)s %% {0} ${x} `x` $1 "x" {{ x }} {% x %}
declare label text := E'it''s \\ ' || '"""' || '100%';
begin
  return label || chr(10) || 'ends in a quote: "';
end
'''
TABLE, INDEX = Ref("table", ("shop", "item")), Ref("index", ("shop", "item_code"))
SCHEMA = Ref("schema", ("shop",))
STEPS = (
    Step(sql="CREATE SCHEMA shop", stage=Stage.EXTENSIONS, subject=SCHEMA, makes=frozenset({SCHEMA})),
    Step(
        sql='CREATE TABLE shop.item (id integer PRIMARY KEY, code text, "USER" integer, list integer[])',
        stage=Stage.TABLES,
        subject=TABLE,
        why="The shop\n\\q sells items.",
        makes=frozenset({TABLE}),
    ),
    Step(
        sql=f"CREATE OR REPLACE FUNCTION shop.told() RETURNS text LANGUAGE plpgsql AS $body${BODY}$body$",
        stage=Stage.FUNCTIONS,
    ),
    Step(
        sql='CREATE OR REPLACE VIEW shop.part AS SELECT list[1:"USER"] AS some, code::char(3) AS "a"\nFROM shop.item',
        stage=Stage.VIEWS,
    ),
    Step(
        sql="CREATE INDEX CONCURRENTLY item_code ON shop.item (code)",
        stage=Stage.INDEXES,
        subject=INDEX,
        makes=frozenset({INDEX}),
        locks=(Held(TABLE.names, Lock.SHARE_UPDATE_EXCLUSIVE),),
        scans=frozenset({TABLE.names}),
        risks=frozenset({Risk.BUILDS_INDEX}),
        way=Way.ALONE,
    ),
)
BACK = (
    Step(
        sql="DROP INDEX CONCURRENTLY shop.item_code",
        stage=Stage.INDEXES,
        subject=INDEX,
        takes=frozenset({INDEX}),
        way=Way.ALONE,
    ),
    Step(sql="DROP VIEW IF EXISTS shop.part", stage=Stage.REMOVE),
    Step(sql="DROP FUNCTION IF EXISTS shop.told()", stage=Stage.REMOVE),
    Step(
        sql="DROP TABLE shop.item",
        stage=Stage.REMOVE,
        subject=TABLE,
        takes=frozenset({TABLE}),
        risks=frozenset({Risk.LOSES_DATA}),
    ),
    Step(
        sql="DROP SCHEMA shop",
        stage=Stage.REMOVE,
        subject=SCHEMA,
        takes=frozenset({SCHEMA}),
    ),
)


def plan(steps: Iterable[Step], made_for: str = "before", leads_to: str = "after") -> Plan:
    """A plan in which every step is a group."""
    return Plan(made_for, leads_to, 180000, tuple(Group(step.stage, (step,)) for step in steps))


FORTH, UNDO = plan(STEPS), plan(BACK, "after", "before")
