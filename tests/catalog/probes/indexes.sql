-- Indexes and extended statistics.
create schema p;
create table p.t (id int, a text, b text collate "C", c int, doc jsonb, tags text[], spot point) with (autovacuum_enabled = false);
create table p.part (id int, k int) partition by list (k);
create table p.one partition of p.part for values in (1);
create extension pg_trgm schema p;

--- index
create index ix on p.t (a);
--> create index p.ix

--- index in other orders
drop index p.ix;
create index ix on p.t (a desc, c nulls first, id desc nulls last);
--> alter index p.ix columns, keys

--- index in the usual order, spelled out
drop index p.ix;
create index ix on p.t (a asc nulls last, c, id);
--> alter index p.ix keys

--- index of another collation
create index coll on p.t (a collate "C");
--> create index p.coll

--- index of the column's own collation
drop index p.coll;
create index coll on p.t (b collate "C");
--> alter index p.coll columns, keys

--- index of the default collation over a column's own
drop index p.coll;
create index coll on p.t (b collate "default");
--> alter index p.coll keys

--- index of another operator class
create index ops on p.t (a text_pattern_ops);
--> create index p.ops

--- index of the usual operator class, named
drop index p.ops;
create index ops on p.t (a text_ops);
--> alter index p.ops keys

--- index of an operator class with parameters
create index trgm on p.t using gist (a p.gist_trgm_ops (siglen = 32));
--> create index p.trgm

--- index of an operator class with other parameters
drop index p.trgm;
create index trgm on p.t using gist (a p.gist_trgm_ops (siglen = 64));
--> alter index p.trgm keys

--- index of an expression
create index expr on p.t (lower(a), (id + 1) desc);
--> create index p.expr

--- index of an expression and its statistics
alter index p.expr alter column 2 set statistics 0;
--> alter index p.expr statistics

--- partial index
create unique index part_ix on p.t (id) where c > 0;
--> create index p.part_ix

--- partial index of another predicate
drop index p.part_ix;
create unique index part_ix on p.t (id) where c > 1;
--> alter index p.part_ix predicate

--- index with more columns
create index more on p.t (id) include (a, c);
--> create index p.more

--- index with other columns
drop index p.more;
create index more on p.t (id) include (c, a);
--> alter index p.more include

--- unique index with nulls not distinct (from 15)
create unique index nulls on p.t (c) nulls not distinct;
--> create index p.nulls

--- unique index with nulls distinct (from 15)
drop index p.nulls;
create unique index nulls on p.t (c);
--> alter index p.nulls nulls_not_distinct

--- index of another method
drop index p.ix;
create index ix on p.t using hash (a);
--> alter index p.ix method, columns, keys

--- gin with options
create index gin on p.t using gin (doc jsonb_path_ops) with (fastupdate = off, gin_pending_list_limit = 128);
--> create index p.gin

--- gin options
alter index p.gin set (fastupdate = on);
--> alter index p.gin options

--- brin with parameters
create index brin on p.t using brin (id int4_minmax_multi_ops (values_per_range = 16)) with (pages_per_range = 8);
--> create index p.brin

--- spgist and gist
create index sp on p.t using spgist (spot);
create index gi on p.t using gist (spot);
--> create index p.gi
--> create index p.sp

--- index on arrays
create index arr on p.t using gin (tags);
--> create index p.arr

--- index on the whole row
create index whole on p.t ((t is null));
--> create index p.whole

--- index of a partitioned table
create index parted on p.part (k);
--> create index p.one_k_idx
--> create index p.parted

--- index of a partitioned table only
create index lonely on only p.part (id);
--> create index p.lonely

--- index of a partition attached
create index lonely_one on p.one (id);
alter index p.lonely attach partition p.lonely_one;
--> alter index p.lonely valid
--> create index p.lonely_one

--- index no longer valid
update pg_index set indisvalid = false where indexrelid = 'p.arr'::regclass;
--> alter index p.arr valid

--- index renamed
alter index p.arr rename to arrays;
--> drop index p.arr
--> create index p.arrays

--- statistics of all kinds
create statistics p.st on a, c from p.t;
--> create owner p.st(statistics object)
--> create statistics object p.st

--- statistics of fewer kinds
drop statistics p.st;
create statistics p.st (mcv) on a, c from p.t;
--> alter statistics object p.st types

--- statistics of expressions
create statistics p.se on (lower(a)), c from p.t;
--> create owner p.se(statistics object)
--> create statistics object p.se

--- statistics target zero
alter statistics p.se set statistics 0;
--> alter statistics object p.se target

--- statistics moved to another table
drop statistics p.st;
create statistics p.st (mcv) on id, k from p.part;
--> alter statistics object p.st table, on
