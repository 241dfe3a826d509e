"""A server between the library and the S3 server of the tests, which passes requests on and makes faults in some."""
import http.client
import re
import socket
import socketserver
import struct
import threading
import time


def error_answer(status, code):
    body = f"<Error><Code>{code}</Code><Message>made by the test</Message></Error>".encode()
    return (f"HTTP/1.1 {status} Fault\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


class Fault:
    """What happens to the next `times` requests whose line matches the pattern ("PUT /bucket/key HTTP/1.1"); -1: to all.

    kind: an answer in bytes, sent instead of passing the request on; "reset": the connection is reset before that;
    "lost": it is passed on and the connection is reset instead of the answer; "half": half of the answer is sent;
    "etag": the answer's ETag is another one; "flip": one bit of the answer's body is wrong; "stall": no answer; "twice": the
    request is passed on twice; "again": the answer is sent twice; "late": it is sent after half a second, behind those of later
    requests.
    """

    def __init__(self, pattern, kind, times=1, after=0):
        self.pattern = re.compile(pattern)
        self.kind = kind
        self.left = times
        self.after = after  # matching requests to let pass first
        self.seen = 0


class Proxy:
    def __init__(self, server):
        self.target = server.partition("://")[2]
        self.faults = []
        self.lines = []
        self.lock = threading.Lock()
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while proxy.handle_request(self):
                    pass

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def choose(self, line):
        with self.lock:
            self.lines.append(line)
            for fault in self.faults:
                if fault.left != 0 and fault.pattern.search(line):
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    fault.left -= 1
                    fault.seen += 1
                    return fault.kind
        return None

    def send_on(self, line, headers, body):
        """The server's answer: head as it came, and body."""
        method, path, _ = line.split(" ")
        connection = http.client.HTTPConnection(self.target, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        content = answer.read()
        fields = [(name, value) for name, value in answer.getheaders()
                  if name.lower() not in ("transfer-encoding", "connection")]
        if not any(name.lower() == "content-length" for name, _ in fields) and answer.status != 204:
            fields.append(("Content-Length", str(len(content))))
        connection.close()
        return answer.status, fields, content

    @staticmethod
    def reset(handler):
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        return False

    def handle_request(self, handler):
        """Returns whether the connection goes on."""
        try:
            line = handler.rfile.readline().decode().strip()
            if not line:
                return False
            headers = []
            while (header := handler.rfile.readline().decode("latin-1").rstrip("\r\n")):
                name, _, value = header.partition(":")
                headers.append((name, value.strip()))
            length = int(next((value for name, value in headers if name.lower() == "content-length"), 0))
            return self.answer(handler, line, headers, handler.rfile.read(length))
        except (ConnectionError, ValueError, OSError):
            return False

    def answer(self, handler, line, headers, body):
        kind = self.choose(line)
        if isinstance(kind, bytes):
            handler.wfile.write(kind)
            return True
        if kind == "reset":
            return self.reset(handler)
        if kind == "stall":
            time.sleep(2)
            return self.reset(handler)
        if kind == "twice":
            self.send_on(line, headers, body)
        status, fields, content = self.send_on(line, headers, body)
        if kind == "lost":
            return self.reset(handler)
        if kind == "late":
            time.sleep(0.5)
        if kind == "etag":
            fields = [(name, '"' + "0" * 32 + '"' if name.lower() == "etag" else value) for name, value in fields]
        if kind == "flip":
            content = content[:-1] + bytes([content[-1] ^ 1])
        head = f"HTTP/1.1 {status} Answer\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
        whole = head.encode("latin-1") + (b"" if line.startswith("HEAD") else content)
        if kind == "half":
            handler.wfile.write(whole[:len(head) + len(content) // 2])
            return self.reset(handler)
        handler.wfile.write(whole * (2 if kind == "again" else 1))
        return True
