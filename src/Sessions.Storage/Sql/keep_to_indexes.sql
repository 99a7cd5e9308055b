-- Makes plans follow indexes for the rest of the transaction. The index yields the few oldest messages at once, however
-- many are due; a plan that sorts reads all of them, and every stream with them, in each pass. The planner prefers the
-- sort if its statistics come from the middle of a storm of due messages, and then keeps that plan.

select set_config('enable_sort', 'off', true),
       set_config('enable_seqscan', 'off', true)
