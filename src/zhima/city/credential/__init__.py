"""Proof without the number: SD-JWT VC "score at least N until D", issued, shown, checked. Pure."""
