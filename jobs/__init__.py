"""Jobs: from landing files to a published snapshot."""
