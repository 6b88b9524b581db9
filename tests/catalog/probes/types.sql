-- Types, and what makes values comparable, convertible and searchable.
create schema p;
create type p.mood as enum ('sad', 'glad');
create type p.pair as (x int, y text);
create domain p.word as text;
create table p.t (a int);
create function p.same(int, int) returns bool language sql immutable as 'select $1 = $2';
create function p.differ(int, int) returns bool language sql immutable as 'select $1 <> $2';
create function p.words(p.pair) returns text language sql immutable as 'select null::text';
create function p.whole(p.pair) returns int language sql immutable as 'select 1';

--- label renamed
alter type p.mood rename value 'sad' to 'حزين';
--> alter enum p.mood labels

--- label added at the end
alter type p.mood add value 'tired';
--> alter enum p.mood labels

--- attribute dropped
alter type p.pair drop attribute y;
--> drop composite type column p.pair.y

--- attribute of another type
alter type p.pair alter attribute x type bigint;
--> alter composite type column p.pair.x type

--- attribute with a collation
alter type p.pair add attribute z text collate "C";
--> create composite type column p.pair.z

--- attribute renamed
alter type p.pair rename attribute z to zz;
--> drop composite type column p.pair.z
--> create composite type column p.pair.zz

--- domain of a domain
create domain p.short as p.word check (length(value) < 5);
--> create domain p.short
--> create domain constraint p.short.short_check
--> create owner p.short(domain)

--- domain constraint
alter domain p.word add constraint filled check (value <> '');
--> create domain constraint p.word.filled

--- domain constraint not valid
alter domain p.word add constraint later check (value <> 'x') not valid;
--> create domain constraint p.word.later

--- domain constraint validated
alter domain p.word validate constraint later;
--> alter domain constraint p.word.later validated

--- domain constraint renamed
alter domain p.word rename constraint later to sooner;
--> drop domain constraint p.word.later
--> create domain constraint p.word.sooner

--- domain constraint dropped
alter domain p.word drop constraint filled;
--> drop domain constraint p.word.filled

--- domain not null
alter domain p.word set not null;
--> alter domain p.word not_null

--- domain not null named (from 17)
create domain p.must as int constraint must_be not null;
comment on constraint must_be on domain p.must is null;
--> create domain p.must
--> create domain constraint p.must.must_be
--> create owner p.must(domain)

--- domain not null renamed (from 17)
alter domain p.must rename constraint must_be to must_not_null;
--> drop domain constraint p.must.must_be

--- domain not null with a comment (from 17)
comment on constraint must_not_null on domain p.must is 'why';
--> create comment p.must.must_not_null(domain constraint)
--> create domain constraint p.must.must_not_null

--- domain with modifier, collation and default
create domain p.tag as varchar(10) collate "C" default 'a' not null;
--> create domain p.tag
--> create owner p.tag(domain)

--- domain default dropped
alter domain p.tag drop default;
--> alter domain p.tag default

--- domain of an array of composites
create domain p.pairs as p.pair[] check (cardinality(value) > 0);
--> create domain p.pairs
--> create domain constraint p.pairs.pairs_check
--> create owner p.pairs(domain)

--- range
create type p.span as range (subtype = float8, subtype_diff = float8mi);
--> create owner p.span(range)
--> create range p.span

--- range with the multirange it names
create type p.lap as range (subtype = text, collation = "C", subtype_opclass = text_pattern_ops, multirange_type_name = p.laps);
--> create owner p.lap(range)
--> create range p.lap

--- base type
create type p.hash;
create function p.hash_in(cstring) returns p.hash language internal immutable strict as 'int4in';
create function p.hash_out(p.hash) returns cstring language internal immutable strict as 'int4out';
create type p.hash (input = p.hash_in, output = p.hash_out, like = int4, category = 'N', delimiter = ';', default = '7');
--> create base type p.hash
--> create function p.hash_in(cstring)
--> create function p.hash_out(p.hash)
--> create owner p.hash(base type)
--> create owner p.hash_in(function, cstring)
--> create owner p.hash_out(function, p.hash)

--- base type set
create function p.hash_recv(internal) returns p.hash language internal immutable strict as 'int4recv';
create function p.hash_send(p.hash) returns bytea language internal immutable strict as 'int4send';
alter type p.hash set (receive = p.hash_recv, send = p.hash_send);
--> alter base type p.hash receive, send
--> create function p.hash_recv(internal)
--> create function p.hash_send(p.hash)
--> create owner p.hash_recv(function, internal)
--> create owner p.hash_send(function, p.hash)

--- base type of variable length
create type p.blob;
create function p.blob_in(cstring) returns p.blob language internal immutable strict as 'textin';
create function p.blob_out(p.blob) returns cstring language internal immutable strict as 'textout';
create type p.blob (input = p.blob_in, output = p.blob_out, internallength = variable, storage = external, collatable = true);
--> create base type p.blob
--> create function p.blob_in(cstring)
--> create function p.blob_out(p.blob)
--> create owner p.blob(base type)
--> create owner p.blob_in(function, cstring)
--> create owner p.blob_out(function, p.blob)

--- base type of another storage
alter type p.blob set (storage = main);
--> alter base type p.blob storage

--- base type with a comment
comment on type p.hash is 'a hash';
--> create comment p.hash(base type)

--- cast without a function
create cast (p.hash as int) without function;
--> create cast p.hash(integer)

--- cast by a function
create cast (p.pair as text) with function p.words(p.pair) as assignment;
--> create cast p.pair(text)

--- cast in another context
drop cast (p.pair as text);
create cast (p.pair as text) with function p.words(p.pair) as implicit;
--> alter cast p.pair(text) context

--- cast by text
create cast (p.pair as json) with inout;
--> create cast p.pair(json)

--- shell operator by a forward reference
create operator p.=== (leftarg = int, rightarg = int, function = p.same, commutator = operator(p.===), negator = operator(p.!==));
--> create operator p.!==(integer, integer)
--> create operator p.===(integer, integer)
--> create owner p.!==(operator, integer, integer)
--> create owner p.===(operator, integer, integer)

--- shell operator filled
create operator p.!== (leftarg = int, rightarg = int, function = p.differ, negator = operator(p.===), restrict = neqsel, join = neqjoinsel);
--> alter operator p.!==(integer, integer) function, restrict, join

--- operator estimates
alter operator p.=== (int, int) set (restrict = eqsel, join = eqjoinsel);
--> alter operator p.===(integer, integer) restrict, join

--- operator estimate none
alter operator p.!== (int, int) set (restrict = none);
--> alter operator p.!==(integer, integer) restrict

--- operator hashes (from 17)
alter operator p.=== (int, int) set (hashes, merges);
--> alter operator p.===(integer, integer) hashes, merges

--- prefix operator
create function p.twice(int) returns int language sql immutable as 'select $1 * 2';
create operator p.@#@ (rightarg = int, function = p.twice);
--> create function p.twice(integer)
--> create operator p.@#@(-, integer)
--> create owner p.@#@(operator, -, integer)
--> create owner p.twice(function, integer)

--- operator without a commutator
create operator p.=~= (leftarg = int, rightarg = int, function = p.same);
--> create operator p.=~=(integer, integer)
--> create owner p.=~=(operator, integer, integer)

--- operator with a commutator (from 17)
alter operator p.=~= (int, int) set (commutator = operator(p.=~=));
--> alter operator p.=~=(integer, integer) commutator

--- operator family
create operator family p.fam using btree;
--> create operator family p.fam(btree)
--> create owner p.fam(operator family, btree)

--- operator family with loose members
alter operator family p.fam using btree add operator 3 = (int4, int8), function 1 (int4, int8) btint48cmp(int4, int8);
--> create function of access method p.fam(btree, 1, integer, bigint)
--> create operator of access method p.fam(btree, 3, integer, bigint)

--- operator family without a member
alter operator family p.fam using btree drop operator 3 (int4, int8);
--> drop operator of access method p.fam(btree, 3, integer, bigint)

--- operator class in a family
create operator class p.cls for type int using btree family p.fam as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int);
--> create function of access method p.fam(btree, 1, integer, integer)
--> create operator class p.cls(btree)
--> create operator of access method p.fam(btree, 1, integer, integer)
--> create operator of access method p.fam(btree, 2, integer, integer)
--> create operator of access method p.fam(btree, 3, integer, integer)
--> create operator of access method p.fam(btree, 4, integer, integer)
--> create operator of access method p.fam(btree, 5, integer, integer)
--> create owner p.cls(operator class, btree)

--- operator class by default
create operator class p.usual default for type p.hash using hash as operator 1 = (int4, int4), function 1 hashint4(int4);
--> create function of access method p.usual(hash, 1, integer, integer)
--> create operator class p.usual(hash)
--> create operator family p.usual(hash)
--> create operator of access method p.usual(hash, 1, integer, integer)
--> create owner p.usual(operator class, hash)
--> create owner p.usual(operator family, hash)

--- operator class with a stored type and an ordering operator
create operator class p.near for type point using gist as
  operator 15 <-> (point, point) for order by pg_catalog.float_ops,
  function 1 gist_point_consistent(internal, point, int2, oid, internal), function 2 gist_box_union(internal, internal),
  function 3 gist_point_compress(internal), function 5 gist_box_penalty(internal, internal, internal),
  function 6 gist_box_picksplit(internal, internal), function 7 gist_box_same(box, box, internal), storage box;
--> create function of access method p.near(gist, 1, point, point)
--> create function of access method p.near(gist, 2, point, point)
--> create function of access method p.near(gist, 3, point, point)
--> create function of access method p.near(gist, 5, point, point)
--> create function of access method p.near(gist, 6, point, point)
--> create function of access method p.near(gist, 7, point, point)
--> create operator class p.near(gist)
--> create operator family p.near(gist)
--> create operator of access method p.near(gist, 15, point, point)
--> create owner p.near(operator class, gist)
--> create owner p.near(operator family, gist)

--- collation
create collation p.german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
--> create collation p.german
--> create owner p.german(collation)

--- collation of another locale
drop collation p.german;
create collation p.german (provider = icu, locale = 'de', deterministic = false);
--> alter collation p.german locale

--- collation with rules (from 16)
create collation p.ruled (provider = icu, locale = 'und', rules = '&V << w <<< W');
--> create collation p.ruled
--> create owner p.ruled(collation)

--- collation of the system's library
create collation p.posix (lc_collate = 'C', lc_ctype = 'POSIX');
--> create collation p.posix
--> create owner p.posix(collation)

--- collation built in (from 17)
create collation p.inner (provider = builtin, locale = 'C.UTF-8');
--> create collation p.inner
--> create owner p.inner(collation)

--- conversion
create conversion p.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
--> create conversion p.conv
--> create owner p.conv(conversion)

--- conversion by default
drop conversion p.conv;
create default conversion p.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
--> alter conversion p.conv default

--- text search template
create text search template p.tmpl (init = dsimple_init, lexize = dsimple_lexize);
--> create text search template p.tmpl

--- text search template without init
drop text search template p.tmpl;
create text search template p.tmpl (lexize = dsimple_lexize);
--> alter text search template p.tmpl init

--- text search parser
create text search parser p.prs (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
--> create text search parser p.prs

--- text search parser with a headline
drop text search parser p.prs;
create text search parser p.prs (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
--> alter text search parser p.prs headline

--- text search dictionary
create text search dictionary p.dict (template = pg_catalog.simple, stopwords = english);
--> create owner p.dict(text search dictionary)
--> create text search dictionary p.dict

--- text search dictionary with other options
alter text search dictionary p.dict (stopwords, accept = false);
--> alter text search dictionary p.dict options

--- text search configuration of a parser
create text search configuration p.conf (parser = p.prs);
--> create owner p.conf(text search configuration)
--> create text search configuration p.conf

--- text search mapping
alter text search configuration p.conf add mapping for word, asciiword with p.dict, pg_catalog.simple;
--> create text search mapping p.conf.asciiword
--> create text search mapping p.conf.word

--- text search mapping in another order
alter text search configuration p.conf alter mapping for word with pg_catalog.simple, p.dict;
--> alter text search mapping p.conf.word dictionaries

--- text search mapping with a dictionary replaced
alter text search configuration p.conf alter mapping replace p.dict with pg_catalog.english_stem;
--> alter text search mapping p.conf.asciiword dictionaries
--> alter text search mapping p.conf.word dictionaries

--- transform
create language probe_lang handler plpgsql_call_handler;
create function p.from_pair(internal) returns internal language internal strict immutable as 'prsd_headline';
create function p.to_pair(internal) returns p.pair language internal strict immutable as 'prsd_headline';
create transform for p.pair language probe_lang (from sql with function p.from_pair(internal), to sql with function p.to_pair(internal));
--> create function p.from_pair(internal)
--> create function p.to_pair(internal)
--> create language probe_lang
--> create owner p.from_pair(function, internal)
--> create owner p.to_pair(function, internal)
--> create owner probe_lang(language)
--> create transform p.pair(probe_lang)

--- transform one way
create or replace transform for p.pair language probe_lang (from sql with function p.from_pair(internal));
--> alter transform p.pair(probe_lang) to_sql

--- function with a transform
create function p.travels(p.pair) returns int language probe_lang transform for type p.pair as 'x';
--> create function p.travels(p.pair)
--> create owner p.travels(function, p.pair)

--- trusted language with all its functions
create trusted language probe_trusted handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
--> create language probe_trusted
--> create owner probe_trusted(language)

--- access method of indexes
create access method probe_index type index handler bthandler;
--> create access method probe_index
