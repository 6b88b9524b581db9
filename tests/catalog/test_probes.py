"""Each change to a database is seen as exactly the change it is, on every version that has it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE, Probe, Probes, observed, probes, stage
from tests.corpus import reference
from tests.plugins.servers import Server

OURS = sorted(HERE.glob("*.sql"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_what_is_changed_is_seen(path: Path, server: Server, scratch: Scratch) -> None:
    check(probes(path), server, scratch)


def test_the_changes_that_peers_miss_are_seen(server: Server, scratch: Scratch) -> None:
    """The statements are others'; what must be seen of them is ours."""
    check(_attribute_probes(), server, scratch)


def check(script: Probes, server: Server, scratch: Scratch) -> None:
    wanted = {probe.title: probe.seen if probe.fits(server.major) else None for probe in script.probes}
    assert len(wanted) == len(script.probes), "two probes have the same title"
    with stage(script, server, scratch) as conninfo:
        assert {probe.title: seen for probe, seen in observed(conninfo, script)} == wanted


def _attribute_probes() -> Probes:
    given = msgspec.json.decode(reference("attribute_probes.json").read_bytes())
    expected = {probe.title: probe for probe in probes(HERE / "attributes.txt").probes}
    assert expected.keys() == {title for title, _ in given["probes"]}
    return Probes(
        roles=("pr1", "pr2"),
        setup=";\n".join(given["setup"]),
        probes=tuple(_with(expected[title], sql) for title, sql in given["probes"]),
    )


def _with(probe: Probe, sql: str) -> Probe:
    return msgspec.structs.replace(probe, sql=sql)
