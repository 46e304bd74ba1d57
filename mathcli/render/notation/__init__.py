"""How mathematics is written: one line in Unicode or ASCII, two-dimensional, LaTeX.

`one_line` is the ground: what it writes parses back to the same tree. `two_dimensional` adds bars, raised exponents
and tall brackets where one line would not do, and packs what is too wide. `latex` is written for amsmath.
"""
