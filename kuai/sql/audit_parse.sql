-- one row per line of the audit, by number: its fields as columns, and its text; a field the line leaves out is NULL.
-- Areas and scope are one text with a place a row: a text that repeats is looked into once, a list every time.
SELECT
    * REPLACE (array_to_string(areas, chr(10)) AS areas, array_to_string(scope, chr(10)) AS scope)
FROM (SELECT unnest(from_json(decode(line)::JSON, $shape)), line FROM audit_text)
ORDER BY n
