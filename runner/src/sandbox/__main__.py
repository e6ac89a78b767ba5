"""Outside and inside a sandbox: starts one of the platform's own programs by name.

    python -I -S runner/src/sandbox shim|egress_proxy|init|agent ARGUMENTS

Standard library only. This folder is no package of its own, on purpose: environments have its parent on
their path, and a module of theirs that is called `sandbox` must win over ours.
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
else:
    sys.exit(f"There is no program {program}")
main(*arguments)
