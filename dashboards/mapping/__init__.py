"""Maps of all areas of a level: their shapes as triangles, their values as classes, and what draws both."""
