"""A simulated patent office with both front doors, for demo, tests and benchmarks: all it serves is synthetic."""
