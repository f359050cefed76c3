"""Answers of OPS: checked, then read into records."""
