"""A name server that knows one answer, as Docker's does for the containers of a service."""

import socket
import struct
import threading
from contextlib import contextmanager

HEADER = 12
TYPE_A = 1


def answer(question, addresses):
    """The reply to one DNS question: these addresses for A, nothing for any other type."""
    end_of_name = question.index(b"\0", HEADER) + 1
    [kind] = struct.unpack("!H", question[end_of_name : end_of_name + 2])
    found = addresses if kind == TYPE_A else ()
    # The question's id; a reply, authoritative; one question, so many answers.
    header = question[:2] + struct.pack("!HHHHH", 0x8580, 1, len(found), 0, 0)
    records = b"".join(
        struct.pack("!HHHIH", 0xC00C, TYPE_A, 1, 1, 4) + socket.inet_aton(address) for address in found
    )
    return header + question[HEADER : end_of_name + 4] + records


@contextmanager
def name_server(addresses):
    """The port on 127.0.0.1 where it answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

        def serve():
            while True:
                question, asker = listening.recvfrom(512)
                if not question:
                    return
                listening.sendto(answer(question, addresses), asker)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", listening.getsockname())
            thread.join()
