"""The neutral query language: parse, compile to each source's language, evaluate locally (docs/query-language.md)."""
