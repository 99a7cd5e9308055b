-- For the rest of the transaction, plans follow indexes. The few oldest messages are a step into their index, however
-- many are due; a plan that sorts reads all of them, and every stream with them, for each pass. The planner takes one
-- for the other when it was told in the middle of a storm how many there are, and keeps to it.

select set_config('enable_sort', 'off', true),
       set_config('enable_seqscan', 'off', true)
