"""What the units of a bottleneck table are called."""

from analytics.nca.bottleneck import Unit
from words.glossary import Language, in_language


def unit_name(unit: Unit, language: Language) -> str:
    """Return a unit of the bottleneck table in words."""
    return in_language(language)[unit]
