"""A real database that is what it should be is found so, whatever was wrong with it before."""

from __future__ import annotations

import pytest

from seachange import read, verify
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.sql import script
from seachange.verify.verification import Aspect, Outcome, Since
from tests.corpus import corpus
from tests.plugins.servers import Server

STATES = "real/2-eight-stages/states"


@pytest.mark.newest
def test_eight_stages(server: Server, scratch: Scratch) -> None:
    legacy, before = (corpus(f"{STATES}/{state}.nogis.sql") for state in ("legacy", "current_before"))
    with scratch.empty() as target:
        load(target, (script.read(legacy),), own_server=True)
        found = verify(target, str(legacy), before=read(str(before), scratch=server.conninfo), scratch=server.conninfo)
    assert found.changes == ()
    assert found.missed == ""
    equal, counted = found.equal
    assert equal == counted > 4500
    assert len(found.rows) == 129
    assert {probe.outcome for probe in found.of(Aspect.IS_USABLE, Aspect.IS_AHEAD)} == {Outcome.PASSED}
    used = [probe.outcome for probe in found.of(Aspect.IS_USED)]
    assert used.count(Outcome.FAILED) == 0
    assert used.count(Outcome.PASSED) > 600
    assert Since.UNKNOWN not in {probe.since for probe in found.failed}
