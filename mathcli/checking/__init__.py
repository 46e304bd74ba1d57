"""A student's own working: which line is wrong, and which mistake explains it."""
