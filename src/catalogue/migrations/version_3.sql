-- Version 3: documents that another shard processes, so that their bytes are not read again to find
-- that out. Empty if runs have no --shard.
create table elsewhere (
    path        text primary key,      -- relative to the input named
    bytes       integer not null,
    modified_ns integer not null,      -- modification time, nanoseconds since 1970
    id          text not null          -- SHA-256 of its bytes
) without rowid;
