"""Outside the sandbox: work that waits for name servers, in threads, so that the loop serves on meanwhile."""

import os
import queue
import threading

from .loop import READABLE

THREADS_MAX = 16


class Lookups:
    """Functions that are called in a few threads; what they return is handed over in the loop."""

    def __init__(self, loop):
        self._asked, self._answered = queue.SimpleQueue(), queue.SimpleQueue()
        self._threads, self._waiting = 0, 0
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        loop.watch(self._wake_read, READABLE, self._on_answers)

    def call(self, function, done):
        """Call a function that does not raise in a thread, and then `done` with its result in the loop."""
        if self._threads < THREADS_MAX and self._waiting >= self._threads:
            self._threads += 1
            threading.Thread(target=self._serve, daemon=True).start()
        self._waiting += 1
        self._asked.put((function, done))

    def _serve(self):
        while True:
            function, done = self._asked.get()
            self._answered.put((done, function()))
            os.write(self._wake_write, b"x")

    def _on_answers(self, _):
        try:
            os.read(self._wake_read, 4096)
        except BlockingIOError:
            return
        while not self._answered.empty():
            done, result = self._answered.get()
            self._waiting -= 1
            done(result)
