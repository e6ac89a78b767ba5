"""Inside the sandbox: puts back what an archive of another sandbox holds (see pack.py)."""

import contextlib
import os
import tarfile


def unpack(archive, folder):
    """
    Unpack an archive into the folder of a sandbox that runs nothing yet.

    Whatever the archive says, it is written with the rights of this sandbox, which could write it by itself.
    """
    folders = []
    with tarfile.open(archive, "r|gz") as tar:
        # Everything as it was: a link that leads nowhere, or out of its folder, may be meant to.
        tar.extraction_filter = lambda member, _: member
        while (member := tar.next()) is not None:
            tar.members.clear()
            if member.isdir():
                # Its own mode may be one that lets nothing be written into it.
                path = os.path.join(folder, member.name)
                os.makedirs(path, mode=0o700, exist_ok=True)
                folders.append((path, member.mode, member.mtime))
            else:
                tar.extract(member, folder)
    for path, mode, mtime in reversed(folders):
        with contextlib.suppress(OSError):
            os.utime(path, (mtime, mtime))
            os.chmod(path, mode)
