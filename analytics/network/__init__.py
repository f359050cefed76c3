"""Citation networks of a technology: graph, trajectory, dependence, convergence and holders (METHODS §5)."""
