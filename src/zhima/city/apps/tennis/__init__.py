"""Tennis courts by the hour, the fee shared by two."""
