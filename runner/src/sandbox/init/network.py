"""Inside the sandbox: its network, which has nothing but sockets that the egress proxy outside listens on."""

import array
import socket
import struct


def own_every_address(family):
    """Make every address of the family local: a connection to any of them arrives at a socket of ours."""
    loopback = socket.if_nametoindex("lo")
    # type local, scope host, table local
    route = struct.pack("BBBBBBBBI", family, 0, 0, 0, 255, 3, 254, 2, 0)
    route += struct.pack("HHI", 8, 4, loopback)
    request = struct.pack("IHHII", 16 + len(route), 24, 0x605, 1, 0) + route
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.send(request)
        error = struct.unpack_from("i", netlink.recv(4096), 16)[0]
    if error:
        raise OSError(-error, "cannot add a route")


def open_sockets(listen):
    """Listening sockets, in the order of the configuration."""
    opened = []
    for one in listen:
        family = socket.AF_INET6 if ":" in one["host"] else socket.AF_INET
        kind = socket.SOCK_DGRAM if one["kind"] == "dns" else socket.SOCK_STREAM
        sock = socket.socket(family, kind)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((one["host"], one["port"]))
        if kind == socket.SOCK_STREAM:
            sock.listen(1024)
        opened.append(sock)
    return opened


def hand_over(proxy, opened):
    """Send the egress proxy the sockets, each with its number in the configuration, which it has too."""
    for number, sock in enumerate(opened):
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [sock.fileno()]))
        proxy.sendmsg([str(number).encode()], [rights])
        sock.close()
