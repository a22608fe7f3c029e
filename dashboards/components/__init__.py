"""Parts of pages: pure functions from what is shown to Dash components."""
