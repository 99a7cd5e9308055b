using Sessions.Storage;

namespace Sessions.Projections;

/// <summary>The statements of this project, each named after its file.</summary>
static class Sql
{
    public static readonly string AddActivity = Read("add_activity");
    public static readonly string AddAuditLooks = Read("add_audit_looks");
    public static readonly string AddSeal = Read("add_seal");
    public static readonly string AddToSessionList = Read("add_to_session_list");
    public static readonly string BeginAlone = Read("begin_alone");
    public static readonly string BeginFollowing = Read("begin_following");
    public static readonly string CheckSessionLimit = Read("check_session_limit");
    public static readonly string CopyToAuditTrail = Read("copy_to_audit_trail");
    public static readonly string CountEvents = Read("count_events");
    public static readonly string CountSessions = Read("count_sessions");
    public static readonly string CountTrailRows = Read("count_trail_rows");
    public static readonly string FindCheckpoint = Read("find_checkpoint");
    public static readonly string FindCheckpoints = Read("find_checkpoints");
    public static readonly string FindCreations = Read("find_creations");
    public static readonly string FindDrift = Read("find_drift");
    public static readonly string FindDriftTurn = Read("find_drift_turn");
    public static readonly string FindEventsAhead = Read("find_events_ahead");
    public static readonly string FindLags = Read("find_lags");
    public static readonly string FindListed = Read("find_listed");
    public static readonly string FindLogHead = Read("find_log_head");
    public static readonly string FindNodes = Read("find_nodes");
    public static readonly string FindSeal = Read("find_seal");
    public static readonly string FindSignedSeal = Read("find_signed_seal");
    public static readonly string FindTrailRows = Read("find_trail_rows");
    public static readonly string FindTrailRowsAt = Read("find_trail_rows_at");
    public static readonly string FindUnfoundedTrailRows = Read("find_unfounded_trail_rows");
    public static readonly string HasCommitted = Read("has_committed");
    public static readonly string HoldCheckpoint = Read("hold_checkpoint");
    public static readonly string HoldWritersOfSessionList = Read("hold_writers_of_session_list");
    public static readonly string KeepDrift = Read("keep_drift");
    public static readonly string KeepNoSnapshot = Read("keep_no_snapshot");
    public static readonly string ListFollowers = Read("list_followers");
    public static readonly string ListSessions = Read("list_sessions");
    public static readonly string ListedAfter = Read("listed_after");
    public static readonly string MoveCheckpoint = Read("move_checkpoint");
    public static readonly string MoveDriftWatch = Read("move_drift_watch");
    public static readonly string NewestSeal = Read("newest_seal");
    public static readonly string PlanRebuild = Read("plan_rebuild");
    public static readonly string ReadActivity = Read("read_activity");
    public static readonly string ReadActivityCounts = Read("read_activity_counts");
    public static readonly string ReadAuditLooks = Read("read_audit_looks");
    public static readonly string ReadAuditNewest = Read("read_audit_newest");
    public static readonly string ReadAuditOldest = Read("read_audit_oldest");
    public static readonly string ReadSeals = Read("read_seals");
    public static readonly string ReadUserEvents = Read("read_user_events");
    public static readonly string RemoveFromSessionList = Read("remove_from_session_list");
    public static readonly string TakeCheckpoints = Read("take_checkpoints");
    public static readonly string WaitShortly = Read("wait_shortly");

    static string Read(string name) => SqlFile.Read(typeof(Sql).Assembly, name);
}
