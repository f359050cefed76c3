"""A query in CQL, the language of OPS: compiled, cut into parts, evaluated by the simulated office."""
