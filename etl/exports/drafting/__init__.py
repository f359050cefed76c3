"""Drafting a vendor table from a file of no known kind."""
