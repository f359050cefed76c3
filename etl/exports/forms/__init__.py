"""How files of tables are written: text and its encodings, spreadsheets, archives. Nothing here knows a vendor."""
