"""Real migrations, written for one database, are adapted to the one that they really met, with rows in it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from google.protobuf.message import Message
from msgspec import Struct
from psycopg.sql import SQL, Identifier

from seachange.adapt import Adaptation, Choosing, Terms, adapt
from seachange.adapt.draft import Draft
from seachange.adapt.going import dropped
from seachange.adapt.writing import files
from seachange.apply import apply
from seachange.apply.consent import WORDS
from seachange.apply.terms import Backup, Keep
from seachange.apply.terms import Terms as Agreed
from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Table, TableColumn, TableConstraint, View
from seachange.compare import changes
from seachange.finding import Severity
from seachange.migrate.undoing import undo
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.repairs.made import made, means
from seachange.repairs.repair import Outcome
from seachange.sql import tree
from seachange.sql.migration import Migration, taken_apart
from seachange.sql.migration import read as migration
from seachange.sql.nodes import CreateFunctionStmt, CreatePolicyStmt, CreateTrigStmt
from seachange.sql.relations import name
from seachange.sql.script import read as script
from seachange.verify.verification import Aspect
from tests.corpus import corpus
from tests.plugins.servers import Server
from tests.real.mirrors import ALL


class Landing(Struct, frozen=True):
    """A script and the database that it meets."""

    target: tuple[str, ...]
    scripts: tuple[str, ...]

    def __str__(self) -> str:
        return self.scripts[0].rpartition("/")[2].partition(".")[0]


_LOYALTY, _STAGES, _LEGACY, _TRAVEL, _EVENTS = (
    "1-loyalty-and-ai-analytics",
    "2-eight-stages",
    "3-legacy-to-postgis",
    "4-travel",
    "5-event-analytics",
)
TARGET = (f"{_LOYALTY}/target.sql", f"{_LOYALTY}/target_data.sql")
LOYALTY = Landing(TARGET, (f"{_LOYALTY}/original/0015_loyalty_rewards.sql",))
ANALYTICS = Landing(TARGET, (f"{_LOYALTY}/original/0008_ai_analytics.sql",))
STAGES = Landing(
    (f"{_STAGES}/states/current_before.nogis.sql",),
    tuple(
        f"{_STAGES}/stages/stage{number}_{what}.sql"
        for number, what in enumerate(
            ("sequences", "tables", "columns", "views", "functions", "triggers", "indexes", "constraints"), 1
        )
    ),
)
NUMBERED = ("0[01][0-9]_*.sql", "014_create_test_database.sql")
"""The files of the legacy migration, and the one of them that makes a database for tests."""
LEGACY = Landing((f"{_LEGACY}/states/base22.nogis.sql", f"{_LEGACY}/base/data.sql"), (f"{_LEGACY}/files",))
POSTGIS = Landing((f"{_LEGACY}/states/base22.postgis.sql", f"{_LEGACY}/base/data.sql"), (f"{_LEGACY}/files",))
TRAVEL = Landing(
    (f"{_TRAVEL}/platform/00_supabase_env.sql",),
    tuple(
        f"{_TRAVEL}/{each}.sql"
        for each in (
            "base/supabase-schema",
            "base/enhanced-schema",
            "base/002_kyc_tables",
            "base/crypto-payments-schema",
            "original/production-schema-complete",
        )
    ),
)
EVENTS = Landing(
    (f"{_EVENTS}/states/platform_before.sql",),
    tuple(f"{_EVENTS}/original/original_analytics_00{number}.sql" for number in (1, 2, 3)),
)
EVERY = (LOYALTY, ANALYTICS, STAGES, LEGACY, TRAVEL, EVENTS)
KINDS = {
    "relation": ("table", "view", "materialized view", "sequence", "index"),
    "type": ("enum", "composite type", "domain", "range"),
    "function": ("function", "procedure"),
    "schema": ("schema",),
}
BROKEN = {
    STAGES: frozenset(
        {
            "apply_discount_code",
            "calculate_checkout_taxes",
            "calculate_final_price",
            "check_idempotency_key",
            "expire_checkout_sessions",
            "get_tenant_primary_provider",
            "get_wishlist_stats",
            "is_promotion_active_now",
            "process_asn_to_purchase_order",
            "process_purchase_order_receipt",
            "receive_purchase_order",
        }
    ),  # mostly tables that neither the database nor the script has
}
"""Functions that the scripts themselves have wrong: they need what no statement makes, or contradict one."""
LESS = {
    "missing-function uuid_generate_v4": "core",
    "missing-function extract": "core",
    "unique-expression loyalty_program_single_default": "partial",
    "missing-table organization": "leave-out",
    "missing-function audit_trigger_function": "stand-in",
    "missing-function auth.uid": "setting",
}
"""What is done about what people gave up, or did by hand."""
ITS = ("loyalty_", "reward_", "customer_loyalty")
"""How the names of the tables begin that the script for loyalty makes."""
WITH_TENANTS = """
CREATE TABLE organization (id uuid PRIMARY KEY, name text, slug text UNIQUE, plan_type text);
ALTER TABLE customer ADD IF NOT EXISTS org_id uuid, ADD IF NOT EXISTS email text, ADD IF NOT EXISTS segment text;
"""
"""What the script's own tests write, and the target has not."""
AGREED = Agreed(agreed=WORDS, backup=Backup(Keep.NONE))


@contextmanager
def target(landing: Landing, scratch: Scratch) -> Iterator[str]:
    """The database that a script meets."""
    with scratch.empty() as conninfo:
        load(conninfo, tuple(script(corpus("real") / each) for each in landing.target), own_server=True)
        yield conninfo


def scripts(landing: Landing) -> tuple[Migration, ...]:
    return tuple(migration(path) for each in landing.scripts for path in _files(corpus("real") / each))


def _files(path: Path) -> tuple[Path, ...]:
    every, unwanted = NUMBERED
    return (path,) if path.is_file() else tuple(one for one in sorted(path.glob(every)) if one.name != unwanted)


def adapted(which: tuple[Migration, ...], conninfo: str, answers: Mapping[str, str] | None = None) -> Adaptation:
    return adapt(which, conninfo, Choosing(answers or {}, defaults=True), Terms(scratch=conninfo))


def again(found: Adaptation) -> tuple[Migration, ...]:
    """What came of adapting, as it is written."""
    return tuple(taken_apart(raw, name) for name, raw in files(found.drafts).items())


@pytest.mark.parametrize("landing", EVERY, ids=str)
def test_lands(landing: Landing, server: Server, scratch: Scratch) -> None:
    if not ALL and landing not in random.Random(server.major).sample(EVERY, 1):
        pytest.skip("a sample of them is run on each version")
    check(landing, scratch)


@pytest.mark.versions(min=15, max=15)
def test_lands_with_postgis(scratch: Scratch) -> None:
    check(POSTGIS, scratch)


def check(landing: Landing, scratch: Scratch) -> None:
    """It is proved, all that it asks for is there and works, and what came of it lands without another question."""
    with target(landing, scratch) as conninfo:
        found = adapted(scripts(landing), conninfo)
        assert wrong(found) == []
        assert found.proven
        assert sorted(missing(found)) == []
        assert broken(found) == BROKEN.get(landing, frozenset())
        more = adapted(again(found), conninfo)
        assert [f"{draft.written.place}: {done.question.key}" for draft, done in more.done] == []
        assert (more.changed, more.proven) == (False, True)


def wrong(found: Adaptation) -> list[str]:
    """What is refused, and what the rehearsal found."""
    refused = [f"{draft.written.place}: {refusal.said}" for draft, refusal in found.refused]
    findings = found.rehearsal.findings if found.rehearsal else ()
    return [*refused, *(one.message for one in findings if one.severity is Severity.ERROR)]


def missing(found: Adaptation) -> Iterator[str]:
    """What the script as it was written makes and is not there, though nobody was asked whether to leave it out."""
    for draft in found.drafts.all:
        if draft.added or (not draft.text and _is_asked(draft)):
            continue
        nodes = [node for text in (draft.written.sql, draft.text) if (node := _node(text)) is not None]
        if nodes and not any(_is_there(node, found.after) or _is_dropped(node, found) for node in nodes):
            yield f"{draft.written.place}: {draft.written.sql[:80]}"


def _is_asked(draft: Draft) -> bool:
    """Whether somebody decides that it is left out."""
    return any(done.question.open and done.repair.outcome is Outcome.REMOVED for done in draft.done)


def _node(sql: str) -> Message | None:
    try:
        return tree.tree(sql)
    except tree.NotParsed:
        return None


def _is_there(node: Message, after: Catalog) -> bool:
    wanted: tuple[str, ...]
    kinds: tuple[str, ...]
    match node:
        case CreatePolicyStmt(table=table, policy_name=part):
            wanted, kinds = (*name(table), part), ("policy",)
        case CreateTrigStmt(relation=table, trigname=part):
            wanted, kinds = (*name(table), part), ("trigger",)
        case CreateFunctionStmt() if any(option.def_elem.arg.string.sval == "c" for option in node.options):
            return True  # an extension's own
        case _ if what := made(node):
            wanted, kinds = what[1], KINDS[what[0]]
        case _:
            return True
    here = (ref.names for ref in after.facts if ref.kind in kinds)
    return any(names[-len(wanted) :] == wanted for names in here)


def _is_dropped(node: Message, found: Adaptation) -> bool:
    """Whether the script itself does away with it."""
    what = made(node)
    gone = (one for draft in found.drafts.all if (drop := _node(draft.text)) is not None for one in dropped(drop))
    return what is not None and any(means(what[1], each) for each in gone)


def broken(found: Adaptation) -> frozenset[str]:
    """The functions that cannot run."""
    return frozenset(one.about.names[-1] for one in found.broken if one.aspect in (Aspect.RUNS, Aspect.COMPILES))


def checksums(conninfo: str, of: Catalog) -> dict[str, str]:
    """The rows of all tables of a state, by the columns that they have in it."""
    found = {}
    with psycopg.connect(conninfo) as session:
        for table in of.of(Table):
            columns = [SQL("{}::text").format(Identifier(one.names[-1])) for one in of.parts(table.names, TableColumn)]
            query = SQL("select md5(string_agg(r::text, chr(10) order by r::text)) from (select {} from {}) r")
            row = session.execute(query.format(SQL(", ").join(columns), Identifier(*table.names))).fetchone()
            if row and row[0]:
                found[".".join(table.names)] = str(row[0])
    return found


def state(conninfo: str) -> Catalog:
    with connected(conninfo) as session:
        return extract(session)


@pytest.mark.newest
def test_loyalty_is_applied_and_taken_back(scratch: Scratch) -> None:
    """All rows are as they were, in all columns that there were; and the way back leads back."""
    with target(LOYALTY, scratch) as conninfo, scratch.empty() as elsewhere:
        before = state(conninfo)
        rows = checksums(conninfo, before)
        assert len(rows) >= 7
        found = adapted(scripts(LOYALTY), conninfo)
        assert apply(found.folder, conninfo, AGREED).arrived
        assert checksums(conninfo, before) == rows
        assert undo(conninfo, None, AGREED, scratch=elsewhere).arrived
        assert checksums(conninfo, before) == rows
        left = [str(change.ref) for change in changes(before, state(conninfo))]
        assert [one for one in left if "seachange" not in one] == []


def test_what_people_removed_from_loyalty_is_kept(server: Server, scratch: Scratch) -> None:
    """The kinds of change that people made by hand, each met in a way that gives up less."""
    if not ALL and server.major not in (15, 18):
        pytest.skip("run on two versions")
    with target(LOYALTY, scratch) as conninfo:
        found = adapted(scripts(LOYALTY), conninfo)
        given = {key: found.answers[key] for key in LESS}
        assert given == LESS
        merged = {key: answer for key, answer in found.answers.items() if key.startswith("table-there ")}
        assert (len(merged), set(merged.values())) == (5, {"merge"})
        # People dropped NOT NULL; here somebody is asked, and no new null can come.
        nulls = {key: done.question.open for _, done in found.done if (key := done.question.key).endswith(".org_id")}
        assert (len(nulls), set(nulls.values())) == (5, {True})
        assert sum(ref.kind == "policy" and ref.names[1].startswith(ITS) for ref in found.after.facts) >= 14
        for trigger in ("update_customer_loyalty_on_transaction", "validate_reward_redemption"):
            assert any(ref.kind == "trigger" and trigger in ref.names[-1] for ref in found.after.facts), trigger


def test_what_people_removed_from_analytics_is_kept(server: Server, scratch: Scratch) -> None:
    if not ALL and server.major not in (15, 18):
        pytest.skip("run on two versions")
    with target(ANALYTICS, scratch) as conninfo:
        after = adapted(scripts(ANALYTICS), conninfo).after
        keys = [
            one for one in after.of(TableConstraint) if one.names[1] == "demand_forecast" and one.type == "foreign key"
        ]
        assert any(one.references == ("core", "product") for one in keys), keys
        (view,) = (one for one in after.of(View) if one.names[-1] == "v_forecast_performance")
        assert "product_name" in view.definition
        assert len([ref for ref in after.facts if ref.kind == "policy"]) >= 8


@pytest.mark.newest
def test_the_tests_of_loyalty_fail_only_by_constraints_of_its_own(scratch: Scratch) -> None:
    """Three blocks write what a CHECK of the same script forbids, as on the database it was made for."""
    with target(LOYALTY, scratch) as conninfo, psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(WITH_TENANTS.encode())
        found = adapted(scripts(LOYALTY), conninfo)
        assert found.proven
        for draft in found.drafts.all:
            session.execute(draft.text.encode())
        blocks = migration(corpus("real") / f"{_LOYALTY}/tests/0015_loyalty_rewards_TESTS.sql").up
        refused = [code for block in blocks if (code := _refused(session, block.sql))]
        assert (len(blocks), refused) == (15, ["23514"] * 3)


def _refused(session: psycopg.Connection, sql: str) -> str:
    try:
        session.execute(sql.encode())
    except psycopg.Error as error:
        return error.sqlstate or "?"
    return ""
