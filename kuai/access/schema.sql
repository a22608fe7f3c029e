-- Accounts, devices and sessions of one home. Moments are whole seconds since 1970-01-01 UTC; lists are JSON.
-- Passwords stand here as Argon2id hashes, tokens and keys of 100 bits and more as SHA-256.

CREATE TABLE account (
    name TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    hash TEXT NOT NULL,                     -- empty: no password, another system vouches for the person
    roles TEXT NOT NULL,
    scope TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    last_sign_in INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,    -- in a row
    locked_until INTEGER,
    is_disabled INTEGER NOT NULL DEFAULT 0,
    one_time_until INTEGER,                 -- of a password that has to be changed before it is good for a session
    otp_secret TEXT,                        -- of the authenticator, base32; NULL: no second factor
    otp_step INTEGER                        -- 30 s of the newest code that was used
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    name TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    created INTEGER NOT NULL,
    token_hash TEXT UNIQUE,                 -- until it is enrolled
    token_until INTEGER,
    key_hash TEXT UNIQUE,                   -- from then on
    enrolled INTEGER,
    last_seen INTEGER,
    is_revoked INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    is_device INTEGER NOT NULL,
    viewer TEXT NOT NULL,
    policy TEXT NOT NULL,                   -- version the viewer was admitted under
    started INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_holder ON session (holder, is_device);

-- Written to when a name is unknown or locked, so that such a refusal takes as long as another.
CREATE TABLE refused (attempts INTEGER NOT NULL) STRICT;
INSERT INTO refused VALUES (0);

-- Whoever changes what a session stands on ends it: no caller can forget to.
CREATE TRIGGER account_changed AFTER UPDATE OF roles, scope, is_disabled, changed ON account
BEGIN
    DELETE FROM session WHERE holder = old.name AND is_device = 0;
END;

CREATE TRIGGER device_changed AFTER UPDATE OF scope, key_hash, is_revoked ON device
BEGIN
    DELETE FROM session WHERE holder = old.name AND is_device = 1;
END;

PRAGMA user_version = 2;
