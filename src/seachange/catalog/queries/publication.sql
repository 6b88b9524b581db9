-- Publications.
select p.tableoid::regclass as class, p.oid,
       p.pubname as name,
       p.puballtables as all_tables,
       array_remove(array[case when p.pubdelete then 'delete' end, case when p.pubinsert then 'insert' end,
                          case when p.pubtruncate then 'truncate' end, case when p.pubupdate then 'update' end], null) as publish,
       p.pubviaroot as via_partition_root,
       case to_jsonb(p) ->> 'pubgencols' when 's' then 'stored' end as generated_columns
from pg_publication p
where p.oid >= 16384
