"""PATSTAT tables (``tls201``, ``tls211`` …): a folder or archive of them is one import, joined in bounded memory."""
