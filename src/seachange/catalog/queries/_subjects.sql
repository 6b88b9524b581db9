-- What something is said of and no query reads: its kind, its names and its args, and how PostgreSQL would show it.
-- Temporary objects are nobody's and not listed, nor is what needs one.
select p.class::oid::int8, p.oid::int8, p.part,
       p.class::regclass::text as catalog,
       i.type as shown,
       i.identity,
       case when t.oid is null then i.type else
         case t.typtype when 'c' then 'composite type' when 'd' then 'domain' when 'e' then 'enum' when 'r' then 'range'
           else 'base type' end end as kind,
       case when t.oid is null then a.object_names else array[t.typnamespace::regnamespace::text, t.typname::text] end as names,
       case when t.oid is not null then '{}' when f.oid is null then a.object_args else
         array(select format_type(u.t, null) from unnest(f.proargtypes) with ordinality u(t, n) order by n) end as args
from unnest(%s::oid[], %s::oid[], %s::int4[]) p(class, oid, part)
cross join lateral pg_identify_object(p.class, p.oid, p.part) i
cross join lateral pg_identify_object_as_address(p.class, p.oid, p.part) a
left join pg_proc f on f.oid = p.oid and p.class = 'pg_proc'::regclass
left join pg_type t on t.oid = p.oid and p.class = 'pg_type'::regclass
where i.identity !~ '(^|[ (,])pg_(toast_)?temp(_[0-9]+)?([.]|$)'
  and not exists (select from pg_depend d join pg_class c on c.oid = d.refobjid and c.relpersistence = 't'
                  where d.classid = p.class and d.objid = p.oid and d.refclassid = 'pg_class'::regclass)
order by i.identity
