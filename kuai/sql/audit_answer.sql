-- one row per answer that held numbers of the area $place of level $level, with all columns of its line.
-- $holders are the area and all areas that hold it; a question without areas, and a scope without places, means all.
-- The line of an answer of mixed levels has them all, with a + between.
SELECT *
FROM audit_line
WHERE "at" >= $since
  AND "at" < $until
  AND list_contains($actions, action)
  AND outcome = 'answered'
  AND rows > 0
  AND city = $city
  AND ($metric = '' OR metric = $metric)
  AND coalesce(list_has_any(string_split(areas, chr(10)), $holders), true)
  AND CASE
      WHEN list_contains(string_split(level, '+'), $level) THEN coalesce(list_has_any(string_split(scope, chr(10)), $holders), true)
      ELSE coalesce(list_contains(string_split(areas, chr(10)), $place), false)
  END
