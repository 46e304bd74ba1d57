"""Pure functions that answer with derivations."""
