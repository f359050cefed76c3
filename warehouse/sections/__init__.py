"""The sections of ``stuckneck.toml``, by subject; `warehouse.settings` puts them together."""
