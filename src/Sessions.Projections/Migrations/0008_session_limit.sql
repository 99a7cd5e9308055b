-- The limit on the sessions of one owner, exact on any number of nodes. It costs nothing where none is set.

-- Called last in a transaction that creates sessions. Those who create for the same owner wait here for one
-- another, and each then counts what the others have committed: a function's statements see what was
-- committed before each of them began. Locks are taken in one order, and nobody who holds one waits for
-- anything else, so nobody deadlocks. A serialization failure means: count again, and decide again.
create function read_models.check_session_limit(owners text[], sessions_max integer) returns void
    language plpgsql
    as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(locked.owner, 8))
    from (select owner from unnest(owners) as owner order by hashtextextended(owner, 8)) as locked;

    if exists (
        select from read_models.session_list as listed
        where listed.owner = any (owners)
        group by listed.owner
        having count(*) > sessions_max
    ) then
        raise serialization_failure using message = 'an owner has more sessions than he may';
    end if;
end
$$;
