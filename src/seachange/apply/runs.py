"""Which of the runs that a ledger has still stand, and which has not come to its end."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.postgres.ledger import Begun, Ledger, Run, State


def is_undone(run: Run, runs: Iterable[Run]) -> bool:
    """Whether some run took it back, and was not taken back itself."""
    runs = tuple(runs)
    return any(one.undoes == run.run and one.state is State.DONE and not is_undone(one, runs) for one in runs)


def unfinished(runs: Iterable[Run], ledger: Ledger) -> Run | None:
    """The last run that has not ended, but has done something that was not taken back."""
    runs = tuple(runs)
    back = {run.run for run in runs if is_undone(run, runs)}
    left = (run for run in runs if run.state is not State.DONE and not {run.run, run.undoes} & back)
    return next((run for run in left if has_begun(run, ledger)), None)


def has_begun(run: Run, ledger: Ledger) -> bool:
    """Whether a step of it was done, or may have been."""
    return any(step.state in (Begun.SENT, Begun.DONE) for step in ledger.steps(run.run).values())
