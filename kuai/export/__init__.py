"""Export: an answer of the gate as a file that says itself what it is, where it comes from and who took it."""
