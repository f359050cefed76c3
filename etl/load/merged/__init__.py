"""The merged tables, rebuilt whole from the source rows: publications, families, memberships, provinces."""
