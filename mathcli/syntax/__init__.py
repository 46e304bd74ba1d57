"""Text <-> tree. Knows neither SymPy nor FLINT, and starts in milliseconds."""
