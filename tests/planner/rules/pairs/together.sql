-- Routines, and what hangs on tables, together with all that leans on them.
create schema p;
create table p.t (id int primary key, a text, b int);
create table p.part (id int, k int) partition by list (k);
create table p.one partition of p.part for values in (1);
create table p.mum (id int);
create table p.kid () inherits (p.mum);
create function p.touch() returns trigger language plpgsql as 'begin return new; end';
create function p.tell() returns trigger language plpgsql as 'begin return new; end';

--- function on which everything leans
create function p.f(i int) returns int language sql immutable as 'select i';
create table p.u (id int default p.f(1), g int generated always as (p.f(id)) stored, check (p.f(id) > 0));
create index u_f on p.u (p.f(id));
create statistics p.u_s on p.f(id), id from p.u;
create view p.v as select p.f(id) from p.u;
create policy pol on p.u using (p.f(id) > 0);
create trigger tg before update on p.u for each row when (p.f(new.id) > 1) execute function p.touch();
create rule ru as on delete to p.u where p.f(old.id) > 1 do also nothing;
create function p.g(i int default p.f(3)) returns int language sql return p.f(i);
create aggregate p.sum(int) (sfunc = int4pl, stype = int, finalfunc = p.f);
-- <->
create function p.f(j int) returns int language sql immutable as 'select j + 1';
create table p.u (id int default p.f(1), g int generated always as (p.f(id)) stored, check (p.f(id) > 0));
create index u_f on p.u (p.f(id));
create statistics p.u_s on p.f(id), id from p.u;
create view p.v as select p.f(id) from p.u;
create policy pol on p.u using (p.f(id) > 0);
create trigger tg before update on p.u for each row when (p.f(new.id) > 1) execute function p.touch();
create rule ru as on delete to p.u where p.f(old.id) > 1 do also nothing;
create function p.g(i int default p.f(3)) returns int language sql return p.f(i);
create aggregate p.sum(int) (sfunc = int4pl, stype = int, finalfunc = p.f);

--- function that stands in for another
create function p.old() returns trigger language plpgsql as 'begin return old; end';
create function p.last(i int) returns int language sql immutable as 'select i';
create trigger tg before update on p.t for each row when (p.last(new.id) > 0) execute function p.old();
create policy pol on p.t using (p.last(id) > 0);
create rule ru as on delete to p.t where p.last(old.id) > 1 do also nothing;
create function p.g(i int default p.last(3)) returns int language sql return p.last(i);
create aggregate p.sum(int) (sfunc = int4pl, stype = int, finalfunc = p.last);
-- <->
create function p.new() returns trigger language plpgsql as 'begin return new; end';
create function p.next(i int) returns int language sql immutable as 'select i';
create trigger tg before update on p.t for each row when (p.next(new.id) > 0) execute function p.new();
create policy pol on p.t using (p.next(id) > 0);
create rule ru as on delete to p.t where p.next(old.id) > 1 do also nothing;
create function p.g(i int default p.next(3)) returns int language sql return p.next(i);
create aggregate p.sum(int) (sfunc = int4pl, stype = int, finalfunc = p.next);

--- columns that come and go (replaced)
alter table p.t add c int;
create trigger tg before update of c on p.t for each row when (new.c > 0) execute function p.touch();
create policy pol on p.t using (c > 0);
create rule ru as on delete to p.t where old.c > 1 do also nothing;
create statistics p.s on id, c from p.t;
create function p.g() returns int language sql return (select c from p.t);
-- <->
alter table p.t add d int;
create trigger tg before update of d on p.t for each row when (new.d > 0) execute function p.touch();
create policy pol on p.t using (d > 0);
create rule ru as on delete to p.t where old.d > 1 do also nothing;
create statistics p.s on id, d from p.t;
create function p.g() returns int language sql return (select d from p.t);

--- column of another type
create trigger tg before update of b on p.t for each row when (new.b > 0) execute function p.touch();
alter table p.t disable trigger tg;
create policy pol on p.t using (b > 0);
create rule ru as on delete to p.t where old.b > 1 do also nothing;
alter table p.t enable always rule ru;
create statistics p.s on id, b from p.t;
create function p.g() returns int language sql return (select max(b) from p.t);
-- <->
alter table p.t alter b type bigint;
create trigger tg before update of b on p.t for each row when (new.b > 0) execute function p.touch();
alter table p.t disable trigger tg;
create policy pol on p.t using (b > 0);
create rule ru as on delete to p.t where old.b > 1 do also nothing;
alter table p.t enable always rule ru;
create statistics p.s on id, b from p.t;
create function p.g() returns int language sql return (select max(b) from p.t);

--- tables with all that hangs on them
create table p.w (id int, k int) partition by list (k);
create table p.w1 partition of p.w for values in (1);
create trigger tg after insert on p.w for each row execute function p.touch();
create trigger own before insert on p.w1 for each row execute function p.touch();
alter table p.w1 disable trigger tg;
alter table p.w1 enable always trigger own;
create policy pol on p.w using (id > 0);
create rule ru as on delete to p.w1 where old.id > 1 do also nothing;
create statistics p.s on id, k from p.w;
create function p.of_row(p.w) returns setof p.w1 language sql return (select null::p.w1);
create view p.v as select (p.of_row(w)).id from p.w;
create trigger v instead of insert on p.v for each row execute function p.touch();
create rule ru as on delete to p.v do instead nothing;
-- <->

--- inherited, which makes no clone (replaced)
create trigger tg before insert on p.mum for each row execute function p.touch();
create trigger tg before insert on p.kid for each row execute function p.touch();
alter table p.mum disable trigger tg;
-- <->
create trigger tg before insert on p.mum for each row execute function p.tell();
create trigger tg before insert on p.kid for each row execute function p.tell();
alter table p.kid disable trigger tg;

--- trigger of a partition that no longer is one
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.one disable trigger tg;
-- <->
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.part detach partition p.one;

--- trigger of a partition that is on its own
create trigger tg after insert on p.part for each row execute function p.touch();
-- <->
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.part detach partition p.one;
create trigger tg after insert on p.one for each row execute function p.tell();

--- function of more arguments, called as before
create function p.f(i int) returns int language sql immutable as 'select i';
create view p.v as select p.f(id) as x from p.t;
create policy pol on p.t using (p.f(id) > 0);
create function p.g(i int default p.f(3)) returns int language sql return p.f(i);
-- <->
create function p.f(i int, j int default 1) returns int language sql immutable as 'select j';
create view p.v as select p.f(id) as x from p.t;
create policy pol on p.t using (p.f(id) > 0);
create function p.g(i int default p.f(3)) returns int language sql return p.f(i);

--- function of more arguments, called otherwise
create function p.f(i int) returns int language sql immutable as 'select i';
create view p.v as select p.f(id) as x from p.t;
create policy pol on p.t using (p.f(id) > 0);
create function p.g() returns int language sql return p.f(1) + (select max(x) from p.v);
-- <->
create function p.f(i int, j int) returns int language sql immutable as 'select j';
create view p.v as select p.f(id, 3) as x from p.t where p.f(id, id) > 1;
create policy pol on p.t using (p.f(id, 1) > 0);
create function p.g() returns int language sql return p.f(1, 2);

--- function of more arguments, called as before by what changes
create function p.f(i int) returns int language sql immutable as 'select i';
create policy pol on p.t using (p.f(id) > 0);
-- <->
create function p.f(i int, j int default 1) returns int language sql immutable as 'select j';
create policy pol on p.t using (p.f(id) > 1);

--- table with constraints that are the same but for their names
create table p.twice (a int, b int);
alter table p.twice add constraint first unique (a, b);
alter table p.twice add constraint again unique (a, b);
alter table p.twice add constraint other unique (b, a);
-- <->
create view p.nothing as select;
