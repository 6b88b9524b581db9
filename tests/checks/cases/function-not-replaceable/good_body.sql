CREATE TYPE state AS ENUM ('open');
CREATE FUNCTION total(a bigint, b character varying DEFAULT 'x', s state[] DEFAULT '{}') RETURNS SETOF state LANGUAGE sql AS 'SELECT ''open''::state';
CREATE FUNCTION pair(a integer, OUT x bigint, OUT y text) LANGUAGE sql AS 'SELECT 1::bigint, ''''';
CREATE FUNCTION nameless(integer) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- migration
CREATE OR REPLACE FUNCTION total(a int8, b varchar(20) DEFAULT 'y', s public.state[] DEFAULT NULL) RETURNS SETOF state LANGUAGE sql AS 'SELECT ''open''::state';
CREATE OR REPLACE FUNCTION pair(a int, OUT x bigint, OUT y text) LANGUAGE sql AS 'SELECT 2::bigint, ''''';
CREATE OR REPLACE FUNCTION nameless(number integer) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE OR REPLACE FUNCTION total(a text) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
