-- Constraints of tables.  Those that a partition's key brings along belong to the key; constraint triggers are triggers.
-- NOT NULL (since 18) is listed only where the column's own flag does not say it all, as pg_dump has it: also where its
-- name is not the usual one (a partition's may have come from its table), which PostgreSQL cuts to 63 letters by shortening the longer of table and column.
-- A partition's copy of a foreign key is listed where its triggers are switched.
-- Columns that a version lacks come from `since`: a name is looked for in the inner query first.
select k.tableoid::regclass as class, k.oid,
       k.conrelid::regclass as of,
       k.conname as name,
       case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key'
         when 'c' then 'check' when 'x' then 'exclusion' when 'n' then 'not null' end as type,
       coalesce(k.conkey, '{}') as columns,
       coalesce(v.confdelsetcols, '{}') as delete_columns,
       case when i.indnatts > i.indnkeyatts
         then (i.indkey::int2[])[i.indnkeyatts:] else '{}' end as include,
       nullif(k.confrelid, 0)::regclass as references,
       coalesce(k.confkey, '{}') as referenced_columns,
       case k.confupdtype when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null'
         when 'd' then 'set default' end as on_update,
       case k.confdeltype when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null'
         when 'd' then 'set default' end as on_delete,
       case k.confmatchtype when 'f' then 'full' when 'p' then 'partial' end as match,
       case k.contype
         when 'c' then pg_get_expr(k.conbin, k.conrelid)
         when 'x' then regexp_replace(pg_get_constraintdef(k.oid), '( DEFERRABLE)?( INITIALLY DEFERRED)?$', '')
       end as expression,
       coalesce(w.indnullsnotdistinct, false) as nulls_not_distinct,
       v.conperiod as temporal,
       k.condeferrable as deferrable,
       k.condeferred as deferred,
       k.convalidated as validated,
       v.conenforced as enforced,
       k.connoinherit and k.contype in ('c', 'n') as no_inherit,
       not k.conislocal and not c.relispartition as inherited,
       coalesce(g.triggers, '{}') as triggers
from pg_constraint k
join pg_class c on c.oid = k.conrelid
left join (select tgconstraint,
                  array_agg(tgrelid::regclass || ' ' || tgfoid::regproc || case tgenabled when 'D' then ' disabled'
                              when 'R' then ' replica' else ' always' end order by tgrelid::regclass::text, tgfoid) as triggers
           from pg_trigger where tgisinternal and tgenabled <> 'O' group by tgconstraint) g on g.tgconstraint = k.oid
left join pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u')
cross join (values (true, false, null::int2[], false))
  as since(conenforced, conperiod, confdelsetcols, indnullsnotdistinct)
cross join lateral (select conenforced, conperiod, confdelsetcols from (select k.*) own) v
cross join lateral (select indnullsnotdistinct from (select i.*) own) w
where k.conrelid >= 16384
  and k.connamespace not in (select oid from pg_namespace where nspname ~ '^pg_temp')
  and (k.contype in ('p', 'u', 'c', 'x')
       or k.contype = 'f' and (k.conparentid = 0 or g.triggers is not null)
       or k.contype = 'n' and k.conislocal and (k.coninhcount = 0 or not c.relispartition) and (
         not k.convalidated or k.connoinherit
         or k.oid in (select objoid from pg_description where classoid = 'pg_constraint'::regclass)
         or k.conname <> (
              select left(c.relname, f.fitting) || '_' || left(a.attname, 53 - f.fitting) || '_not_null'
              from pg_attribute a,
                lateral (select case when length(a.attname) <= 26 then 53 - length(a.attname)
                                     else least(length(c.relname), 27) end as fitting) f
              where a.attrelid = k.conrelid and a.attnum = k.conkey[1])))
