"""Pages: each has a `layout` that Dash shows at its address, and a `register` that connects it to what answers it."""
