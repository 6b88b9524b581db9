-- How far the statement of one backend is: its phase, and how much of it is done of how much, in whatever the phase
-- counts.
select phase,
  case when phase like 'waiting%%' then lockers_done when phase like '%%tuples%%' then tuples_done else blocks_done end,
  case when phase like 'waiting%%' then lockers_total when phase like '%%tuples%%' then tuples_total else blocks_total end
from pg_catalog.pg_stat_progress_create_index where pid = %(pid)s
union all
select phase, heap_blks_scanned, heap_blks_total from pg_catalog.pg_stat_progress_cluster where pid = %(pid)s
union all
select phase, heap_blks_scanned, heap_blks_total from pg_catalog.pg_stat_progress_vacuum where pid = %(pid)s
union all
select phase, sample_blks_scanned, sample_blks_total from pg_catalog.pg_stat_progress_analyze where pid = %(pid)s
