"""The engine for a cluster: Spark, in its classic form, driven by PySpark."""
