-- Whose session this is, and for a large database the name of its snapshot, so that another session can share it.
select pg_backend_pid() as backend,
       case when pg_relation_size('pg_catalog.pg_attribute') > 8000000 then pg_export_snapshot() end as snapshot
