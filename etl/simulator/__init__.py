"""A simulated patent office with both front doors, for the demo, tests and benchmarks. Everything it serves is synthetic."""
