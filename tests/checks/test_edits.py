"""What checks would edit by themselves: the text that comes of it parses, and the check is silent on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from seachange.checks import Known, Told, checks, looked_at
from seachange.checks.world import World
from seachange.postgres.extract import extract
from seachange.sql.edit import edited
from seachange.sql.migration import Migration, Written, taken_apart
from tests.checks.corpus import Case, as_told, cases, said
from tests.checks.test_cases import ALL, MARK, _case, _has_state
from tests.corpus import has_corpus
from tests.plugins.servers import Server

CORPUS = cases() if has_corpus("lint") else ()


LOCKING = frozenset(name for name, check in checks().items() if check.code.startswith("LK"))
BAD = [path for path in ALL if path.name.startswith("bad") and path.parent.name in LOCKING]


def _safe(script: str, known: Known, path: Path) -> list[Written]:
    """The statements that the check of a case would have instead."""
    told = _look(taken_apart(script.encode(), path.name), known, path.parent.name)
    return [written for one in told for written in taken_apart(one.remark.safe.encode(), "safe.sql").up]


@pytest.mark.parametrize("path", [path for path in BAD if not _has_state(path)], ids=_case)
def test_what_is_there_to_paste_parses(path: Path) -> None:
    assert not [written.text for written in _safe(path.read_text(), Known(), path) if written.flaw]


@pytest.mark.newest
@pytest.mark.parametrize("path", [path for path in BAD if _has_state(path)], ids=_case)
def test_what_is_there_to_paste_runs(path: Path, server: Server, database: str) -> None:
    """Each statement on its own, instead of the script."""
    state, _, script = f"\n{path.read_text()}".partition(MARK)
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(state.encode())
        for written in _safe(script, Known(World(extract(session)), session.info.server_version), path):
            session.execute(written.text.encode())


def _repaired(script: Migration, told: Sequence[Told]) -> bytes:
    return edited(script.raw, dict.fromkeys(edit for one in told for edit in one.remark.edits))


def _look(script: Migration, known: Known, name: str) -> list[Told]:
    return list(looked_at([script], known, {name}))


def _silent_afterwards(path: Path, raw: bytes, known: Known) -> None:
    name = path.parent.name
    script = taken_apart(raw, path.name)
    told = [one for one in _look(script, known, name) if one.remark.edits]
    after = taken_apart(_repaired(script, told), path.name)
    assert not told or all(written.node is not None for written in after.up)
    left = _look(after, known, name)
    before = [one for one in _look(script, known, name) if one.flagged]
    assert len([one for one in left if one.flagged]) == len(before) - len(told)


@pytest.mark.parametrize(
    "path", [path for path in ALL if path.name.startswith("bad") and not _has_state(path)], ids=_case
)
def test_without_a_catalog(path: Path) -> None:
    _silent_afterwards(path, path.read_bytes(), Known())


@pytest.mark.newest
@pytest.mark.parametrize("path", [path for path in ALL if path.name.startswith("bad") and _has_state(path)], ids=_case)
def test_with_a_state(path: Path, database: str) -> None:
    state, _, script = f"\n{path.read_text()}".partition(MARK)
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(state.encode())
        known = Known(World(extract(session)), session.info.server_version)
    _silent_afterwards(path, script.encode(), known)


def _edited(case: Case) -> list[Told]:
    return [one for one in said(case.raw, case) if one.remark.edits]


@pytest.mark.parametrize("case", [case for case in CORPUS if case.is_bad and _edited(case)], ids=lambda case: case.file)
def test_other_linter_would_be_content(case: Case) -> None:
    """All that is flagged is edited, in the corpus, and nothing is flagged then."""
    told = said(case.raw, case)
    by_check = {one.check.name for one in told if one.remark.edits}
    after = _repaired(as_told(case.raw, case), [one for one in told if one.remark.edits])
    assert all(written.node is not None for written in as_told(after, case).up)
    assert not [one for one in said(after, case) if one.check.name in by_check]


def test_concurrent_build_gets_no_lock_timeout_by_edits() -> None:
    """What two checks edit together must not make a third one flag it."""
    script = taken_apart(b"CREATE INDEX i ON orders (customer);\nALTER TABLE orders ADD COLUMN state text;", "case.sql")
    told = list(looked_at([script], names=checks()))
    after = taken_apart(_repaired(script, told), "case.sql")
    assert b"CONCURRENTLY" in after.raw
    assert not _look(after, Known(), "lock-timeout-on-concurrent-build")
