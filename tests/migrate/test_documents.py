"""What is handed over after a run: only what was measured, complete, and harmless whatever names it holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg
import pytest

from seachange.compare import compare
from seachange.errors import NotWritten
from seachange.migrate.documents import documents, write
from seachange.migrate.story import Story, retold
from seachange.plan.folder import Folder
from seachange.planner import plan
from seachange.postgres import ledger
from seachange.postgres.ledger import Begun, Kind, Ledger, State, Went
from seachange.postgres.read import read
from seachange.verify.verification import Outcome
from tests.migrate.stories import CHECK, story
from tests.plugins.states import HOSTILE, Pair

pytestmark = pytest.mark.newest
NAMES = [
    "FINAL_SUMMARY.md",
    "MIGRATION_REPORT.md",
    "VALIDATION_REPORT.md",
    "schema_comparison_report.txt",
    "schema_differences.json",
    "report.html",
]
BOASTS = ("production ready", "successful", "perfect", "100% success", "zero downtime", "comprehensive", "✅", "🎉")


@pytest.fixture
def told(pair: Pair) -> Story:
    return story(pair)


def texts(told: Story) -> dict[str, str]:
    return {name: content.decode() for name, content in documents(told).items()}


def changed(told: Story, **fields: object) -> Story:
    return msgspec.structs.replace(told, **fields)


def test_every_document_is_handed_over_and_boasts_of_nothing(told: Story) -> None:
    made = texts(told)
    assert list(made) == NAMES
    for name, text in made.items():
        assert text
        assert not [boast for boast in BOASTS if boast in text.lower()], name


def test_the_comparison_is_told_to_people_whole_and_to_machines(told: Story) -> None:
    made = texts(told)
    found = json.loads(made["schema_differences.json"])
    assert len(found["changes"]) == len(told.comparison.changes)
    assert {row["kind"] for row in found["parity"]} == {row.kind for row in told.comparison.parity}
    text = made["schema_comparison_report.txt"]
    assert "+ table shop.carts" in text
    assert "+ column note  text" in text
    assert "more" not in text.split("What differs")[1].split("May have been")[0]
    assert max(map(len, text.splitlines())) <= 120


def test_the_migration_report_tells_who_what_when_and_for_whom_it_waited(told: Story) -> None:
    text = texts(told)["MIGRATION_REPORT.md"]
    assert "role deployer, started by ada on build-4, over 192.0.2.7" in text
    assert "2026-03-01 09:30:00 UTC" in text
    assert "waited for a lock 600 ms, 2 times" in text
    assert "process 4711, role app" in text
    assert "idle in transaction for 1 min 15 s: update shop.orders set status = 'x'" in text
    assert "a prepared transaction, role app, prepared for 1 h 1 min" in text
    assert "```sh\npg\\_restore" not in text
    assert "```sh\npg_restore --dbname=restored /backups/shop\n```" in text
    assert f"```sh\n{told.undo}\n```" in text
    assert "table shop.gone" in text.split("### What went")[1].split("###")[0]
    steps = text.split("### Steps")[1].split("###")[0]
    assert steps.count("\n| ") == 2 + len(told.steps)
    assert "| access exclusive   | access exclusive |" in text.split("### Locks")[1]
    assert "read whole | measured" in text.split("### Tables written anew or read whole")[1]


def test_the_stages_follow_each_other_from_the_beginning_of_the_run_to_its_end(told: Story) -> None:
    rows = texts(told)["MIGRATION_REPORT.md"].split("### Timeline")[1].split("###")[0].splitlines()
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows if row.startswith("| ")][2:]
    assert cells[0] == ["before the first step", "", "0 ms", "1.5 s"]
    assert cells[-1][0] == "after the last step"
    assert "1 step" in cells[1][1]


def test_the_validation_report_gives_each_share_with_its_denominator(told: Story) -> None:
    text = texts(told)["VALIDATION_REPORT.md"]
    before = {row.kind: row for row in told.comparison.parity}["table column"]
    assert f"({before.equal} of {before.all})" in text
    assert "| introduced | table constraint shop.orders.positive | refuses what a check forbids |" in text
    assert "| inherited  | function shop.total(integer)" in text
    assert "it has no time of change" in text
    assert "the same; changed by the plan: status" in text
    assert "shop.orders\\_id\\_seq" in text


def test_the_summary_fits_on_a_page_and_has_the_new_faults_only(told: Story) -> None:
    text = texts(told)["FINAL_SUMMARY.md"]
    assert len(text.splitlines()) <= 60
    assert "shop.orders.positive" in text
    assert "shop.total" not in text
    assert "| tables with the same rows | 1        | of 1 that were looked at" in text


def test_what_nobody_measured_is_not_claimed(told: Story) -> None:
    bare = changed(
        told, after=None, verification=None, rehearsal=None, survivals=(), sizes_before={}, sizes_after={}, waits=()
    )
    made = texts(bare)
    assert "Nobody has read back the state it led to. Behaviour was not verified." in made["FINAL_SUMMARY.md"]
    assert "not compared" in made["VALIDATION_REPORT.md"]
    assert "not measured" in texts(changed(told, sizes_after={}))["VALIDATION_REPORT.md"]
    for name in ("FINAL_SUMMARY.md", "MIGRATION_REPORT.md", "VALIDATION_REPORT.md"):
        assert "probes" not in made[name].lower()
        assert "same rows" not in made[name]
    assert "no rehearsal is known of" in made["MIGRATION_REPORT.md"]


def test_a_run_that_failed_says_where_and_what_differs(told: Story) -> None:
    failed = msgspec.structs.replace(told.steps[4], state=Begun.FAILED, message="ERROR: no such thing")
    run = msgspec.structs.replace(told.run, state=State.FAILED, message="Step 5 was refused.")
    left = changed(told, run=run, steps=(*told.steps[:4], failed), after=told.before, verification=None)
    made = texts(left)
    assert f"Run 7 failed: 4 of {told.run.steps} steps have passed" in made["FINAL_SUMMARY.md"]
    assert "Step 5 was refused." in made["FINAL_SUMMARY.md"]
    assert "failed: ERROR: no such thing" in made["MIGRATION_REPORT.md"]
    assert "| missing | table " in made["VALIDATION_REPORT.md"]
    assert 'class="differs"' in made["report.html"]


def test_what_is_inherited_makes_no_run_bad(told: Story) -> None:
    assert told.verification is not None
    assert 'class="differs"' in texts(told)["report.html"]
    kept = tuple(
        probe for probe in told.verification.probes if probe.outcome is not Outcome.FAILED or probe.about != CHECK
    )
    mended = changed(told, verification=msgspec.structs.replace(told.verification, probes=kept))
    assert 'class="good"' in texts(mended)["report.html"]


def test_hostile_names_stay_names(told: Story) -> None:
    for name, text in texts(told).items():
        if name.endswith(("md", "html")):
            assert HOSTILE not in text, name
            assert "<img" not in text, name
        if name != "schema_differences.json":  # machines get names as they are, spelled as JSON has it
            assert not {"\x1b", "\u202e"}.intersection(text), name


def test_written_whole_into_a_new_folder_and_again(told: Story, tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "seven"
    made = documents(told)
    write(folder, made)
    write(folder, {**made, "FINAL_SUMMARY.md": b"again"})
    assert sorted(file.name for file in folder.iterdir()) == sorted(NAMES)
    assert (folder / "FINAL_SUMMARY.md").read_bytes() == b"again"
    with pytest.raises(NotWritten, match="cannot write"):
        write(folder / "report.html", made)


def test_retold_from_the_ledger_alone(databases: Callable[[int], tuple[str, ...]], pair: Pair) -> None:
    before, desired = read(pair.current), read(pair.desired)
    folder = Folder(plan(before, desired), plan(desired, before), before, desired, (("desired", "schema.sql"),))
    steps = list(folder.plan.steps)
    with psycopg.connect(*databases(1), autocommit=True) as session:
        ledger.make(session)
        book = Ledger(session)
        number = book.begin(Kind.APPLY, folder, before)
        began = book.runs()[0].began
        book.went(number, [Went(place, step, Begun.DONE, began) for place, step in enumerate(steps, 1)])
        book.end(number, State.DONE, after=desired)
        told = retold(book, book.runs()[0], "shop", undo="undo it")
    assert told.run.kind is Kind.APPLY
    assert told.comparison == compare(before, desired)
    text = texts(told)["FINAL_SUMMARY.md"]
    assert f"Run 1 is done: {len(steps)} of {len(steps)} steps have passed" in text
    assert "facts are as desired" in text
    assert "desired: <code>schema.sql</code>" in text
