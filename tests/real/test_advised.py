"""What the checks find in real databases of which people found out what is wrong with them."""

from __future__ import annotations

from collections import defaultdict

import psycopg
import pytest

from seachange.checks import advised
from seachange.checks.around import State
from seachange.postgres.extract import extract
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.sql.script import read
from tests.corpus import corpus
from tests.plugins.servers import Server

Found = dict[str, dict[str, list[str]]]
"""What was said, by check and by object."""
PLATFORM = """
do $$ begin create role anon nologin; exception when duplicate_object then null; end $$;
grant all on all tables in schema public to anon;
"""
"""What this platform gives to visitors of every table that is made on it."""


def found(state: str, scratch: Scratch, beside: str = "") -> Found:
    """What checks find in a state; what they ask is asked."""
    said: Found = defaultdict(lambda: defaultdict(list))
    with scratch.empty() as conninfo:
        load(conninfo, (read(corpus("real") / state),), own_server=True)
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(beside.encode())
            for told in advised(State(extract(session), version=session.info.server_version)):
                asks = told.remark.asks
                rows = (
                    session.execute(asks.sql.encode()).fetchall()
                    if asks
                    else [(told.remark.about, told.remark.message)]
                )
                for about, message in rows:
                    said[told.check.name][about].append(message)
    return said


def test_policies_that_ask_another_setting_or_fail_without_it(server: Server, scratch: Scratch) -> None:
    said = found("5-event-analytics/states/platform_after_archived_analytics.sql", scratch)
    assert len(said["policy-current-setting-no-missing-ok"]) == 28
    assert "analytics_aggregations" in said["policy-current-setting-no-missing-ok"]
    assert "audit_logs" in said["policy-setting-empty-string-cast"]
    (others,) = said["policy-guc-inconsistent"]["audit_logs"]
    assert "asks app.current_tenant_id, while 39 tables of its schema ask app.current_tenant" in others
    assert set(said["policy-open-by-setting"]) == {"tickets", "venues"}
    assert len(said["matview-no-unique-index"]) == 3  # those of five that cannot be refreshed concurrently


@pytest.mark.newest
def test_views_that_pass_by_row_security(server: Server, scratch: Scratch) -> None:
    said = found("5-event-analytics/states/consolidated_after.sql", scratch)
    assert {"compliance_reporting_basic", "users_masked"} <= said["view-bypasses-rls"].keys()
    assert len(said["matview-over-rls"]) == 5
    assert set(said["tenant-table-without-rls"]) == {"account_lockout_events"}
    assert len(said["policy-open-by-setting"]) == 172
    assert said["policy-guc-inconsistent"] == {}


@pytest.mark.newest
def test_visitors_that_empty_the_audit_log(server: Server, scratch: Scratch) -> None:
    said = found("4-travel/states/after_production.sql", scratch, PLATFORM)
    (told,) = said["granted-to-public"]["audit_log"]
    assert told.startswith("anon, as whom visitors ask, has DELETE, TRUNCATE, UPDATE on audit_log")
    assert "user_booking_stats" in said["matview-over-rls"]
    assert said["secdef-no-search-path"]
