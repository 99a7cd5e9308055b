-- Lets go of the snapshot of the statement before, which an open transaction keeps until its next one: to
-- build an index without holding writers up is to wait for all older snapshots.

savepoint no_snapshot
