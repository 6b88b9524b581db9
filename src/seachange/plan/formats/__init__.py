"""A plan in the form that another tool takes: its migrations, forward and back, in its own folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from seachange.errors import NotWritten
from seachange.plan.formats import plain, python
from seachange.plan.formats.migration import Migration, migrations
from seachange.plan.formats.place import Place
from seachange.plan.formats.sqitch import LIST, sqitch
from seachange.plan.plan import Plan

FORMS: Mapping[str, Callable[[Sequence[Migration], Place], Iterable[tuple[str, str]]]] = {
    "alembic": python.alembic,
    "dbmate": plain.dbmate,
    "django": python.django,
    "flyway": plain.flyway,
    "goose": plain.goose,
    "knex": plain.knex,
    "supabase": plain.supabase,
}
"""The names and the texts of files, by the tool that takes them."""
TOOLS = (*FORMS, "sqitch")


def write(tool: str, place: Place, plan: Plan, undo: Plan) -> tuple[str, ...]:
    """Write the plan as migrations of `tool`, after those that are there; returns the names of the files.

    Raises NotWritten, having left nothing new.  What is there is not changed, but for the list that sqitch keeps.
    """
    made = sqitch(plan, undo, place) if tool == "sqitch" else FORMS[tool](migrations(plan, undo), place)
    fresh: list[Path] = []
    try:
        files = {place.folder / name: text for name, text in (made if plan.groups else ())}
        for file in files:
            if file.name != LIST and file.exists():
                raise NotWritten(f"{file} is there already", hint="Move it away, and try again.")
        for file, text in files.items():
            fresh += [] if file.exists() else [file]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, newline="")
    except OSError as error:
        for file in fresh:
            file.unlink(missing_ok=True)
        raise NotWritten(f"cannot write {error.filename or place.folder}: {error.strerror}") from error
    return tuple(str(file.relative_to(place.folder)) for file in files)
