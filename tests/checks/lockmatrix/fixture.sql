-- What the statements of the matrix are about: a busy table with one of everything, tables that refer to each other,
-- partitions with and without one for the rest, and types whose rules reach into tables.
create extension if not exists citext;
create extension if not exists btree_gist;
create schema z;
set search_path = z, public;

create type mood as enum ('sad', 'ok', 'happy');
create type comp as (a int, b text);
create domain plaind as int;
create domain posd as int check (value > 0);
create sequence sq;
create function f() returns int language sql immutable as 'select 1';
create function vf() returns int language sql volatile as 'select 1';
create function vpf() returns int language plpgsql volatile as 'begin return 1; end';
create function trgf() returns trigger language plpgsql as 'begin return new; end';

create table r (id bigint primary key, label text);
create rule rl as on delete to r do also nothing;
create table t (
  id bigint primary key,
  name text,
  n int constraint t_n_chk check (n is not null),
  amt int not null constraint t_amt_chk check (amt > 0),
  m int,
  note varchar(50) constraint t_note_chk check (length(note) > 0),
  txt text,
  ci text,
  ct citext,
  ts timestamp,
  tsi timestamp,
  tz timestamptz(3),
  c char(10),
  dec numeric(10, 2),
  numi numeric(10, 2),
  rid bigint,
  ip cidr,
  iv interval(3),
  js json,
  j jsonb,
  md mood,
  vb varbit(4),
  pd plaind,
  po posd,
  co comp,
  g int generated always as (amt * 2) stored
);
create unique index t_amt_uq on t (amt);
create unique index t_m_uq on t (m);
create index t_name_idx on t (name);
create index t_ci_idx on t (ci);
create index t_ct_idx on t (ct);
create index t_tsi_idx on t (tsi);
create statistics st on n, rid from t;
create trigger trg before insert on t for each row execute function trgf();
create policy pol on t using (id > 0);
create view v as select id, name from t;
create materialized view mv as select id, name from t;
create unique index mv_uq on mv (id);
create table ch (id bigint primary key, tid bigint constraint ch_fk references t (id));
create table u (id bigint, a int);

create table pt (id bigint, k bigint) partition by range (id);
create table pt1 partition of pt for values from (0) to (1000);
create table pt2 partition of pt for values from (1000) to (2000);
create table ptn (id bigint, k bigint);
create table pd (id bigint, k bigint) partition by range (id);
create table pd1 partition of pd for values from (0) to (1000);
create table pdd partition of pd default;
create table pdn (id bigint, k bigint);
create publication pb for table r;

create table w (
  id bigint primary key,
  code varchar(20),
  day timestamp,
  rid bigint,
  label text,
  must int constraint w_must check (must is not null),
  few int,
  many varchar(10)[],
  total int generated always as (must + 1) stored
);
alter table w add constraint w_few check (few > 0) not valid;
alter table w add constraint w_fk foreign key (rid) references r (id) not valid;
create index w_code on w (code);
create index w_lower on w (lower(label));
create index w_day on w (day) where day is not null;
create unique index w_rid on w (rid);
create table w2 (id bigint, k bigint, constraint w2_in check (id is not null and id >= 3000 and id < 4000));
create table w3 (id bigint, k bigint, constraint w3_in check (id >= 3000 and id < 4000));
create table pn (id bigint, k bigint) partition by range (id);
create table pn1 partition of pn for values from (0) to (1000);
create table po (id bigint, k bigint) partition by range (id);
create table po1 partition of po for values from (0) to (1000);
alter table po1 add constraint po1_fk foreign key (k) references r (id);
create table wk (id bigint, wid bigint constraint wk_fk references w (id));

insert into r select g, 'r' || g from generate_series(1, 500) g;
insert into t (id, name, n, amt, m, note, txt, ci, ct, ts, tsi, tz, c, dec, numi, rid, ip, iv, js, j, md, vb, pd, po, co)
select g, 'n' || g, g, g, g, 'note' || g, 'x' || g, 'i' || g, 'c' || g, now(), now(), now(), 'c', g, g, g, '10.0.0.0/8',
  '1 day', '{}', '{}', 'ok', b'101', g, g, row(g, 'b')::comp
from generate_series(1, 500) g;
insert into ch select g, g from generate_series(1, 500) g;
insert into u select g, g from generate_series(1, 500) g;
insert into pt select g, g from generate_series(1, 1999) g;
insert into ptn select g, g from generate_series(2000, 2499) g;
insert into pd select g, g from generate_series(1, 999) g;
insert into pd select g, g from generate_series(20000, 20499) g;
insert into pdn select g, g from generate_series(5000, 5499) g;
insert into w (id, code, day, rid, label, must, few, many)
select g, 'c' || g, now(), g, 'l' || g, g, g, '{a}' from generate_series(1, 500) g;
insert into w2 select g, g from generate_series(3000, 3499) g;
insert into w3 select g, g from generate_series(3500, 3999) g;
insert into pn select g, g from generate_series(1, 500) g;
insert into po select g, g from generate_series(1, 500) g;
insert into wk select g, g from generate_series(1, 500) g;
refresh materialized view mv;
analyze;
