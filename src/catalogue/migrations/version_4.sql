-- Version 4: documents are identified by their root and their path below it; the store owns all
-- files of a document. docs/catalogue.md describes each column.

-- One row for each input folder.
create table roots (
    root  integer primary key,
    name  text not null unique,
    path  text unique,                 -- absolute; null: the folder is not known
    named integer not null default 0 check (named in (0, 1))   -- 1: the name was given by --root
);

-- One row for each document; it describes the latest attempt.
create table documents_4 (
    document        integer primary key,
    root            integer not null references roots (root),
    relative        text not null,     -- the document's path below its root
    path            text not null unique,   -- the record's source.path, assigned once
    path_key        text not null unique,   -- path, composed and in lower case
    id              text,              -- SHA-256 of its bytes; null where they were not read
    bytes           integer not null,
    modified_ns     integer not null,
    changed_ns      integer not null default 0,  -- status change time, nanoseconds since 1970
    checked_ns      integer not null default 0,  -- when the file's state was read
    fingerprint     text not null,
    outcome         text not null check (outcome in ('done', 'failed', 'pruned')),
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

-- One row for each searchable copy and ALTO file in use.
create table derived_files (
    path     text primary key,         -- relative to the output folder
    document integer not null references documents_4 (document) on delete cascade,
    bytes    integer not null,
    sha256   text                      -- null: written by version 3 or earlier
) without rowid;

-- Records that were made from earlier bytes of a document that can no longer be processed.
create table withdrawn (
    document      integer primary key references documents_4 (document) on delete cascade,
    id            text not null,       -- SHA-256 of the earlier bytes
    fingerprint   text not null,
    kind          text not null,
    pages         integer not null,
    warnings      text not null,
    record        text not null,       -- its file below withdrawn/
    record_bytes  integer not null,
    record_sha256 text,
    run           integer not null references runs (id)
);

-- The derived files of withdrawn records.
create table withdrawn_files (
    path     text primary key,         -- its file below withdrawn/
    document integer not null references withdrawn (document) on delete cascade,
    bytes    integer not null,
    sha256   text
) without rowid;

-- Changes of files that are committed and not yet carried out. Empty between operations.
create table pending_operations (
    operation integer primary key,
    action    text not null check (action in ('rename', 'remove')),
    source    text,                    -- rename: the file that is renamed
    target    text not null
);

-- One row for each dataset that was exported, for `diarium forget`.
create table exports (
    export     integer primary key,
    created    text not null,
    created_ns integer not null,
    path       text not null,          -- absolute
    format     text not null,
    options    text not null           -- JSON
);

alter table runs add column started_ns integer;   -- wall clock, nanoseconds since 1970
update runs set started_ns = unixepoch(started) * 1000000000;

-- One row for each document that a run is working on, or worked on when it was killed.
create table in_flight (
    path        text primary key,
    bytes       integer not null,
    modified_ns integer not null,
    running     integer not null check (running in (0, 1)),
    crashes     integer not null
) without rowid;
-- What version 3 counted is not copied: it charged documents for full disks.
drop table in_hand;

-- Files that another shard processes, so that their bytes are not read again to find that out.
create table other_shard_files (
    place       text primary key,      -- absolute
    bytes       integer not null,
    modified_ns integer not null,
    changed_ns  integer not null,
    checked_ns  integer not null,
    id          text not null
) without rowid;
drop table elsewhere;
