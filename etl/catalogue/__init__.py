"""The catalogue: which technologies and topics are watched, with which query, and its editions (docs/catalogue.md)."""
