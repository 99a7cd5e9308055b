namespace Sessions.Storage;

/// <summary>The statements of this project, each named after its file.</summary>
static class Sql
{
    public static readonly string LoadStreams = Read("load_streams");
    public static readonly string LoadStreamsByToken = Read("load_streams_by_token");
    public static readonly string Now = Read("now");
    public static readonly string CreateStreams = Read("create_streams");
    public static readonly string AdvanceStreams = Read("advance_streams");
    public static readonly string RenewOrigins = Read("renew_origins");
    public static readonly string AppendEvents = Read("append_events");
    public static readonly string AddMessages = Read("add_messages");
    public static readonly string PutMessages = Read("put_messages");
    public static readonly string RemoveMessages = Read("remove_messages");
    public static readonly string FindCommitted = Read("find_committed");
    public static readonly string FollowCommit = Read("follow_commit");
    public static readonly string WaitBriefly = Read("wait_briefly");
    public static readonly string FindOwner = Read("find_owner");
    public static readonly string ReadStream = Read("read_stream");
    public static readonly string ReadStreamPage = Read("read_stream_page");
    public static readonly string ReadStreams = Read("read_streams");
    public static readonly string FindOtherOwners = Read("find_other_owners");
    public static readonly string FindStreamBefore = Read("find_stream_before");
    public static readonly string FindStreams = Read("find_streams");
    public static readonly string AddressesAfter = Read("addresses_after");
    public static readonly string ReadStoredSessions = Read("read_stored_sessions");
    public static readonly string RestoreStreams = Read("restore_streams");
    public static readonly string ReleaseTokens = Read("release_tokens");
    public static readonly string ImportEvents = Read("import_events");
    public static readonly string SetLogBounds = Read("set_log_bounds");
    public static readonly string CopyLog = Read("copy_log");
    public static readonly string ReadCommittedLog = Read("read_committed_log");
    public static readonly string FindLogBlockers = Read("find_log_blockers");
    public static readonly string KeepToIndexes = Read("keep_to_indexes");
    public static readonly string TakeDueMessages = Read("take_due_messages");
    public static readonly string NextDue = Read("next_due");
    public static readonly string FailMessages = Read("fail_messages");
    public static readonly string BuryMessages = Read("bury_messages");
    public static readonly string CountDeadLetters = Read("count_dead_letters");
    public static readonly string ListDeadLetters = Read("list_dead_letters");
    public static readonly string DropDeadLetter = Read("drop_dead_letter");
    public static readonly string RetryDeadLetter = Read("retry_dead_letter");
    public static readonly string AppliedMigrations = Read("applied_migrations");
    public static readonly string MigrationsExist = Read("migrations_exist");
    public static readonly string PrepareMigrations = Read("prepare_migrations");
    public static readonly string RecordMigration = Read("record_migration");
    public static readonly string BeginEpoch = Read("begin_epoch");
    public static readonly string AddApiSession = Read("add_api_session");
    public static readonly string FindApiSessions = Read("find_api_sessions");
    public static readonly string TouchApiSessions = Read("touch_api_sessions");
    public static readonly string RemoveApiSession = Read("remove_api_session");
    public static readonly string RemoveLapsedApiSessions = Read("remove_lapsed_api_sessions");
    public static readonly string ListLinkKeys = Read("list_link_keys");
    public static readonly string AddLinkKey = Read("add_link_key");
    public static readonly string AddChecksum = Read("add_checksum");
    public static readonly string FindChecksums = Read("find_checksums");

    static string Read(string name) => SqlFile.Read(typeof(Sql).Assembly, name);
}
