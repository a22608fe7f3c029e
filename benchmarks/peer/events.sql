-- Events by block, day and kind, in distinct persons.
CREATE TABLE event AS
SELECT CAST(pid AS UUID) AS pid, rkey, kind, day, area, coalesce(rule, identity_rule) AS rule FROM identified;

INSERT INTO quarantine SELECT 'population_events', rule, count(*) FROM event WHERE rule IS NOT NULL GROUP BY rule;

INSERT INTO leaf
SELECT 'population_event_count', area, day, kind, count(DISTINCT pid), sum(DISTINCT rkey)
FROM event
WHERE rule IS NULL
GROUP BY ALL;

DROP TABLE event;
