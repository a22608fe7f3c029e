-- one row: newest day a served value of the measure stands at or starts on; NULL if there is none
SELECT max(start) AS day
FROM cell
WHERE measure = $measure
