"""The peer of the build: one hand-written DuckDB script that makes the same cells in one process."""
