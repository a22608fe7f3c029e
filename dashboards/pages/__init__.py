"""Pages: each has `layout(filters)` and `register(app, serving)`."""
