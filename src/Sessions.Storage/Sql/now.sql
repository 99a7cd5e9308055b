-- The time that decides, where no stream was read that brought it along.

select clock_timestamp()
