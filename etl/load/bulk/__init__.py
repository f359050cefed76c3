"""Bulk files into the warehouse: streamed in transactions, resumed at the document a cut import had reached."""
