"""Publication and application numbers in one form: the one DOCDB uses."""
