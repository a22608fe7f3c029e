"""The serving store: one immutable DuckDB file per snapshot and a pointer to the current one."""
