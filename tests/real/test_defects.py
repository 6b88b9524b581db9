"""What people found wrong with real states and scripts, checks find; and how much they say in all shows their noise."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from seachange.catalog.catalog import Catalog
from seachange.checks import Known, Told, advised, looked_at
from seachange.checks.around import State
from seachange.checks.world import World
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.sql.migration import read
from seachange.sql.script import read as script
from tests.corpus import corpus
from tests.real.mirrors import catalog

BODIES = frozenset(
    {"ambiguous-plpgsql-name", "function-body-missing-object", "function-cannot-run", "upsert-without-unique-key"}
)


def _state(scratch: Scratch, file: str) -> Catalog:
    with scratch.empty() as conninfo:
        load(conninfo, (script(corpus("real") / file),), own_server=True)
        return catalog(conninfo)


def _flagged(told: Iterable[Told], names: Iterable[str]) -> set[str]:
    """What is flagged, as the part of its name that people use."""
    return {one.remark.about.partition("(")[0] for one in told if one.flagged and one.check.name in names}


def _scripts(*files: str) -> list[Path]:
    return [corpus("real") / file for file in files]


@pytest.mark.newest
def test_functions_that_cannot_run(scratch: Scratch) -> None:
    files = _scripts(
        "1-loyalty-and-ai-analytics/compat/0014_loyalty_schema_fixes.sql",
        "1-loyalty-and-ai-analytics/compat/0015_loyalty_rewards_COMPAT.sql",
        "1-loyalty-and-ai-analytics/compat/0008_ai_analytics_COMPAT.sql",
    )
    world = World(_state(scratch, "1-loyalty-and-ai-analytics/target.sql"))
    found = _flagged(looked_at(map(read, files), Known(world)), BODIES)
    assert found == {"redeem_reward", "get_customer_rewards_summary", "get_forecast_accuracy_metrics"}


@pytest.mark.newest
def test_functions_that_a_migration_broke(scratch: Scratch) -> None:
    told = list(advised(State(_state(scratch, "2-eight-stages/states/after_human_stages.nogis.sql"))))
    found = _flagged(told, BODIES)
    assert found >= {"is_promotion_active_now", "update_product_rating"}
    assert len(found) == 12


@pytest.mark.newest
def test_predicates_that_checks_exclude(scratch: Scratch) -> None:
    files = _scripts(*(f"5-event-analytics/original/original_analytics_00{at}.sql" for at in (1, 2, 3)))
    world = World(_state(scratch, "5-event-analytics/states/platform_before.sql"))
    told = [one for one in looked_at(map(read, files), Known(world)) if one.check.name == "impossible-predicate"]
    messages = " ".join(one.remark.message for one in told)
    for value in ("'succeeded'", "'payment'", "'ACTIVE'", "'REDEEMED'", "'COMPLETED'"):
        assert value in messages
    assert len(told) == 8


@pytest.mark.newest
def test_people_put_the_predicates_right(scratch: Scratch) -> None:
    state = State(_state(scratch, "5-event-analytics/states/consolidated_after.sql"))
    assert not [one for one in advised(state, {"impossible-predicate"}) if one.flagged]


@pytest.mark.newest
def test_functions_that_lack_an_extension(scratch: Scratch) -> None:
    told = list(advised(State(_state(scratch, "4-travel/states/after_production.sql"))))
    assert _flagged(told, BODIES) == {"audit_trigger", "verify_audit_log_integrity", "get_hotel_social_proof"}
