"""Settings every test shares."""

from __future__ import annotations

from hypothesis import settings

# The first example of a property pays for compiling kernels, and the machine may be busy.
settings.register_profile("zhima", deadline=None)
settings.load_profile("zhima")
