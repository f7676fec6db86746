-- Version 1: the catalogue of an output folder: documents seen, outcomes, runs.
--
-- Open DIR/catalogue.db with any SQLite tool. Times are UTC, RFC 3339; durations are milliseconds.
-- PRAGMA user_version holds the version of this schema; every change is a step in migrations/.
--
--   select kind, count(*) from documents where outcome = 'done' group by kind;
--   select path, failure_code, failure_message from documents where outcome = 'failed';
--   select documents.path, json_extract(warning.value, '$.message')
--     from documents, json_each(documents.warnings) as warning
--    where json_extract(warning.value, '$.code') = 'pages-missing';

-- One row for each call of `diarium run`.
create table runs (
    id       integer primary key,      -- ascending
    started  text not null,
    ended    text,                     -- null: running, or killed
    version  text not null,            -- of diarium
    profiles text not null,            -- SHA-256 over the profiles
    engine   text not null,            -- the OCR engine
    options  text not null,            -- JSON: inputs and options as given
    counts   text,                     -- JSON: found, done, unchanged, failed
    outcome  text                      -- finished | interrupted | stopped
             check (outcome in ('finished', 'interrupted', 'stopped'))
);

-- One row for each document, by its path relative to the input; it describes the latest attempt.
create table documents (
    path            text primary key,
    id              text,              -- SHA-256 of its bytes; null where they were not read
    bytes           integer not null,
    modified_ns     integer not null,  -- modification time, nanoseconds since 1970
    fingerprint     text not null,     -- of bytes, version, profiles and engine
    outcome         text not null check (outcome in ('done', 'failed')),
    failure_code    text,
    failure_message text,
    kind            text,
    pages           integer,
    warnings        text not null,     -- JSON: an array of {code, message, page}
    duration_ms     integer not null,
    first_run       integer not null references runs (id),  -- the run that first saw it
    last_run        integer not null references runs (id),  -- the run that last processed it
    seen_run        integer not null references runs (id),  -- the last run that found it
    record          text,              -- its record's file, relative to this folder; null if failed
    check ((outcome = 'failed') = (failure_code is not null)),
    check ((outcome = 'done') = (record is not null))
) without rowid;

create index documents_by_outcome on documents (outcome, kind);
