"""Dated, cited policy: from YAML to a frozen `Rulebook` as of a day."""

from zhima.engine.rulebook.load import LoadedRulebook, check, load, shipped_names
from zhima.engine.rulebook.model import Door, Outcome, Rulebook

__all__ = ["Door", "LoadedRulebook", "Outcome", "Rulebook", "check", "load", "shipped_names"]
