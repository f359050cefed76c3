"""What the terminal and the pages of the provincial study say alike."""

from __future__ import annotations

from analytics.provinces.study import ProvincialStudy
from words.glossary import Language
from words.language import say


def robustness(study: ProvincialStudy, language: Language) -> str:
    """Return how each rerun's configurations relate to Table 5's; empty without reruns."""
    seen = dict.fromkeys((run.label, run.relation) for run in study.robustness)
    colon, gap = ("：", "；") if language == "zh" else (": ", "; ")
    return gap.join(f"{say(label, language)}{colon}{say(relation, language)}" for label, relation in seen)
