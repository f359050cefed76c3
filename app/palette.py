"""Colours and shapes of the four strategies, the same in every chart.

Any two colours differ by more than 20 in CIELAB also for readers without red, green or blue cones, and each is dark
enough on white for small text (contrast 4.5 or more); the shapes tell the strategies apart without colour.
"""

COLOURS = {"assault": "#2463b0", "disrupt": "#6b0a45", "entrench": "#6a7076", "position": "#c24e00"}
MARKERS = {"assault": "o", "disrupt": "D", "entrench": "s", "position": "^"}  # matplotlib's names
SYMBOLS = {"assault": "circle", "disrupt": "diamond", "entrench": "square", "position": "triangle-up"}  # plotly's
WATCH = "#b7791f"
WARNING, FINE = "#c53030", "#276749"
INK, MUTED = "#1a202c", "#4a5568"


def label_colour(data_label: str) -> str:
    """Return the colour in which a data label is written: a warning for all that is not real."""
    return FINE if data_label == "real" else WARNING
