"""A rulebook, its card and its catalogue of features, refused together when they do not fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhima.engine.features.declaration import Catalogue, load_catalogue
from zhima.engine.kinds import POINTS_RANGE, Factor, ZhimaError
from zhima.engine.rulebook import LoadedRulebook, load
from zhima.engine.scorecard import card_file
from zhima.engine.scorecard.card import Card
