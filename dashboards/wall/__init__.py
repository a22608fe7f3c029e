"""The wall: sheets that take turns on a display that nobody touches."""
