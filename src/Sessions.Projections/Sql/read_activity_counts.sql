-- The counters of all minutes.

select minute, created, canceled, failed, expired_idle, expired_complete, expired_lifetime, deleted, transfers, bytes
from read_models.activity
order by minute
