"""Figures for an assistant: read-only tools over the views of the published snapshot (Model Context Protocol)."""
