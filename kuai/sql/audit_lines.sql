-- one row per line of the audit whose moment lies in [$since, $until), by number; of one viewer if $viewer is not empty
SELECT * EXCLUDE (line)
FROM audit_line
WHERE "at" >= $since
  AND "at" < $until
  AND ($viewer = '' OR viewer = $viewer)
ORDER BY n
