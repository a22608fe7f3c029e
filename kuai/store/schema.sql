-- Tables of a serving file. Served values only: no exact person count, record key or pseudonym may enter it.
-- Readers scan `cell` by its sort order: write it ORDER BY measure, level, period, category, start, area; distributions, whose
-- categories are read together, ORDER BY measure, level, period, area, category, start.

-- One row: the form of these tables. Raise it with every change that a reader of the older form would trip over, or that
-- a reader of the newer one would not find.
CREATE TABLE form (number INTEGER NOT NULL);
INSERT INTO form VALUES (5);

-- One row per served value. Flow and direct: period is day, week, month, quarter or year and start its first day;
-- stock: period is 'stock' and start the day it stands for. Person class: a cell that may not be shown is absent.
CREATE TABLE cell (
    measure VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    start DATE NOT NULL,
    category VARCHAR NOT NULL,
    value DOUBLE
);

-- One row per hierarchy, area code and validity (valid_to is the inclusive last day, NULL if still valid).
-- The root stands once in each hierarchy. Write it ORDER BY hierarchy, level, area, valid_from.
CREATE TABLE area (
    hierarchy VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    parent VARCHAR,
    name_zh VARCHAR,
    name_en VARCHAR,
    valid_from DATE NOT NULL,
    valid_to DATE,
    geometry BLOB -- WKB, EPSG:4326
);

-- One row per hierarchy and level; rank 0 is the root.
CREATE TABLE level (
    hierarchy VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    rank INTEGER NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    has_geometry BOOLEAN NOT NULL
);

-- One row per checkpoint, kind, level that it is located at, and span of days that it operates on in one area: a place,
-- and nothing that was counted there.
CREATE TABLE checkpoint (
    checkpoint VARCHAR NOT NULL,
    kind VARCHAR,
    name VARCHAR,
    longitude DOUBLE NOT NULL, -- degrees, EPSG:4326, as latitude
    latitude DOUBLE NOT NULL,
    live_from DATE NOT NULL,
    live_to DATE, -- last day of operation in the area, NULL if it still operates there
    level VARCHAR NOT NULL,
    area VARCHAR -- smallest area that it stands in on these days; NULL outside all
);

-- Days a measure was observed on: merged ranges that neither overlap nor touch.
CREATE TABLE coverage (
    measure VARCHAR NOT NULL,
    first DATE NOT NULL,
    last DATE NOT NULL
);

-- One row per source: what was expected of it, and what came.
CREATE TABLE feed (
    source VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    owner VARCHAR,
    every VARCHAR, -- day, week, month, quarter, year; NULL if nothing is expected
    expected_from DATE,
    expected_until DATE, -- NULL if it is still running
    due_hours INTEGER,
    covered_until DATE,
    arrived_at TIMESTAMP, -- UTC
    budget_hours INTEGER
);

-- One row per ingested file: rows_read = accepted + quarantined; unlocated is a part of accepted.
CREATE TABLE batch (
    batch_id VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    unlocated BIGINT NOT NULL,
    first_day DATE,
    last_day DATE,
    ingested_at TIMESTAMP, -- UTC
    run_id VARCHAR
);

-- Which combinations exist at all; period is 'stock' for a stock, which may then be asked at any period.
CREATE TABLE released (
    measure VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    summed_from VARCHAR -- shorter period whose cells are added up to this one; NULL: it has cells of its own
);

-- When periods of a measure may be shown and corrected; a measure without a row is shown as it comes.
CREATE TABLE calendar (
    measure VARCHAR NOT NULL,
    period VARCHAR NOT NULL, -- 'stock' for what stands at a day
    lag_days INTEGER NOT NULL, -- from the last day of the period, or the day of the stock, to the first day it is shown
    revise VARCHAR NOT NULL, -- rhythm on whose first day corrections are published together
    revisions INTEGER NOT NULL -- how often a period is corrected at most
);

-- Periods that were released, of measures with a calendar: those that begin on first to last are one edition.
CREATE TABLE edition (
    measure VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    first DATE NOT NULL,
    last DATE NOT NULL,
    revision INTEGER NOT NULL, -- 1 as first published
    revised_on DATE -- date of the last correction; NULL if there was none
);

-- Categories a measure is broken down by, 'all' included.
CREATE TABLE category (
    measure VARCHAR NOT NULL,
    category VARCHAR NOT NULL
);

-- Categories of cases that are found by the police's own work, as the city pack declares them.
CREATE TABLE discovered (
    category VARCHAR NOT NULL
);

-- Bookkeeping of publish: which slice of the marts came from which file.
CREATE TABLE slice (
    slice VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    rows BIGINT NOT NULL,
    digest VARCHAR NOT NULL
);

-- One row.
CREATE TABLE snapshot (
    snapshot VARCHAR NOT NULL,
    city VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    published_at TIMESTAMP NOT NULL, -- UTC
    run_id VARCHAR,
    policy_version VARCHAR,
    time_zone VARCHAR DEFAULT 'UTC' -- IANA name; days of all tables are days there
);
