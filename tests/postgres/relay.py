"""A relay between libpq and a server that disturbs the traffic at a given message of the protocol.

Messages are counted in each direction over all connections, from `arm()` on; unencrypted connections only. At the
message it is armed for, the relay does one of FAULTS; `heal()` ends what lasts.
"""
import contextlib
import socket
import struct
import threading
import time

TO_SERVER, TO_CLIENT = "to server", "to client"
#: What happens at the message.
FAULTS = (
    "drop",    # the connection stalls: nothing is read or written any more
    "reset",   # both ends get a RST instead of the message
    "cut",     # half of the message, then a RST
    "close",   # the message, then the end of both streams
    "refuse",  # resets every connection, and refuses new ones for a while
    "stall",   # every connection stalls; new ones are accepted and get no answer
    "late",    # the message and all later ones are delayed, within the client's timeout
)
REFUSED_S = 0.4
LATE_S = 0.15


class Link:
    """One connection through the relay."""

    def __init__(self, relay, client):
        self.relay = relay
        self.client = client
        self.server = None
        self.is_silent = threading.Event()
        self.is_over = threading.Event()

    def end(self, reset):
        self.is_over.set()
        for end in (self.client, self.server):
            if end is None:
                continue
            with contextlib.suppress(OSError):
                if reset:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    end.shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(OSError):  # wakes a thread that reads
                if not reset:
                    end.close()
                else:
                    end.shutdown(socket.SHUT_RD)
                    end.close()

    def pump(self, source, target, direction):
        """Forwards whole messages, so that a fault falls between two of them or into one."""
        held = b""
        is_started = direction == TO_CLIENT  # the first message of a client has no type
        try:
            while not self.is_over.is_set():
                got = source.recv(65536)
                if not got:
                    break
                held += got
                while True:
                    head = 1 if is_started else 0
                    if len(held) < head + 4:
                        break
                    length = head + struct.unpack("!I", held[head:head + 4])[0]
                    if len(held) < length:
                        break
                    message, held = held[:length], held[length:]
                    is_started = True
                    if not self.relay.passes(self, target, message, direction):
                        return
        except OSError:
            pass
        if not self.is_silent.is_set():
            self.end(reset=False)


class Relay:
    """Listens on a port of its own until `close()`."""

    def __init__(self, port):
        self.server_port = port
        self.lock = threading.Lock()
        self.links = []
        self.counts = {TO_SERVER: 0, TO_CLIENT: 0}
        self.armed = None
        self.has_fired = False
        self.is_stalled = threading.Event()
        self.is_closed = False
        self.delay_s = 0
        self.listener = None
        self.port = 0
        self.listen()

    def listen(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self.listener = listener
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            link = Link(self, client)
            with self.lock:
                self.links = [old for old in self.links if not old.is_over.is_set()] + [link]
            threading.Thread(target=self.connect, args=(link,), daemon=True).start()

    def connect(self, link):
        if self.is_stalled.is_set():
            link.is_silent.set()
            return
        try:
            link.server = socket.create_connection(("127.0.0.1", self.server_port), 10)
            link.server.settimeout(None)
            for end in (link.client, link.server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            link.end(reset=True)
            return
        threading.Thread(target=link.pump, args=(link.server, link.client, TO_CLIENT), daemon=True).start()
        link.pump(link.client, link.server, TO_SERVER)

    def passes(self, link, target, message, direction):
        """Forwards a message, or applies the fault. False: nothing more is forwarded in this direction."""
        with self.lock:
            self.counts[direction] += 1
            is_due = self.armed is not None and self.armed[:2] == (direction, self.counts[direction])
            fault = self.armed[2] if is_due else None
            self.has_fired = self.has_fired or is_due
        if is_due:
            return self.disturb(link, target, message, fault)
        if self.delay_s:
            time.sleep(self.delay_s)
        if link.is_silent.is_set() or self.is_stalled.is_set():
            link.is_silent.set()
            return False
        target.sendall(message)
        return True

    def disturb(self, link, target, message, fault):
        if fault == "late":
            time.sleep(LATE_S)
            target.sendall(message)
            return True
        if fault == "drop":
            link.is_silent.set()
        elif fault == "stall":
            link.is_silent.set()
            self.is_stalled.set()
        elif fault == "reset":
            link.end(reset=True)
        elif fault == "cut":
            target.sendall(message[:len(message) // 2])
            link.end(reset=True)
        elif fault == "close":
            target.sendall(message)
            link.end(reset=False)
        elif fault == "refuse":
            self.refuse(REFUSED_S)
        return False

    def refuse(self, seconds):
        """Ends every connection and refuses new ones for so long; at once when it is called again meanwhile."""
        with self.lock:
            listener, self.listener = self.listener, None
            links, self.links = self.links, []
        if listener is None:
            return
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for link in links:
            link.end(reset=True)
        timer = threading.Timer(seconds, self.listen)
        timer.daemon = True
        timer.start()

    def arm(self, direction, number, fault):
        with self.lock:
            self.counts = {TO_SERVER: 0, TO_CLIENT: 0}
            self.has_fired = False
            self.armed = (direction, number, fault)

    def count(self):
        """Only counts from now on."""
        self.arm(None, 0, None)

    def heal(self):
        """Ends stalled connections, and waits until the relay listens again."""
        self.is_stalled.clear()
        with self.lock:
            self.armed = None
            silent = [link for link in self.links if link.is_silent.is_set()]
        for link in silent:
            link.end(reset=True)
        while self.listener is None:
            time.sleep(0.02)

    def close(self):
        self.heal()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for link in list(self.links):
            link.end(reset=True)
