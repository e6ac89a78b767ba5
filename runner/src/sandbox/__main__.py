"""Outside and inside a sandbox: starts one of the platform's own programs by name.

    python -I -S runner/src/sandbox shim|egress_proxy|init|agent|ship ARGUMENTS

Standard library only.
"""

import sys

_, program, *arguments = sys.argv
if program == "shim":
    from shim.main import main
elif program == "egress_proxy":
    from egress_proxy.main import main
elif program == "init":
    from init.main import main
elif program == "agent":
    from agent.main import main
elif program == "ship":
    from ship.main import main
else:
    sys.exit(f"There is no program {program}")
main(*arguments)
