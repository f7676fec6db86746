-- Version 5: containers, and what is in them. docs/catalogue.md describes each column.

-- SQLite cannot change a constraint: the table is copied into one that allows the outcome `container`.
create table documents_5 (
    document        integer primary key,
    root            integer not null references roots (root),
    relative        text not null,     -- the document's path below its root; of a member: `container!/path`
    path            text not null unique,   -- the record's source.path, assigned once
    path_key        text not null unique,   -- path, composed and in lower case
    id              text,              -- SHA-256 of its bytes; null where they were not read
    bytes           integer not null,  -- of the file; a member has the state of its outermost container
    modified_ns     integer not null,
    changed_ns      integer not null default 0,  -- status change time, nanoseconds since 1970
    checked_ns      integer not null default 0,  -- when the file's state was read
    fingerprint     text not null,
    outcome         text not null check (outcome in ('done', 'container', 'failed', 'pruned')),
    failure_code    text,
    failure_message text,
    source_code     text,              -- why the source cannot be read now; the record stands
    source_message  text,
    kind            text,
    pages           integer,
    warnings        text not null,
    duration_ms     integer not null,
    first_run       integer not null references runs (id),
    last_run        integer not null references runs (id),
    seen_run        integer not null references runs (id),
    removed_run     integer references runs (id),
    record          text,
    record_bytes    integer,
    record_modified_ns integer,
    record_sha256   text,              -- null: written by version 3 or earlier and not verified yet
    unique (root, relative),
    check ((outcome = 'failed') = (failure_code is not null)),
    check ((outcome = 'done') = (record is not null))
);
insert into documents_5 (document, root, relative, path, path_key, id, bytes, modified_ns, changed_ns,
    checked_ns, fingerprint, outcome, failure_code, failure_message, source_code, source_message, kind,
    pages, warnings, duration_ms, first_run, last_run, seen_run, removed_run, record, record_bytes,
    record_modified_ns, record_sha256)
select document, root, relative, path, path_key, id, bytes, modified_ns, changed_ns,
    checked_ns, fingerprint, outcome, failure_code, failure_message, source_code, source_message, kind,
    pages, warnings, duration_ms, first_run, last_run, seen_run, removed_run, record, record_bytes,
    record_modified_ns, record_sha256
from documents;
-- Foreign keys are off during a migration: nothing is deleted by cascade.
drop table documents;
alter table documents_5 rename to documents;
create index documents_by_outcome on documents (outcome, kind);
create index documents_by_id on documents (id);
create index documents_by_seen_run on documents (seen_run);
create index documents_by_record on documents (record);

-- What each container holds, so that an unchanged one need not be opened.
create table members (
    container integer not null references documents (document) on delete cascade,
    number    integer not null,        -- from 0, in the order of the container
    member    text not null,           -- its path in the container
    primary key (container, number)
) without rowid;
