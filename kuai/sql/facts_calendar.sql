-- one row per measure and period with a calendar; lag in days
SELECT measure, period, lag_days, revise, revisions
FROM calendar
ORDER BY measure, period
