-- Replaces the findings in a sample of sessions. Returns those that are new.
--
--   $1  session_id  uuid[]  the sample
--   $2  owner       text[]
--   $3  session_id  uuid[]  the findings
--   $4  owner       text[]
--   $5  kind        text[]
--   $6  says        text[]

with found as (
    select *
    from unnest($3, $4, $5, $6) as finding (session_id, owner, kind, says)
),

mended as (
    delete from event_store.drift as drift
    using unnest($1, $2) as sample (session_id, owner)
    where drift.session_id = sample.session_id
      and drift.owner = sample.owner
      and not exists (
          select from found
          where found.session_id = drift.session_id and found.owner = drift.owner and found.kind = drift.kind)
)

insert into event_store.drift (session_id, owner, kind, says)
select session_id, owner, kind, says
from found
on conflict (session_id, owner, kind) do nothing
returning session_id, kind, says
