"""Seats on trains, with a ticket for the gate."""
