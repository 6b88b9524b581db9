-- The database as such, and what belongs to the whole server.
create role probe_lead;
create role probe_member;
create role probe_other;
create schema p;
create table p.t (id int);

--- role attributes
alter role probe_lead login createdb createrole noinherit replication bypassrls connection limit 3;
--> alter role probe_lead inherit, create_role, create_database, login, replication, bypass_row_security, connection_limit

--- role that is a superuser
alter role probe_lead superuser;
--> alter role probe_lead superuser

--- password is never told
alter role probe_lead password 'hidden';

--- role valid until
alter role probe_lead valid until '2031-02-03 04:05:06+07';
--> alter role probe_lead valid_until

--- role settings
alter role probe_lead set work_mem = '3MB';
alter role probe_lead set search_path = p, public;
--> alter role probe_lead settings

--- role setting reset
alter role probe_lead reset work_mem;
--> alter role probe_lead settings

--- comment on a role
comment on role probe_lead is 'leads';
--> create comment probe_lead(role)

--- membership
grant probe_lead to probe_member;
--> create role membership probe_lead.probe_member(postgres)

--- membership with admin
grant probe_lead to probe_member with admin option;
--> alter role membership probe_lead.probe_member(postgres) admin

--- membership that does not inherit (from 16)
grant probe_lead to probe_member with inherit false;
--> alter role membership probe_lead.probe_member(postgres) inherit

--- membership in a role of PostgreSQL's
grant pg_monitor to probe_other;
--> create role membership pg_monitor.probe_other(postgres)

--- membership revoked
revoke probe_lead from probe_member;
--> drop role membership probe_lead.probe_member(postgres)

--- settings of the database
do $$ begin execute format('alter database %I set work_mem = ''5MB''', current_database()); end $$;
--> create setting work_mem

--- setting of the database with another value
do $$ begin execute format('alter database %I set work_mem = ''6MB''', current_database()); end $$;
--> alter setting work_mem value

--- setting with a list
do $$ begin execute format('alter database %I set search_path = p, "A=b", public', current_database()); end $$;
--> create setting search_path

--- setting of a role in the database
do $$ begin execute format('alter role probe_other in database %I set work_mem = ''7MB''', current_database()); end $$;
--> create setting work_mem(probe_other)

--- settings reset
do $$ begin execute format('alter database %I reset all', current_database()); end $$;
--> drop setting search_path
--> drop setting work_mem

--- database takes fewer connections
do $$ begin execute format('alter database %I connection limit 50', current_database()); end $$;
--> alter database connection_limit

--- database is a template
do $$ begin execute format('alter database %I is_template true', current_database()); end $$;
--> alter database template

--- database is none
do $$ begin execute format('alter database %I is_template false', current_database()); end $$;
--> alter database template

--- parameter (from 15)
grant set, alter system on parameter work_mem to probe_member with grant option;
--> create parameter grant work_mem(probe_member, ALTER SYSTEM)
--> create parameter grant work_mem(probe_member, SET)

--- parameter without the option (from 15)
revoke grant option for set on parameter work_mem from probe_member;
--> alter parameter grant work_mem(probe_member, SET) grantable

--- session setting is nobody's
set allow_in_place_tablespaces = on;

--- tablespace
create tablespace probe_lead location '';
--> create owner probe_lead(tablespace)
--> create tablespace probe_lead

--- tablespace options
alter tablespace probe_lead set (random_page_cost = 2);
--> alter tablespace probe_lead options

--- comment on a tablespace
comment on tablespace probe_lead is 'here';
--> create comment probe_lead(tablespace)

--- owner and grants of a tablespace
alter tablespace probe_lead owner to probe_other;
grant create on tablespace probe_lead to probe_member;
--> create grant probe_lead(tablespace, probe_member, CREATE)
--> alter owner probe_lead(tablespace) role

--- table, index and materialized view in a tablespace
create materialized view p.mv tablespace probe_lead as select 1;
create index ix on p.t (id) tablespace probe_lead;
alter table p.t set tablespace probe_lead;
--> create index p.ix
--> create materialized view p.mv
--> create owner p.mv(materialized view)
--> alter table p.t tablespace

--- out of the tablespace
drop materialized view p.mv;
drop index p.ix;
alter table p.t set tablespace pg_default;
--> drop index p.ix
--> drop materialized view p.mv
--> drop owner p.mv(materialized view)
--> alter table p.t tablespace

--- tablespace dropped
drop tablespace probe_lead;
--> drop comment probe_lead(tablespace)
--> drop grant probe_lead(tablespace, probe_member, CREATE)
--> drop owner probe_lead(tablespace)
--> drop tablespace probe_lead
