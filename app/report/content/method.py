"""The page of method: what K, D, the quadrants and the odds are, with the settings of this very run."""

from __future__ import annotations

from typing import Any

from app.report.content.facts import Facts
from app.report.content.model import Bullets, Section, Text
from app.report.content.phrases import Words
from warehouse.indicators import PAPER


def method_section(facts: Facts, w: Words) -> Section:
    """Return the method on one page (docs/methods.md says it in full)."""
    settings = facts.settings
    cut_k, cut_d = settings.get("cut_capability", 0.5), settings.get("cut_dynamics", 0.5)
    top = settings.get("top", 20)
    country = facts.head.focal_country or "?"
    shares = w.indicators(settings.get("indicators", PAPER))
    items = (
        w.say(
            f"K, technology capability: the shares of {country} in {shares} of "
            "the technology's patent families, weighted by entropy over all technologies of the list."
        ),
        w.say(
            f"D, paradigm dynamics: the {top} most frequent main IPC subclasses of the later window against those of "
            "the earlier; each new prefix of one to four characters counts 4, 3, 2 and 1, scaled over the list. Codes "
            "that were only reclassified do not count."
        ),
        w.say(
            f"Quadrants, split at K {cut_k:g} and D {cut_d:g}: strong and on the same track assault, strong and on a "
            "different track disrupt, weak and on the same track entrench, weak and on a different track position. On "
            f"watch: nearer than {facts.margin:g} to a line."
        ),
        w.say(
            "Odds: probability and 90 % intervals come from redrawing families and class frequencies; a placement "
            "whose quadrant is not the most probable is unsettled. They do not cover what the search does not find."
        ),
        w.say(
            "Country of a family: first applicant's residence, else the earliest priority, else the first office; "
            "international offices are no country. What is unknown is left out of both sides of a share, never zero."
        ),
    )
    return Section(w.say("Method"), (Bullets(items), Text(_settings(settings, w), quiet=True)), 5)


def _settings(settings: dict[str, Any], w: Words) -> str:
    """Return the settings of the run in one line, as stuckneck.toml names them."""
    left_out = {"policy", "baseline_run", "baseline"}
    said = ", ".join(f"{k} = {v}" for k, v in sorted(settings.items()) if k not in left_out and v is not None)
    policy = settings.get("policy") or {}
    rules = ", ".join(f"{k} = {v}" for k, v in sorted(policy.items()))
    return w.say(f"Settings of the run: {said}. Screening: {rules or '?'}.")
