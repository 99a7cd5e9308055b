-- Adds counts to the minutes in which the events happened.
--
--   $1 …  the columns of read_models.activity, in their order, as arrays

insert into read_models.activity as minute (
    minute, created, canceled, failed, expired_idle, expired_complete, expired_lifetime, deleted, transfers, bytes)
select *
from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (minute) do update
set created = minute.created + excluded.created,
    canceled = minute.canceled + excluded.canceled,
    failed = minute.failed + excluded.failed,
    expired_idle = minute.expired_idle + excluded.expired_idle,
    expired_complete = minute.expired_complete + excluded.expired_complete,
    expired_lifetime = minute.expired_lifetime + excluded.expired_lifetime,
    deleted = minute.deleted + excluded.deleted,
    transfers = minute.transfers + excluded.transfers,
    bytes = minute.bytes + excluded.bytes
