select session_id from read_models.session_list where owner = 'user-00000' order by session_id;
