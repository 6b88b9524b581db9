"""A right database is found right; each way to be wrong is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from seachange import read
from seachange.catalog.ref import Ref
from seachange.catalog.scope import Scope, pattern
from seachange.errors import NotUnderstood
from seachange.postgres import counting
from seachange.verify import TARGET, Verification, rows, verify
from seachange.verify.verification import Aspect, Outcome, Since
from tests.plugins.servers import Server
from tests.verify.shop import ROWS, SHOP, ask, faults, only, send

Databases = Callable[[int], tuple[str, ...]]
Look = Callable[..., Verification]
INVOICE_SEQUENCE = Ref("sequence", ("shop", "invoice_id_seq"))


@pytest.fixture
def shops(databases: Databases) -> tuple[str, str]:
    """Two shops that are alike."""
    target, desired = databases(2)
    for conninfo in (target, desired):
        send(conninfo, SHOP + ROWS)
    return target, desired


@pytest.fixture
def look(server: Server, shops: tuple[str, str]) -> Look:
    """Verifies the first shop, after a script, against the second."""
    target, desired = shops

    def looked(script: str = "", **more: object) -> Verification:
        if script:
            send(target, script)
        return verify(target, desired, **{"scratch": server.conninfo, **more})  # type: ignore[arg-type]

    return looked


def test_right_database_is_good(look: Look, shops: tuple[str, str]) -> None:
    stood = ask(shops[0], "select last_value from shop.invoice_id_seq")
    found = look(data=True)
    assert faults(found) == set()
    assert found.good
    assert found.changes == ()
    assert all(row.equal == row.all for row in found.parity)
    assert {(row.table, row.rows, row.desired, row.same) for row in found.rows} == {
        (("shop", "customer"), 50, 50, True),
        (("shop", "invoice"), 200, 200, True),
        (("shop", "event"), 20, 20, True),
    }
    assert {probe.about.names[-1]: probe.outcome for probe in found.of(Aspect.IS_USED)} == dict.fromkeys(
        (
            *(f"customer_{index}" for index in ("pkey", "mail_key", "word")),
            *(f"invoice_{index}" for index in ("pkey", "customer", "large")),
            "event_2025_at_idx",
        ),
        Outcome.PASSED,
    )
    assert len(list(found.of(Aspect.IS_AHEAD))) == 2
    assert len(list(found.of(Aspect.ROWS_FIT))) == 1
    assert found.jumps == ()
    assert ask(shops[0], "select last_value from shop.invoice_id_seq") == stood


@pytest.mark.newest
def test_missing_table_is_found(look: Look) -> None:
    found = look("drop view shop.debtor; drop table shop.invoice")
    assert not found.good
    assert Ref("table", ("shop", "invoice")) in {change.ref for change in found.changes}
    (tables,) = (row for row in found.parity if row.kind == "table")
    assert (tables.equal, tables.missing, tables.all) == (3, 1, 4)


@pytest.mark.newest
def test_what_a_script_does_not_speak_of_is_neither_fault_nor_counted(
    server: Server, shops: tuple[str, str], role: str, tmp_path: Path
) -> None:
    script = tmp_path / "shop.sql"
    script.write_text(SHOP)
    send(shops[0], f"create role {role}; grant pg_read_all_data to {role}; alter table shop.customer owner to {role}")
    found = verify(shops[0], str(script), scratch=server.conninfo)
    assert found.changes == ()
    assert found.good
    counted = {row.kind: row.all for row in found.parity}
    assert "database" not in counted
    assert counted["owner"] < sum(ref.kind == "owner" for ref in read(shops[0]).facts)
    assert all(row.desired is None for row in found.rows)


@pytest.mark.newest
def test_sequence_that_was_set_back(look: Look) -> None:
    found = look("select setval('shop.invoice_id_seq', 100)")
    assert faults(found) == {("sequence shop.invoice_id_seq", "is ahead of its column")}
    one = only(found, Aspect.IS_AHEAD)
    assert (one.about, one.case) == (INVOICE_SEQUENCE, "shop.invoice.id")
    assert "gives 101 next, and the column has 200" in one.said
    assert not found.good


@pytest.mark.newest
def test_sequence_whose_column_makes_more_of_it(server: Server, database: str) -> None:
    send(
        database,
        "create sequence s; create table t (id text default 'A-' || nextval('s'), n int default nextval('s') * 2)",
    )
    found = verify(database, database, scratch=server.conninfo)
    assert {(probe.case, probe.outcome) for probe in found.of(Aspect.IS_AHEAD)} == {
        ("public.t.id", Outcome.NOT_EXAMINABLE),
        ("public.t.n", Outcome.NOT_EXAMINABLE),
    }


UNPROVEN = "alter table shop.invoice add constraint small check (total < 150) not valid"


@pytest.mark.newest
def test_rows_that_break_a_check_which_nobody_validated(look: Look, shops: tuple[str, str]) -> None:
    send(shops[1], UNPROVEN)
    found = look(UNPROVEN)
    assert faults(found) == {("table constraint shop.invoice.small", "has rows that fit")}
    assert only(found, Aspect.ROWS_FIT).said == "51 rows break it"


@pytest.mark.newest
def test_rows_that_fit_a_check_which_nobody_validated(look: Look, shops: tuple[str, str]) -> None:
    fits = UNPROVEN.replace("150", "1500")
    send(shops[1], fits)
    found = look(fits)
    assert found.good
    assert only(found, Aspect.ROWS_FIT, Outcome.PASSED).about.names[-1] == "small"


@pytest.mark.versions(min=18)
def test_constraints_that_are_not_enforced_or_not_valid(look: Look, shops: tuple[str, str]) -> None:
    odd = """
        insert into shop.customer (name) values ('x');
        alter table shop.invoice add constraint small check (total < 150) not enforced;
        alter table shop.customer add constraint has_mail not null mail not valid
        """
    send(shops[1], odd)
    assert faults(look(odd)) == {
        ("table constraint shop.invoice.small", "has rows that fit"),
        ("table constraint shop.customer.has_mail", "has rows that fit"),
    }


ORPHAN = "set session_replication_role = replica; update shop.invoice set customer = 77 where id < 4"


@pytest.mark.newest
def test_orphans_behind_a_valid_key_are_found_with_data(look: Look) -> None:
    found = look(ORPHAN, data=True)
    assert only(found, Aspect.ROWS_FIT).said == "3 rows break it"
    assert [row.table for row in found.rows if row.same is False] == [("shop", "invoice")]
    assert not found.good


@pytest.mark.newest
@pytest.mark.parametrize(("match", "broken"), [("simple", 1), ("full", 2)])
def test_orphans_by_how_the_key_matches(server: Server, database: str, match: str, broken: int) -> None:
    send(
        database,
        f"""
        create table p (a int, b int, primary key (a, b));
        create table c (a int, b int, foreign key (a, b) references p match {match});
        insert into p values (1, 1);
        set session_replication_role = replica;
        insert into c values (1, 1), (1, null), (null, null), (1, 2);
        """,
    )
    found = verify(database, database, scratch=server.conninfo, data=True)
    assert only(found, Aspect.ROWS_FIT).said.startswith(f"{broken} row")


@pytest.mark.newest
def test_rows_that_differ_in_content_alone(look: Look) -> None:
    found = look("update shop.invoice set total = total + 1 where id = 7", data=True)
    assert [(row.table, row.rows, row.desired) for row in found.rows if row.same is False] == [
        (("shop", "invoice"), 200, 200)
    ]
    assert not found.good


@pytest.mark.newest
def test_rows_of_a_script_are_not_compared_and_it_is_said(
    server: Server, shops: tuple[str, str], tmp_path: Path
) -> None:
    script = tmp_path / "shop.sql"
    script.write_text(SHOP)
    found = verify(shops[0], str(script), scratch=server.conninfo, data=True)
    assert "rows-not-compared" in {finding.check for finding in found.findings}
    assert found.good


def leave_invalid(conninfo: str) -> None:
    """What a concurrent build leaves that failed."""
    send(conninfo, "insert into shop.customer (name) values ('twin'), ('twin')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        send(conninfo, "create unique index concurrently customer_name on shop.customer (name)")


@pytest.mark.newest
def test_index_that_a_failed_build_left(look: Look, shops: tuple[str, str]) -> None:
    send(shops[1], "create unique index customer_name on shop.customer (name)")
    leave_invalid(shops[0])
    found = look()
    assert ("index shop.customer_name", "can be used") in faults(found)
    assert only(found, Aspect.IS_USABLE).said == "it is not valid and takes no new rows"
    assert not found.good


@pytest.mark.newest
def test_index_that_was_broken_before_is_inherited(look: Look, shops: tuple[str, str]) -> None:
    for shop in shops:
        leave_invalid(shop)
    before = read(shops[0])
    found = look(before=before)
    assert only(found, Aspect.IS_USABLE).since is Since.INHERITED
    found = look()
    assert only(found, Aspect.IS_USABLE).since is Since.UNKNOWN


BROKEN_VIEW = """
create function shop.stop() returns trigger language plpgsql as 'begin new.nothing := 1; return new; end';
create trigger stop before insert on shop.{0} for each row execute function shop.stop();
"""


@pytest.mark.newest
def test_faults_of_behaviour_have_their_time(look: Look, shops: tuple[str, str]) -> None:
    before_script = BROKEN_VIEW.format("customer")
    after_script = "create trigger stop before insert on shop.invoice for each row execute function shop.stop()"
    send(shops[0], before_script)
    before = read(shops[0])
    send(shops[1], before_script)
    found = look(after_script, before=before)
    since = {str(probe.about): probe.since for probe in found.of(Aspect.TAKES_ROW) if probe.outcome is Outcome.FAILED}
    assert since["table shop.customer"] is Since.INHERITED
    assert since["table shop.invoice"] is Since.INTRODUCED


@pytest.mark.newest
def test_sequence_that_is_new_is_at_fault_now(look: Look, shops: tuple[str, str]) -> None:
    before = read(shops[0])
    new = "create table shop.note (id serial primary key)"
    send(shops[1], new)
    found = look(f"{new}; insert into shop.note values (1); select setval('shop.invoice_id_seq', 5)", before=before)
    assert {probe.about.names[-1]: probe.since for probe in found.of(Aspect.IS_AHEAD) if probe in found.failed} == {
        "note_id_seq": Since.INTRODUCED,
        "invoice_id_seq": Since.UNKNOWN,
    }


@pytest.mark.newest
def test_in_the_target_itself_nothing_changes(look: Look, shops: tuple[str, str]) -> None:
    fingerprint, rows = read(shops[0]).fingerprint, "select id, customer, total from shop.invoice order by 1"
    stood = ask(shops[0], rows)
    found = look(on=TARGET)
    assert faults(found) == set()
    assert found.on == "the target itself"
    assert list(found.of(Aspect.TAKES_ROW))
    assert read(shops[0]).fingerprint == fingerprint
    assert ask(shops[0], rows) == stood


@pytest.mark.newest
def test_without_a_copy_nothing_is_said_of_behaviour(look: Look) -> None:
    found = look(scratch="host=/nowhere dbname=postgres")
    assert not found.good
    assert found.missed
    assert {finding.check for finding in found.findings} >= {"no-copy"}
    assert {probe.outcome for probe in found.of(Aspect.TAKES_ROW, Aspect.IS_USED)} == {Outcome.NOT_EXAMINABLE}
    assert {probe.outcome for probe in found.of(Aspect.IS_AHEAD, Aspect.IS_USABLE)} == {Outcome.PASSED}


@pytest.mark.newest
def test_only_what_is_meant(look: Look) -> None:
    found = look("drop function shop.twice", scope=Scope(include=(pattern("table:shop.invoice"),)))
    assert found.changes == ()
    assert {row.table for row in found.rows} == {("shop", "invoice")}
    assert {probe.about.names[1] for probe in found.of(Aspect.TAKES_ROW)} == {"invoice"}


@pytest.mark.newest
def test_that_nothing_is_meant_is_no_success(look: Look) -> None:
    with pytest.raises(NotUnderstood, match="nothing matches"):
        look(scope=Scope(include=(pattern("shoop.*"),)))


@pytest.mark.newest
def test_script_is_verified_as_the_copy_that_is_made_of_it(server: Server, tmp_path: Path) -> None:
    script = tmp_path / "shop.sql"
    script.write_text(SHOP + ROWS + "; select setval('shop.invoice_id_seq', 3)")
    found = verify(str(script), str(script), scratch=server.conninfo)
    assert faults(found) == {("sequence shop.invoice_id_seq", "is ahead of its column")}
    with pytest.raises(NotUnderstood, match="only a database"):
        verify(str(script), str(script), on=TARGET)


@pytest.mark.newest
def test_table_that_somebody_locks_is_not_waited_for(shops: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "PATIENT", "set lock_timeout = '100ms'")
    state = read(shops[0])
    with psycopg.connect(shops[0]) as session:
        session.execute("lock table shop.event")
        counted, told = rows.count(shops[0], state)
    assert {row.table[-1] for row in counted} == {"customer", "invoice"}
    assert [(finding.check, finding.about) for finding in told] == [("not-counted", "shop.event")]
