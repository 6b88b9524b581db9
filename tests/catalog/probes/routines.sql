-- Functions, procedures, aggregates, triggers, rules and policies.
create role probe_reader;
create role probe_writer;
create schema p;
create table p.t (id int primary key, a text, b int);
create table p.part (id int, k int) partition by list (k);
create table p.one partition of p.part for values in (1);
create view p.v as select id, a from p.t;
create function p.f(i int) returns int language sql as 'select i';
create function p.touch() returns trigger language plpgsql as 'begin return new; end';
create function p.watch() returns event_trigger language plpgsql as 'begin end';
create policy pol on p.t using (true);

--- function of another body
create or replace function p.f(i int) returns int language sql as 'select i + 1';
--> alter function p.f(integer) body

--- function of another name of an argument
drop function p.f(int);
create function p.f(j int) returns int language sql as 'select $1 + 1';
--> alter function p.f(integer) arguments, body

--- function overloaded
create function p.f(i text) returns int language sql as 'select 1';
--> create function p.f(text)
--> create owner p.f(function, text)

--- function with a default, an output and a rest
create function p.g(in i int default 5, out o text, inout io int default 3, variadic rest text[] default '{}') language sql as 'select ''x'', 1';
--> create function p.g(integer, integer, text[])
--> create owner p.g(function, integer, integer, text[])

--- function with another default
create or replace function p.g(in i int default 6, out o text, inout io int default 3, variadic rest text[] default '{}') language sql as 'select ''x'', 1';
--> alter function p.g(integer, integer, text[]) arguments

--- function that returns a table
create function p.rows() returns table (a int, b text) language sql rows 50 as 'select 1, ''x''';
--> create function p.rows
--> create owner p.rows(function)

--- function that returns many
create function p.many() returns setof p.t language sql stable as 'select * from p.t';
--> create function p.many
--> create owner p.many(function)

--- function in another language
drop function p.many();
create function p.many() returns setof p.t language plpgsql stable as 'begin return query select * from p.t; end';
--> alter function p.many language, body

--- function volatility and strictness
alter function p.many() immutable strict;
--> alter function p.many volatility, strict

--- function of the definer
alter function p.many() security definer;
--> alter function p.many security_definer

--- function rows
alter function p.many() rows 7;
--> alter function p.many rows

--- function settings in another order
alter function p.many() set work_mem = '1MB' set search_path = p, pg_temp;
--> alter function p.many settings

--- function setting reset
alter function p.many() reset work_mem;
--> alter function p.many settings

--- function of standard SQL
create function p.std(a int, b int) returns int language sql begin atomic select a + b; end;
--> create function p.std(integer, integer)
--> create owner p.std(function, integer, integer)

--- function of standard SQL, other statements
create or replace function p.std(a int, b int) returns int language sql return a - b;
--> alter function p.std(integer, integer) statements

--- function in C
create function p.c(internal) returns internal language internal strict as 'generate_series_int4_support';
--> create function p.c(internal)
--> create owner p.c(function, internal)

--- support function
alter function p.f(int) support p.c;
--> alter function p.f(integer) support

--- window function
create function p.nth() returns bigint language internal window immutable as 'window_row_number';
--> create function p.nth
--> create owner p.nth(function)

--- procedure
create procedure p.act(inout i int) language plpgsql as 'begin i := 1; end';
--> create owner p.act(procedure, integer)
--> create procedure p.act(integer)

--- procedure of another body
create or replace procedure p.act(inout i int) language plpgsql as 'begin i := 2; end';
--> alter procedure p.act(integer) body

--- procedure of the definer
alter procedure p.act(int) security definer;
--> alter procedure p.act(integer) security_definer

--- function becomes a procedure
drop function p.f(text);
create procedure p.f(i text) language sql as 'select 1';
--> drop function p.f(text)
--> drop owner p.f(function, text)
--> create owner p.f(procedure, text)
--> create procedure p.f(text)

--- aggregate
create aggregate p.total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
--> create aggregate p.total(integer)
--> create owner p.total(aggregate, integer)

--- aggregate of another start
create or replace aggregate p.total(int) (sfunc = int4pl, stype = int, initcond = '5', combinefunc = int4pl, parallel = safe);
--> alter aggregate p.total(integer) initial

--- aggregate that moves
create aggregate p.moving(int) (sfunc = int4pl, stype = int, msfunc = int4pl, minvfunc = int4mi, mstype = int, minitcond = '0', mfinalfunc = int4abs);
--> create aggregate p.moving(integer)
--> create owner p.moving(aggregate, integer)

--- aggregate with a sort operator and space
create aggregate p.least(int) (sfunc = int4smaller, stype = int, sortop = <, sspace = 64, finalfunc = int4abs, finalfunc_modify = shareable);
--> create aggregate p.least(integer)
--> create owner p.least(aggregate, integer)

--- aggregate of an ordered set
create aggregate p.pct(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = read_write);
--> create aggregate p.pct(double precision, anyelement)
--> create owner p.pct(aggregate, double precision, anyelement)

--- aggregate of a hypothetical set
create aggregate p.standing(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
--> create aggregate p.standing("any")
--> create owner p.standing(aggregate, "any")

--- aggregate that is serialized
create aggregate p.mean(bigint) (sfunc = int8_avg_accum, stype = internal, serialfunc = int8_avg_serialize, deserialfunc = int8_avg_deserialize, combinefunc = int8_avg_combine, finalfunc = numeric_poly_avg);
--> create aggregate p.mean(bigint)
--> create owner p.mean(aggregate, bigint)

--- aggregate of everything
create aggregate p.tally(*) (sfunc = int8inc, stype = bigint, initcond = '0');
--> create aggregate p.tally
--> create owner p.tally(aggregate)

--- aggregate that varies
create aggregate p.bag(variadic text[]) (sfunc = array_cat, stype = text[]);
--> create aggregate p.bag(text[])
--> create owner p.bag(aggregate, text[])

--- trigger per row and column, when
create trigger tg before update of a, b on p.t for each row when (old.a is distinct from new.a) execute function p.touch('x', 'y');
--> create trigger p.t.tg

--- trigger of another condition
create or replace trigger tg before update of a, b on p.t for each row when (old.b is distinct from new.b) execute function p.touch('x', 'y');
--> alter trigger p.t.tg definition

--- trigger with tables of what changed
create trigger tables after update on p.t referencing old table as was new table as is_now for each statement execute function p.touch();
--> create trigger p.t.tables

--- trigger of a truncation
create trigger emptied before truncate on p.t execute function p.touch();
--> create trigger p.t.emptied

--- trigger on a view
create trigger instead instead of insert on p.v for each row execute function p.touch();
--> create trigger p.v.instead

--- trigger for replicas
alter table p.t enable replica trigger tg;
--> alter trigger p.t.tg enabled

--- constraint trigger
create constraint trigger cons after insert on p.t from p.part deferrable initially deferred for each row execute function p.touch();
--> create trigger p.t.cons

--- constraint trigger at once
drop trigger cons on p.t;
create constraint trigger cons after insert on p.t from p.part deferrable for each row execute function p.touch();
--> alter trigger p.t.cons definition

--- comment on a constraint trigger
comment on trigger cons on p.t is 'why';
--> create comment p.t.cons(trigger)

--- trigger on a partitioned table
create trigger parted after insert on p.part for each row execute function p.touch();
--> create trigger p.part.parted

--- trigger of a partition, switched off
alter table p.one disable trigger parted;
--> create trigger p.one.parted

--- trigger of a partition, switched on again
alter table p.one enable trigger parted;
--> drop trigger p.one.parted

--- trigger renamed
alter trigger emptied on p.t rename to truncated;
--> drop trigger p.t.emptied
--> create trigger p.t.truncated

--- all triggers of a table switched off
alter table p.t disable trigger user;
--> alter trigger p.t.cons enabled
--> alter trigger p.t.tables enabled
--> alter trigger p.t.tg enabled
--> alter trigger p.t.truncated enabled

--- event trigger
create event trigger ev on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function p.watch();
--> create event trigger ev
--> create owner ev(event trigger)

--- event trigger with the same tags
drop event trigger ev;
create event trigger ev on ddl_command_end when tag in ('ALTER TABLE', 'CREATE TABLE') execute function p.watch();

--- event trigger with other tags
drop event trigger ev;
create event trigger ev on ddl_command_end when tag in ('ALTER TABLE') execute function p.watch();
--> alter event trigger ev tags

--- event trigger of another event
drop event trigger ev;
create event trigger ev on sql_drop execute function p.watch();
--> alter event trigger ev event, tags

--- event trigger for all
alter event trigger ev enable always;
--> alter event trigger ev enabled

--- rule
create rule ru as on insert to p.v do instead insert into p.t values (new.id, new.a);
--> create rule p.v.ru

--- rule with a condition
create or replace rule ru as on insert to p.v where new.id > 0 do also nothing;
--> alter rule p.v.ru definition

--- rule for replicas
create rule ru as on delete to p.t do also nothing;
alter table p.t enable replica rule ru;
--> create rule p.t.ru

--- policy for others
alter policy pol on p.t to probe_writer, probe_reader using (id > 0);
--> alter policy p.t.pol roles, using

--- policy for the same in another order
alter policy pol on p.t to probe_reader, probe_writer;

--- policy with a check
alter policy pol on p.t with check (id > 1);
--> alter policy p.t.pol check

--- policy of one command, restrictive
create policy strict on p.t as restrictive for update to current_user using (true) with check (b > 0);
--> create policy p.t.strict

--- policy for insertions
create policy ins on p.t for insert with check (b > 0);
--> create policy p.t.ins

--- policy for deletions
create policy del on p.t for delete using (b > 0);
--> create policy p.t.del

--- policy for selections
create policy sel on p.t for select to probe_reader using (b > 0);
--> create policy p.t.sel

--- policy renamed
alter policy sel on p.t rename to selected;
--> drop policy p.t.sel
--> create policy p.t.selected
