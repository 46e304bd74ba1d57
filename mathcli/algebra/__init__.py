"""What a tree is worth: the doors to FLINT and SymPy."""

import os
import sys

# SymPy would count with FLINT's numbers where it finds a version that it knows, and with Python's elsewhere. Python's
# are no slower for what is asked of it here (SymPy 1.14: 1.9 s either way for sixty derivatives, brought over one
# denominator and factored), and so no answer depends on what else is installed. A choice of the user's stands.
if "sympy" not in sys.modules:
    os.environ.setdefault("SYMPY_GROUND_TYPES", "python")
