"""A simulated patent office with both front doors, for the demo, tests and benchmarks: everything it serves is synthetic."""
