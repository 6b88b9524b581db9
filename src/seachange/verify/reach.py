"""Functions that are not called, since what they do cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from seachange.catalog.ref import Ref
from seachange.postgres.routines import Routine
from seachange.sql import parse

BEYOND = {
    "ends or signals sessions": ("pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile"),
    "sleeps": ("pg_sleep", "pg_sleep_for", "pg_sleep_until"),
    "reaches outside of the database": ("dblink", "dblink_exec", "dblink_connect", "dblink_send_query", "http_post"),
    "calls others over the network": ("http", "http_get", "http_put", "http_delete", "http_patch"),
    "works with files": ("pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_stat_file", "copy"),
    "works with large objects": ("lo_import", "lo_export", "lo_create", "lo_creat", "lo_unlink", "lo_from_bytea"),
    "sets sequences": ("setval",),
    "takes locks that outlive its transaction": (
        *("pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared"),
        "pg_advisory_unlock_all",
    ),
    "works with replication": ("pg_create_logical_replication_slot", "pg_drop_replication_slot", "pg_switch_wal"),
}
UNTRUSTED = "is in a language that may do anything to the server"


def beyond(there: Iterable[Routine]) -> Mapping[Ref, str]:
    """Why some are not called; who calls such a function does what it does."""
    routines = tuple(there)
    named = {one.ref: frozenset(names[-1] for names in parse.mentioned(one.body)) for one in routines}
    found = {one.ref: why for one in routines if (why := _own(one, named[one.ref]))}
    while True:
        known = {ref.names[-1]: why for ref, why in found.items()}
        more = {
            one.ref: f"calls {by}, which {known[by]}"
            for one in routines
            if one.ref not in found and (by := next(iter(sorted(named[one.ref] & known.keys())), ""))
        }
        if not more:
            return found
        found |= more


def _own(routine: Routine, named: frozenset[str]) -> str:
    if not routine.trusted and routine.language not in ("sql", "plpgsql"):
        return UNTRUSTED
    return next((why for why, names in BEYOND.items() if not named.isdisjoint(names)), "")
