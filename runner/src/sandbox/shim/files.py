"""Outside the sandbox: files of the work dir, and configuration that is in no file at all."""

import json
import os


def write_json(path, value):
    """Write a file that is either complete and on disk, or not there."""
    temporary = f"{path}.tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def read_variables(source):
    """The program's environment variables, from a descriptor or from a file that is deleted afterwards."""
    with open(int(source) if source.isdigit() else source, encoding="utf-8") as file:
        variables = json.load(file)
    if not source.isdigit():
        os.unlink(source)
    return variables


def in_memory(value):
    """A descriptor from which a program we start reads a value as JSON: on no disk and in no argument."""
    fd = os.memfd_create("config", 0)
    data = json.dumps(value).encode()
    while data:
        data = data[os.write(fd, data) :]
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
