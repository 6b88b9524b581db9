create schema if not exists seachange;
comment on schema seachange is 'The ledger of seachange: what was done to this database, when, by whom, and how it went. No part of any state.';

create table if not exists seachange.ledger (
  version integer primary key,
  made timestamp with time zone not null default pg_catalog.clock_timestamp(),
  made_by text not null
);
comment on table seachange.ledger is 'Which form this ledger has; one row for each form that it has had.';
comment on column seachange.ledger.version is 'The form; a seachange that does not know the highest one refuses to work here.';
comment on column seachange.ledger.made is 'When the ledger got this form.';
comment on column seachange.ledger.made_by is 'The version of seachange that gave it this form.';

create table if not exists seachange.catalogs (
  fingerprint text primary key,
  facts integer not null,
  content bytea not null,
  kept timestamp with time zone not null default pg_catalog.clock_timestamp()
);
comment on table seachange.catalogs is 'States of this database, each kept once.';
comment on column seachange.catalogs.fingerprint is 'What tells this state from all others.';
comment on column seachange.catalogs.facts is 'How many facts the state has.';
comment on column seachange.catalogs.content is 'The snapshot, compressed with zlib.';
comment on column seachange.catalogs.kept is 'When it was first kept.';

create table if not exists seachange.runs (
  run bigint generated always as identity primary key,
  kind text not null check (kind in ('apply', 'undo')),
  state text not null check (state in ('running', 'stopped', 'failed', 'done')),
  plan text not null,
  folder bytea not null,
  before text not null references seachange.catalogs,
  desired text not null references seachange.catalogs,
  after text references seachange.catalogs,
  undoes bigint references seachange.runs,
  steps integer not null,
  began timestamp with time zone not null default pg_catalog.clock_timestamp(),
  ended timestamp with time zone,
  role text not null default session_user,
  system_user_name text not null,
  host text not null,
  address inet default pg_catalog.inet_client_addr(),
  seachange text not null,
  backup text not null default '',
  message text not null default ''
);
comment on table seachange.runs is 'Each application of a plan, or of the way back.';
comment on column seachange.runs.run is 'Its number.';
comment on column seachange.runs.kind is 'apply: a plan; undo: the way back of an earlier run.';
comment on column seachange.runs.state is 'running: at work, or killed at it; stopped: somebody or a limit stopped it; failed: the server refused a step; done.';
comment on column seachange.runs.plan is 'SHA-256 of the plan: the same plan goes on where it stopped.';
comment on column seachange.runs.folder is 'The plan and its undo as JSON, compressed with zlib.';
comment on column seachange.runs.before is 'The state that the run found.';
comment on column seachange.runs.desired is 'The state that the plan leads to.';
comment on column seachange.runs.after is 'The state that was read back at the end.';
comment on column seachange.runs.undoes is 'For an undo: the run that it takes back.';
comment on column seachange.runs.steps is 'How many steps the plan has.';
comment on column seachange.runs.began is 'When it began.';
comment on column seachange.runs.ended is 'When it was last at its end; empty as long as nobody told.';
comment on column seachange.runs.role is 'The role that was logged in.';
comment on column seachange.runs.system_user_name is 'The user of the machine that it was started on.';
comment on column seachange.runs.host is 'That machine.';
comment on column seachange.runs.address is 'Where its connection came from; empty for a local socket.';
comment on column seachange.runs.seachange is 'The version of seachange.';
comment on column seachange.runs.backup is 'Where the backup is, or what was said instead of one.';
comment on column seachange.runs.message is 'Why it stopped or failed.';

create table if not exists seachange.steps (
  run bigint not null references seachange.runs,
  number integer not null,
  stage text not null,
  subject text not null,
  sql text not null,
  state text not null check (state in ('sent', 'done', 'skipped', 'failed')),
  attempts integer not null default 1,
  began timestamp with time zone not null default pg_catalog.clock_timestamp(),
  seconds double precision not null default 0,
  waited double precision not null default 0,
  rows bigint,
  message text not null default '',
  primary key (run, number)
);
comment on table seachange.steps is 'Each step that was begun.';
comment on column seachange.steps.run is 'Its run.';
comment on column seachange.steps.number is 'Its place in the plan, counted from 1.';
comment on column seachange.steps.stage is 'The stage, as the files of a plan are called.';
comment on column seachange.steps.subject is 'The object whose change it serves.';
comment on column seachange.steps.sql is 'The statement, without secrets.';
comment on column seachange.steps.state is 'sent: on its way, outside of a transaction; done: its effect is there; skipped: there was nothing to do; failed: refused.';
comment on column seachange.steps.attempts is 'How often it was sent until it got its locks.';
comment on column seachange.steps.began is 'When it was first sent.';
comment on column seachange.steps.seconds is 'How long its statement took when it passed; of steps that were sent together, an equal share.';
comment on column seachange.steps.waited is 'Seconds lost to attempts that did not get their locks, and to the pauses after them.';
comment on column seachange.steps.rows is 'Rows that a backfill has changed.';
comment on column seachange.steps.message is 'What the server said if it refused the step.';

create table if not exists seachange.waits (
  wait bigint generated always as identity primary key,
  run bigint not null references seachange.runs,
  step integer not null,
  why text not null check (why in ('lock', 'deadlock', 'guard', 'lag', 'window', 'snapshot')),
  began timestamp with time zone not null,
  seconds double precision not null,
  blockers jsonb not null default '[]'
);
comment on table seachange.waits is 'Each time that a run had to wait for somebody else.';
comment on column seachange.waits.wait is 'Its number.';
comment on column seachange.waits.run is 'The run that waited.';
comment on column seachange.waits.step is 'The step that it wanted to send.';
comment on column seachange.waits.why is 'lock: a lock was not to be had in time; deadlock: the server ended one; guard: somebody was in the way and the step was not sent; lag: a standby was behind; window: outside of hours; snapshot: a concurrent build waited for old transactions.';
comment on column seachange.waits.began is 'When it began to wait.';
comment on column seachange.waits.seconds is 'How long.';
comment on column seachange.waits.blockers is 'Who was in the way: process, role, application, state, seconds since its transaction began, query.';

create table if not exists seachange.checkpoints (
  run bigint not null references seachange.runs,
  number integer not null,
  reached jsonb not null,
  rows bigint not null,
  at timestamp with time zone not null default pg_catalog.clock_timestamp(),
  primary key (run, number)
);
comment on table seachange.checkpoints is 'How far backfills have come.';
comment on column seachange.checkpoints.run is 'The run.';
comment on column seachange.checkpoints.number is 'The step.';
comment on column seachange.checkpoints.reached is 'The key of the last row that was looked at; of a table without one, the block that comes next.';
comment on column seachange.checkpoints.rows is 'Rows changed so far.';
comment on column seachange.checkpoints.at is 'When.';

create table if not exists seachange.reports (
  run bigint not null references seachange.runs,
  name text not null,
  content bytea not null,
  made timestamp with time zone not null default pg_catalog.clock_timestamp(),
  primary key (run, name)
);
comment on table seachange.reports is 'What was handed over.';
comment on column seachange.reports.run is 'The run that it tells of.';
comment on column seachange.reports.name is 'The name of the file.';
comment on column seachange.reports.content is 'Its content, compressed with zlib.';
comment on column seachange.reports.made is 'When it was made.';
