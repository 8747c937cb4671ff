"""The pure engine: events -> features -> own score -> friends -> score -> doors.

No web framework, no database session, no clock, no randomness that is not seeded by an argument.
"""
