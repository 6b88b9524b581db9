"""Extensions that a plan makes or updates, and what the server has of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seachange.catalog.facts.outside import Extension
from seachange.finding import Finding, Severity
from seachange.plan.folder import Folder
from seachange.postgres import surroundings
from seachange.postgres.rights import Need, Right

DEBIAN = {
    **dict.fromkeys(
        (
            *("postgis", "postgis_raster", "postgis_topology", "postgis_sfcgal"),
            *("postgis_tiger_geocoder", "address_standardizer", "address_standardizer_data_us"),
        ),
        "postgresql-{}-postgis-3",
    ),
    "pgrouting": "postgresql-{}-pgrouting",
    "pg_cron": "postgresql-{}-cron",
    "pg_partman": "postgresql-{}-partman",
    "vector": "postgresql-{}-pgvector",
    "pgtap": "postgresql-{}-pgtap",
    "plpgsql_check": "postgresql-{}-plpgsql-check",
    "hypopg": "postgresql-{}-hypopg",
    "pgaudit": "postgresql-{}-pgaudit",
    "pg_repack": "postgresql-{}-repack",
    "hll": "postgresql-{}-hll",
    "plpython3u": "postgresql-plpython3-{}",
    "plperl": "postgresql-plperl-{}",
    "plperlu": "postgresql-plperl-{}",
    "pltcl": "postgresql-pltcl-{}",
    "pltclu": "postgresql-pltcl-{}",
}
"""Debian's package of an extension, for the major version of the server."""
CONTRIB = frozenset(
    {
        *("adminpack", "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink"),
        *("dict_int", "dict_xsyn", "earthdistance", "file_fdw", "fuzzystrmatch", "hstore", "insert_username"),
        *("intagg", "intarray", "isn", "lo", "ltree", "moddatetime", "old_snapshot", "pageinspect"),
        *("pg_buffercache", "pg_freespacemap", "pg_logicalinspect", "pg_prewarm", "pg_stat_statements"),
        *("pg_surgery", "pg_trgm", "pg_visibility", "pg_walinspect", "pgcrypto", "pgrowlocks", "pgstattuple"),
        *("postgres_fdw", "refint", "seg", "sslinfo", "tablefunc", "tcn", "tsm_system_rows", "tsm_system_time"),
        *("unaccent", "uuid-ossp", "xml2"),
    }
)
"""What comes with PostgreSQL itself: with Debian's package of the server."""
PRELOADED = frozenset({"pg_cron", "pg_stat_statements", "pgaudit"})
"""Those that do nothing, or cannot even be made, where the server did not load them when it started."""

Offered = Mapping[str, tuple[surroundings.Available, ...]]
Problem = tuple[str, str]
"""What stands in the way, and what would help."""


def wanted(folder: Folder) -> Mapping[str, str]:
    """The extensions that the plan makes or updates, with the version it asks for; empty: any."""
    touched = {ref for step in folder.plan.steps for ref in step.makes | step.alters if ref.kind == "extension"}
    facts = (folder.desired.get(ref) for ref in sorted(touched))
    return {fact.names[-1]: fact.version for fact in facts if isinstance(fact, Extension)}


def problems(asked: Mapping[str, str], offered: Offered, major: int) -> Iterator[Problem]:
    """Extensions, or versions of them, that the server does not have."""
    for name, found in offered.items():
        package = _package(name, major)
        versions = sorted({one.version for one in found})
        if not found:
            yield f"the extension {name} is not installed on the server", package
        elif asked[name] and asked[name] not in versions:
            yield (
                f"the extension {name} is on the server in {', '.join(versions)}, not in version {asked[name]}",
                f"{package} Or let the plan be made for a version that is there.",
            )


def needs(asked: Mapping[str, str], offered: Offered) -> Iterator[Need]:
    """Who may make them."""
    for name, found in offered.items():
        fitting = [one for one in found if not asked[name] or one.version == asked[name]]
        if fitting:
            superuser = all(one.superuser for one in fitting)
            yield Need(Right.SUPERUSER, f"extension {name}") if superuser else Need(Right.CREATE_IN_DATABASE)


def findings(asked: Mapping[str, str], loaded: frozenset[str] | None) -> Iterator[Finding]:
    """Libraries that the server should have loaded when it started, where the role may know which it did."""
    for name in sorted(PRELOADED.intersection(asked) - loaded) if loaded is not None else ():
        yield Finding(
            check="not-preloaded",
            severity=Severity.WARNING,
            about=f"extension {name}",
            message=f"{name} works only where the server loads its library when it starts.",
            advice=f"Add {name} to shared_preload_libraries, and restart the server.",
        )


def _package(name: str, major: int) -> str:
    if name in CONTRIB:
        return f"On Debian: apt install postgresql-{major}."
    if name in DEBIAN:
        return f"On Debian: apt install {DEBIAN[name].format(major)}."
    return f"Install it there; on Debian, apt search postgresql-{major}-{name.replace('_', '-')}."
