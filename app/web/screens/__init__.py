"""What each page shows: plain functions from a page's request to its tables."""
