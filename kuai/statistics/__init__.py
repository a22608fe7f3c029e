"""Statistics on numbers that were served: is a change real, what is usual, which areas stand out. Pure functions."""
