-- Version 2: documents that were moved or pruned, and documents in flight when a run was killed.
-- docs/catalogue.md describes the newest version.

create table documents_2 (
    path            text primary key,
    place           text,              -- the file; null if only a run of version 1 saw it
    id              text,
    bytes           integer not null,
    modified_ns     integer not null,
    fingerprint     text not null,
    outcome         text not null check (outcome in ('done', 'failed', 'pruned')),
    failure_code    text,
    failure_message text,
    kind            text,
    pages           integer,
    warnings        text not null,
    duration_ms     integer not null,
    first_run       integer not null references runs (id),
    last_run        integer not null references runs (id),
    seen_run        integer not null references runs (id),
    removed_run     integer references runs (id),  -- the run that missed it; null while it is there
    record          text,
    check ((outcome = 'failed') = (failure_code is not null)),
    check ((outcome = 'done') = (record is not null))
) without rowid;

insert into documents_2 (path, id, bytes, modified_ns, fingerprint, outcome, failure_code,
    failure_message, kind, pages, warnings, duration_ms, first_run, last_run, seen_run, record)
select path, id, bytes, modified_ns, fingerprint, outcome, failure_code,
    failure_message, kind, pages, warnings, duration_ms, first_run, last_run, seen_run, record
from documents;

drop table documents;
alter table documents_2 rename to documents;

create index documents_by_outcome on documents (outcome, kind);
create index documents_by_id on documents (id);

-- One row for each document that a run is processing, or was processing when it was killed.
create table in_hand (
    path        text primary key,
    bytes       integer not null,
    modified_ns integer not null,
    working     integer not null check (working in (0, 1)),
    cut_short   integer not null
) without rowid;

alter table runs add column pages integer;   -- in the records that the run made
alter table runs add column seconds real;    -- that it took
