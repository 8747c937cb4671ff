"""Tables for an evening."""
