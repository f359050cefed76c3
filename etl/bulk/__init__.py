"""Bulk files: DOCDB XML and Google's publications table, streamed into the same records as everything else."""
