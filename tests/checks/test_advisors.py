"""The advisors' fixture: each of its objects is flagged by the advisors that are named for it, and by no others."""

from __future__ import annotations

import json
import runpy
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg
import pytest

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Index, Sequence
from seachange.checks import advised, checks
from seachange.checks.around import State
from seachange.checks.check import Verdict
from seachange.postgres.extract import extract
from seachange.postgres.scratch import Scratch
from tests.corpus import reference
from tests.plugins.servers import Server

ROLES = "drop owned by adv_app, adv_owner cascade; drop role adv_app, adv_owner"
BROKEN = "create unique index concurrently bad_invalid_i on adv.bad_invalid_idx (x)"
Flagged = dict[str, set[str]]
"""Objects by the advisor that flags them."""


@pytest.fixture(scope="module")
def flagged(server: Server, scratches: Callable[[Server], Scratch]) -> Iterator[Flagged]:
    with scratches(server).empty() as conninfo, psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(reference("advisors/fixture.sql").read_bytes())
        with suppress(psycopg.errors.UniqueViolation):
            session.execute(BROKEN)
        yield dict(_flagged(session))
        session.execute("drop schema adv cascade")
        with suppress(psycopg.Error):  # another database of this server may need them still
            session.execute(ROLES)


def _flagged(session: psycopg.Connection) -> Flagged:
    catalog = extract(session)
    found: Flagged = defaultdict(set)
    for told in advised(State(catalog, version=session.info.server_version)):
        remark = told.remark
        for advisor in _advisors(remark.same_as or told.check.same_as):
            if remark.asks:
                abouts = [str(row[0]) for row in session.execute(remark.asks.sql.encode()).fetchall()]
            else:
                abouts = [remark.about] if remark.verdict is Verdict.FLAGGED else []
            found[advisor].update(name for about in abouts if (name := _object(about, catalog)))
    return found


def _advisors(same_as: tuple[str, ...]) -> Iterator[str]:
    return (name for tool, _, name in (one.partition(" ") for one in same_as) if tool == "advisor")


def _object(about: str, catalog: Catalog) -> str:
    """The table, view or function of the fixture that a remark is about."""
    schema, _, rest = about.partition(".")
    if schema != "adv":
        return ""
    name = rest if rest.endswith(")") else _names(rest)[0]
    return owners(catalog).get(name, name)


def _names(path: str) -> list[str]:
    return [part.strip('"') for part in path.split(".")]


def owners(catalog: Catalog) -> dict[str, str]:
    """The tables of indexes and sequences."""
    tables = {index.names[-1]: index.table[-1] for index in catalog.of(Index)}
    return tables | {one.names[-1]: one.owned_by[-1] for one in catalog.of(Sequence) if one.owned_by}


def expected() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(reference("advisors/expected.json").read_text())
    return found


def rules() -> list[str]:
    return [rule["id"] for rule in runpy.run_path(str(reference("advisors/rules.py")))["R"]]


def test_objects_are_flagged_as_expected(flagged: Flagged) -> None:
    wanted: Flagged = defaultdict(set)
    for name, advisors in expected().items():
        for advisor in advisors:
            wanted[advisor].add(name)
    there = named()
    missing = {rule: wanted[rule] - flagged.get(rule, set()) for rule in rules() if rule in there}
    surplus = {rule: flagged.get(rule, set()) - wanted[rule] for rule in rules()}
    assert {rule: names for rule, names in missing.items() if names} == {}
    assert {rule: names for rule, names in surplus.items() if names} == {}


def named() -> set[str]:
    """The advisors that checks stand for."""
    return {name for check in checks().values() for name in _advisors(check.same_as)}


def test_each_advisor_is_a_check_or_a_remark(flagged: Flagged) -> None:
    assert set(rules()) - named() - flagged.keys() == set()
