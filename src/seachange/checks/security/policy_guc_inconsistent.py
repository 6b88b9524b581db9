"""A tenant policy differs from those of its siblings: another setting, cast or column, or no FORCE where they have it.

The tables of one schema are protected alike as a rule: each asks for the same column, with the same setting.  A table
that asks for `app.current_tenant` while its siblings ask for `app.tenant_id` shows nothing, or fails, in a session
that sets what the others need, and the next developer sets both to make it work.

What most tables do counts as usual.  Told are policies with another setting for the same column or for what is
plainly the same thing, with another conversion of it, with another column although the table has the usual one, and
with a WITH CHECK that does not ask whose row it is although USING does; and tables that are not forced while most
are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import lru_cache

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.expressions import read
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import Asked, asked, concept, effective_check, named, table_of, usual
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity

Found = Mapping[Policy, tuple[Remark, ...]]
FEW = 2


def _judge(policy: Policy, whole: Whole) -> Remarks:
    yield from _deviations(whole).get(policy, ())


@lru_cache(maxsize=2)
def _deviations(whole: Whole) -> Found:
    found: defaultdict[Policy, dict[str, Remark]] = defaultdict(dict)
    for ones in asked(whole).values():
        for policy, remark in (*_settings(ones), *_casts(ones, whole), *_others(ones, whole), *_unforced(ones, whole)):
            found[policy].setdefault(remark.message, remark)
    return {policy: tuple(remarks.values()) for policy, remarks in found.items()}


Deviation = Iterator[tuple[Policy, Remark]]


def _settings(ones: tuple[Asked, ...]) -> Deviation:
    """Another setting for the same column, or for the same thing."""
    seen: set[Policy] = set()
    for family in (*_by(ones, lambda one: one.column), *_by(ones, lambda one: concept(one.source))):
        sources = _counted(family, lambda one: one.source)
        common = usual(sources)
        also = {one.table for one in family if one.source == common}  # with a policy for each sort of role, perhaps
        for one in family:
            if one.source != common and one.policy not in seen and one.table not in also:
                seen.add(one.policy)
                yield (
                    one.policy,
                    _remark(
                        one.policy, f"asks {one.source}, while {_tables(sources[common])} of its schema ask {common}"
                    ),
                )


def _casts(ones: tuple[Asked, ...], whole: Whole) -> Deviation:
    """The same setting, converted to another type for columns of one type."""
    direct = [one for one in ones if one.equality.source == one.source]
    for family in _by(direct, lambda one: (one.column, one.source, _type(one, whole))):
        casts = _counted(family, lambda one: one.equality.cast)
        common = usual(casts)
        for one in family:
            if one.equality.cast != common and casts[common] > casts[one.equality.cast]:
                yield (
                    one.policy,
                    _remark(
                        one.policy,
                        f"compares {one.column} with {one.source} as {one.equality.cast or 'text'}, "
                        f"while {_tables(casts[common])} do so as {common or 'text'}",
                    ),
                )


def _others(ones: tuple[Asked, ...], whole: Whole) -> Deviation:
    """Another column, although the table has the usual one; and a WITH CHECK that does not ask what USING asks."""
    for family in _by(ones, lambda one: one.source):
        columns = _counted(family, lambda one: one.column)
        common = usual(columns)
        done = {one.policy for one in family if one.column == common}
        for one in family:
            fewer = columns[common] >= max(FEW, columns[one.column] + 1)
            if fewer and one.policy not in done and whole.column(one.table, common):
                yield (
                    one.policy,
                    _remark(
                        one.policy,
                        f"holds {one.column} against {one.source}, while {_tables(columns[common])} hold {common}",
                    ),
                )
            if columns[one.column] >= FEW and _is_lax(one):
                yield (
                    one.policy,
                    _remark(one.policy, f"asks {one.source} of rows that are there, and not of those that are written"),
                )


def _is_lax(one: Asked) -> bool:
    check = effective_check(one.policy)
    if one.policy.check is None or one.policy.using is None or check is None:
        return False
    sources = {equality.source for equality in read(one.policy.using).equalities}
    return one.equality.source in sources and not read(check).equalities and not read(check).readings


def _unforced(ones: tuple[Asked, ...], whole: Whole) -> Deviation:
    """Tables that are not forced, while most of those that are protected alike are."""
    for family in _by(ones, lambda one: (one.column, one.source)):
        tables = {one.table: table for one in family if (table := whole.table(one.table)) and table.row_security}
        forced = sum(table.force_row_security for table in tables.values())
        told: set[Path] = set()
        for one in family:
            table = tables.get(one.table)
            if table and not table.force_row_security and forced > len(tables) - forced and one.table not in told:
                told.add(one.table)
                yield (
                    one.policy,
                    Remark(
                        message=f"Row security of {spelled(one.table)} is not forced, while it is for "
                        f"{_tables(forced)} that are protected alike.",
                        about=spelled(one.table),
                        safe=f"ALTER TABLE {spelled(one.table)} FORCE ROW LEVEL SECURITY;",
                        severity=Severity.WARNING,
                    ),
                )


def _remark(policy: Policy, what: str) -> Remark:
    return Remark(
        message=f"The {named(policy)} {what}.",
        about=table_of(policy),
        advice="Have all tables of the schema ask for the same, in the same way.",
    )


def _type(one: Asked, whole: Whole) -> str:
    column = whole.column(one.table, one.column)
    return column.type if column else ""


def _by(ones: Iterable[Asked], key: Callable[[Asked], Hashable]) -> list[list[Asked]]:
    """Those that are alike; where that is told by no word, they are not."""
    found: defaultdict[Hashable, list[Asked]] = defaultdict(list)
    for one in ones:
        if alike := key(one):
            found[alike].append(one)
    return [family for family in found.values() if len({one.table for one in family}) >= FEW]


def _counted(family: Iterable[Asked], key: Callable[[Asked], str]) -> Counter[str]:
    """How many tables have each."""
    return Counter(value for value, _ in {(key(one), one.table) for one in family})


def _tables(count: int) -> str:
    return f"{count} table" if count == 1 else f"{count} tables"


CHECK = Check(
    name="policy-guc-inconsistent",
    code="SE09",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="tenant policies that differ from those of their siblings",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor policy-guc-inconsistent",),
)
