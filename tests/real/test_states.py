"""States of real databases: nothing in them is overlooked, and none differs from what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.sql.script import read
from tests.corpus import corpus
from tests.plugins.servers import Server
from tests.real.mirrors import ALL, FORMATS, complaints

STATES = (
    "2-eight-stages/states/after_human_stages.nogis.sql",
    "2-eight-stages/states/current_before.nogis.sql",
    "2-eight-stages/states/legacy.nogis.sql",
    "3-legacy-to-postgis/states/after_human.nogis.sql",
    "3-legacy-to-postgis/states/base22.nogis.sql",
    "4-travel/states/after_production.sql",
    "4-travel/states/base.sql",
    "5-event-analytics/states/consolidated_after.sql",
    "5-event-analytics/states/consolidated_before.sql",
    "5-event-analytics/states/platform_after_archived_analytics.sql",
    "5-event-analytics/states/platform_before.sql",
)
WITH_POSTGIS = (
    "2-eight-stages/states/current_before.postgis.sql",
    "2-eight-stages/states/legacy.postgis.sql",
    "3-legacy-to-postgis/states/after_human.postgis.sql",
    "3-legacy-to-postgis/states/base22.postgis.sql",
)


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_read_whole(state: str, server: Server, scratch: Scratch, tmp_path: Path) -> None:
    check(state, server, scratch, tmp_path)


@pytest.mark.versions(min=15, max=15)
@pytest.mark.parametrize("state", WITH_POSTGIS)
def test_a_state_with_postgis_is_read_whole(state: str, server: Server, scratch: Scratch, tmp_path: Path) -> None:
    check(state, server, scratch, tmp_path)


def check(state: str, server: Server, scratch: Scratch, folder: Path) -> None:
    script = read(corpus("real") / state)
    with scratch.empty() as conninfo:
        load(conninfo, (script,), own_server=True)
        assert complaints(conninfo, server, folder, FORMATS if ALL or server.major == 18 else FORMATS[:1]) == []
