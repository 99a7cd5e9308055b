-- Blocks transactions that create or remove sessions until this one ends. Those that list are not blocked.

lock table read_models.session_list in share row exclusive mode
