//! The tables. A schema's version is the number of its steps; a step that was ever released is never changed.

/// `inbox.db`.
pub(super) const INBOX: &[&str] = &["
    CREATE TABLE inputs (
        seq    INTEGER PRIMARY KEY,
        at     INTEGER NOT NULL,
        tenant TEXT NOT NULL,
        input  BLOB NOT NULL,
        raw    BLOB NOT NULL
    ) STRICT;
    -- The highest number among those that are gone.
    CREATE TABLE forgotten (seq INTEGER NOT NULL) STRICT;
    INSERT INTO forgotten VALUES (0);
"];

/// `tenants/ID/alerts.db`. Moments are milliseconds since the Unix epoch. BLOBs other than
/// keys and grams are packed.
pub(super) const TENANT: &[&str] = &["
    CREATE TABLE tenant (
        one         INTEGER PRIMARY KEY CHECK (one = 1),
        settings    TEXT NOT NULL,
        credentials TEXT NOT NULL
    ) STRICT;

    CREATE TABLE progress (
        one           INTEGER PRIMARY KEY CHECK (one = 1),
        watermark     INTEGER NOT NULL,
        -- The time of the latest input of any tenant that this file knows of.
        as_of         INTEGER NOT NULL,
        last_alert_at INTEGER
    ) STRICT;
    INSERT INTO progress VALUES (1, 0, 0, NULL);

    CREATE TABLE incidents (
        number      INTEGER PRIMARY KEY,
        resolved_at INTEGER,
        incident    BLOB NOT NULL
    ) STRICT;
    -- Open ones are those without a time.
    CREATE INDEX incidents_by_end ON incidents (resolved_at);

    CREATE TABLE timeline (
        number   INTEGER PRIMARY KEY,
        incident INTEGER NOT NULL,
        at       INTEGER NOT NULL,
        who      TEXT,
        event    TEXT NOT NULL
    ) STRICT;
    CREATE INDEX timeline_by_incident ON timeline (incident);

    CREATE TABLE keys (
        key   TEXT PRIMARY KEY,
        state BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- One row for each request that held alerts. A lone alert's receipt is in two numbers, all others in receipts.
    CREATE TABLE deliveries (
        number      INTEGER PRIMARY KEY,
        delivery_id TEXT,
        alert       INTEGER,
        incident    INTEGER,
        receipts    BLOB,
        raw         BLOB NOT NULL
    ) STRICT;

    CREATE TABLE alerts (
        number      INTEGER PRIMARY KEY,
        incident    INTEGER,
        received_at INTEGER NOT NULL,
        delivery    INTEGER,
        place       INTEGER NOT NULL,
        seen        INTEGER NOT NULL,
        severity    INTEGER NOT NULL,
        resolved    INTEGER NOT NULL,
        asset       TEXT NOT NULL,
        signature   TEXT NOT NULL,
        tool        TEXT NOT NULL,
        message     TEXT NOT NULL,
        rest        TEXT
    ) STRICT;
    CREATE INDEX alerts_by_incident ON alerts (incident) WHERE incident IS NOT NULL;

    -- What occurs in each full block of alerts, for searches: see grams.
    CREATE TABLE blocks (
        block INTEGER PRIMARY KEY,
        kinds INTEGER NOT NULL,
        grams BLOB NOT NULL
    ) STRICT;

    -- How a request is known again; without a delivery it was unreadable.
    CREATE TABLE answers (
        run      INTEGER NOT NULL,
        key      BLOB NOT NULL,
        at       INTEGER NOT NULL,
        delivery INTEGER,
        PRIMARY KEY (run, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE runs (
        run      INTEGER PRIMARY KEY,
        ended_at INTEGER NOT NULL
    ) STRICT;

    -- Requests and parts of requests that nobody could read. So many bytes were ever put aside, up to and with each row.
    CREATE TABLE put_aside (
        number  INTEGER PRIMARY KEY,
        at      INTEGER NOT NULL,
        source  TEXT NOT NULL,
        reason  TEXT NOT NULL,
        fields  TEXT NOT NULL,
        raw     BLOB NOT NULL,
        reaches INTEGER NOT NULL
    ) STRICT;
", "
    ALTER TABLE timeline ADD COLUMN seat TEXT;
    -- The number of the window that it fell into.
    ALTER TABLE alerts ADD COLUMN silenced_by INTEGER;
    -- Windows, technicians, senders.
    CREATE TABLE standing (
        one   INTEGER PRIMARY KEY CHECK (one = 1),
        state BLOB NOT NULL
    ) STRICT;
", "
    -- What stands beside an incident for finding it: see alike. Absent only until the file is next opened for writing.
    ALTER TABLE incidents ADD COLUMN opened_at INTEGER;
    ALTER TABLE incidents ADD COLUMN alike TEXT;
    ALTER TABLE incidents ADD COLUMN texts TEXT;
    CREATE INDEX incidents_alike ON incidents (alike, opened_at);
    CREATE INDEX incidents_to_fill ON incidents (number) WHERE texts IS NULL;
", "
    CREATE TABLE executions (
        number    INTEGER PRIMARY KEY,
        incident  INTEGER NOT NULL,
        ended_at  INTEGER,
        execution BLOB NOT NULL
    ) STRICT;
    CREATE INDEX executions_by_end ON executions (ended_at);
    CREATE INDEX executions_by_incident ON executions (incident);
    -- What executions wrote. So many bytes were ever written, up to and with each row.
    CREATE TABLE outputs (
        number    INTEGER PRIMARY KEY,
        execution INTEGER NOT NULL,
        at        INTEGER NOT NULL,
        reaches   INTEGER NOT NULL,
        instance  TEXT NOT NULL,
        output    BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX outputs_by_execution ON outputs (execution, instance);

    -- JSON, exactly as it was hashed.
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY,
        entry  TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
    CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
", "
    CREATE TABLE sessions (
        number   INTEGER PRIMARY KEY,
        -- Absent when it was on account of none.
        incident INTEGER,
        ended_at INTEGER,
        session  BLOB NOT NULL
    ) STRICT;
    CREATE INDEX sessions_by_end ON sessions (ended_at);
    CREATE INDEX sessions_by_incident ON sessions (incident);
", "
    -- Which of what was put aside goes, and when, is the core's to say: reaches means nothing any more.
    -- Bytes of the body as it came.
    ALTER TABLE put_aside ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
    -- The places of the bad alerts in a batch, as JSON; absent: all of the request was bad.
    ALTER TABLE put_aside ADD COLUMN places TEXT;
    -- What the request's head said about its body, as JSON.
    ALTER TABLE put_aside ADD COLUMN head TEXT;
    UPDATE put_aside SET size = length(raw);
    -- The highest number that anything put aside ever had.
    ALTER TABLE progress ADD COLUMN put_aside INTEGER NOT NULL DEFAULT 0;
    UPDATE progress SET put_aside = (SELECT coalesce(max(number), 0) FROM put_aside);
"];
