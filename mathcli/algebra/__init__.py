"""What a tree is worth: the doors to FLINT and SymPy."""
