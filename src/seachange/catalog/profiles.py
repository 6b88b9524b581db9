"""What a hosting platform keeps for itself in every database: never compared, never planned for."""

from __future__ import annotations

from seachange.catalog.scope import Pattern, pattern
from seachange.errors import NotUnderstood

PLATFORMS: dict[str, tuple[str, ...]] = {
    "plain": (),
    "supabase": (
        *("auth", "storage", "realtime", "_realtime", "extensions", "graphql", "graphql_public", "pgbouncer"),
        *(
            "pgsodium",
            "pgsodium_masks",
            "vault",
            "supabase_functions",
            "supabase_migrations",
            "_analytics",
            "_supavisor",
        ),
        *(
            "net",
            "cron",
            "pgmq",
            "pgtle",
            "event trigger:issue_*",
            "event trigger:pgrst_*",
            "publication:supabase_realtime*",
        ),
        *("role:supabase_*", "role:anon", "role:authenticated", "role:authenticator", "role:service_role"),
        *("role:dashboard_user", "role:pgbouncer", "role:pgsodium_*", "role:postgres"),
    ),
    "neon": ("neon", "neon_migration", "neon_control_plane", "role:neon_*", "role:cloud_admin", "extension:neon*"),
    "rds": ("rds_tools", "role:rds*", "role:rds_*", "event trigger:dts_*", "extension:rds_tools", "extension:aws_*"),
}


def profile(name: str) -> tuple[Pattern, ...]:
    """What the platform keeps for itself, as patterns to exclude."""
    if name not in PLATFORMS:
        raise NotUnderstood(f"there is no profile {name!r}", hint=f"The profiles are: {', '.join(PLATFORMS)}.")
    return tuple(map(pattern, PLATFORMS[name]))
