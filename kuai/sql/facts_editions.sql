-- one row per measure and edition: the periods that begin on first to last, as published for the revision-th time
SELECT measure, period, first, last, revision, revised_on
FROM edition
ORDER BY measure, period, first
