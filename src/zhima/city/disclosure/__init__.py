"""Who read what about whom: the one door to scores, and the log of everybody who went through."""
