"""Watching those who run the city: seals on evidence, overrides by two, and an audit of it all."""
