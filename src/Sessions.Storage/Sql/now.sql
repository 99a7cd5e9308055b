-- The time that decides. Read after the state it is held against, so that a stream's times never
-- run backwards.

select clock_timestamp()
