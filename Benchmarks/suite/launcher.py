"""launcher.py RESULT COMMAND...

Runs one command and writes what it cost to RESULT as JSON. A process of its own because Linux
counts the memory of the process that starts a command into the command's peak: this one is as
small as Python gets, whatever the benchmark holds.
"""
import json
import os
import sys
import time

result, command = sys.argv[1], sys.argv[2:]
start = time.perf_counter()
process = os.posix_spawnp(command[0], command, os.environ)
_, status, used = os.wait4(process, 0)
wall = time.perf_counter() - start
with open(result, "w") as file:
    json.dump({"wall": wall, "user": used.ru_utime, "system": used.ru_stime,
               "memory": used.ru_maxrss / 1024, "written": used.ru_oublock * 512 / 1e6,
               "code": os.waitstatus_to_exitcode(status)}, file)
