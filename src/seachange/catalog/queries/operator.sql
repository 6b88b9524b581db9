-- Operators.
select o.tableoid::regclass as class, o.oid,
       o.oprnamespace::regnamespace as of,
       o.oprname as name,
       array[case when o.oprleft = 0 then '-' else format_type(o.oprleft, null) end,
             case when o.oprright = 0 then '-' else format_type(o.oprright, null) end] as args,
       nullif(o.oprcode::text, '-') as function,
       case when o.oprcom <> 0 then o.oprcom::regoperator::text end as commutator,
       case when o.oprnegate <> 0 then o.oprnegate::regoperator::text end as negator,
       nullif(o.oprrest::text, '-') as restrict,
       nullif(o.oprjoin::text, '-') as join,
       o.oprcanhash as hashes,
       o.oprcanmerge as merges
from pg_operator o
where o.oid >= 16384
