"""Inside the sandbox: sends what was written in it, as a gzipped tar.

Folders, files, links and pipes go in, with their modes and times; sockets and devices do not. Everything is
opened below the descriptor of its folder and no link is followed: what is replaced meanwhile leads nowhere.
Sparse files are written as GNU tar and Python write and read them (PAX, 1.0): holes take no room.
"""

import contextlib
import errno
import os
import stat
import struct
import tarfile
import zlib

from .freeze import frozen
from .protocol import Refused, answer, reason

GZIP_LEVEL = 1
# Of the tar: with more, Python copies more than it writes.
BUFFER_BYTES = 64 * 1024
# As deep as the shim lets folders lie in one another (shim/disk.py).
DEPTH_MAX = 200
# What a sparse file has after as many parts is taken as one, holes included.
PARTS_MAX = 10_000
# A larger entry needs another header for its size, which readers would take for the size with holes.
SPARSE_DATA_MAX = 8 * 1024**3


def pack(connection, request):
    """Send the archive of a folder in pieces, each preceded by its length; an empty one; what was in it."""
    answer(connection, {"packing": True})
    sink = Sink(connection)
    try:
        buffers = {"bufsize": BUFFER_BYTES, "copybufsize": BUFFER_BYTES}
        with frozen(), tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT, **buffers) as tar:
            archive = Archive(tar, request["skip"])
            archive.add(request["folder"])
        sink.close()
        done = {"occupied_bytes": archive.occupied}
    except Refused as refusal:
        done = {"refused": {"kind": refusal.kind, "message": str(refusal)}}
    except OSError as error:
        done = {"refused": {"kind": "invalid", "message": f"The files cannot be read: {reason(error)}"}}
    connection.sendall(struct.pack(">I", 0))
    answer(connection, done)


class Sink:
    """Takes the archive, and sends it compressed."""

    def __init__(self, connection):
        self._connection = connection
        self._compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def write(self, data):
        self._send(self._compressor.compress(data))

    def close(self):
        self._send(self._compressor.flush())

    def _send(self, data):
        if data:
            self._connection.sendall(struct.pack(">I", len(data)) + data)


class Archive:
    """The tar of a folder. `occupied` is how many bytes its files have, without holes."""

    def __init__(self, tar, skip):
        self._tar = tar
        self._skip = set(skip)
        self._links = {}
        self.occupied = 0

    def add(self, folder):
        """Add all that is in a folder, by its paths from there."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._add_all(fd, "", 0)
        finally:
            os.close(fd)

    def _add_all(self, fd, folder, depth):
        """Add what is in an open folder."""
        with os.scandir(fd) as entries:
            names = [entry.name for entry in entries]
        for name in names:
            path = f"{folder}/{name}" if folder else name
            if path in self._skip:
                continue
            try:
                self._add(fd, name, path, depth)
            except FileNotFoundError:  # gone since it was listed
                continue
            except OSError as error:
                raise Refused("invalid", f"{path!a} cannot be read: {reason(error)}") from error

    def _add(self, parent, name, path, depth):
        found = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if found.st_uid != os.geteuid():  # a mount's place, which whoever made the sandbox put there
            return
        member = tarfile.TarInfo(path)
        member.mode = stat.S_IMODE(found.st_mode)
        member.mtime = found.st_mtime
        if stat.S_ISDIR(found.st_mode):
            if depth >= DEPTH_MAX:
                raise Refused("invalid", f"Folders lie more than {DEPTH_MAX} deep in one another")
            member.type = tarfile.DIRTYPE
            with _opened(name, parent, found, os.O_DIRECTORY) as fd:
                self._put(member)
                self._add_all(fd, path, depth + 1)
        elif stat.S_ISLNK(found.st_mode):
            member.type = tarfile.SYMTYPE
            member.linkname = os.readlink(name, dir_fd=parent)
            self._put(member)
        elif stat.S_ISFIFO(found.st_mode):
            member.type = tarfile.FIFOTYPE
            self._put(member)
        elif stat.S_ISREG(found.st_mode):
            with _opened(name, parent, found) as fd:
                self._add_file(fd, member)

    def _add_file(self, fd, member):
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):  # replaced since
            return
        if found.st_nlink > 1:
            first = self._links.setdefault((found.st_dev, found.st_ino), member.name)
            if first != member.name:
                member.type = tarfile.LNKTYPE
                member.linkname = first
                self._put(member)
                return
        parts = _parts(fd, found)
        data = sum(length for _, length in parts)
        head = b""
        if data == found.st_size or data > SPARSE_DATA_MAX:
            parts = [(0, found.st_size)]
        else:
            numbers = [len(parts), *(number for part in parts for number in part)]
            head = "".join(f"{number}\n" for number in numbers).encode()
            head += bytes(-len(head) % tarfile.BLOCKSIZE)
            member.pax_headers = {
                "GNU.sparse.major": "1",
                "GNU.sparse.minor": "0",
                "GNU.sparse.name": member.name,
                "GNU.sparse.realsize": str(found.st_size),
            }
        member.size = len(head) + sum(length for _, length in parts)
        self.occupied += data
        self._put(member, Content(fd, head, parts))

    def _put(self, member, content=None):
        self._tar.addfile(member, content)
        # A list of all that was added would take more memory than a small sandbox has.
        self._tar.members.clear()


class Content:
    """What the entry of a file holds: as much as was announced, even when the file becomes shorter."""

    def __init__(self, fd, head, parts):
        self._fd = fd
        self._head = head
        self._parts = iter(parts)
        self._at, self._left = 0, 0

    def read(self, size):
        pieces = []
        while size > 0:
            data = self._some(size)
            pieces.append(data)
            size -= len(data)
        return b"".join(pieces)

    def _some(self, most):
        if self._head:
            data, self._head = self._head[:most], self._head[most:]
            return data
        while self._left == 0:
            self._at, self._left = next(self._parts)
        wanted = min(most, self._left)
        data = os.pread(self._fd, wanted, self._at) or bytes(wanted)
        self._at += len(data)
        self._left -= len(data)
        return data


def _parts(fd, found):
    """Where a file has data: (offset, length) of each part between its holes."""
    size = found.st_size
    if found.st_blocks * 512 >= size:
        return [(0, size)]
    parts, at = [], 0
    while at < size and len(parts) < PARTS_MAX:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            return parts  # a hole up to the end
        at = min(os.lseek(fd, start, os.SEEK_HOLE), size)
        if start < at:
            parts.append((start, at - start))
    if at < size:
        parts.append((at, size - at))
    return parts


@contextlib.contextmanager
def _opened(name, parent, found, flags=0):
    """Open a file or folder of ours, also one that is closed to ourselves: it is again afterwards."""
    mode = stat.S_IMODE(found.st_mode)
    needed = stat.S_IRUSR | (stat.S_IXUSR if flags & os.O_DIRECTORY else 0)
    flags |= os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    if mode & needed == needed:
        fd = os.open(name, flags, dir_fd=parent)
        try:
            yield fd
        finally:
            os.close(fd)
        return
    # By its descriptor: a link in its place leads nowhere.
    closed = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=parent)
    try:
        os.chmod(f"/proc/self/fd/{closed}", mode | needed)
        try:
            fd = os.open(name, flags, dir_fd=parent)
            try:
                yield fd
            finally:
                os.close(fd)
        finally:
            os.chmod(f"/proc/self/fd/{closed}", mode)
    finally:
        os.close(closed)
