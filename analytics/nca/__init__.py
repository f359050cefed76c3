"""Necessary Condition Analysis over numpy arrays, figures equal to the R package NCA (docs/nca.md)."""

from analytics.nca.analysis import analyse
from analytics.nca.bottleneck import bottleneck
from analytics.nca.ceilings.model import CEILINGS, Ceiling, CeilingResult, ConditionResult, Corner, Scope

__all__ = ["CEILINGS", "Ceiling", "CeilingResult", "ConditionResult", "Corner", "Scope", "analyse", "bottleneck"]
