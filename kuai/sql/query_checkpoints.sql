-- One row per checkpoint in operation on the day, kind and level that it is located at; longitude and latitude in degrees.
SELECT checkpoint, kind, name, longitude, latitude, level, area
FROM checkpoint
WHERE live_from <= $day
  AND (live_to IS NULL OR live_to >= $day)
ORDER BY checkpoint, kind, level
