-- PostgreSQL knows times before the year 1, behind the year 9999, and infinite ones; the server, like every
-- client, does not, and one such row would stop whoever reads the table. No clock says them, so none is let in, nor
-- one so late that what is reckoned from it (a removal, so long after an end) may be such a time.
--
-- Not valid: rows that are there already are not looked at, which would hold up all writers meanwhile.

alter table event_store.events add constraint events_time
    check (recorded_at >= '0001-01-01Z' and recorded_at < '9000-01-01Z') not valid;

alter table event_store.scheduled_messages add constraint scheduled_messages_time
    check (due_at >= '0001-01-01Z' and due_at < '9000-01-01Z') not valid;

alter table event_store.seals add constraint seals_time
    check (sealed_at >= '0001-01-01Z' and sealed_at < '9000-01-01Z') not valid;

alter table read_models.audit_trail add constraint audit_trail_time
    check (at >= '0001-01-01Z' and at < '9000-01-01Z') not valid;

alter table read_models.activity add constraint activity_time
    check (minute >= '0001-01-01Z' and minute < '9000-01-01Z') not valid;
