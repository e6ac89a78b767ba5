"""Outside the sandbox: what a program uses of the disk, measured in a time that has a bound."""

import contextlib
import os

EMPTY_FILE_BYTES = 1024
FOLDER_BYTES = 4096
# As many files as a file system of this size would have. It bounds how long a look at them takes, too.
BYTES_PER_FILE = 16 * 1024
FILES_MIN, FILES_MAX = 10_000, 250_000
# Folders in folders, each of which is open while it is looked at.
DEPTH_MAX = 200


class Excess(Exception):
    """There is more than needs to be counted: too many files, or folders deeper than anybody needs."""


class Disk:
    """One program's use of the disk: below its folder, and deleted files that it still has open."""

    def __init__(self, folder, bytes_max):
        self._folder = folder
        self._bytes_max = bytes_max
        self._files_max = min(max(bytes_max // BYTES_PER_FILE, FILES_MIN), FILES_MAX)

    def used(self, pids):
        """Bytes in use, or more than any limit when there are more files than the size has room for."""
        self._bytes, self._files, self._seen = 0, 0, set()
        self._device = os.stat(self._folder).st_dev
        try:
            # By descriptors: a folder that is replaced by a link in the meantime leads nowhere.
            root = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            self._add_folder(root, 0)
            for pid in pids:
                self._add_deleted(pid)
        except Excess:
            return self._bytes_max * 2
        return self._bytes

    def _add_folder(self, fd, depth):
        """Add a folder and all below it; closes its descriptor."""
        try:
            # A folder keeps the room that the names in it once took.
            self._count(max(os.fstat(fd).st_blocks * 512, FOLDER_BYTES))
            with contextlib.suppress(OSError), os.scandir(fd) as entries:
                for entry in entries:
                    self._add_entry(fd, entry, depth)
        finally:
            os.close(fd)

    def _add_entry(self, fd, entry, depth):
        if entry.is_dir(follow_symlinks=False):
            if depth >= DEPTH_MAX:
                raise Excess
            with contextlib.suppress(OSError):
                self._add_folder(_open_folder(entry.name, fd), depth + 1)
        else:
            with contextlib.suppress(OSError):
                self._add_file(entry.stat(follow_symlinks=False))

    def _add_deleted(self, pid):
        """Add what a process has open or mapped that is in no folder any more."""
        for kind in ("fd", "map_files"):
            with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/{kind}") as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        stat = os.stat(entry.path)
                        if stat.st_nlink == 0 and stat.st_dev == self._device:
                            self._add_file(stat)

    def _add_file(self, stat):
        if stat.st_nlink != 1:
            if (stat.st_dev, stat.st_ino) in self._seen:
                return
            self._seen.add((stat.st_dev, stat.st_ino))
        self._count(max(stat.st_blocks * 512, EMPTY_FILE_BYTES))

    def _count(self, size):
        self._bytes += size
        self._files += 1
        if self._files > self._files_max:
            raise Excess


def _open_folder(name, parent):
    """Open a folder, also one that its owner has closed to everybody: hidden files take room, too."""
    flags = os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(name, os.O_RDONLY | flags, dir_fd=parent)
    except PermissionError:
        # We are its owner, where we are not root. By its descriptor: a link in its place leads nowhere.
        closed = os.open(name, os.O_PATH | flags, dir_fd=parent)
        try:
            os.chmod(f"/proc/self/fd/{closed}", 0o700)
        finally:
            os.close(closed)
        return os.open(name, os.O_RDONLY | flags, dir_fd=parent)
