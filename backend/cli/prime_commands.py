"""The prime CLI, imported once: each line of standard input is a command, run in a process of its own that was forked from here.

The CLI takes seconds to import and a story has some fifty commands. A line is {id, args, env, cwd, input, output}: the variables are
set on top of this process's own, `input` is what the command reads, and what it prints goes to the file `output`. Its answer is a line
{id, code}; before the first of them comes a line with the names of all commands. What runs is the CLI's own command, unchanged.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator

import httpx
from prime_cli.main import app
from typer.main import get_command

# What its entry point makes of the app at each start.
prime = get_command(app)


def command_names(command, name: str = "") -> Iterator[str]:
    """All commands below one, as they are typed after `prime`. A group that does something by itself is a command too."""
    subcommands = getattr(command, "commands", {})
    if name and (not subcommands or command.invoke_without_command):
        yield name
    for part, subcommand in subcommands.items():
        yield from command_names(subcommand, f"{name} {part}".strip())


def run_here(args: list[str]) -> int:
    """The exit code of one command. A traceback is printed, as Python itself would."""
    sys.argv = ["prime", *args]
    try:
        prime()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    # Nobody waits for the children; they wait for theirs.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # The first client reads certificates and imports what all of them use.
    httpx.Client().close()
    answers = os.dup(1)
    os.write(answers, f"{json.dumps(sorted(command_names(prime)))}\n".encode())
    for line in sys.stdin:
        asked = json.loads(line)
        if os.fork() > 0:
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        given, taken = os.pipe()
        os.write(taken, asked["input"].encode())
        os.close(taken)
        os.dup2(given, 0)
        sys.stdin = open(0, encoding="utf-8", closefd=False)
        output = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(output, 1)
        os.dup2(output, 2)
        code = run_here(asked["args"])
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(answers, f"{json.dumps({'id': asked['id'], 'code': code})}\n".encode())
        os._exit(0)


main()
