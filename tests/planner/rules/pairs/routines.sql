-- Functions, procedures, aggregates, languages and transforms.
create schema p;
create schema "Odd (schema)";
create table p.t (id int primary key, a text, b int);
create type p.mood as enum ('sad', 'glad');
create type "Odd (schema)"."Ty, pe" as (a int, b text);
create function p.support(internal) returns internal language internal strict as 'generate_series_int4_support';
create function p.plus(int, int) returns int language sql immutable as 'select $1 + $2';
create function p.end_of(int) returns int language sql immutable as 'select $1';
create function p.tin(internal) returns internal language internal stable as 'generate_series_int4_support';
create function p.tout(internal) returns p.mood language internal stable as 'enum_in';
create table p.z (i int);
create function p.less(p.mood, p.mood) returns bool language sql as 'select true';
create operator "Odd (schema)".<# (leftarg = p.mood, rightarg = p.mood, function = p.less);

--- body (replaced)
create function p.f(i int) returns int language sql as 'select i';
-- <->
create function p.f(i int) returns int language sql as 'select 7';

--- traits (replaced)
create function p.f(i int) returns int language plpgsql as 'begin return i; end';
-- <->
create function p.f(i int) returns int language plpgsql immutable strict leakproof security definer parallel safe cost 0.1 support p.support as 'begin return i; end';

--- cost of a compiled one (replaced)
create function p.f(int4, int4) returns int language internal as 'int4pl';
-- <->
create function p.f(int4, int4) returns int language internal cost 100 as 'int4pl';

--- rows (replaced)
create function p.f() returns setof p.t language sql as 'select * from p.t';
-- <->
create function p.f() returns setof p.t language sql rows 12345.67 cost 3e9 as 'select * from p.t';

--- settings (replaced)
create function p.f() returns int language sql set work_mem = '1MB' as 'select 1';
-- <->
create function p.f() returns int language sql set search_path = '', "$user", p, "Odd (schema)", 'a"b' set datestyle = 'iso, dmy'
set my.own = 'it''s \ odd' set "Mixed"."Case" = '' set time zone 'Europe/Rome' as 'select 1';

--- search path that is empty (replaced)
create function p.f() returns int language sql set search_path = '' as 'select 1';
-- <->
create function p.f() returns int language sql set search_path = p as 'select 1';

--- language (replaced)
create function p.f() returns int language sql as 'select 1';
-- <->
create function p.f() returns int language plpgsql as $$begin return 1; -- $body$ \ $
end$$;

--- compiled (replaced)
create function p.f(float8, float8) returns float8 language internal as 'float8pl';
-- <->
create function p.f(float8, float8) returns float8 language c as '$libdir/plpgsql', 'plpgsql_call_handler';

--- standard body (replaced)
create function p.f(i int, j int default 1) returns int language sql as 'select i';
-- <->
create function p.f(i int, j int default 1) returns int language sql return p.end_of(i) + j;

--- standard body of many statements (replaced)
create function p.f(i int) returns int language sql begin atomic insert into p.t values (i); select i; end;
-- <->
create function p.f(i int) returns int language sql begin atomic select i; select case when i > 0 then count(*)::int end from p.t; end;

--- default of a type of one's own (replaced)
create function p.f(i p.mood default 'sad', j "Odd (schema)"."Ty, pe" default row(1, ', out x int')) returns int language sql as 'select 1';
-- <->
create function p.f(i p.mood default 'glad', j "Odd (schema)"."Ty, pe" default row(2, ')')) returns int language sql as 'select 1';

--- one output named otherwise (replaced)
create function p.f(i int, out o int) language sql as 'select 1';
-- <->
create function p.f(i int, out other int) language sql as 'select 1';

--- procedure (replaced)
create procedure p.f(i int, out o text) language sql as 'select $$x$$';
-- <->
create procedure p.f(i int, out o text) language plpgsql security definer set work_mem = '1MB' as 'begin o := 1; end';

--- aggregate (replaced)
create aggregate p.f(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
-- <->
create aggregate p.f(int) (sfunc = p.plus, stype = int, sspace = 8, initcond = ' 5', finalfunc = p.end_of, finalfunc_modify = shareable, sortop = <, msfunc = int4pl, minvfunc = int4mi, mstype = int, msspace = 9, minitcond = '0', mfinalfunc = int4abs, mfinalfunc_modify = read_write);

--- language of one's own (replaced)
create trusted language own handler plpgsql_call_handler inline plpgsql_inline_handler;
-- <->
create language own handler plpgsql_call_handler validator plpgsql_validator;

--- transform (replaced)
create transform for p.mood language plpgsql (from sql with function p.tin(internal));
-- <->
create transform for p.mood language plpgsql (from sql with function p.tin(internal), to sql with function p.tout(internal));

--- default added to another (replaced there)
create function p.f(i int, inout j int default 2, variadic r text[] default '{}') language sql as 'select 1';
-- <->
create function p.f(i int default 3, inout j int default 5, variadic r text[] default '{a}') language sql as 'select 1';

--- argument named (replaced there)
create function p.f(int[], out o int) returns int language sql as 'select 1';
-- <->
create function p.f(variadic i int[], out other int) returns int language sql as 'select 1';

--- comes
-- <->
create function p.f(int) returns int language sql as 'select 1';
comment on function p.f(int) is 'x';

--- argument renamed
create function p.f(i int) returns int language sql as 'select $1';
-- <->
create function p.f(j int) returns int language sql as 'select $1';
create view p.v as select p.f(1);
grant execute on function p.f to pg_monitor;

--- type that is returned
create function p.f(i int) returns int language sql as 'select 1';
-- <->
create function p.f(i int) returns setof int language sql as 'select 1';

--- table that is returned
create function p.f(i int) returns table (a int, b text) language sql as 'select 1, $$x$$';
-- <->
create function p.f(i int) returns table (a int, c text) language sql as 'select 1, $$x$$';

--- outputs
create function p.f(i int, out a int, out b text) language sql as 'select 1, $$x$$';
-- <->
create function p.f(i int, out a int, out b text, out c text[]) language sql as 'select 1, $$x$$, null::text[]';

--- default of another argument
create function p.f(i int default 1, j int default 1) returns int language sql as 'select 1';
-- <->
create function p.f(i int, j int default 1) returns int language sql as 'select 1';

--- default of any type
create function p.f(i anyelement default 1) returns int language sql as 'select 1';
-- <->
create function p.f(i anyelement default 'x'::text) returns int language sql as 'select 1';

--- window
create function p.f() returns bigint language internal as 'window_row_number';
-- <->
create function p.f() returns bigint language internal window as 'window_row_number';

--- function or procedure
create function p.f(i int) returns int language sql as 'select 1';
-- <->
create procedure p.f(i int) language sql as 'select 1';

--- function or aggregate
create function p.f(i int) returns int language sql as 'select 1';
-- <->
create aggregate p.f(int) (sfunc = int4pl, stype = int);

--- outputs of a procedure
create procedure p.f(i int, out o int) language sql as 'select 1';
-- <->
create procedure p.f(i int, out other int) language sql as 'select 1';

--- overloaded procedures
create procedure p.f(i int, out o int) language sql as 'select 1';
create procedure p.f(i int, j int) language sql as 'select 1';
create procedure p.f() language sql as 'select 1';
-- <->
create procedure p.f(i int, inout o int, variadic r int[]) language sql as 'select 1';

--- overloaded functions with odd names
create function p.f("In" int, "a b" text default 'x, y') returns int language sql as 'select 1';
create function p.f("Odd (schema)"."Ty, pe"[]) returns "Odd (schema)"."Ty, pe" language sql as 'select null::"Odd (schema)"."Ty, pe"';
-- <->
create function "Odd (schema)"."F(" (variadic "any") returns int language internal as 'int4pl';
create function p.f(double precision, timestamp with time zone, bit varying(3), character(5), interval) returns numeric(10, 2)
language sql as 'select 1.0';

--- chain of functions in standard SQL
create view p.v as select 1 as x;
-- <->
create function p.a(i int) returns bigint language sql return (select count(*) from p.z);
create function p.b(i int default p.a(3)) returns bigint language sql begin atomic select p.a(i); end;
create view p.v as select p.b() as x;

--- aggregates
create aggregate p.pct(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
create aggregate p.standing(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, finalfunc_modify = read_only, hypothetical);
create aggregate p.all(*) (sfunc = int8inc, stype = bigint, initcond = '0');
create aggregate p.bag(variadic text[]) (sfunc = array_cat, stype = text[]);
-- <->
create aggregate p.mean(bigint) (sfunc = int8_avg_accum, stype = internal, serialfunc = int8_avg_serialize, deserialfunc = int8_avg_deserialize, combinefunc = int8_avg_combine, finalfunc = numeric_poly_avg, parallel = restricted);
create aggregate p.least(p.mood) (sfunc = enum_smaller, stype = p.mood, sortop = operator("Odd (schema)".<#));
create function p.later(int, int) returns int language sql as 'select 1';
create aggregate p.sum(i int) (sfunc = p.later, stype = int);

--- aggregate of another result
create aggregate p.f(int) (sfunc = int4pl, stype = int);
-- <->
create aggregate p.f(int) (sfunc = int4_sum, stype = bigint);

--- aggregate of named arguments
create aggregate p.f(i int) (sfunc = int4pl, stype = int);
-- <->
create aggregate p.f(j int) (sfunc = int4pl, stype = int);

--- transform that a function uses
-- <->
create function p.inward(internal) returns internal language internal stable as 'generate_series_int4_support';
create transform for "Odd (schema)"."Ty, pe" language plpgsql (from sql with function p.inward(internal));
create function p.f(a "Odd (schema)"."Ty, pe") returns int language plpgsql transform for type "Odd (schema)"."Ty, pe" as 'begin return 1; end';

--- language with a function
-- <->
create language "Own one" handler plpgsql_call_handler;
create function p.f() returns int language "Own one" as 'begin return 1; end';
