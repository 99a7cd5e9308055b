-- How far each follower of the log has come. A follower's rows and its checkpoint are written in one
-- transaction, so what it has made of the log is always that of exactly these events.
--
-- Nothing here is indexed that a pass changes, so moving on is a HOT update.
create table read_models.checkpoints (
    transaction_id  xid8         not null default '0',
    position        bigint       not null default 0,
    events          bigint       not null default 0,
    updated_at      timestamptz  not null default now(),
    epoch           integer      not null default 0,
    follower        text         primary key collate "C"
) with (fillfactor = 50);
