-- Holds back whoever creates or removes sessions until the transaction ends. Who lists is not held back.

lock table read_models.session_list in share row exclusive mode
