"""A warm process: one that has imported the library before its job is known, so that no run waits for that.

It waits for a line on standard input: {"env": {…}, "files": {…}}, variables to set and files to write, their
content as base64 by path. The end of the input ends it.
"""

import base64
import contextlib
import json
import os
import sys

from . import garbage


def wait_for_job() -> None:
    """Import what takes seconds, then wait for the job. Exits when there will be none."""
    # A library that cannot be imported is the run's failure: it will import it again and report it.
    with contextlib.suppress(Exception), garbage.imports():
        from . import evaluate, load, logs  # noqa: F401
    line = sys.stdin.readline()
    if not line:
        os._exit(0)
    given = json.loads(line)
    for path, content in given["files"].items():
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(base64.b64decode(content))
    os.environ.update(given["env"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
