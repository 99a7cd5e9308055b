-- Releases the snapshot of the previous statement, which an open transaction keeps until its next one. Building an index
-- concurrently waits for all older snapshots, so the rebuild would wait for itself.

savepoint no_snapshot
