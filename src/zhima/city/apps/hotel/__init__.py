"""Hotel rooms by the night."""
