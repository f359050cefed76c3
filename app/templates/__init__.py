"""Files that `stuckneck init` writes."""
