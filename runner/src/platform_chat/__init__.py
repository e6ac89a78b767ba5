"""The chat harness of hosted runs, named platform-chat: the library's `null` harness without its processes.

`null` starts a Python process for every rollout, after fetching its packages. This one holds the same
conversation inside the runner, through the same interception endpoint: traces and errors are the same. It is
a package of its own because verifiers turns a harness id into a module's name.
"""

from .harness import PlatformChat, PlatformChatConfig, turn_watcher

__all__ = ["PlatformChat", "PlatformChatConfig", "turn_watcher"]
