"""The colours of the four strategies, the same in every chart."""

COLOURS = {"assault": "#2b6cb0", "disrupt": "#b83280", "entrench": "#718096", "position": "#c05621"}
