"""What a name in a statement stands for in the state that it meets."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.facts import Fact, Path
from seachange.catalog.ref import Ref
from seachange.repairs.case import Case
from seachange.sql.nodes import RangeVar

RELATIONS = ("table", "view", "materialized view", "foreign table", "index", "sequence", "composite type")


def there(case: Case, named: RangeVar, kinds: Iterable[str] = RELATIONS) -> Fact | None:
    """The relation that a name stands for."""
    return at(case, tuple(filter(None, (str(named.schemaname), str(named.relname)))), kinds)


def at(case: Case, names: Path, kinds: Iterable[str]) -> Fact | None:
    """The object of one of these kinds that a name stands for; without a schema, the first on the search path."""
    for path in paths(case, names):
        for kind in kinds:
            if found := case.catalog.get(Ref(kind, path)):
                return found
    return None


def paths(case: Case, names: Path) -> tuple[Path, ...]:
    """The paths that a name may stand for, in the order of the search path; one that is to be made gets the first."""
    return (names,) if len(names) > 1 else tuple((schema, *names) for schema in case.search_path)
