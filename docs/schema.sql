CREATE SCHEMA access;

CREATE SCHEMA content;

CREATE SCHEMA event_store;

CREATE SCHEMA read_models;

CREATE FUNCTION read_models.check_session_limit(owners text[], sessions_max integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE access.api_sessions (
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_accessed_at timestamp with time zone DEFAULT now() NOT NULL,
    token_hash bytea NOT NULL,
    user_name text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE access.audit_looks (
    looked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    number bigint NOT NULL,
    user_name text NOT NULL COLLATE pg_catalog."C",
    query text NOT NULL,
    address text
);

ALTER TABLE access.audit_looks ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access.audit_looks_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE access.link_keys (
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    number integer NOT NULL,
    secret bytea NOT NULL
);

CREATE TABLE content.checksums (
    item_id uuid NOT NULL,
    size bigint NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    file_name text NOT NULL COLLATE pg_catalog."C",
    sha256 bytea NOT NULL,
    CONSTRAINT checksums_sha256_check CHECK ((length(sha256) = 32)),
    CONSTRAINT checksums_size_check CHECK ((size >= 0))
);

CREATE TABLE event_store.dead_letters (
    died_at timestamp with time zone DEFAULT now() NOT NULL,
    stream_id uuid NOT NULL,
    attempts smallint NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    last_error text NOT NULL
);

CREATE TABLE event_store.drift (
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    session_id uuid NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    says text NOT NULL
);

CREATE TABLE event_store.drift_watch (
    checked_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    rounds bigint DEFAULT 0 NOT NULL,
    streams bigint DEFAULT 0 NOT NULL,
    stream_id uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    listed_id uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    only_row boolean DEFAULT true NOT NULL,
    owner text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    listed_owner text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT drift_watch_only_row_check CHECK (only_row)
);

CREATE TABLE event_store.epochs (
    epoch integer NOT NULL,
    began_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE event_store.events (
    "position" bigint NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    stream_id uuid NOT NULL,
    command_id uuid NOT NULL,
    epoch integer DEFAULT 1 NOT NULL,
    version integer NOT NULL,
    schema smallint NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL,
    data json NOT NULL,
    metadata json NOT NULL,
    CONSTRAINT events_version_check CHECK ((version > 0))
);

ALTER TABLE event_store.events ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME event_store.events_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE event_store.migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE event_store.scheduled_messages (
    due_at timestamp with time zone NOT NULL,
    stream_id uuid NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    last_error text,
    CONSTRAINT scheduled_messages_kind_check CHECK ((kind = ANY (ARRAY['expire'::text, 'purge'::text])))
);

CREATE TABLE event_store.seals (
    number bigint NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    first_transaction_id xid8 NOT NULL,
    first_position bigint NOT NULL,
    last_transaction_id xid8 NOT NULL,
    last_position bigint NOT NULL,
    first_epoch integer NOT NULL,
    last_epoch integer NOT NULL,
    count integer NOT NULL,
    previous bytea NOT NULL,
    digest bytea NOT NULL,
    hash bytea NOT NULL,
    signed_by bytea,
    signature bytea,
    entries bytea NOT NULL,
    CONSTRAINT seals_check CHECK (((signed_by IS NULL) = (signature IS NULL))),
    CONSTRAINT seals_count_check CHECK ((count > 0)),
    CONSTRAINT seals_number_check CHECK ((number > 0))
);
ALTER TABLE ONLY event_store.seals ALTER COLUMN entries SET STORAGE EXTERNAL;

CREATE TABLE event_store.streams (
    stream_id uuid NOT NULL,
    client_token uuid,
    snapshot_schema smallint NOT NULL,
    version integer NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    snapshot json NOT NULL,
    origin json NOT NULL,
    CONSTRAINT streams_version_check CHECK ((version > 0))
)
WITH (fillfactor='70');

CREATE TABLE read_models.activity (
    minute timestamp with time zone NOT NULL,
    created bigint NOT NULL,
    canceled bigint NOT NULL,
    failed bigint NOT NULL,
    expired_idle bigint NOT NULL,
    expired_complete bigint NOT NULL,
    expired_lifetime bigint NOT NULL,
    deleted bigint NOT NULL,
    transfers bigint NOT NULL,
    bytes bigint NOT NULL
);

CREATE TABLE read_models.audit_trail (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    session uuid NOT NULL,
    item uuid,
    trace uuid,
    version integer NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C"
);

CREATE TABLE read_models.checkpoints (
    transaction_id xid8 DEFAULT '0'::xid8 NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    events bigint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    epoch integer DEFAULT 0 NOT NULL,
    follower text NOT NULL COLLATE pg_catalog."C"
)
WITH (fillfactor='50');

CREATE TABLE read_models.session_list (
    session_id uuid NOT NULL,
    item_id uuid NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C"
);

ALTER TABLE ONLY access.api_sessions
    ADD CONSTRAINT api_sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY access.audit_looks
    ADD CONSTRAINT audit_looks_pkey PRIMARY KEY (looked_at, number);

ALTER TABLE ONLY access.link_keys
    ADD CONSTRAINT link_keys_pkey PRIMARY KEY (number);

ALTER TABLE ONLY content.checksums
    ADD CONSTRAINT checksums_pkey PRIMARY KEY (item_id, file_name, size, modified_at);

ALTER TABLE ONLY event_store.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (stream_id, owner);

ALTER TABLE ONLY event_store.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (session_id, owner, kind);

ALTER TABLE ONLY event_store.drift_watch
    ADD CONSTRAINT drift_watch_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY event_store.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY event_store.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (stream_id, owner, version);

ALTER TABLE event_store.events
    ADD CONSTRAINT events_time CHECK (((recorded_at >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (recorded_at < '9000-01-01 00:00:00+00'::timestamp with time zone))) NOT VALID;

ALTER TABLE ONLY event_store.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY event_store.scheduled_messages
    ADD CONSTRAINT scheduled_messages_pkey PRIMARY KEY (stream_id, owner);

ALTER TABLE event_store.scheduled_messages
    ADD CONSTRAINT scheduled_messages_time CHECK (((due_at >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (due_at < '9000-01-01 00:00:00+00'::timestamp with time zone))) NOT VALID;

ALTER TABLE ONLY event_store.seals
    ADD CONSTRAINT seals_pkey PRIMARY KEY (number);

ALTER TABLE event_store.seals
    ADD CONSTRAINT seals_time CHECK (((sealed_at >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (sealed_at < '9000-01-01 00:00:00+00'::timestamp with time zone))) NOT VALID;

ALTER TABLE ONLY event_store.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (stream_id, owner);

ALTER TABLE ONLY read_models.activity
    ADD CONSTRAINT activity_pkey PRIMARY KEY (minute);

ALTER TABLE read_models.activity
    ADD CONSTRAINT activity_time CHECK (((minute >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (minute < '9000-01-01 00:00:00+00'::timestamp with time zone))) NOT VALID;

ALTER TABLE ONLY read_models.audit_trail
    ADD CONSTRAINT audit_trail_pkey PRIMARY KEY (at, number);

ALTER TABLE read_models.audit_trail
    ADD CONSTRAINT audit_trail_time CHECK (((at >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (at < '9000-01-01 00:00:00+00'::timestamp with time zone))) NOT VALID;

ALTER TABLE ONLY read_models.checkpoints
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (follower);

ALTER TABLE ONLY read_models.session_list
    ADD CONSTRAINT session_list_pkey PRIMARY KEY (owner, session_id) INCLUDE (item_id);

CREATE INDEX events_log ON event_store.events USING btree (epoch, transaction_id, "position");

CREATE INDEX scheduled_messages_due ON event_store.scheduled_messages USING btree (due_at);

CREATE UNIQUE INDEX streams_client_token ON event_store.streams USING btree (owner, client_token) WHERE (client_token IS NOT NULL);

CREATE INDEX audit_trail_actor ON read_models.audit_trail USING btree (actor, at, number) WHERE (actor <> owner);

CREATE INDEX audit_trail_item ON read_models.audit_trail USING btree (item, at, number);

CREATE INDEX audit_trail_owner ON read_models.audit_trail USING btree (owner, at, number);

CREATE INDEX audit_trail_ranges ON read_models.audit_trail USING brin (address text_bloom_ops (n_distinct_per_range='500'), trace uuid_bloom_ops (n_distinct_per_range='1000'), session uuid_bloom_ops (n_distinct_per_range='1000')) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX audit_trail_reason ON read_models.audit_trail USING btree (reason, at, number) WHERE (reason IS NOT NULL);

CREATE INDEX audit_trail_type ON read_models.audit_trail USING btree (type, at, number) WHERE (type = ANY (ARRAY['session_canceled'::text, 'session_failed'::text, 'session_expired'::text, 'session_deleted'::text, 'transfer_aborted'::text]));
