"""SQL written by users: one SELECT on a snapshot, in a process of its own."""
