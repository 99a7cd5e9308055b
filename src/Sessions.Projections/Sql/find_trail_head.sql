-- How many events the audit trail has followed, and how many rows it has.

select coalesce((select events from read_models.checkpoints where follower = 'audit-trail'), 0),
       (select count(*) from read_models.audit_trail)
