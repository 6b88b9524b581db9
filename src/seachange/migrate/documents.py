"""What is handed over after a run: documents for people and machines, and one page with all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import msgspec

from seachange.compare.change import verb
from seachange.compare.comparison import as_json
from seachange.compare.report import Side, parity_table
from seachange.compare.report import report as compared
from seachange.compare.tree import tree
from seachange.errors import NotUnderstood
from seachange.migrate import proof, told, work
from seachange.migrate.story import Story, retold
from seachange.plan.report import subject
from seachange.plan.words import notes, size
from seachange.postgres.connection import connected
from seachange.postgres.ledger import Ledger, is_there
from seachange.postgres.source import conninfo, named
from seachange.report import MARKS, Bars, Figure, Listing, Passage, Report, Section, Table, Tree
from seachange.report.html import html
from seachange.report.markdown import WHOLE, markdown
from seachange.report.place import put, writing
from seachange.report.text import text
from seachange.sql.parse import without_secrets
from seachange.verify.report import faults
from seachange.verify.report import report as verified
from seachange.verify.verification import Since


def documents(story: Story) -> Mapping[str, bytes]:
    """The documents by the names of their files, in the order in which people read them."""
    compare = compared(story.comparison, Side(story.target, story.before), Side(story.desired, story.goal))
    return {
        "FINAL_SUMMARY.md": markdown(_summary(story), WHOLE).encode(),
        "MIGRATION_REPORT.md": markdown(_migration(story), WHOLE).encode(),
        "VALIDATION_REPORT.md": markdown(_validation(story), WHOLE).encode(),
        "schema_comparison_report.txt": text(compare).encode(),
        "schema_differences.json": msgspec.json.format(msgspec.json.encode(as_json(story.comparison))) + b"\n",
        "report.html": html(_page(story)).encode(),
    }


def handed_over(target: str, number: int) -> Mapping[str, bytes]:
    """The documents on a run of the database `target`: as they were kept, or made of what the ledger has.

    Raises NotUnderstood where there is no such run.
    """
    with connected(conninfo(target)) as session:
        if not is_there(session):
            raise NotUnderstood(f"{named(target)} has no ledger", hint="No run was ever begun there.")
        ledger = Ledger(session)
        story = retold(ledger, ledger.run(number), named(target), undo=f"seachange undo TARGET {number}")
        return {**documents(story), **ledger.reports(number)}


def write(folder: Path, documents: Mapping[str, bytes]) -> None:
    """Put the documents into a folder, which is made where it is not there; each is written whole or not at all.

    Raises NotWritten.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        put(folder / name, content)


def _report(story: Story, title: str, sections: Iterator[Section], figures: tuple[Figure, ...] = ()) -> Report:
    return Report(
        title=title,
        verdict=told.verdict(story),
        good=told.good(story),
        about=told.about(story),
        figures=figures,
        sections=tuple(sections),
        began=story.began or story.run.began,
        ended=story.ended or story.run.ended,
    )


def _migration(story: Story) -> Report:
    sections = chain((work.timeline(story),), work.sections(story), work.details(story))
    made = _report(story, "Migration report", sections, tuple(told.figures(story)))
    return msgspec.structs.replace(made, findings=told.findings(story))


def _validation(story: Story) -> Report:
    """What the verification shows, between what was before the run and what became of rows and sizes."""
    if story.verification is None:
        return _report(story, "Validation report", chain(_arrival(story), _kept(story)))
    made = verified(story.verification, story.target, story.desired)
    sections = (_parity(story), *made.sections, *_kept(story))
    return msgspec.structs.replace(made, title="Validation report", sections=sections)


def _arrival(story: Story) -> Iterator[Table | Bars]:
    """How far the desired state was reached, where nothing but that is known."""
    yield _parity(story)
    if story.reached and story.reached.changes:
        yield proof.differing(story.reached.changes)
    if story.reached:
        yield parity_table(story.reached.parity)


def _parity(story: Story) -> Bars:
    return proof.parity(story.comparison.parity, story.reached.parity if story.reached else None)


def _kept(story: Story) -> Iterator[Table | Bars]:
    if story.survivals:
        yield proof.survival(story.survivals)
    if story.sizes_before or story.sizes_after:
        yield proof.sizes(story)


def _summary(story: Story) -> Report:
    return _report(story, "Summary", _short(story))


def _short(story: Story) -> Iterator[Section]:
    """One page: the figures, the faults that are new, and the way back."""
    yield Table("Measured", ("what", "how much", ""), tuple(_measured(story)))
    if story.verification:
        new = tuple(probe for probe in story.verification.failed if probe.since is not Since.INHERITED)
        if new:
            yield faults(new)
    yield work.way_back(story)


def _measured(story: Story) -> Iterator[tuple[str, str, str]]:
    yield from ((figure.label, figure.value, figure.note) for figure in told.figures(story))
    for label, sizes in (("tables before", story.sizes_before), ("tables after", story.sizes_after)):
        if sizes:
            yield (label, f"{len(sizes):,}", size(sum(each.bytes for each in sizes.values())))


def _page(story: Story) -> Report:
    verbs = Counter(map(verb, story.comparison.changes))
    counts = (Figure(f"to {word}", f"{verbs[word]:,}", verb=word) for word in MARKS if verbs)
    made = _report(story, "Migration", _all(story), (*told.figures(story), *counts))
    return msgspec.structs.replace(made, findings=told.findings(story))


def _all(story: Story) -> Iterator[Section]:
    """What people look at first stands open; the rest folds, and the tree of differences comes last."""
    yield work.timeline(story)
    yield from work.sections(story)
    left = story.reached.changes if story.reached else ()
    proved = [
        proof.differing(left) if isinstance(section, Tree) else section for section in _validation(story).sections
    ]
    yield from (section for section in proved if not section.aside)
    yield from (msgspec.structs.replace(table, aside=True) for table in work.details(story))
    yield from (section for section in proved if section.aside)
    yield _statements(story)
    if story.comparison.changes:
        yield Tree("What was to change", tree(story.comparison.changes, story.before, story.goal))


def _statements(story: Story) -> Listing:
    passages = (
        Passage(f"{number} {subject(step)}", tuple(notes(story.plan, step)), f"{without_secrets(step.sql)};")
        for number, step in enumerate(story.plan.steps, 1)
    )
    return Listing("Statements", tuple(passages), aside=True)
