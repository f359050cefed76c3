"""Citation networks of a technology: graph, trajectory, dependence, convergence and holders.

Source: docs/methods.md, Network.
"""
