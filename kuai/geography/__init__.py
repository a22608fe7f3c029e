"""Where things are: points located in areas, areas within areas, coordinates brought to WGS 84."""
