-- One row per row of checked, with its columns except id_number and id18, and: pid (pseudonym of the person, 32 hex
-- digits) and rkey (record key, 0 to 2^32-1), both NULL where id18 is.
-- pid = first 16 bytes of HMAC-SHA-256(K_pid, id18); rkey = first 4 bytes of HMAC-SHA-256(K_rkey, the 16 bytes of pid).
-- Parameters are the keys' 64-byte pads, so that no statement, plan or error text ever holds a key.
SELECT
    *,
    CAST('0x' || left(sha256($rkey_outer::BLOB || unhex(sha256($rkey_inner::BLOB || unhex(pid)))), 8) AS BIGINT) AS rkey
FROM (
    SELECT
        * EXCLUDE (id_number, id18),
        left(sha256($pid_outer::BLOB || unhex(sha256($pid_inner::BLOB || encode(id18)))), 32) AS pid
    FROM checked
)
