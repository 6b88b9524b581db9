CREATE TABLE a (id bigint, tenant bigint);
CREATE TABLE b (id bigint, tenant bigint);
CREATE TABLE c (id bigint, tenant bigint);
CREATE TABLE d (id bigint, tenant bigint);
CREATE TABLE e (id bigint);
-- migration
CREATE TABLE f (id bigint);
