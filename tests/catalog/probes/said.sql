-- What is said of objects: owners, comments, labels, privileges.
create role probe_ann;
create role probe_ben;
create role probe_eve;
create role probe_boss superuser;
create schema p;
create type p.mood as enum ('sad');
create type p.pair as (x int, y text);
create type p.span as range (subtype = float8);
create type p.shell;
create domain p.word as text constraint filled check (value <> '');
create table p.t (id int generated always as identity primary key, a text, n serial);
create table p.part (id int) partition by list (id);
create table p.one partition of p.part default;
create index ix on p.t (a);
create view p.v as select id, a from p.t;
create materialized view p.mv as select id from p.t;
create sequence p.s;
create statistics p.st on id, a from p.t;
create function p.f(i int) returns int language sql as 'select i';
create function p.touch() returns trigger language plpgsql as 'begin return new; end';
create function p.watch() returns event_trigger language plpgsql as 'begin end';
create function p.words(p.pair) returns text language sql immutable as 'select null::text';
create function p.same(int, p.pair) returns bool language sql immutable as 'select true';
create procedure p.act(i int) language sql as 'select 1';
create aggregate p.total(int) (sfunc = int4pl, stype = int);
create trigger tg before insert on p.t for each row execute function p.touch();
create rule ru as on insert to p.v do also nothing;
create policy pol on p.t using (true);
create event trigger ev on ddl_command_end execute function p.watch();
create cast (p.pair as text) with function p.words(p.pair);
create operator p.=== (leftarg = int, rightarg = p.pair, function = p.same);
create operator family p.fam using btree;
create operator class p.cls for type int using hash as operator 1 =, function 1 hashint4(int);
create collation p.posix (locale = 'POSIX');
create conversion p.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create text search parser p.prs (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
create text search template p.tmpl (lexize = dsimple_lexize);
create text search dictionary p.dict (template = pg_catalog.simple);
create text search configuration p.conf (copy = pg_catalog.simple);
create language probe_said handler plpgsql_call_handler;
create access method probe_said type table handler heap_tableam_handler;
create function p.from_pair(internal) returns internal language internal strict immutable as 'prsd_headline';
create transform for p.pair language probe_said (from sql with function p.from_pair(internal));
create foreign data wrapper probe_said;
create server probe_said foreign data wrapper probe_said;
create foreign table p.far (id int) server probe_said;
create publication pub for table p.t;
create subscription probe_said connection 'dbname=d' publication one with (connect = false, slot_name = none);
select lo_create(4242);
create extension hstore schema p;

--- comments on schema, extension and database
comment on schema p is 'x';
comment on schema public is 'x';
comment on extension hstore is 'x';
do $$ begin execute format('comment on database %I is ''x''', current_database()); end $$;
--> create comment(database)
--> alter comment hstore(extension) text
--> create comment p(schema)
--> alter comment public(schema) text

--- comments on types
comment on type p.mood is 'x';
comment on type p.pair is 'x';
comment on column p.pair.x is 'x';
comment on type p.span is 'x';
comment on type p.shell is 'x';
comment on domain p.word is 'x';
comment on constraint filled on domain p.word is 'x';
--> create comment p.mood(enum)
--> create comment p.pair(composite type)
--> create comment p.pair.x(composite type column)
--> create comment p.shell(base type)
--> create comment p.span(range)
--> create comment p.word(domain)
--> create comment p.word.filled(domain constraint)

--- comments on relations
comment on table p.t is 'x';
comment on table p.part is 'x';
comment on column p.t.a is 'x';
comment on constraint t_pkey on p.t is 'x';
comment on index p.ix is 'x';
comment on view p.v is 'x';
comment on column p.v.a is 'x';
comment on materialized view p.mv is 'x';
comment on column p.mv.id is 'x';
comment on sequence p.s is 'x';
comment on sequence p.t_n_seq is 'x';
comment on statistics p.st is 'x';
comment on foreign table p.far is 'x';
comment on column p.far.id is 'x';
--> create comment p.far(foreign table)
--> create comment p.far.id(foreign table column)
--> create comment p.ix(index)
--> create comment p.mv(materialized view)
--> create comment p.mv.id(materialized view column)
--> create comment p.part(table)
--> create comment p.s(sequence)
--> create comment p.st(statistics object)
--> create comment p.t(table)
--> create comment p.t.a(table column)
--> create comment p.t.t_pkey(table constraint)
--> create comment p.t_n_seq(sequence)
--> create comment p.v(view)
--> create comment p.v.a(view column)

--- comments on what hangs on relations
comment on trigger tg on p.t is 'x';
comment on rule ru on p.v is 'x';
comment on rule "_RETURN" on p.v is 'x';
comment on policy pol on p.t is 'x';
--> create comment p.t.pol(policy)
--> create comment p.t.tg(trigger)
--> create comment p.v.ru(rule)
--> finding rule "_RETURN" on p.v

--- comments on routines
comment on function p.f(int) is 'x';
comment on procedure p.act(int) is 'x';
comment on aggregate p.total(int) is 'x';
comment on event trigger ev is 'x';
--> create comment ev(event trigger)
--> create comment p.act(procedure, integer)
--> create comment p.f(function, integer)
--> create comment p.total(aggregate, integer)

--- comments on what makes values comparable
comment on cast (p.pair as text) is 'x';
comment on operator p.=== (int, p.pair) is 'x';
comment on operator family p.fam using btree is 'x';
comment on operator class p.cls using hash is 'x';
comment on collation p.posix is 'x';
comment on conversion p.conv is 'x';
comment on transform for p.pair language probe_said is 'x';
--> create comment p.===(operator, integer, p.pair)
--> create comment p.cls(operator class, hash)
--> create comment p.conv(conversion)
--> create comment p.fam(operator family, btree)
--> create comment p.posix(collation)
--> create comment p.pair(cast, text)
--> create comment p.pair(transform, probe_said)

--- comments on text search
comment on text search parser p.prs is 'x';
comment on text search template p.tmpl is 'x';
comment on text search dictionary p.dict is 'x';
comment on text search configuration p.conf is 'x';
--> create comment p.conf(text search configuration)
--> create comment p.dict(text search dictionary)
--> create comment p.prs(text search parser)
--> create comment p.tmpl(text search template)

--- comments on what reaches beyond
comment on language probe_said is 'x';
comment on access method probe_said is 'x';
comment on foreign data wrapper probe_said is 'x';
comment on server probe_said is 'x';
comment on publication pub is 'x';
comment on subscription probe_said is 'x';
comment on large object 4242 is 'x';
--> create comment 4242(large object)
--> create comment probe_said(access method)
--> create comment probe_said(foreign-data wrapper)
--> create comment probe_said(language)
--> create comment probe_said(server)
--> create comment probe_said(subscription)
--> create comment pub(publication)

--- comment of another text
comment on table p.t is 'يوم ''سعيد'' 🌊';
--> alter comment p.t(table) text

--- comment dropped
comment on table p.t is null;
--> drop comment p.t(table)

--- comment on the row type of a table
comment on type p.t is 'x';
--> finding type p.t

--- comment on the row type of a table dropped
comment on type p.t is null;

--- owners of schema and types
alter schema p owner to probe_ann;
alter type p.mood owner to probe_ann;
alter type p.pair owner to probe_ann;
alter type p.span owner to probe_ann;
alter domain p.word owner to probe_ann;
--> alter owner p(schema) role
--> alter owner p.mood(enum) role
--> alter owner p.pair(composite type) role
--> alter owner p.span(range) role
--> alter owner p.word(domain) role

--- owners of relations
alter table p.t owner to probe_ann;
alter view p.v owner to probe_ann;
alter materialized view p.mv owner to probe_ann;
alter sequence p.s owner to probe_ann;
alter statistics p.st owner to probe_ann;
alter foreign table p.far owner to probe_ann;
--> alter owner p.far(foreign table) role
--> alter owner p.mv(materialized view) role
--> alter owner p.s(sequence) role
--> alter owner p.st(statistics object) role
--> alter owner p.t(table) role
--> alter owner p.v(view) role

--- owners of routines
alter function p.f(int) owner to probe_ann;
alter procedure p.act(int) owner to probe_ann;
alter aggregate p.total(int) owner to probe_ann;
--> alter owner p.act(procedure, integer) role
--> alter owner p.f(function, integer) role
--> alter owner p.total(aggregate, integer) role

--- owners of what makes values comparable
alter operator p.=== (int, p.pair) owner to probe_ann;
alter operator family p.fam using btree owner to probe_ann;
alter operator class p.cls using hash owner to probe_ann;
alter collation p.posix owner to probe_ann;
alter conversion p.conv owner to probe_ann;
alter text search dictionary p.dict owner to probe_ann;
alter text search configuration p.conf owner to probe_ann;
--> alter owner p.===(operator, integer, p.pair) role
--> alter owner p.cls(operator class, hash) role
--> alter owner p.conf(text search configuration) role
--> alter owner p.conv(conversion) role
--> alter owner p.dict(text search dictionary) role
--> alter owner p.fam(operator family, btree) role
--> alter owner p.posix(collation) role

--- owners of what reaches beyond
alter language probe_said owner to probe_ann;
alter server probe_said owner to probe_ann;
alter publication pub owner to probe_ann;
alter large object 4242 owner to probe_ann;
--> alter owner 4242(large object) role
--> alter owner probe_said(language) role
--> alter owner probe_said(server) role
--> alter owner pub(publication) role

--- owners that must be superusers
alter foreign data wrapper probe_said owner to probe_boss;
alter event trigger ev owner to probe_boss;
alter subscription probe_said owner to probe_boss;
--> alter owner ev(event trigger) role
--> alter owner probe_said(foreign-data wrapper) role
--> alter owner probe_said(subscription) role

--- owner of the database
do $$ begin execute format('alter database %I owner to probe_ann', current_database()); end $$;
--> alter owner(database) role

--- labels
insert into pg_seclabel values ('p.t'::regclass, 'pg_class'::regclass, 0, 'dummy', 'secret'),
  ('p.t'::regclass, 'pg_class'::regclass, 2, 'dummy', 'secret'), ('p.f'::regproc, 'pg_proc'::regclass, 0, 'dummy', 'open');
--> create security label p.f(function, integer, dummy)
--> create security label p.t(table, dummy)
--> create security label p.t.a(table column, dummy)

--- label of another text
update pg_seclabel set label = 'top secret' where objsubid = 2;
--> alter security label p.t.a(table column, dummy) label

--- label on the database
insert into pg_shseclabel select oid, 'pg_database'::regclass, 'dummy', 'secret' from pg_database where datname = current_database();
--> create security label(database, dummy)

--- label on the database dropped
delete from pg_shseclabel where classoid = 'pg_database'::regclass and objoid = (select oid from pg_database where datname = current_database());
--> drop security label(database, dummy)

--- grants on relations
grant select, insert on p.t to probe_ben;
grant select on p.v, p.mv, p.far to probe_ben;
grant usage on sequence p.s to public;
--> create grant p.far(foreign table, probe_ben, SELECT)
--> create grant p.mv(materialized view, probe_ben, SELECT)
--> create grant p.s(sequence, public, USAGE)
--> create grant p.t(table, probe_ben, INSERT)
--> create grant p.t(table, probe_ben, SELECT)
--> create grant p.v(view, probe_ben, SELECT)

--- grants on columns
grant select (a), update (a, n) on p.t to probe_eve;
grant select (id) on p.v to probe_eve;
--> create grant p.t.a(table column, probe_eve, SELECT)
--> create grant p.t.a(table column, probe_eve, UPDATE)
--> create grant p.t.n(table column, probe_eve, UPDATE)
--> create grant p.v.id(view column, probe_eve, SELECT)

--- grant option
grant update on p.t to probe_ben with grant option;
--> create grant p.t(table, probe_ben, UPDATE)

--- grant by another
grant usage on schema p to probe_ben;
set role probe_ben;
grant update on p.t to probe_eve;
reset role;
--> create grant p(schema, probe_ben, USAGE)
--> create grant p.t(table, probe_eve, UPDATE, probe_ben)

--- grant by the owner too
grant update on p.t to probe_eve;
--> create grant p.t(table, probe_eve, UPDATE)

--- grant revoked again
revoke insert on p.t from probe_ben;
--> drop grant p.t(table, probe_ben, INSERT)

--- owner's privilege revoked
revoke delete on p.t from probe_ann;
--> create revoke p.t(table, probe_ann, DELETE)

--- owner's privilege given back
grant delete on p.t to probe_ann;
--> drop revoke p.t(table, probe_ann, DELETE)

--- all revoked and none granted is no difference
grant all on p.s to probe_ann;

--- grant to maintain (from 17)
grant maintain on p.t to probe_ben;
--> create grant p.t(table, probe_ben, MAINTAIN)

--- grant to maintain revoked (from 17)
revoke maintain on p.t from probe_ben;
--> drop grant p.t(table, probe_ben, MAINTAIN)

--- grants on routines
grant execute on function p.f(int) to probe_ben;
revoke execute on procedure p.act(int) from public;
revoke execute on function p.total(int) from public;
--> create grant p.f(function, integer, probe_ben, EXECUTE)
--> create revoke p.act(procedure, integer, public, EXECUTE)
--> create revoke p.total(aggregate, integer, public, EXECUTE)

--- grants on types
revoke usage on type p.mood from public;
grant usage on type p.span to probe_ben;
grant usage on domain p.word to probe_ben;
--> create grant p.span(range, probe_ben, USAGE)
--> create grant p.word(domain, probe_ben, USAGE)
--> create revoke p.mood(enum, public, USAGE)

--- grants on the rest
grant create on schema p to probe_ben;
grant usage on foreign data wrapper probe_said to probe_ben;
grant usage on foreign server probe_said to probe_ben with grant option;
grant update on large object 4242 to probe_ben;
revoke usage on schema public from public;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
--> create grant 4242(large object, probe_ben, UPDATE)
--> create grant p(schema, probe_ben, CREATE)
--> create grant probe_said(foreign-data wrapper, probe_ben, USAGE)
--> create grant probe_said(server, probe_ben, USAGE)
--> create revoke(database, public, TEMPORARY)
--> create revoke public(schema, public, USAGE)

--- grant on a language
create trusted language probe_trusted handler plpgsql_call_handler;
revoke usage on language probe_trusted from public;
--> create language probe_trusted
--> create owner probe_trusted(language)
--> create revoke probe_trusted(language, public, USAGE)

--- grants on PostgreSQL's own
grant execute on function pg_catalog.pg_ls_dir(text) to probe_ben;
grant select on pg_catalog.pg_authid to probe_ben;
grant select (subconninfo) on pg_catalog.pg_subscription to probe_eve;
revoke usage on language sql from public;
revoke usage on type pg_catalog.int4 from public;
--> create grant pg_catalog.pg_authid(table, probe_ben, SELECT)
--> create grant pg_catalog.pg_ls_dir(function, text, probe_ben, EXECUTE)
--> create grant pg_catalog.pg_subscription.subconninfo(table column, probe_eve, SELECT)
--> create revoke pg_catalog.int4(base type, public, USAGE)
--> create revoke sql(language, public, USAGE)

--- grants on PostgreSQL's own taken back
revoke execute on function pg_catalog.pg_ls_dir(text) from probe_ben;
revoke select on pg_catalog.pg_authid from probe_ben;
revoke select (subconninfo) on pg_catalog.pg_subscription from probe_eve;
grant usage on language sql to public;
grant usage on type pg_catalog.int4 to public;
--> drop grant pg_catalog.pg_authid(table, probe_ben, SELECT)
--> drop grant pg_catalog.pg_ls_dir(function, text, probe_ben, EXECUTE)
--> drop grant pg_catalog.pg_subscription.subconninfo(table column, probe_eve, SELECT)
--> drop revoke pg_catalog.int4(base type, public, USAGE)
--> drop revoke sql(language, public, USAGE)

--- owner changes and keeps what was granted
alter table p.t owner to probe_ben;
--> drop grant p.t(table, probe_ben, SELECT)
--> drop grant p.t(table, probe_eve, UPDATE, probe_ben)
--> alter owner p.t(table) role

--- default grants of a schema
alter default privileges for role probe_ann in schema p grant select on tables to probe_ben;
alter default privileges for role probe_ann in schema p grant usage on sequences to probe_ben;
alter default privileges for role probe_ann in schema p grant execute on functions to probe_ben;
alter default privileges for role probe_ann in schema p grant usage on types to probe_ben with grant option;
--> create default grant p(probe_ann, functions, probe_ben, EXECUTE)
--> create default grant p(probe_ann, sequences, probe_ben, USAGE)
--> create default grant p(probe_ann, tables, probe_ben, SELECT)
--> create default grant p(probe_ann, types, probe_ben, USAGE)

--- default grants everywhere
alter default privileges for role probe_ann grant select on tables to probe_ben;
alter default privileges for role probe_ann grant create on schemas to probe_ben;
--> create default grant(probe_ann, schemas, probe_ben, CREATE)
--> create default grant(probe_ann, tables, probe_ben, SELECT)

--- default revokes everywhere
alter default privileges for role probe_ann revoke execute on functions from public;
alter default privileges for role probe_ann revoke usage on types from public;
--> create default revoke(probe_ann, functions, public, EXECUTE)
--> create default revoke(probe_ann, types, public, USAGE)

--- default revoke taken back
alter default privileges for role probe_ann grant execute on functions to public;
--> drop default revoke(probe_ann, functions, public, EXECUTE)

--- default revoke from the owner
alter default privileges for role probe_ann revoke delete on tables from probe_ann;
--> create default revoke(probe_ann, tables, probe_ann, DELETE)

--- default grants of large objects (from 18)
alter default privileges for role probe_ann grant select on large objects to probe_ben;
--> create default grant(probe_ann, large objects, probe_ben, SELECT)

--- object born with default grants
set role probe_ann;
create table p.born (id int);
reset role;
--> create grant p.born(table, probe_ben, SELECT)
--> create owner p.born(table)
--> create revoke p.born(table, probe_ann, DELETE)
--> create table p.born
--> create table column p.born.id
