-- The time to decide by, where no stream was read that would have brought it.

select clock_timestamp()
