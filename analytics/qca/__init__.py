"""Qualitative comparative analysis: crisp, fuzzy and multi-value (docs/methods.md, Provinces).

Pure functions over numpy arrays. Figures equal those of R's QCA 3.23 and SetMethods 4.1; `docs/qca.md` maps every
call of those packages to ours and states the rules for edge cases.
"""
