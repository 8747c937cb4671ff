"""Scoring: evidence in, scores out, live. Money and consent reach it; nobody else does."""
