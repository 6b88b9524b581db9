"""Which part of a database a pattern means."""

from __future__ import annotations

import pytest

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.facts.cluster import Role
from seachange.catalog.facts.outside import Extension
from seachange.catalog.facts.relations import Index, Policy, Schema, Sequence, Table, TableColumn, View
from seachange.catalog.facts.told import Comment, Grant
from seachange.catalog.facts.types import Enum
from seachange.catalog.profiles import PLATFORMS, profile
from seachange.catalog.scope import Scope, pattern, scoped, unmatched
from seachange.errors import NotUnderstood

FACTS: tuple[Fact, ...] = (
    Schema(("shop",)),
    Table(("shop", "t")),
    TableColumn(("shop", "t", "a")),
    Policy(("shop", "t", "own")),
    Index(("shop", "ix"), table=("shop", "t")),
    Sequence(("shop", "s"), owned_by=("shop", "t")),
    Comment(("shop", "t", "a"), ("table column",), text="x"),
    Grant(("shop", "t"), ("table", "ann", "SELECT")),
    Table(("shop", "t2")),
    View(("shop", "v")),
    Enum(("shop", "t2_state")),
    Schema(("auth",)),
    Table(("auth", "t")),
    Table(("shop", "with.dot")),
    Extension(("hstore",)),
    Role(("anon",)),
)
CATALOG = Catalog({fact.ref: fact for fact in FACTS})
T = {
    *("table shop.t", "table column shop.t.a", "policy shop.t.own", "index shop.ix", "sequence shop.s"),
    *("comment shop.t.a(table column)", "grant shop.t(table, ann, SELECT)"),
}
MEANT = {
    "shop.t": T,
    "auth": {"schema auth", "table auth.t"},
    "*.t": T | {"table auth.t"},
    "shop.t?": {"table shop.t2"},
    "shop.[vw]": {"view shop.v"},
    'shop."with.dot"': {"table shop.with.dot"},
    "table:shop.t": T,
    "table:shop.*": T | {"table shop.t2", "table shop.with.dot"},
    "index:*": {"index shop.ix"},
    "index:shop.i*": {"index shop.ix"},
    "grant:*": {"grant shop.t(table, ann, SELECT)"},
    "policy:shop.t.own": {"policy shop.t.own"},
    "view:shop.v": {"view shop.v"},
    "extension:h*": {"extension hstore"},
    "role:anon": {"role anon"},
    "schema:auth": {"schema auth", "table auth.t"},
    "enum:shop.t": set(),
    "nowhere": set(),
}


def shown(catalog: Catalog) -> set[str]:
    return {str(ref) for ref in catalog.facts}


@pytest.mark.parametrize("text", MEANT)
def test_what_a_pattern_includes(text: str) -> None:
    assert shown(scoped(CATALOG, Scope(include=(pattern(text),)))) == MEANT[text]


@pytest.mark.parametrize("text", MEANT)
def test_what_a_pattern_excludes(text: str) -> None:
    assert shown(scoped(CATALOG, Scope(exclude=(pattern(text),)))) == shown(CATALOG) - MEANT[text]


def test_what_is_excluded_is_excluded_from_what_is_included() -> None:
    scope = Scope(include=(pattern("shop"),), exclude=(pattern("shop.t"), pattern("view:*")))
    assert shown(scoped(CATALOG, scope)) == {
        *("schema shop", "table shop.t2", "table shop.with.dot", "enum shop.t2_state"),
    }


def test_an_empty_scope_means_everything() -> None:
    assert scoped(CATALOG, Scope()) is CATALOG


def test_patterns_that_match_nothing_are_told() -> None:
    scope = Scope(include=(pattern("shop"), pattern("shpo")), exclude=(pattern("index:nowhere.*"),))
    assert unmatched(scope, [CATALOG]) == ("shpo", "index:nowhere.*")


@pytest.mark.parametrize(
    ("text", "word"), [("tabel:x", "tabel"), ("", "empty"), ("a..b", "empty"), ("index:", "index")]
)
def test_a_pattern_that_means_nothing_is_refused(text: str, word: str) -> None:
    with pytest.raises(NotUnderstood, match=word) as refused:
        pattern(text)
    assert refused.value.advice


@pytest.mark.parametrize("name", PLATFORMS)
def test_profiles_are_patterns(name: str) -> None:
    assert [one.text for one in profile(name)] == list(PLATFORMS[name])


def test_what_a_platform_keeps_is_left_out() -> None:
    meant = shown(scoped(CATALOG, Scope(exclude=profile("supabase"))))
    assert shown(CATALOG) - meant == {"schema auth", "table auth.t", "role anon"}
    assert scoped(CATALOG, Scope(exclude=profile("plain"))) is CATALOG


def test_a_profile_that_is_none_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="supabsae") as refused:
        profile("supabsae")
    assert "supabase" in refused.value.advice
