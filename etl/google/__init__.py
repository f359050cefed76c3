"""Google's publications table, a row a publication: read alike from files and from BigQuery."""
