"""Tools whose migrations are modules of Python that name the one before: Alembic and Django."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from seachange.errors import NotWritten
from seachange.plan.formats.migration import Migration
from seachange.plan.formats.place import Place
from seachange.plan.formats.text import text


def alembic(found: Sequence[Migration], place: Place) -> Iterator[tuple[str, str]]:
    """After the one revision that no other comes after."""
    before = _head(place)
    for stamp, migration in zip(place.stamps(), found, strict=False):
        revision = hashlib.blake2b(f"{stamp} {before}".encode(), digest_size=6).hexdigest()
        filled = text("alembic.py", migration=migration, revision=revision, before=_named(before))
        yield f"{stamp}_{migration.name}.py", filled
        before = revision


def _head(place: Place) -> str | None:
    said = [place.assigned(name) for name in place.names(".py")]
    revisions = {str(one["revision"]): one.get("down_revision") for one in said if "revision" in one}
    heads = revisions.keys() - {str(name) for below in revisions.values() for name in _below(below)}
    if len(heads) > 1:
        raise NotWritten(
            f"{place.folder} has several heads: {', '.join(sorted(heads))}",
            hint="Join them with `alembic merge heads`.",
        )
    return next(iter(heads), None)


def _below(down: object) -> tuple[object, ...]:
    return tuple(down) if isinstance(down, tuple | list) else (down,)


def _named(revision: str | None) -> str:
    return f'"{revision}"' if revision else "None"


def django(found: Sequence[Migration], place: Place) -> Iterator[tuple[str, str]]:
    """After the migration with the highest number; the folder is an app's `migrations`."""
    app = place.folder.absolute().parent.name
    there = [name.removesuffix(".py") for name in place.names(".py") if name[:4].isdigit()]
    before = there[-1] if there else ""
    if "__init__.py" not in place.names(".py"):
        yield "__init__.py", ""
    for number, migration in enumerate(found, int(before[:4]) + 1 if before else 1):
        needed = f'("{app}", "{before}")' if before else ""
        before = f"{number:04}_{migration.name}"
        yield f"{before}.py", text("django.py", migration=migration, before=needed)
