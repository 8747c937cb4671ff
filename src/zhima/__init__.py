"""OpenZhima: an open, accountable re-implementation of a social credit score."""

__version__ = "0.1.0"
