"""What the terminal and the pages of the provincial study say alike."""

from __future__ import annotations

from analytics.provinces.cases import Cases
from analytics.provinces.study import ProvincialStudy
from words.glossary import Language
from words.language import say


def robustness(study: ProvincialStudy, language: Language) -> str:
    """Return how each rerun's configurations relate to Table 5's; empty without reruns."""
    seen = dict.fromkeys((run.label, run.relation) for run in study.robustness)
    colon, gap = ("：", "；") if language == "zh" else (": ", "; ")
    return gap.join(f"{say(label, language)}{colon}{say(relation, language)}" for label, relation in seen)


def what_it_rests_on(cases: Cases, language: Language) -> str:
    """Return a sentence with the numbers of provinces and families and the years of outcome and conditions."""
    return say(
        f"{len(cases.provinces)} provinces; outcome {cases.topic} {cases.outcome_year}: {cases.families} families, "
        f"{cases.unknown} of unknown province; conditions {cases.conditions_year}",
        language,
    )


def gap(language: Language) -> str:
    """Return what stands between a word and a number."""
    return " " if language == "en" else ""
