-- Views that accounts have saved: a name, and the query part of the address of a page.
CREATE TABLE IF NOT EXISTS view (
    account TEXT NOT NULL,
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    saved INTEGER NOT NULL,                 -- whole seconds since 1970-01-01 UTC
    PRIMARY KEY (account, page, name)
) STRICT, WITHOUT ROWID;
