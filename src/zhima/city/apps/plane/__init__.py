"""Flights, with an electronic ticket."""
