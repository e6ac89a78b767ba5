"""The chat harness of hosted runs, named platform-chat: the library's `null` harness without its processes.

`null` starts a Python process for every rollout, after fetching its packages. This one holds the same
conversation inside the runner, through the same interception endpoint: traces and errors are the same.
"""

import sys

from .harness import PlatformChat, PlatformChatConfig, turn_watcher

__all__ = ["PlatformChat", "PlatformChatConfig", "turn_watcher"]

# verifiers makes the name of a module of a harness's id, and looks among its own harnesses first. Being known
# there leaves the name platform_chat to environments.
sys.modules["verifiers.v1.harnesses.platform_chat"] = sys.modules[__name__]
