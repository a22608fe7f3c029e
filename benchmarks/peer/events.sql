-- Events, each person once by block, day and kind; persons are counted anew in every area and period.
CREATE TABLE event AS
SELECT CAST(pid AS UUID) AS pid, rkey, kind, day, area, coalesce(rule, identity_rule) AS rule FROM identified;

INSERT INTO quarantine SELECT 'population_events', rule, count(*) FROM event WHERE rule IS NOT NULL GROUP BY rule;

CREATE TABLE happened AS SELECT DISTINCT pid, rkey, area AS block, day, kind AS category FROM event WHERE rule IS NULL;

DROP TABLE event;
