"""What a person, a page and a monitoring system may know of a workspace at any moment, also while a run holds it."""
