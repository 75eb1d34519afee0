/// The tables, with the columns of the embedded store: a log that is only appended to, one narrow row per
/// case with its data apart, and rows for what somebody must do. A tenant leads every key. Statements here are never changed once
/// released; a change is a further migration.
struct Migration: Sendable {
    let version: Int64
    let name: String
    let statements: String

    static let all: [Migration] = [
        Migration(version: 1, name: "tables", statements: tables + policies(for: firstTables) + partitions(of: "event") + rights),
        Migration(
            version: 2, name: "log by step",
            statements: asOwner + log + policies(for: ["log"]) + partitionsAsOfEvents + partitions(of: "log") + logRights + takingOverEvents
        ),
        Migration(
            version: 3, name: "entities",
            statements: asOwnerOfLog + entities + policies(for: entityTables) + entityRights + takingOver),
    ]
    static let latest = all.map(\.version).max() ?? 0

    /// What is filled per row and how it is packed: case_state keeps room in its pages and its steps touch no indexed column, so
    /// they are HOT updates; a status is in an index only where a change of it is rare.
    private static let tables = """
        CREATE TABLE specification(
          tenant_id bigint NOT NULL, spec_id bigint NOT NULL, identifier text COLLATE "C", uri text COLLATE "C" NOT NULL,
          spec_version text COLLATE "C" NOT NULL, source bytea NOT NULL, index_in_file integer NOT NULL, loaded_at bigint NOT NULL,
          loaded_by text COLLATE "C" NOT NULL, is_loaded boolean NOT NULL, version bigint NOT NULL, chain bytea NOT NULL,
          certificate text COLLATE "C", PRIMARY KEY(tenant_id, spec_id));
        CREATE UNIQUE INDEX specification_loaded ON specification(tenant_id, coalesce(identifier, uri), spec_version) WHERE is_loaded;

        CREATE TABLE case_number(tenant_id bigint PRIMARY KEY, next bigint NOT NULL) WITH (fillfactor = 10);

        CREATE TABLE case_state(
          tenant_id bigint NOT NULL, case_id bigint NOT NULL, number bigint NOT NULL, spec_id bigint NOT NULL, version bigint NOT NULL,
          started_at bigint NOT NULL, changed_at bigint NOT NULL, open_items integer NOT NULL, status smallint NOT NULL,
          started_by text COLLATE "C" NOT NULL, marking bytea NOT NULL, marking_hash bytea NOT NULL, chain bytea NOT NULL,
          PRIMARY KEY(tenant_id, case_id))
          WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
        CREATE UNIQUE INDEX case_number_of ON case_state(tenant_id, number);
        CREATE INDEX case_spec ON case_state(tenant_id, spec_id);
        CREATE INDEX case_open ON case_state(tenant_id, number) WHERE status IN (0, 1, 2);

        CREATE TABLE case_data(
          tenant_id bigint NOT NULL, case_id bigint NOT NULL, net text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL,
          position integer NOT NULL, doc text COLLATE "C" NOT NULL, PRIMARY KEY(tenant_id, case_id, net, name)) WITH (fillfactor = 80);

        CREATE TABLE work_item(
          tenant_id bigint NOT NULL, case_id bigint NOT NULL, item text COLLATE "C" NOT NULL, net text COLLATE "C" NOT NULL,
          net_name text COLLATE "C" NOT NULL, status smallint NOT NULL, enabled_at bigint \
        NOT NULL, started_at bigint, owner text COLLATE "C",
          choice text COLLATE "C", input text COLLATE "C", output text COLLATE "C", PRIMARY KEY(tenant_id, case_id, item))
          WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
        CREATE INDEX work_item_age ON work_item(tenant_id, enabled_at, case_id, item);

        CREATE TABLE event(
          tenant_id bigint NOT NULL, aggregate_id bigint NOT NULL, seq bigint NOT NULL, \
        position bigint NOT NULL, case_number bigint NOT NULL,
          at bigint NOT NULL, format integer NOT NULL, kind text COLLATE "C" NOT NULL, actor \
        text COLLATE "C" NOT NULL, req text COLLATE "C" NOT NULL,
          body bytea NOT NULL, chain bytea NOT NULL, PRIMARY KEY(tenant_id, aggregate_id, seq)) PARTITION BY RANGE (aggregate_id);
        CREATE INDEX event_position ON event(tenant_id, position);
        CREATE TABLE log_origin(one boolean PRIMARY KEY DEFAULT true CHECK (one), base bigint NOT NULL);
        INSERT INTO log_origin(base) VALUES (0);

        CREATE TABLE request(
          tenant_id bigint NOT NULL, req text COLLATE "C" NOT NULL, at bigint NOT NULL, reply bytea NOT NULL, PRIMARY KEY(tenant_id, req));

        CREATE TABLE timer(
          tenant_id bigint NOT NULL, case_id bigint NOT NULL, item text COLLATE "C" NOT NULL, number integer NOT NULL,
          net_name text COLLATE "C" NOT NULL, due bigint NOT NULL, wakes_at bigint, attempts \
        integer, retry_at bigint, reason text COLLATE "C",
          PRIMARY KEY(tenant_id, case_id, item)) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
        CREATE INDEX timer_wakes ON timer(wakes_at, case_id, number) WHERE wakes_at IS NOT NULL;

        CREATE TABLE calendar(tenant_id bigint PRIMARY KEY, version bigint NOT NULL, body bytea NOT NULL, chain bytea NOT NULL);

        CREATE TABLE rule_set(
          tenant_id bigint NOT NULL, spec_id bigint NOT NULL, source bytea NOT NULL, file \
        text COLLATE "C" NOT NULL, loaded_at bigint NOT NULL,
          loaded_by text COLLATE "C" NOT NULL, version bigint NOT NULL, PRIMARY KEY(tenant_id, spec_id));

        CREATE TABLE exlet_queue(tenant_id bigint NOT NULL, case_id bigint NOT NULL, PRIMARY KEY(tenant_id, case_id));

        CREATE TABLE outbox(
          tenant_id bigint NOT NULL, req text COLLATE "C" NOT NULL, case_id bigint NOT NULL, \
        kind smallint NOT NULL, name text COLLATE "C" NOT NULL,
          item text COLLATE "C", body bytea NOT NULL, added_at bigint NOT NULL, state smallint NOT NULL, due_at bigint NOT NULL,
          claimant text COLLATE "C", attempts integer NOT NULL, reason text COLLATE "C", PRIMARY KEY(tenant_id, req))
          WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
        CREATE INDEX outbox_due ON outbox(kind, name, due_at);
        CREATE INDEX outbox_case ON outbox(tenant_id, case_id, item);

        CREATE TABLE node(
          node_id text COLLATE "C" PRIMARY KEY, host text NOT NULL, pid bigint NOT NULL, since bigint NOT NULL, beat_at bigint NOT NULL,
          committed bigint NOT NULL, rate double precision NOT NULL) WITH (fillfactor = 50);
        CREATE TABLE shard_lease(shard smallint PRIMARY KEY, holder text COLLATE "C" NOT NULL, epoch bigint NOT NULL, until bigint NOT NULL)
          WITH (fillfactor = 50);

        """

    /// The second wall between tenants; the first is that every call of the store names its tenant. 0 sees all: what serves all
    /// tenants, such as timers, asks so.
    private static func policies(for tables: [String]) -> String {
        """
        DO $$
        DECLARE name text;
        BEGIN
          FOREACH name IN ARRAY ARRAY[\(tables.map { "'\($0)'" }.joined(separator: ", "))] LOOP
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
            EXECUTE format('CREATE POLICY own_tenant ON %I USING ((SELECT \
        nullif(current_setting(''mizzen.tenant'', true), '''')::bigint) IN (tenant_id, 0))', name);
          END LOOP;
        END $$;

        """
    }

    private static let firstTables = [
        "specification", "case_number", "case_state", "case_data", "work_item", "event", "request", "timer", "calendar", "rule_set",
        "exlet_queue", "outbox",
    ]

    /// The log by the months cases were started in: an id's upper bits are milliseconds since 2024. Without the months to come
    /// events would fall into the partition for everything else, which also takes what belongs to no case.
    static func partitions(of table: String = "log") -> String {
        """
        CREATE TABLE IF NOT EXISTS \(table)_other PARTITION OF \(table) DEFAULT;
        DO $$
        DECLARE month timestamptz := date_trunc('month', now(), 'UTC');
        BEGIN
          FOR n IN 0 .. 2 LOOP
            BEGIN
              EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF \(table) FOR VALUES FROM (%s) TO \
        (%s)', '\(table)_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'),
                ((extract(epoch FROM month)::bigint * 1000 - 1704067200000) << 22), ((extract(epoch FROM \
        month + interval '1 month')::bigint * 1000 - 1704067200000) << 22));
            EXCEPTION WHEN check_violation THEN NULL;
            END;
            month := date_trunc('month', month + interval '40 days', 'UTC');
          END LOOP;
        END $$;

        """
    }

    /// The application role owns nothing and cannot change what was logged. Where we may not make roles, the owner works himself,
    /// whom row-level security binds as well because it is forced.
    private static let rights = """
        DO $$
        BEGIN
          BEGIN
            CREATE ROLE \(SessionSettings.applicationRole) NOLOGIN;
          EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
          END;
          BEGIN
            IF NOT pg_has_role('\(SessionSettings.applicationRole)', 'MEMBER') THEN EXECUTE format('GRANT \
        \(SessionSettings.applicationRole) TO %I', current_user); END IF;
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO \(SessionSettings.applicationRole)', current_schema());
            GRANT SELECT, INSERT, UPDATE, DELETE ON specification, case_number, case_state, \
        case_data, work_item, request, timer, calendar, rule_set,
              exlet_queue, outbox, node, shard_lease TO \(SessionSettings.applicationRole);
            GRANT SELECT, INSERT ON event TO \(SessionSettings.applicationRole);
            GRANT SELECT ON log_origin, mizzen_schema TO \(SessionSettings.applicationRole);
          EXCEPTION WHEN undefined_object OR insufficient_privilege THEN NULL;
          END;
        END $$;

        """

    /// What is made belongs to whom the rest does. Nobody logs anything from here on: who tries waits, and then finds a newer schema.
    private static let asOwner = """
        SELECT set_config('role', pg_get_userbyid(relowner), true) FROM pg_class WHERE oid = 'event'::regclass;
        SET LOCAL mizzen.tenant = '0';
        LOCK TABLE event IN ACCESS EXCLUSIVE MODE;

        """

    /// Months that are over as well: what lies in the partition for all else has to be gone through for each new month.
    private static let partitionsAsOfEvents = """
        DO $$
        DECLARE part record;
        BEGIN
          FOR part IN SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                      WHERE i.inhparent = 'event'::regclass LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF log %s', replace(part.relname, 'event_', 'log_'), part.bound);
          END LOOP;
        END $$;

        """

    /// A row holds what happened to a case together: a step has ten events or so, and their rows and index entries were most of what it
    /// cost. `seq` and `position` are the last event's, those before it follow from the number of `kinds`.
    private static let log = """
        CREATE TABLE log(
          tenant_id bigint NOT NULL, aggregate_id bigint NOT NULL, seq bigint NOT NULL, \
        position bigint NOT NULL, case_number bigint NOT NULL,
          at bigint NOT NULL, format integer NOT NULL, actor text COLLATE "C" NOT NULL, req \
        text COLLATE "C" NOT NULL, kinds text[] NOT NULL,
          bodies bytea[] NOT NULL, chains bytea[] NOT NULL, PRIMARY KEY(tenant_id, aggregate_id, seq)) PARTITION BY RANGE (aggregate_id);
        CREATE INDEX log_position ON log(tenant_id, position);

        """

    private static let logRights = """
        DO $$
        BEGIN
          GRANT SELECT, INSERT ON log TO \(SessionSettings.applicationRole);
        EXCEPTION WHEN undefined_object OR insufficient_privilege THEN NULL;
        END $$;

        """

    private static let takingOverEvents = """
        \(EventRows.insertion(from: "event", ["at", "format", "actor", "req"]))
        DROP TABLE event;

        """

    private static let asOwnerOfLog = """
        SELECT set_config('role', pg_get_userbyid(relowner), true) FROM pg_class WHERE oid = 'log'::regclass;
        SET LOCAL mizzen.tenant = '0';
        LOCK TABLE log, request, outbox, calendar, rule_set IN ACCESS EXCLUSIVE MODE;

        """

    private static let entityTables = ["entity", "entity_key", "entity_field", "entity_word"]

    /// What is kept besides specifications and cases; events say what kind of aggregate they belong to (empty: `EventRecord` knows);
    /// requests are bound to who asked and to what; an entry of the outbox may belong to anything.
    private static let entities = """
        CREATE TABLE store_identity(name text COLLATE "C" PRIMARY KEY);
        INSERT INTO store_identity(name) VALUES (substr(md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text), 1, 16));

        CREATE TABLE id_lease(node bigint PRIMARY KEY, holder text COLLATE "C" NOT NULL \
        UNIQUE, until bigint NOT NULL) WITH (fillfactor = 50);

        CREATE TABLE entity(
          tenant_id bigint NOT NULL, kind text COLLATE "C" NOT NULL, entity_id bigint NOT \
        NULL, version bigint NOT NULL, chain bytea NOT NULL,
          body bytea, wakes_at bigint, PRIMARY KEY(tenant_id, kind, entity_id)) WITH (fillfactor = 80);
        CREATE INDEX entity_wakes ON entity(wakes_at, tenant_id, entity_id) WHERE wakes_at IS NOT NULL;
        CREATE INDEX entity_age ON entity(tenant_id, entity_id);

        CREATE TABLE entity_key(
          tenant_id bigint NOT NULL, kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL,
          entity_id bigint NOT NULL, PRIMARY KEY(tenant_id, kind, key, value));
        CREATE INDEX entity_key_of ON entity_key(tenant_id, kind, entity_id);

        CREATE TABLE entity_field(
          tenant_id bigint NOT NULL, kind text COLLATE "C" NOT NULL, entity_id bigint NOT NULL, field text COLLATE "C" NOT NULL,
          present bigint NOT NULL, number bigint NOT NULL, text text COLLATE "C" NOT NULL, PRIMARY KEY(tenant_id, kind, entity_id, field));
        CREATE INDEX entity_field_order ON entity_field(tenant_id, kind, field, present, number, text, entity_id);

        CREATE TABLE entity_word(
          tenant_id bigint NOT NULL, kind text COLLATE "C" NOT NULL, word text COLLATE "C" NOT NULL, entity_id bigint NOT NULL,
          PRIMARY KEY(tenant_id, kind, word, entity_id));
        CREATE INDEX entity_word_of ON entity_word(tenant_id, kind, entity_id);

        ALTER TABLE log ADD COLUMN aggregate_kind text COLLATE "C" NOT NULL DEFAULT '', ADD COLUMN trace text COLLATE "C";

        ALTER TABLE request ADD COLUMN fingerprint bytea NOT NULL DEFAULT '';
        CREATE INDEX request_age ON request(at);

        ALTER TABLE outbox RENAME COLUMN case_id TO owner_id;
        ALTER TABLE outbox ADD COLUMN owner_kind text COLLATE "C" NOT NULL DEFAULT 'case', ADD COLUMN sent_as text COLLATE "C";
        ALTER TABLE outbox ALTER COLUMN owner_kind DROP DEFAULT;
        ALTER INDEX outbox_case RENAME TO outbox_owner;

        """

    private static let entityRights = """
        DO $$
        BEGIN
          GRANT SELECT, INSERT, UPDATE, DELETE ON \(entityTables.joined(separator: ", ")), id_lease TO \(SessionSettings.applicationRole);
          GRANT SELECT ON store_identity TO \(SessionSettings.applicationRole);
        EXCEPTION WHEN undefined_object OR insufficient_privilege THEN NULL;
        END $$;

        """

    /// Calls that may have gone out already keep the key they went out with. The working calendar goes on with its log; a rule file, which
    /// had none of its own, gets one that begins with the file as it is, hashed as `EventHash` does.
    private static let takingOver = """
        UPDATE request r SET req = CASE WHEN a.actor IN ('timer', 'service', 'exceptions') THEN 'e/' || r.req
            ELSE 'p' || octet_length(a.actor) || ':' || a.actor || '/' || r.req END
          FROM (SELECT tenant_id, req, min(actor) AS actor FROM log GROUP BY tenant_id, req) AS a
          WHERE a.tenant_id = r.tenant_id AND a.req = r.req;
        UPDATE request SET req = 'e/' || req WHERE req !~ '^(e/|p[0-9]+:)';

        UPDATE outbox SET sent_as = req WHERE state <> 0 OR attempts > 0;

        INSERT INTO entity(tenant_id, kind, entity_id, version, chain, body)
          SELECT tenant_id, 'calendar', -tenant_id, version, chain, body FROM calendar;
        INSERT INTO entity_key(tenant_id, kind, key, value, entity_id)
          SELECT tenant_id, 'calendar', 'one', 'calendar', -tenant_id FROM calendar;
        DROP TABLE calendar;

        CREATE FUNCTION pg_temp.field(bytes bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
          $$ SELECT int8send(octet_length(bytes)::bigint) || bytes $$;
        CREATE FUNCTION pg_temp.field(number bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT int8send(8) || int8send(number) $$;
        CREATE FUNCTION pg_temp.field(words text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
          $$ SELECT pg_temp.field(convert_to(words, 'UTF8')) $$;
        CREATE TEMP TABLE former ON COMMIT DROP AS
          SELECT tenant_id, spec_id, loaded_at, loaded_by, 'e/former-rules:' || spec_id AS req,
            '{"file":' || to_json(file) || ',"loadedAt":' || loaded_at || ',"loadedBy":' || to_json(loaded_by) || ',"source":"'
              || translate(encode(source, 'base64'), E'\\n', '') || '","specification":' || spec_id || '}' AS body
          FROM rule_set;
        CREATE TEMP TABLE former_event ON COMMIT DROP AS
          SELECT former.*, convert_to('{"ruleFileLoaded":{"_0":' || body || '}}', 'UTF8') AS event FROM former;
        INSERT INTO log(tenant_id, aggregate_kind, aggregate_id, seq, position, case_number, at, format, actor, req, kinds, bodies, chains)
          SELECT tenant_id, 'rules', -spec_id, 1,
            (SELECT base + (pg_current_xact_id()::text::bigint << 20) FROM log_origin) + \
        row_number() OVER (ORDER BY spec_id), 0, loaded_at, 2,
            loaded_by, req, ARRAY['ruleFileLoaded'], ARRAY[event], ARRAY[sha256(
              pg_temp.field(''::bytea) || pg_temp.field(tenant_id) || pg_temp.field(-spec_id) || pg_temp.field(0::bigint)
              || pg_temp.field(1::bigint) || pg_temp.field(2::bigint) || pg_temp.field(loaded_at) || pg_temp.field('rules'::text)
              || pg_temp.field('ruleFileLoaded'::text) || pg_temp.field(loaded_by) || pg_temp.field(req) || pg_temp.field(event))]
          FROM former_event;
        INSERT INTO entity(tenant_id, kind, entity_id, version, chain, body)
          SELECT f.tenant_id, 'rules', -f.spec_id, 1, l.chains[1], convert_to(f.body, 'UTF8')
          FROM former f JOIN log l ON l.tenant_id = f.tenant_id AND l.aggregate_id = -f.spec_id AND l.seq = 1;
        INSERT INTO entity_key(tenant_id, kind, key, value, entity_id)
          SELECT tenant_id, 'rules', 'specification', spec_id::text, -spec_id FROM former;
        INSERT INTO entity_field(tenant_id, kind, field, present, number, text, entity_id)
          SELECT tenant_id, 'rules', 'specification', 1, spec_id, '', -spec_id FROM former;
        DROP TABLE rule_set;

        """
}
