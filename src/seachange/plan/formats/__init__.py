"""A plan in the form that another tool takes: its migrations, forward and back, in its own folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

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

    Raises NotWritten.  Nothing that is there is changed, but for the list that sqitch keeps.
    """
    made = sqitch(plan, undo, place) if tool == "sqitch" else FORMS[tool](migrations(plan, undo), place)
    try:
        files = dict(made) if plan.groups else {}
        for name in files:
            if name != LIST and (place.folder / name).exists():
                raise NotWritten(f"{place.folder / name} is there already", hint="Move it away, and try again.")
        for name, text in files.items():
            file = place.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, newline="")
    except OSError as error:
        raise NotWritten(f"cannot write {error.filename or place.folder}: {error.strerror}") from error
    return tuple(files)
