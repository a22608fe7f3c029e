-- One row per row of checked, with its columns except id_number and id18, and: pid (pseudonym of the person, 32 hex
-- digits) and rkey (record key, 0 to 2^32-1), both NULL where id18 is.
-- pid = first 16 bytes of HMAC-SHA-256(K_pid, id18); rkey = first 4 bytes of HMAC-SHA-256(K_rkey, the 16 bytes of pid).
-- Reads checked(id_number, id18, …), pad_pid and pad_rkey(inner_pad, outer_pad): a key is data of the process that a
-- keyring lends, since a profile writes out every constant of a statement, those given as parameters too.
SELECT
    named.*,
    CAST(
        '0x' || left(sha256(pad_rkey.outer_pad || unhex(sha256(pad_rkey.inner_pad || unhex(named.pid)))), 8) AS BIGINT
    ) AS rkey
FROM (
    SELECT
        checked.* EXCLUDE (id_number, id18),
        left(
            sha256(pad_pid.outer_pad || unhex(sha256(pad_pid.inner_pad || encode(checked.id18)))), 32
        ) AS pid
    FROM checked CROSS JOIN pad_pid
) AS named
CROSS JOIN pad_rkey
