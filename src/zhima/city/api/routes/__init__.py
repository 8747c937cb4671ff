"""The routes of version 1, a module a subject."""
