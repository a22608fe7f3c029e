"""The way to Spark: a Java that it accepts, and a session that keeps quiet."""
