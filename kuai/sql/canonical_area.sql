-- One row per level and area: canonical = 32 hex digits that stand for the set of leaf areas it consists of. Areas of
-- any level, hierarchy, name or vintage that are the same set share it, so that they share one noise.
-- Reads leaf_set(level, area, leaf).
SELECT level, area, left(sha256(string_agg(leaf, ',' ORDER BY leaf)), 32) AS canonical
FROM (SELECT DISTINCT level, area, leaf FROM leaf_set)
GROUP BY level, area
