-- Begins a new epoch if the newest event was written by a transaction that this cluster has yet to reach: the database
-- was restored into a younger cluster, whose transaction ids start again.
--
-- One node does this at a time. Each statement sees what was committed before it began, so a node that had to wait finds
-- the new epoch there.

do $$
declare
    newest xid8;
    next   integer;
begin
    perform pg_advisory_xact_lock(hashtext('sessions.migrations'));

    select transaction_id into newest
    from event_store.events
    where epoch = (select max(epoch) from event_store.epochs)
    order by epoch desc, transaction_id desc
    limit 1;

    if newest >= pg_snapshot_xmax(pg_current_snapshot()) then
        insert into event_store.epochs (epoch)
        select max(epoch) + 1 from event_store.epochs
        returning epoch into next;
        execute format('alter table event_store.events alter column epoch set default %s', next);
    end if;
end
$$;
