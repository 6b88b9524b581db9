"""The report on a migration: what came of it, in short, and where the documents are that tell all of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.finding import Severity
from seachange.migrate import told
from seachange.migrate.migration import Migration
from seachange.migrate.story import Story
from seachange.plan.words import size
from seachange.report import Figure, Report, Section, Table
from seachange.verify.verification import Outcome


def report(migration: Migration) -> Report:
    """What hurried readers want, and what went wrong."""
    story = migration.story
    return Report(
        title="Migration",
        verdict=told.verdict(story),
        good=migration.good,
        about=(
            ("target", story.target),
            ("desired", story.desired),
            ("run", str(story.run.run)),
            ("backup", story.run.backup),
            ("undo", story.undo),
            *(("document", str(path)) for path in migration.documents),
        ),
        figures=tuple(_figures(story)),
        sections=tuple(_sections(story)),
        findings=tuple(one for one in story.findings if one.severity is not Severity.NOTE),
    )


def as_json(migration: Migration) -> dict[str, object]:
    """The migration as machines read it."""
    story, verification = migration.story, migration.story.verification
    return {
        "good": migration.good,
        "run": story.run.run,
        "steps": len(story.steps),
        "seconds": sum(step.seconds for step in story.steps),
        "waits": msgspec.to_builtins(story.waits),
        "survivals": msgspec.to_builtins(story.survivals),
        "different": len(verification.changes) if verification else None,
        "failed": msgspec.to_builtins(verification.failed) if verification else None,
        "findings": msgspec.to_builtins(story.findings),
        "documents": [str(path) for path in migration.documents],
    }


def _figures(story: Story) -> Iterator[Figure]:
    yield Figure("steps", f"{len(story.steps):,}", note=f"{sum(step.seconds for step in story.steps):,.1f} s")
    yield Figure("waits", f"{len(story.waits):,}", note=f"{sum(wait.seconds for wait in story.waits):,.1f} s")
    if verification := story.verification:
        equal, every = (sum(getattr(one, name) for one in verification.parity) for name in ("equal", "all"))
        yield Figure("facts equal", f"{equal:,}", note=f"of {every:,}")
        passed = sum(probe.outcome is Outcome.PASSED for probe in verification.probes)
        yield Figure("probes passed", f"{passed:,}", note=f"of {len(verification.probes):,}")
    yield Figure("tables kept their rows", f"{sum(one.survived for one in story.survivals):,}")
    if story.sizes_after:
        before, after = (sum(one.bytes for one in sizes.values()) for sizes in (story.sizes_before, story.sizes_after))
        yield Figure("in tables", size(after), note=f"{size(before)} before")


def _sections(story: Story) -> Iterator[Section]:
    lost = tuple(
        (".".join(one.name), f"{one.before:,}", f"{one.after:,}") for one in story.survivals if not one.survived
    )
    if lost:
        yield Table("Rows that did not stay as they were", ("table", "before", "after"), lost, numeric=2)
    failed = story.verification.failed if story.verification else ()
    rows = tuple((str(one.about), one.aspect.value, one.case, one.said, one.since.value) for one in failed)
    if rows:
        yield Table("Probes that failed", ("object", "does not", "case", "the server says", "since"), rows)
