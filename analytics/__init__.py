"""The measuring wing: shares, weights, paradigm dynamics, matrix, bootstrap, network, NCA, QCA (docs/methods.md)."""
