"""Pure functions that bring what sources write into one form: numbers, dates, symbols, names, places, counts."""
