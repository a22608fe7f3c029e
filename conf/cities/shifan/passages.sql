-- Passages one by one; they are counted by hour in the same step. The plate is not read.
SELECT
    line,
    "卡口编号" AS checkpoint_id,
    "通过时间" AS passed_at
FROM raw
