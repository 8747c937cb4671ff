"""How the city writes dates, where it is not as Django does."""
