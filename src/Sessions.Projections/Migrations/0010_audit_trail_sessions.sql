-- A session's rows of the trail, found without its events: somebody may have removed these, or changed their times. Summed up
-- by ranges, as addresses and traces are: an entry for each event would cost what few ask for.
create index audit_trail_sessions on read_models.audit_trail
    using brin (session uuid_bloom_ops (n_distinct_per_range = 1000))
    with (pages_per_range = 32, autosummarize = on);
