import Engine
import GRDB
import Platform

/// The tables: a log that is only appended to, one narrow row per case with its data apart, and rows
/// for what somebody must do. Statements here are never changed once released; a change is a further migration.
enum Schema {
    /// Written into the file's header so that a file of something else is recognised: "mzzn".
    static let applicationID: Int32 = 0x6D7A_7A6E

    static func prepare(_ pool: DatabasePool) throws {
        let (application, tables) = try pool.read { database in
            (
                try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
                try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            )
        }
        guard application == applicationID || (application == 0 && tables == 0) else {
            throw StoreError(.unusable, "\(pool.path) is a database of another program")
        }
        if try pool.read({ try Int.fetchOne($0, sql: "PRAGMA user_version") }) == 1 {
            throw StoreError(.unusable, "\(pool.path) is from a restore that was interrupted; delete it and restore again")
        }
        let migrator = migrator
        if try pool.read({ try migrator.hasBeenSuperseded($0) }) {
            throw StoreError(.unusable, "\(pool.path) was written by a newer mizzen; use that version, or restore a backup with this one")
        }
        guard try pool.read({ try !migrator.hasCompletedMigrations($0) }) else { return }
        try migrator.migrate(pool)
        // Readers that are open know the tables as they were, and would name the columns of `SELECT *` accordingly.
        pool.invalidateReadOnlyConnections()
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(
                sql: """
                    CREATE TABLE specification(
                      spec_id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, identifier TEXT, \
                    uri TEXT NOT NULL, spec_version TEXT NOT NULL,
                      source BLOB NOT NULL, index_in_file INTEGER NOT NULL, loaded_at INTEGER NOT NULL, loaded_by TEXT NOT NULL,
                      is_loaded INTEGER NOT NULL, version INTEGER NOT NULL, chain BLOB NOT NULL) STRICT;
                    CREATE UNIQUE INDEX specification_loaded ON specification(tenant_id, \
                    coalesce(identifier, uri), spec_version) WHERE is_loaded;

                    CREATE TABLE case_number(tenant_id INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT;

                    CREATE TABLE case_state(
                      case_id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, number INTEGER NOT NULL,
                      spec_id INTEGER NOT NULL REFERENCES specification(spec_id), status INTEGER NOT NULL, version INTEGER NOT NULL,
                      started_at INTEGER NOT NULL, started_by TEXT NOT NULL, changed_at INTEGER NOT NULL, open_items INTEGER NOT NULL,
                      marking BLOB NOT NULL, marking_hash BLOB NOT NULL, chain BLOB NOT NULL) STRICT;
                    CREATE UNIQUE INDEX case_number_of ON case_state(tenant_id, number);
                    CREATE INDEX case_spec ON case_state(tenant_id, spec_id);

                    CREATE TABLE case_data(
                      case_id INTEGER NOT NULL REFERENCES case_state(case_id), net TEXT NOT NULL, \
                    name TEXT NOT NULL, position INTEGER NOT NULL,
                      doc TEXT NOT NULL, PRIMARY KEY(case_id, net, name)) STRICT, WITHOUT ROWID;

                    CREATE TABLE work_item(
                      case_id INTEGER NOT NULL REFERENCES case_state(case_id), item TEXT NOT NULL, tenant_id INTEGER NOT NULL,
                      net TEXT NOT NULL, net_name TEXT NOT NULL, status INTEGER NOT NULL, enabled_at INTEGER NOT NULL, started_at INTEGER,
                      owner TEXT, choice TEXT, input TEXT, output TEXT, PRIMARY KEY(case_id, item)) STRICT, WITHOUT ROWID;
                    CREATE INDEX work_item_age ON work_item(tenant_id, enabled_at);

                    CREATE TABLE event(
                      position INTEGER PRIMARY KEY AUTOINCREMENT, aggregate_id INTEGER NOT NULL, seq \
                    INTEGER NOT NULL, tenant_id INTEGER NOT NULL,
                      case_number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, req TEXT NOT NULL,
                      format INTEGER NOT NULL, body BLOB NOT NULL, chain BLOB NOT NULL) STRICT;
                    CREATE UNIQUE INDEX event_of ON event(aggregate_id, seq);

                    CREATE TABLE request(
                      tenant_id INTEGER NOT NULL, req TEXT NOT NULL, at INTEGER NOT NULL, reply BLOB NOT NULL,
                      PRIMARY KEY(tenant_id, req)) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("2 timers") { database in
            // Its primary key is the owner: an item has one timer at a time. What stands still has no wakes_at.
            try database.execute(
                sql: """
                    CREATE TABLE timer(
                      case_id INTEGER NOT NULL REFERENCES case_state(case_id), item TEXT NOT NULL, \
                    tenant_id INTEGER NOT NULL, number INTEGER NOT NULL,
                      net_name TEXT NOT NULL, due INTEGER NOT NULL, wakes_at INTEGER, attempts INTEGER, retry_at INTEGER, reason TEXT,
                      PRIMARY KEY(case_id, item)) STRICT, WITHOUT ROWID;
                    CREATE INDEX timer_wakes ON timer(wakes_at) WHERE wakes_at IS NOT NULL;

                    CREATE TABLE calendar(tenant_id INTEGER PRIMARY KEY, version INTEGER NOT NULL, \
                    body BLOB NOT NULL, chain BLOB NOT NULL) STRICT;
                    """)
        }
        migrator.registerMigration("3 exceptions") { database in
            try database.execute(
                sql: """
                    CREATE TABLE rule_set(
                      spec_id INTEGER PRIMARY KEY REFERENCES specification(spec_id), tenant_id INTEGER \
                    NOT NULL, source BLOB NOT NULL, file TEXT NOT NULL,
                      loaded_at INTEGER NOT NULL, loaded_by TEXT NOT NULL, version INTEGER NOT NULL) STRICT;

                    CREATE TABLE exlet_queue(case_id INTEGER PRIMARY KEY REFERENCES case_state(case_id), tenant_id INTEGER NOT NULL) STRICT;
                    """)
        }
        migrator.registerMigration("4 outbox") { database in
            // due_at moves when an entry is claimed, so that a claim that lapses is found like any other entry that is due.
            try database.execute(
                sql: """
                    CREATE TABLE outbox(
                      tenant_id INTEGER NOT NULL, req TEXT NOT NULL, case_id INTEGER NOT NULL \
                    REFERENCES case_state(case_id), kind INTEGER NOT NULL,
                      name TEXT NOT NULL, item TEXT, body BLOB NOT NULL, added_at INTEGER NOT NULL, \
                    state INTEGER NOT NULL, due_at INTEGER NOT NULL,
                      claimant TEXT, attempts INTEGER NOT NULL, reason TEXT, PRIMARY KEY(tenant_id, req)) STRICT, WITHOUT ROWID;
                    CREATE INDEX outbox_due ON outbox(kind, name, due_at);
                    CREATE INDEX outbox_case ON outbox(case_id, item);
                    """)
        }
        migrator.registerMigration("5 certificate") { database in
            try database.execute(sql: "ALTER TABLE specification ADD COLUMN certificate TEXT")
        }
        migrator.registerMigration("6 entities", migrate: entities)
        return migrator
    }

    /// What is kept besides specifications and cases; events say what kind of aggregate they belong to (empty: `EventRecord` knows);
    /// requests are bound to who asked and to what; an entry of the outbox may belong to anything.
    private static func entities(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE store_identity(name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
                INSERT INTO store_identity(name) VALUES (lower(hex(randomblob(8))));

                CREATE TABLE id_lease(node INTEGER PRIMARY KEY, holder TEXT NOT NULL UNIQUE, until INTEGER NOT NULL) STRICT;

                CREATE TABLE entity(
                  tenant_id INTEGER NOT NULL, kind TEXT NOT NULL, entity_id INTEGER NOT NULL, version INTEGER NOT NULL, chain BLOB NOT NULL,
                  body BLOB, wakes_at INTEGER, PRIMARY KEY(tenant_id, kind, entity_id)) STRICT, WITHOUT ROWID;
                CREATE INDEX entity_wakes ON entity(wakes_at) WHERE wakes_at IS NOT NULL;
                CREATE INDEX entity_age ON entity(tenant_id, entity_id);

                CREATE TABLE entity_key(
                  tenant_id INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, entity_id INTEGER NOT NULL,
                  PRIMARY KEY(tenant_id, kind, key, value)) STRICT, WITHOUT ROWID;
                CREATE INDEX entity_key_of ON entity_key(tenant_id, kind, entity_id);

                CREATE TABLE entity_field(
                  tenant_id INTEGER NOT NULL, kind TEXT NOT NULL, entity_id INTEGER NOT NULL, field TEXT NOT NULL, present INTEGER NOT NULL,
                  number INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(tenant_id, kind, entity_id, field)) STRICT, WITHOUT ROWID;
                CREATE INDEX entity_field_order ON entity_field(tenant_id, kind, field, present, number, text, entity_id);

                CREATE TABLE entity_word(
                  tenant_id INTEGER NOT NULL, kind TEXT NOT NULL, word TEXT NOT NULL, entity_id INTEGER NOT NULL,
                  PRIMARY KEY(tenant_id, kind, word, entity_id)) STRICT, WITHOUT ROWID;
                CREATE INDEX entity_word_of ON entity_word(tenant_id, kind, entity_id);

                ALTER TABLE event ADD COLUMN aggregate_kind TEXT NOT NULL DEFAULT '';
                ALTER TABLE event ADD COLUMN trace TEXT;

                ALTER TABLE request ADD COLUMN fingerprint BLOB NOT NULL DEFAULT x'';
                CREATE INDEX request_age ON request(at);
                CREATE TEMP TABLE asker AS SELECT tenant_id, req, min(actor) AS actor FROM event GROUP BY tenant_id, req;
                CREATE UNIQUE INDEX temp.asker_of ON asker(tenant_id, req);
                UPDATE request SET req = coalesce((
                  SELECT CASE WHEN actor IN ('timer', 'service', 'exceptions') THEN 'e/' || asker.req
                    ELSE 'p' || length(CAST(actor AS BLOB)) || ':' || actor || '/' || asker.req END
                  FROM asker WHERE asker.tenant_id = request.tenant_id AND asker.req = request.req), 'e/' || req);
                DROP TABLE temp.asker;

                ALTER TABLE outbox RENAME TO former_outbox;
                DROP INDEX outbox_due;
                DROP INDEX outbox_case;
                CREATE TABLE outbox(
                  tenant_id INTEGER NOT NULL, req TEXT NOT NULL, owner_kind TEXT NOT NULL, owner_id INTEGER NOT NULL, kind INTEGER NOT NULL,
                  name TEXT NOT NULL, item TEXT, body BLOB NOT NULL, added_at INTEGER NOT NULL, \
                state INTEGER NOT NULL, due_at INTEGER NOT NULL,
                  claimant TEXT, attempts INTEGER NOT NULL, reason TEXT, sent_as TEXT, PRIMARY KEY(tenant_id, req)) STRICT, WITHOUT ROWID;
                CREATE INDEX outbox_due ON outbox(kind, name, due_at);
                CREATE INDEX outbox_owner ON outbox(owner_id, item);
                INSERT INTO outbox SELECT tenant_id, req, 'case', case_id, kind, name, item, \
                body, added_at, state, due_at, claimant, attempts,
                  reason, CASE WHEN state = 0 AND attempts = 0 THEN NULL ELSE req END FROM former_outbox;
                DROP TABLE former_outbox;

                INSERT INTO entity(tenant_id, kind, entity_id, version, chain, body)
                  SELECT tenant_id, 'calendar', -tenant_id, version, chain, body FROM calendar;
                INSERT INTO entity_key(tenant_id, kind, key, value, entity_id)
                  SELECT tenant_id, 'calendar', 'one', 'calendar', -tenant_id FROM calendar;
                DROP TABLE calendar;
                """)
        for row in try Row.fetchAll(database, sql: "SELECT * FROM rule_set ORDER BY spec_id") {
            let tenant = TenantID(rawValue: row["tenant_id"])
            let former = try FormerRules(
                tenant: tenant, specification: row["spec_id"], source: row.bytes("source"), file: row["file"], loadedAt: row["loaded_at"],
                loadedBy: row["loaded_by"])
            try SQLiteStore.write(former.change, isNew: true, database)
            try SQLiteStore.append(
                [former.event], of: former.aggregate, caseNumber: 0, after: 0, tenant: tenant, request: former.request.description,
                trace: nil, database)
        }
        try database.execute(sql: "DROP TABLE rule_set")
    }
}
