"""The desk: one question seen from all sides, and told honestly."""
