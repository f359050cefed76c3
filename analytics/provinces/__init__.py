"""The provincial study: outcome from patents, conditions from the user's table, NCA and fsQCA.

Source: docs/methods.md, Provinces.
"""
