"""Mini-apps of the city, one folder each, on the public functions of the market alone."""
