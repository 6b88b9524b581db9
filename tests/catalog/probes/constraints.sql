-- Constraints of tables.
create role probe_constraints;
create schema p;
create extension btree_gist schema p;
create table p.t (id int primary key, a text, b int not null, c int);
create table p.u (id int, a int, b int, during tstzrange);
create table p.pair (x int, y int, primary key (x, y));
create table p.ref (x int, y int, z int);
create table p.part (id int, k int, primary key (id, k)) partition by list (k);
create table p.one partition of p.part for values in (1);
create table p.two (id int not null, k int not null, extra int);
create table p.mum (q int);
create table p.kid () inherits (p.mum);

--- unique
alter table p.t add constraint uniq unique (a) include (c);
--> create index p.uniq
--> create table constraint p.t.uniq

--- unique becomes deferred
alter table p.t drop constraint uniq;
alter table p.t add constraint uniq unique (a) include (c) deferrable initially deferred;
--> alter table constraint p.t.uniq deferrable, deferred

--- unique with nulls not distinct (from 15)
alter table p.t add constraint nulls unique nulls not distinct (b, c);
--> create index p.nulls
--> create table constraint p.t.nulls

--- unique without nulls not distinct (from 15)
alter table p.t drop constraint nulls;
alter table p.t add constraint nulls unique (b, c);
--> alter index p.nulls nulls_not_distinct
--> alter table constraint p.t.nulls nulls_not_distinct

--- primary key of another column
alter table p.t drop constraint t_pkey;
alter table p.t add constraint t_pkey primary key (b);
--> alter index p.t_pkey columns
--> alter table constraint p.t.t_pkey columns

--- primary key of an index
create unique index pair_ix on p.u (id);
alter table p.u add primary key using index pair_ix;
--> create index p.pair_ix
--> alter table column p.u.id not_null
--> create table constraint p.u.pair_ix

--- check
alter table p.t add constraint positive check (b > 0);
--> create table constraint p.t.positive

--- check of another condition
alter table p.t drop constraint positive;
alter table p.t add constraint positive check (b > 1);
--> alter table constraint p.t.positive expression

--- check not inherited
alter table p.t add constraint alone check (c > 0) no inherit;
--> create table constraint p.t.alone

--- check not enforced (from 18)
alter table p.t add constraint idle check (c < 100) not enforced;
--> create table constraint p.t.idle

--- foreign key in full
alter table p.ref add constraint fk foreign key (x, y) references p.pair match full on update cascade on delete set null;
--> create table constraint p.ref.fk

--- foreign key with another action
alter table p.ref drop constraint fk;
alter table p.ref add constraint fk foreign key (x, y) references p.pair match full on update cascade on delete set default;
--> alter table constraint p.ref.fk on_delete

--- foreign key with restrict
alter table p.ref drop constraint fk;
alter table p.ref add constraint fk foreign key (x, y) references p.pair on update restrict on delete restrict not valid;
--> alter table constraint p.ref.fk on_update, on_delete, match, validated

--- foreign key validated
alter table p.ref validate constraint fk;
--> alter table constraint p.ref.fk validated

--- foreign key with columns the other way
alter table p.ref drop constraint fk;
alter table p.ref add constraint fk foreign key (y, x) references p.pair (x, y);
--> alter table constraint p.ref.fk columns, on_update, on_delete

--- foreign key that clears some columns (from 15)
alter table p.ref drop constraint fk;
alter table p.ref add constraint fk foreign key (x, y) references p.pair on delete set null (y);
--> alter table constraint p.ref.fk columns, delete_columns, on_delete

--- foreign key not enforced (from 18)
alter table p.ref alter constraint fk not enforced;
--> alter table constraint p.ref.fk validated, enforced

--- foreign key enforced again (from 18)
alter table p.ref alter constraint fk enforced;
--> alter table constraint p.ref.fk validated, enforced

--- foreign key's triggers switched off where it refers from
alter table p.ref disable trigger all;
--> alter table constraint p.ref.fk triggers

--- foreign key's triggers switched off where it refers to
alter table p.pair disable trigger all;
--> alter table constraint p.ref.fk triggers

--- foreign key's triggers switched on again
alter table p.ref enable trigger all;
alter table p.pair enable trigger all;
--> alter table constraint p.ref.fk triggers

--- foreign key's triggers for replicas
do $$ begin execute (select format('alter table p.ref enable replica trigger %I', tgname) from pg_trigger where tgrelid = 'p.ref'::regclass order by tgname limit 1); end $$;
--> alter table constraint p.ref.fk triggers

--- exclusion
alter table p.u add constraint apart exclude using gist (a with =, during with &&) where (b > 0) deferrable;
--> create index p.apart
--> create table constraint p.u.apart

--- exclusion no longer deferrable
alter table p.u drop constraint apart;
alter table p.u add constraint apart exclude using gist (a with =, during with &&) where (b > 0);
--> alter table constraint p.u.apart deferrable

--- exclusion with another operator
alter table p.u drop constraint apart;
alter table p.u add constraint apart exclude using gist (a with <>, during with &&) where (b > 0);
--> alter table constraint p.u.apart expression

--- temporal key (from 18)
create table p.room (id int, valid tstzrange, primary key (id, valid without overlaps));
--> create index p.room_pkey
--> create owner p.room(table)
--> create table p.room
--> create table column p.room.id
--> create table column p.room.valid
--> create table constraint p.room.room_pkey

--- temporal foreign key (from 18)
create table p.stay (room int, valid tstzrange, constraint stay foreign key (room, period valid) references p.room (id, period valid));
--> create owner p.stay(table)
--> create table p.stay
--> create table column p.stay.room
--> create table column p.stay.valid
--> create table constraint p.stay.stay

--- foreign key to a partitioned table
alter table p.ref add constraint to_part foreign key (x, y) references p.part;
--> create table constraint p.ref.to_part

--- foreign key from a partitioned table
alter table p.part add constraint from_part foreign key (id, k) references p.pair;
--> create table constraint p.part.from_part

--- check of a partitioned table
alter table p.part add constraint all_parts check (id > 0);
--> create table constraint p.one.all_parts
--> create table constraint p.part.all_parts

--- partition with keys and checks attached
alter table p.two drop extra;
alter table p.two add constraint all_parts check (id > 0);
alter table p.part attach partition p.two for values in (2);
--> create index p.two_pkey
--> alter table p.two parents, bound
--> drop table column p.two.extra
--> create table constraint p.two.all_parts
--> create table constraint p.two.two_pkey

--- check of a parent
alter table p.mum add constraint family check (q > 0);
--> create table constraint p.kid.family
--> create table constraint p.mum.family

--- check of a parent merged with the child's
alter table p.kid add constraint merged check (q < 5);
alter table p.mum add constraint merged check (q < 5);
--> create table constraint p.kid.merged
--> create table constraint p.mum.merged

--- not null of a parent
alter table p.mum alter q set not null;
--> alter table column p.kid.q not_null
--> alter table column p.mum.q not_null

--- not null named (from 18)
alter table p.ref add constraint must not null z;
--> alter table column p.ref.z not_null
--> create table constraint p.ref.must

--- not null not valid (from 18)
alter table p.u add constraint later not null a not valid;
--> alter table column p.u.a not_null
--> create table constraint p.u.later

--- not null validated (from 18)
alter table p.u validate constraint later;
--> alter table constraint p.u.later validated

--- not null not inherited (from 18)
alter table p.u alter constraint later no inherit;
--> alter table constraint p.u.later no_inherit

--- not null renamed to the usual name (from 18)
alter table p.u rename constraint later to u_a_not_null;
--> drop table constraint p.u.later
--> create table constraint p.u.u_a_not_null

--- not null back to ordinary (from 18)
alter table p.u alter constraint u_a_not_null inherit;
--> drop table constraint p.u.u_a_not_null

--- comment on an ordinary not null (from 18)
comment on constraint u_a_not_null on p.u is 'why';
--> create comment p.u.u_a_not_null(table constraint)
--> create table constraint p.u.u_a_not_null

--- not null named by PostgreSQL, however long
create table p.lllllllllllllllllllllllllllllllllllllllllllll (cccccccccccccccccccccccccccccccccccccccccccccccc int not null, c int not null);
--> create owner p.lllllllllllllllllllllllllllllllllllllllllllll(table)
--> create table p.lllllllllllllllllllllllllllllllllllllllllllll
--> create table column p.lllllllllllllllllllllllllllllllllllllllllllll.c
--> create table column p.lllllllllllllllllllllllllllllllllllllllllllll.cccccccccccccccccccccccccccccccccccccccccccccccc

--- not null usual name after the table was renamed (from 18)
alter table p.u rename to uu;
comment on constraint u_id_not_null on p.uu is null;
--> drop comment p.u.u_a_not_null(table constraint)
--> create comment p.uu.u_a_not_null(table constraint)
--> alter index p.apart table
--> alter index p.pair_ix table
--> drop owner p.u(table)
--> create owner p.uu(table)
--> drop table p.u
--> create table p.uu
--> drop table column p.u.a
--> drop table column p.u.b
--> drop table column p.u.during
--> drop table column p.u.id
--> create table column p.uu.a
--> create table column p.uu.b
--> create table column p.uu.during
--> create table column p.uu.id
--> drop table constraint p.u.apart
--> drop table constraint p.u.pair_ix
--> drop table constraint p.u.u_a_not_null
--> create table constraint p.uu.apart
--> create table constraint p.uu.pair_ix
--> create table constraint p.uu.u_a_not_null
--> create table constraint p.uu.u_id_not_null

--- constraint renamed
alter table p.t rename constraint positive to more;
--> create table constraint p.t.more
--> drop table constraint p.t.positive

--- constraint on a foreign table
create foreign data wrapper probe_constraints;
create server probe_constraints foreign data wrapper probe_constraints;
create foreign table p.far (id int) server probe_constraints;
alter foreign table p.far add constraint near check (id > 0);
--> create foreign table p.far
--> create foreign table column p.far.id
--> create foreign-data wrapper probe_constraints
--> create owner p.far(foreign table)
--> create owner probe_constraints(foreign-data wrapper)
--> create owner probe_constraints(server)
--> create server probe_constraints
--> create table constraint p.far.near
