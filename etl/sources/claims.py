"""The claim counter under its former place."""

from etl.normalise.claims import claim_count

__all__ = ["claim_count"]
