-- Waits for no lock longer than this until the transaction ends: all later transactions would wait behind it.

set local lock_timeout = '2s'
