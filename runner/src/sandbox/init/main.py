"""Inside the sandbox, as its first program: prepares it, gives up all rights, and becomes the program.

    python -I -S FOLDER init CONFIG_FD STATUS_FD PROXY_FD        (PROXY_FD is -1 without an egress proxy)

Reads its configuration from CONFIG_FD, sends the egress proxy the sockets to listen on, tells the shim on
STATUS_FD that the program begins (or why it does not), and executes it. Started for every run, so it
imports little.
"""

import contextlib
import json
import os
import socket

from .network import hand_over, open_sockets, own_every_address
from .privileges import become_mapped, give_up_privileges, set_limits
from .seccomp import filter_program, forbid_system_calls


def main(config_fd, status_fd, proxy_fd):
    """Prepare, and become the program."""
    with os.fdopen(int(config_fd), "rb") as file:
        config = json.load(file)
    status = socket.socket(fileno=int(status_fd))
    try:
        system_calls = filter_program(os.uname().machine)
        if int(proxy_fd) >= 0:
            with socket.socket(fileno=int(proxy_fd)) as proxy:
                for family in config["own_families"]:
                    own_every_address(family)
                hand_over(proxy, open_sockets(config["listen"]))
        set_limits(config["limits"])
        os.umask(0o022)
        if config["mapped"] is not None:
            become_mapped(*config["mapped"])
        give_up_privileges(config["uid"])
        forbid_system_calls(system_calls)
        os.chdir(config["cwd"])
        status.send(b"ready")
        status.set_inheritable(False)
        os.execvpe(config["argv"][0], config["argv"], config["env"])
    except BaseException as error:
        with contextlib.suppress(OSError):  # the shim may have heard "ready" and closed its end
            status.send(f"cannot start {config['argv'][0]}: {error}".encode()[:4000])
        os.write(2, f"cannot start {config['argv'][0]}: {error}\n".encode())
        os._exit(127)
