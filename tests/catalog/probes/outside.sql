-- What reaches beyond the database: foreign data, replication, extensions.
create role probe_mapped;
create schema p;
create schema q;
create table p.t (id int primary key, a text, g int generated always as (id) stored);
create table p.u (id int primary key);
create foreign data wrapper probe_wrapper;
create server probe_server foreign data wrapper probe_wrapper;
create foreign table p.far (id int, note text) server probe_server;

--- wrapper options with a secret
alter foreign data wrapper probe_wrapper options (add host 'here', add api_key 'hidden');
--> alter foreign-data wrapper probe_wrapper options

--- wrapper's secret changed is not told
alter foreign data wrapper probe_wrapper options (set api_key 'elsewhere');

--- wrapper with a validator
alter foreign data wrapper probe_wrapper no validator options (drop host);
--> alter foreign-data wrapper probe_wrapper options

--- server of a type and version
create server typed type 'oracle' version '12' foreign data wrapper probe_wrapper options (password 'hidden', dbname 'd');
--> create owner typed(server)
--> create server typed

--- server of another version
alter server typed version '13';
--> alter server typed version

--- server's secret changed is not told
alter server typed options (set password 'elsewhere');

--- user mapping with a secret
create user mapping for probe_mapped server typed options (user 'ann', password 'hidden', sslkey 'hidden');
--> create user mapping probe_mapped(typed)

--- user mapping of another user
alter user mapping for probe_mapped server typed options (set user 'ben');
--> alter user mapping probe_mapped(typed) options

--- user mapping for the public
create user mapping for public server typed;
--> create user mapping public(typed)

--- foreign table options
alter foreign table p.far options (add table_name 'x', add password 'hidden');
--> alter foreign table p.far options

--- foreign table's secret changed is not told
alter foreign table p.far options (set password 'elsewhere');

--- foreign table column options
alter foreign table p.far alter note options (add b '1', add a '2');
--> alter foreign table column p.far.note foreign_options

--- foreign table column not null and default
alter foreign table p.far alter note set not null, alter note set default 'x';
--> create default value p.far.note
--> alter foreign table column p.far.note not_null

--- foreign table as a partition
create table p.part (id int, k int) partition by list (k);
create foreign table p.far_one partition of p.part for values in (1) server probe_server;
--> create foreign table p.far_one
--> create foreign table column p.far_one.id
--> create foreign table column p.far_one.k
--> create owner p.far_one(foreign table)
--> create owner p.part(table)
--> create table p.part
--> create table column p.part.id
--> create table column p.part.k

--- foreign table inherits
create foreign table p.far_kid () inherits (p.u) server probe_server;
--> create foreign table p.far_kid
--> create foreign table column p.far_kid.id
--> create owner p.far_kid(foreign table)

--- foreign table on another server
drop foreign table p.far_kid;
create foreign table p.far_kid () inherits (p.u) server typed;
--> alter foreign table p.far_kid server

--- publication of everything
create publication everything for all tables;
--> create owner everything(publication)
--> create publication everything

--- publication of tables
create publication few for table p.t, only p.u;
--> create owner few(publication)
--> create publication few
--> create publication relation p.t(few)
--> create publication relation p.u(few)

--- publication with fewer tables
alter publication few drop table only p.u;
--> drop publication relation p.u(few)

--- publication of some columns (from 15)
alter publication few set table p.t (id, a);
--> alter publication relation p.t(few) columns

--- publication of other columns (from 15)
alter publication few set table p.t (id);
--> alter publication relation p.t(few) columns

--- publication of some rows (from 15)
alter publication few set table p.t (id) where (id > 3);
--> alter publication relation p.t(few) where

--- publication of a schema (from 15)
alter publication everything owner to current_user;
create publication wide for tables in schema p, q;
--> create owner wide(publication)
--> create publication wide
--> create publication namespace p(wide)
--> create publication namespace q(wide)

--- publication of fewer schemas (from 15)
alter publication wide drop tables in schema q;
--> drop publication namespace q(wide)

--- publication of generated columns (from 18)
alter publication wide set (publish_generated_columns = stored);
--> alter publication wide generated_columns

--- publication of deletions only
alter publication few set (publish = 'delete');
--> alter publication few publish

--- subscription
create subscription probe_sub connection 'host=nowhere dbname=d user=ann password=hidden' publication one, two with (connect = false, slot_name = 'slot', streaming = off);
--> create owner probe_sub(subscription)
--> create subscription probe_sub

--- subscription's password changed is not told
alter subscription probe_sub connection 'host=nowhere dbname=d user=ann password=elsewhere';

--- subscription to another host
alter subscription probe_sub connection 'host=somewhere dbname=d user=ann password=elsewhere';
--> alter subscription probe_sub connection

--- subscription to other publications
alter subscription probe_sub set publication two, three with (refresh = false);
--> alter subscription probe_sub publications

--- subscription to the same in another order
alter subscription probe_sub set publication three, two with (refresh = false);

--- subscription without a slot
alter subscription probe_sub set (slot_name = none);
--> alter subscription probe_sub slot

--- subscription that commits
alter subscription probe_sub set (synchronous_commit = 'local');
--> alter subscription probe_sub synchronous_commit

--- subscription in binary
alter subscription probe_sub set (binary = true);
--> alter subscription probe_sub binary

--- subscription that streams
alter subscription probe_sub set (streaming = on);
--> alter subscription probe_sub streaming

--- subscription that streams in parallel (from 16)
alter subscription probe_sub set (streaming = parallel);
--> alter subscription probe_sub streaming

--- subscription that stops on errors (from 15)
alter subscription probe_sub set (disable_on_error = true);
--> alter subscription probe_sub disable_on_error

--- subscription of no origin (from 16)
alter subscription probe_sub set (origin = none);
--> alter subscription probe_sub origin

--- subscription without a password (from 16)
alter subscription probe_sub set (password_required = false);
--> alter subscription probe_sub password_required

--- subscription run as its owner (from 16)
alter subscription probe_sub set (run_as_owner = true);
--> alter subscription probe_sub run_as_owner

--- subscription with a slot again
alter subscription probe_sub set (slot_name = 'slot');
--> alter subscription probe_sub slot

--- subscription that fails over (from 17)
update pg_subscription set subfailover = true where subname = 'probe_sub';
--> alter subscription probe_sub failover

--- subscription in two phases (from 15)
create subscription probe_two connection 'dbname=d' publication one with (connect = false, slot_name = none, two_phase = true);
--> create owner probe_two(subscription)
--> create subscription probe_two

--- extension
create extension hstore schema p;
--> create comment hstore(extension)
--> create extension hstore
--> create owner hstore(extension)

--- extension moved
alter extension hstore set schema q;
--> alter extension hstore schema

--- extension's function granted
revoke execute on function q.hstore(text, text) from public;
--> create revoke q.hstore(function, text, text, public, EXECUTE)

--- table beside an extension
create table p.taken (id int);
--> create owner p.taken(table)
--> create table p.taken
--> create table column p.taken.id

--- extension takes a table in
alter extension hstore add table p.taken;
--> drop owner p.taken(table)
--> drop table p.taken
--> drop table column p.taken.id

--- extension lets a table go
alter extension hstore drop table p.taken;
--> create owner p.taken(table)
--> create table p.taken
--> create table column p.taken.id

--- comment on an extension
comment on extension hstore is 'keys and values';
--> alter comment hstore(extension) text

--- extension dropped
drop extension hstore cascade;
--> drop comment hstore(extension)
--> drop extension hstore
--> drop owner hstore(extension)
--> drop revoke q.hstore(function, text, text, public, EXECUTE)
