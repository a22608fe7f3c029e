"""The page of one unit, in parts: which units there are, what is read of one, and how it is shown."""
