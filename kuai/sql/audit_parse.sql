-- one row per line of the audit, by number: its fields as columns, and its text; a field the line leaves out is NULL
SELECT unnest(fields), line
FROM (SELECT from_json(decode(line)::JSON, $shape) AS fields, line FROM audit_text)
ORDER BY fields.n
