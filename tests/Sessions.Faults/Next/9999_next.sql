-- What a next version may bring while this one serves: it adds to the tables that every command writes,
-- and takes nothing away.

alter table event_store.events add column next_note text;

alter table event_store.streams add column next_flag boolean not null default false;

create index events_next on event_store.events (recorded_at);
