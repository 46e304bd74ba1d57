"""Many problems: read, answered by workers, written in order, and what came of them all.

    sources -> lines -> jobs -> supervisor -> [ worker: problems -> answering -> writing ] -> run -> journal or page

run.py         one run over files of problems
sources.py     files and pipes -> lines
jobs.py        lines -> jobs, not yet read
supervisor.py  the loop that leads workers and loses nothing to them; these know nothing of mathematics:
  queue.py       what is to be handed out, and what may not begin yet
  crew.py        who gets a job, who is blamed, who replaces whom
  worker.py      a process that answers jobs, and our end of its pipe
  limits.py      what a process is held to: its parent's life, its own files, its memory
cluster.py     the same on the machines of a Dask cluster
results.py     a job -> its result: the work of a worker
problems.py    a job -> an entry, also for one that cannot be read
answering.py   one problem answered within its time
writing.py     a result as a line of JSON or of answers, a row (tables.py), a section
journal.py     results that outlive any kill; records.py: one of them as a line of bytes
summary.py     what came of a run, counted; repeats.py: ids that stand on several lines
faults.py      what mathcli's own mistakes raise
"""
