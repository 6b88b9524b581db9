CREATE SCHEMA other;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE place AS (x integer, y integer);
CREATE DOMAIN positive AS integer CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE TABLE parents (id bigint PRIMARY KEY, code text, spare text UNIQUE DEFERRABLE, key uuid UNIQUE, part integer);
CREATE UNIQUE INDEX parents_part ON parents (part) WHERE part > 0;
CREATE UNIQUE INDEX parents_code ON parents (code);
CREATE TABLE children (
    id bigint PRIMARY KEY,
    parent bigint CONSTRAINT children_parent REFERENCES parents,
    name text NOT NULL,
    amount integer CONSTRAINT children_amount CHECK (amount > 0),
    price numeric,
    double integer GENERATED ALWAYS AS (amount * 2) STORED,
    at timestamptz,
    local timestamp,
    day date,
    mood mood,
    seen integer,
    held integer,
    watched integer,
    whole integer
);
CREATE INDEX children_name ON children (name);
CREATE VIEW names AS SELECT id, name FROM children;
CREATE VIEW names_of_names AS SELECT name FROM names;
CREATE MATERIALIZED VIEW sums AS SELECT parent, sum(amount) AS total FROM children GROUP BY parent;
CREATE MATERIALIZED VIEW sums_by_key AS SELECT 1 AS id;
CREATE UNIQUE INDEX sums_by_key_id ON sums_by_key (id);
CREATE MATERIALIZED VIEW empty AS SELECT 1 AS id WITH NO DATA;
CREATE UNIQUE INDEX empty_id ON empty (id);
CREATE SEQUENCE numbers;
CREATE SEQUENCE other.numbers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION total(a bigint, b integer DEFAULT 1) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT $1';
CREATE FUNCTION fixed(a bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION used(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';
CREATE VIEW uses AS SELECT used(1) AS one;
CREATE FUNCTION pair(OUT x integer, OUT y text) LANGUAGE sql AS 'SELECT 1, ''''';
CREATE FUNCTION rows_of(a integer) RETURNS TABLE (x integer) LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE work() LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER touched BEFORE UPDATE OF watched ON children FOR EACH ROW WHEN (NEW.whole > 0) EXECUTE FUNCTION touch();
CREATE POLICY own ON children USING (held > 0);
CREATE RULE noted AS ON DELETE TO children WHERE OLD.seen > 0 DO ALSO NOTHING;
CREATE TABLE years (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE years_2026 PARTITION OF years FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE apart (id bigint, at date) PARTITION BY LIST ((id % 2));
CREATE TABLE loose (id bigint);
CREATE TABLE other.things (id bigint PRIMARY KEY, mood mood);
CREATE FUNCTION stable(a bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS 'BEGIN RETURN a; END';
