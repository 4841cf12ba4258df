"""How fast is it, next to the same work in bare ``sqlite3``? Run as ``python -m benchmarks``.

What may live here: the workloads, the made-up cases they run on, and for each workload its *floor*:
the same work written by hand with the standard library's ``sqlite3``, on the same schema with the
same pragmas (WAL, ``synchronous=FULL``, foreign keys), committed as often, giving the same answer.
Every workload with an answer asserts that both are equal, so a floor cannot win by doing less.

One JSON line for each result on stdout, a table for people on stderr. Every workload runs in a
process of its own, so that its peak memory is its own. Rounds of ours and of the floor alternate,
and the least time of each counts: whatever else the machine does only ever adds. What waits for the
disk (launching, recording) is slow and fast with it, so there the medians count.

May import everything of ours but Prefect; nothing of ours imports this.
"""
