"""Appointments with a doctor. What for is between the two, and no evidence."""
