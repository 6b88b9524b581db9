-- Triggers, event triggers, rewrite rules, policies and extended statistics.
create schema p;
create table p.t (id int primary key, a text, b int);
create table p."Odd t" (id int, "Odd c" text);
create table p.part (id int, k int) partition by list (k);
create table p.one partition of p.part for values in (1);
create table p.two partition of p.part for values in (2) partition by list (id);
create table p.leaf partition of p.two for values in (2);
create table p.other partition of p.two for values in (3);
create view p.v as select id, a from p.t;
create function p.touch() returns trigger language plpgsql as 'begin return new; end';
create function p."Touch it"() returns trigger language plpgsql as 'begin return new; end';
create function p.watch() returns event_trigger language plpgsql as 'begin end';

--- timing (replaced)
create trigger tg before insert on p.t for each row execute function p.touch();
-- <->
create trigger tg after update of a, b or delete on p.t for each row execute function p.touch();

--- condition (replaced)
create trigger tg before update on p.t for each row when (old.a <> new.a) execute function p.touch();
-- <->
create trigger tg before update on p.t for each row when (old.b is distinct from new.b) execute function p."Touch it"('x', 'it''s \ "odd"');

--- tables of what changed (replaced)
create trigger tg after update on p.t execute function p.touch();
-- <->
create trigger tg after update on p.t referencing old table as "Was" new table as is_now for each statement execute function p.touch();

--- view (replaced)
create trigger tg instead of insert on p.v for each row execute function p.touch();
-- <->
create trigger tg instead of insert or update or delete on p.v for each row execute function p.touch();

--- switched (replaced)
create trigger tg before insert on p.t for each row execute function p.touch();
alter table p.t disable trigger tg;
-- <->
create trigger tg before insert on p.t for each row execute function p.touch();
alter table p.t enable always trigger tg;

--- changed and switched off (replaced)
create trigger tg before insert on p.t for each row execute function p.touch();
-- <->
create trigger tg before insert on p.t execute function p.touch();
alter table p.t disable trigger tg;

--- changed while switched off (replaced)
create trigger tg before insert on p.t for each row execute function p.touch();
alter table p.t disable trigger tg;
-- <->
create trigger tg before insert on p.t execute function p.touch();
alter table p.t disable trigger tg;

--- on a partitioned table (replaced)
create trigger tg after insert on p.part for each row execute function p.touch();
-- <->
create trigger tg after insert or update on p.part for each row execute function p.touch();
alter table p.part disable trigger tg;

--- partitions that stay as they are (replaced)
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.one enable always trigger tg;
alter table p.two enable replica trigger tg;
-- <->
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.part disable trigger tg;
alter table p.one enable always trigger tg;
alter table p.two enable replica trigger tg;

--- changed above partitions that are switched (replaced)
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.one disable trigger tg;
alter table p.two enable replica trigger tg;
-- <->
create trigger tg after insert or delete on p.part for each row execute function p."Touch it"();
alter table p.part enable replica trigger tg;
alter table p.one enable always trigger tg;
alter table p.two enable replica trigger tg;

--- switched on the way back (replaced)
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.part disable trigger tg;
-- <->
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.two enable always trigger tg;

--- rule (replaced)
create rule ru as on insert to p.v do instead insert into p.t values (new.id, 'it''s;');
-- <->
create rule ru as on insert to p.v do instead (insert into p.t values (new.id); select 1; notify x);

--- rule of another event, switched (replaced)
create rule ru as on insert to p.t where new.id > 3 do also nothing;
alter table p.t disable rule ru;
-- <->
create rule ru as on update to p.t do also nothing;
alter table p.t enable replica rule ru;

--- rule switched (replaced)
create rule ru as on insert to p.t do also nothing;
alter table p.t enable always rule ru;
-- <->
create rule ru as on insert to p.t do also nothing;

--- policy (replaced)
create policy pol on p.t as restrictive to pg_monitor, current_user using (id > 0) with check (true);
-- <->
create policy pol on p.t as restrictive using (b > 0 and a = 'it''s') with check (id = any (array[1, 2]));

--- statistics (replaced)
create statistics p.s (mcv) on a, b from p.t;
alter statistics p.s set statistics 0;
-- <->
create statistics p.s (mcv) on a, b from p.t;

--- event trigger switched (replaced)
create event trigger ev on ddl_command_end execute function p.watch();
-- <->
create event trigger ev on ddl_command_end execute function p.watch();
alter event trigger ev enable always;

--- triggers
create trigger tg before insert on p.t execute function p.touch();
create trigger emptied before truncate on p.t execute function p.touch();
create trigger "Odd TG" after update of "Odd c" on p."Odd t" for each row execute function p.touch();
alter table p."Odd t" enable replica trigger "Odd TG";
alter table p.t disable trigger emptied;
-- <->
create trigger v instead of update on p.v for each row execute function p.touch();
create trigger tg after insert on p.part for each row execute function p.touch();

--- constraint trigger
create constraint trigger tg after insert on p.t from p.part deferrable initially deferred for each row execute function p.touch();
-- <->
create constraint trigger tg after insert on p.t deferrable for each row execute function p.touch();
alter table p.t disable trigger tg;

--- constraint trigger or not
create constraint trigger tg after insert on p.t for each row execute function p.touch();
-- <->
create trigger tg after insert on p.t for each row execute function p.touch();

--- constraint trigger of partitions
create constraint trigger tg after insert on p.part for each row execute function p.touch();
alter table p.one disable trigger tg;
-- <->
create constraint trigger tg after update on p.part for each row execute function p.touch();
alter table p.one enable always trigger tg;

--- partitions that are switched
-- <->
create trigger tg after insert on p.part for each row execute function p.touch();
alter table p.part enable always trigger tg;
alter table p.one disable trigger tg;
alter table p.two disable trigger tg;

--- only some partitions are switched (replaced)
create trigger tg after insert on p.part for each row execute function p.touch();
-- <->
create trigger tg after insert on p.part for each row execute function p.touch();
alter table only p.part enable always trigger tg;
alter table p.two enable replica trigger tg;

--- trigger whose function is built anew
create function p.g() returns trigger language plpgsql as 'begin return new; end';
create trigger tg after insert on p.part for each row execute function p.g();
alter table p.one disable trigger tg;
create event trigger ev on sql_drop execute function p.watch();
-- <->
create function p.g() returns trigger language plpgsql window as 'begin return new; end';
create trigger tg after insert on p.part for each row execute function p.g();
alter table p.one disable trigger tg;

--- event trigger
create event trigger ev on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function p.watch();
alter event trigger ev disable;
-- <->
create event trigger ev on sql_drop when tag in ('DROP TABLE') execute function p.watch();
alter event trigger ev enable replica;

--- rules
create rule "Odd Rule" as on insert to p.v where new.id > 0 do also nothing;
create rule ru as on delete to p.t do instead nothing;
alter table p.t disable rule ru;
-- <->


--- policies
create policy sel on p.t for select to public using (b > 0);
create policy ins on p.t for insert with check (b > 0);
create policy "Odd P" on p."Odd t" as restrictive for update using ("Odd c" = 'x') with check (true);
create policy del on p.t for delete using (exists (select from p.part where k = t.id));
-- <->
create policy sel on p.t for delete using (b > 0);
create policy ins on p.t as restrictive for insert with check (b > 0);
alter table p.t enable row level security;

--- policy that loses an expression
create policy pol on p.t using (true) with check (true);
-- <->
create policy pol on p.t with check (true);

--- statistics
create statistics p.s on a, b from p.t;
create statistics p.s1 on (id + b) from p.t;
create statistics p.s2 (mcv, ndistinct) on a, (id + b), lower(a) from p.t;
alter statistics p.s2 set statistics 100;
create statistics "public"."Odd S" (dependencies) on id, "Odd c" from p."Odd t";
-- <->
create statistics p.s (mcv) on a, b from p.t;
create statistics p.s2 (mcv, ndistinct) on a, (id - b) from p.t;
