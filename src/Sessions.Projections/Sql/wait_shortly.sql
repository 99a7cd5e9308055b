-- Waits for no lock longer than this until the transaction ends: everybody else would wait behind.

set local lock_timeout = '2s'
