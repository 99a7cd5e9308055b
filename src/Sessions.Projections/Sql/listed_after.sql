-- The next sessions of the list, each with whether anything else is stored of it, so that a walk through the rest comes
-- to it. The rest is looked up session by session: for a join, a plan made once might read all streams for each page.
--
--   $1  owner       text
--   $2  session_id  uuid
--   $3  count_max   integer

select session_id, owner,
       coalesce(
           (select true from event_store.streams as stream
            where stream.stream_id = listed.session_id and stream.owner = listed.owner),
           (select true from event_store.events as event
            where event.stream_id = listed.session_id and event.owner = listed.owner limit 1),
           (select true from event_store.scheduled_messages as message
            where message.stream_id = listed.session_id and message.owner = listed.owner),
           (select true from event_store.dead_letters as letter
            where letter.stream_id = listed.session_id and letter.owner = listed.owner),
           false)
from (
    select owner, session_id
    from read_models.session_list
    where (owner, session_id) > ($1, $2)
    order by owner, session_id
    limit $3
) as listed
order by owner, session_id
