"""Many problems: read, answered by workers, written in order, and what came of them all.

    sources -> lines -> jobs -> supervisor -> [ worker: problems -> answering -> writing ] -> run -> journal or page

run.py         one run over files of problems
sources.py     files and pipes -> lines
jobs.py        lines -> jobs, not yet read
supervisor.py  workers that may hang, crash or swell; knows nothing of mathematics
cluster.py     the same on the machines of a Dask cluster
results.py     a job -> its result: the work of a worker
problems.py    a job -> an entry, also for one that cannot be read
answering.py   one problem answered within its time
writing.py     a result as a line of JSON or of answers, a row (tables.py), a section
journal.py     results that outlive any kill
summary.py     what came of a run, counted
faults.py      what mathcli's own mistakes raise
"""
