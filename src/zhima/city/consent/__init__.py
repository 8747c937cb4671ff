"""Grants: who may use what about whom, for what, until when."""
