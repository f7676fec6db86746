insert into documents (root, relative, path, path_key, id, bytes, modified_ns, changed_ns,
    checked_ns, fingerprint, outcome, failure_code, failure_message, kind, pages, warnings,
    duration_ms, first_run, last_run, seen_run, record, record_bytes, record_modified_ns,
    record_sha256)
values (:root, :relative, :path, :path_key, :id, :bytes, :modified, :changed,
    :checked, :fingerprint, :outcome, :code, :message, :kind, :pages, :warnings,
    :duration, :run, :run, :run, :record, :record_bytes, :record_modified,
    :record_sha256)
on conflict (root, relative) do update set
    id = excluded.id, bytes = excluded.bytes, modified_ns = excluded.modified_ns,
    changed_ns = excluded.changed_ns, checked_ns = excluded.checked_ns,
    fingerprint = excluded.fingerprint, outcome = excluded.outcome,
    failure_code = excluded.failure_code, failure_message = excluded.failure_message,
    source_code = null, source_message = null, kind = excluded.kind, pages = excluded.pages,
    warnings = excluded.warnings, duration_ms = excluded.duration_ms, last_run = excluded.last_run,
    seen_run = excluded.seen_run, removed_run = null, record = excluded.record,
    record_bytes = excluded.record_bytes, record_modified_ns = excluded.record_modified_ns,
    record_sha256 = excluded.record_sha256
