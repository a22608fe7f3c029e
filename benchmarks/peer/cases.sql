-- Cases by block, day and category, each counted once as last changed; handled: the closed ones for their medians; timed: all
-- of them by hour of the week, without one where it may be unknown.
CREATE TABLE latest AS
SELECT day, category, occurred_at, accepted_at, filed_at, closed_at, reported_at, block
FROM located
QUALIFY row_number() OVER (PARTITION BY case_id, day ORDER BY updated_at DESC NULLS LAST) = 1;

INSERT INTO leaf
WITH counted AS (
    SELECT
        block, day, category, count(*) AS incidents,
        count(accepted_at) AS accepted, count(filed_at) AS filed, count(closed_at) AS closed
    FROM latest
    GROUP BY ALL
)
SELECT 'incident_count', block, day, category, incidents, 0 FROM counted
UNION ALL
SELECT 'accepted_count', block, day, category, accepted, 0 FROM counted WHERE accepted > 0
UNION ALL
SELECT 'filed_count', block, day, category, filed, 0 FROM counted WHERE filed > 0
UNION ALL
SELECT 'closed_count', block, day, category, closed, 0 FROM counted WHERE closed > 0;

CREATE TABLE handled AS
SELECT block, day, category, epoch(closed_at - reported_at) / 86400 AS days FROM latest WHERE closed_at >= reported_at;

CREATE TABLE timed AS
SELECT
    block,
    day,
    CASE WHEN occurred_at <> day THEN hour(occurred_at) END AS hour,
    count(*) AS n
FROM latest
GROUP BY ALL;

DROP TABLE latest;
