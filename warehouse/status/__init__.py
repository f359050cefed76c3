"""What a reader may know while the warehouse is held: two small files that only the writer writes."""
