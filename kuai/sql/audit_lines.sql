-- one row per line of the audit whose moment lies in [$since, $until), by number; of one viewer if $viewer is not empty
SELECT
    * EXCLUDE (line)
    REPLACE (string_split(areas, chr(10)) AS areas, string_split(scope, chr(10)) AS scope)
FROM audit_line
WHERE "at" >= $since
  AND "at" < $until
  AND ($viewer = '' OR viewer = $viewer)
ORDER BY n
