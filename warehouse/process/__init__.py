"""Signals, and processes that work for this one."""
