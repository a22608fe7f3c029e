-- The table of a serving file, in the order its readers scan.
CREATE TABLE out.cell (
    measure VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    start DATE NOT NULL,
    category VARCHAR NOT NULL,
    value DOUBLE
);

INSERT INTO out.cell FROM served ORDER BY measure, level, period, category, start, area;
