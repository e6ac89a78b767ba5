"""What environments ask of sandboxes, in a form that the SDK takes."""

from typing import Any


def ask_for_containers() -> None:
    """Make a request for a sandbox with a start command one for a container, where it does not say.

    The SDK refuses a start command that is a text unless `vm=False` is given, and vf.SandboxEnv of the same
    release does not say it.
    """
    try:
        from prime_sandboxes import CreateSandboxRequest
    except ImportError:  # a verifiers that a package pinned may come without it
        return
    make = CreateSandboxRequest.__init__
    if hasattr(make, "__wrapped__"):
        return

    def make_container(self: Any, **fields: Any) -> None:
        if isinstance(fields.get("start_command"), str) and fields.get("vm") is None:
            fields["vm"] = False
        make(self, **fields)

    make_container.__wrapped__ = make
    CreateSandboxRequest.__init__ = make_container
