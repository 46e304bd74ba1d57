"""Many problems: what a problem file says, one problem answered in its time, and what came of them all.

problems.py    a file of problems -> entries, one for each problem, also for those that cannot be read
answering.py   one problem answered within its time
faults.py      what mathcli's own mistakes raise
results.py     entries -> outcomes -> lines, in order, one line's failure harming only itself

Workers that share a file belong between `results` and `answering`: an entry and an outcome are all that passes there.
"""
