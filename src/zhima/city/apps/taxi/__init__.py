"""Taxis: asked for, accepted, paid on arrival."""
