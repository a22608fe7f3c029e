-- Alarms of one city and what was done about them. Moments are whole seconds since 1970-01-01 UTC. No number of an area
-- stands here: it is asked for when it is shown.

CREATE TABLE alarm (
    number INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,                     -- name in wall.toml
    level TEXT NOT NULL,
    area TEXT NOT NULL,
    period TEXT NOT NULL,                   -- period it was raised on; empty: of a feed
    respond_minutes INTEGER NOT NULL,       -- as declared when it was raised
    raised INTEGER NOT NULL,
    acknowledged INTEGER,
    acknowledged_by TEXT,
    cleared INTEGER
) STRICT;

-- One alarm of a rule stands for an area at a time: it is raised once.
CREATE UNIQUE INDEX alarm_standing ON alarm (rule, level, area) WHERE cleared IS NULL;

CREATE TABLE shelf (
    rule TEXT NOT NULL,
    level TEXT NOT NULL,
    area TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (rule, level, area)
) STRICT, WITHOUT ROWID;

CREATE TABLE act (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    alarm INTEGER NOT NULL REFERENCES alarm (number),
    deed TEXT NOT NULL CHECK (deed IN ('raised', 'acknowledged', 'shelved', 'returned', 'cleared')),
    actor TEXT NOT NULL,                    -- account, console:login, or kuai for what rules do
    about TEXT NOT NULL                     -- reason and end of a shelving
) STRICT;

CREATE TRIGGER act_stays BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END;
CREATE TRIGGER act_is_kept BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are never deleted'); END;

PRAGMA user_version = 1;
