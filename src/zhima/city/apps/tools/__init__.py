"""A tool library: what is cheap for everybody, what is not after good loans or for a deposit."""
