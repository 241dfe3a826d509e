"""An HTTP server for tests: prints its port on standard output, and ends with its standard input.

Usage: net_peer.py FOLDER [CERTIFICATE KEY]    with a certificate it speaks TLS

What it does is asked by the path:
  /echo            method, path, headers and body as JSON
  /status/N        answers N
  /flaky/NAME/N/S  answers S the first N times, then 200; the query's after=, after_ms=, should= become headers
  /hits/NAME       how often NAME was asked, and over how many connections
  /drop/NAME/N     closes the connection without an answer the first N times, then 200
  /partial         promises more than it sends
  /slow/MS         answers after so many milliseconds
  /endless         sends until nobody listens, without a length
  /headers/N       answers with N long headers
  /interim         a 103 with headers, then 200 with others
  /file/NAME       the file of that name in FOLDER; 500 when there is none
"""
import collections
import http.server
import json
import pathlib
import ssl
import sys
import threading
import time
import urllib.parse

FOLDER = pathlib.Path(sys.argv[1])
LOCK = threading.Lock()
HITS = collections.Counter()
CONNECTIONS = collections.defaultdict(set)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "peer"

    def log_message(self, *arguments):
        pass

    def hit(self, name):
        with LOCK:
            HITS[name] += 1
            CONNECTIONS[name].add(self.client_address)
            return HITS[name]

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def drop(self):
        self.close_connection = True
        self.connection.close()

    def do_any(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        action, *words = url.path.strip("/").split("/")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            getattr(self, "on_" + action)(words, query, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_any

    def on_echo(self, words, query, body):
        said = {"method": self.command, "path": self.path, "body": body.decode("latin-1"),
                "headers": {name.lower(): value for name, value in self.headers.items()}}
        self.answer(200, json.dumps(said).encode(), X_One="  first ", X_Two="")

    def on_status(self, words, query, body):
        self.answer(int(words[0]), b"the body of a failure", Location="http://127.0.0.1:1/elsewhere")

    def on_flaky(self, words, query, body):
        headers = {name: query[key] for name, key in
                   (("Retry_After", "after"), ("retry_after_ms", "after_ms"), ("X_Should_Retry", "should"))
                   if key in query}
        if self.hit(words[0]) <= int(words[1]):
            self.answer(int(words[2]), b"not yet", **headers)
        else:
            self.answer(200, b"done " + body)

    def on_hits(self, words, query, body):
        with LOCK:
            self.answer(200, f"{HITS[words[0]]} {len(CONNECTIONS[words[0]])}".encode())

    def on_drop(self, words, query, body):
        if self.hit(words[0]) <= int(words[1]):
            self.drop()
        else:
            self.answer(200, b"done " + body)

    def on_partial(self, words, query, body):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 10)
        self.wfile.flush()
        self.drop()

    def on_slow(self, words, query, body):
        time.sleep(int(words[0]) / 1000)
        self.answer(200, b"late")

    def on_endless(self, words, query, body):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(b"x" * 65536)

    def on_headers(self, words, query, body):
        self.answer(200, b"", **{f"X_{number}": "y" * 1000 for number in range(int(words[0]))})

    def on_interim(self, words, query, body):
        self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nX-One: early\r\nX-Two: early\r\n\r\n")
        self.answer(200, b"done", X_One="late")

    def on_file(self, words, query, body):
        self.hit(words[0])
        try:
            self.answer(200, (FOLDER / words[0]).read_bytes())
        except OSError:
            self.answer(500)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # many tests close the connection early


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
