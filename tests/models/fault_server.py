"""A server of language models that can fail in every way: chat completions and messages, as they are published. Prints its
port on standard output, and ends with its standard input.

Usage: fault_server.py FOLDER

What it does is asked by the path before /chat/completions, or before /v1/messages:
  /ok                     an answer in pieces, with usage; the text is TEXT, or JSON when a schema was sent
  /document               the same as one document, whatever was asked for
  /echo                   the answer is the request: path, headers and body as JSON
  /status/N               status N with the body of FOLDER/error, or an empty one
  /flaky/NAME/N/S/H=V...  status S the first N times, with headers, then as /ok
  /reject/WORD/...        status 400 that names WORD when the body holds it
  /file/NAME/SIZE/END     the bytes of FOLDER/NAME as a stream, SIZE at once; END: close, cut (reset) or hang
  /typed/NAME/A/B         the bytes of FOLDER/NAME with the content type A/B
  /broken/NAME/N          a stream that is cut the first N times, then as /ok
  /headers/MS             waits before the headers
  /body/MS                waits before each piece
  /huge/KIND              a GB: line, events, document or error
  /busy/NAME/N            429 when more than N requests are there at the same time
  /limits/NAME/N/MS       headers that allow N requests in MS milliseconds, and 429 for what is above
  /drop/NAME/N            closes the connection without an answer the first N times
and GET /hits/NAME: how often it was asked and the most at the same time.
"""
import collections
import http.server
import json
import pathlib
import socket
import struct
import sys
import threading
import time

FOLDER = pathlib.Path(".")
LOCK = threading.Lock()
HITS = collections.Counter()
RUNNING = collections.Counter()
MOST = collections.Counter()
WINDOWS = {}
TEXT = "Grüße, 世界 🐝: keeps bees."
FINDINGS = {"findings": [{"text": "keeps bees"}]}


def instance(schema):
    """The least that a schema allows."""
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: instance(schema["properties"][name]) for name in schema.get("required", ())}
    return {"array": [], "integer": 0, "number": 0, "boolean": False, "null": None}.get(kind, "")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fault"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        name = self.path.rsplit("/", 1)[-1]
        with LOCK:
            self.send_whole(200, f"{HITS[name]} {MOST[name]}".encode())

    def do_POST(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked = json.loads(self.body)
        path = self.path.split("?")[0]
        self.is_messages = path.endswith("/v1/messages")
        action, *words = path.removesuffix("/chat/completions").removesuffix("/v1/messages").strip("/").split("/")
        try:
            getattr(self, "on_" + action)(*words)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    # -- parts of answers

    def hit(self, name):
        with LOCK:
            HITS[name] += 1
            return HITS[name]

    def send_whole(self, status, body, content_type="application/json", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def start_stream(self, headers=()):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True

    def piece(self, data):
        self.wfile.write(data)
        self.wfile.flush()

    def cut(self):
        """Resets the connection, so that the client sees no orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.connection.close()

    def is_form(self):
        return bool(self.asked.get("tools"))

    def answer(self):
        if self.is_form():
            schema = self.asked["tools"][0]["input_schema"]
        elif "response_format" in self.asked:
            schema = self.asked["response_format"].get("json_schema", {}).get("schema", {})
        else:
            return TEXT
        return json.dumps(instance(schema) if "properties" in schema else FINDINGS)

    def events(self, text):
        parts = [text[i:i + 5] for i in range(0, len(text), 5)]
        if not self.is_messages:
            chunk = lambda delta, reason=None: {"object": "chat.completion.chunk",
                                                "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
            yield "", json.dumps(chunk({"role": "assistant", "content": ""}))
            for part in parts:
                yield "", json.dumps(chunk({"content": part}), ensure_ascii=False)
            yield "", json.dumps(chunk({}, "stop"))
            if self.asked.get("stream_options", {}).get("include_usage"):
                yield "", json.dumps({"choices": [], "usage": {
                    "prompt_tokens": 1000, "completion_tokens": 50, "prompt_tokens_details": {"cached_tokens": 400},
                    "completion_tokens_details": {"reasoning_tokens": 20}}})
            yield "", "[DONE]"
            return
        yield "message_start", json.dumps({"type": "message_start", "message": {
            "type": "message", "content": [], "stop_reason": None, "usage": {
                "input_tokens": 500, "cache_read_input_tokens": 400, "cache_creation_input_tokens": 100,
                "output_tokens": 1}}})
        block = {"type": "tool_use", "name": "answer", "input": {}} if self.is_form() else {"type": "text", "text": ""}
        yield "content_block_start", json.dumps({"type": "content_block_start", "index": 0, "content_block": block})
        yield "ping", json.dumps({"type": "ping"})
        for part in parts:
            delta = ({"type": "input_json_delta", "partial_json": part} if self.is_form()
                     else {"type": "text_delta", "text": part})
            yield "content_block_delta", json.dumps({"type": "content_block_delta", "index": 0, "delta": delta})
        yield "content_block_stop", json.dumps({"type": "content_block_stop", "index": 0})
        reason = "tool_use" if self.is_form() else "end_turn"
        yield "message_delta", json.dumps({"type": "message_delta", "delta": {"stop_reason": reason},
                                           "usage": {"output_tokens": 50}})
        yield "message_stop", json.dumps({"type": "message_stop"})

    def stream(self, text, headers=(), before=None):
        if not self.asked.get("stream"):
            self.send_whole(200, self.document(text), headers=headers)
            return
        self.start_stream(headers)
        for name, data in self.events(text):
            if before is not None:
                before()
            self.piece((f"event: {name}\n" if name else "").encode() + f"data: {data}\n\n".encode())

    def document(self, text):
        if self.is_messages:
            content = ([{"type": "tool_use", "name": "answer", "input": json.loads(text)}] if self.is_form()
                       else [{"type": "text", "text": text}])
            return json.dumps({"type": "message", "content": content, "stop_reason": "end_turn",
                               "usage": {"input_tokens": 7, "output_tokens": 5}}).encode()
        return json.dumps({"object": "chat.completion", "usage": {"prompt_tokens": 7, "completion_tokens": 5},
                           "choices": [{"index": 0, "message": {"role": "assistant", "content": text},
                                        "finish_reason": "stop"}]}).encode()

    # -- actions

    def on_ok(self):
        self.stream(self.answer())

    def on_document(self):
        self.send_whole(200, self.document(self.answer()))

    def on_echo(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.send_whole(200, self.document(json.dumps({"path": self.path, "headers": headers, "body": self.asked})))

    def on_status(self, number):
        error = FOLDER / "error"
        self.send_whole(int(number), error.read_bytes() if error.exists() else b"")

    def on_flaky(self, name, times, status, *headers):
        if self.hit(name) <= int(times):
            self.send_whole(int(status), b'{"error": {"message": "not now"}}',
                            headers=[header.split("=", 1) for header in headers])
        else:
            self.on_ok()

    def on_reject(self, *words):
        for word in words:
            if f'"{word}"' in self.body.decode():
                self.send_whole(400, json.dumps({"error": {"message": f"'{word}' is not supported here",
                                                           "type": "invalid_request_error", "param": word}}).encode())
                return
        self.on_ok()

    def on_file(self, name, size, end):
        data = (FOLDER / name).read_bytes()
        self.hit(name)
        self.start_stream()
        for at in range(0, len(data), int(size)):
            self.piece(data[at:at + int(size)])
        if end == "cut":
            self.cut()
        elif end == "hang":
            time.sleep(60)

    def on_typed(self, name, *content_type):
        self.hit(name)
        self.send_whole(200, (FOLDER / name).read_bytes(), "/".join(content_type))

    def on_broken(self, name, times):
        if self.hit(name) > int(times):
            self.on_ok()
            return
        self.start_stream()
        for number, (kind, data) in enumerate(self.events(TEXT)):
            if number == 3:
                break
            self.piece((f"event: {kind}\n" if kind else "").encode() + f"data: {data}\n\n".encode())
        self.cut()

    def on_headers(self, milliseconds):
        time.sleep(int(milliseconds) / 1000)
        self.on_ok()

    def on_body(self, milliseconds):
        self.stream(self.answer(), before=lambda: time.sleep(int(milliseconds) / 1000))

    def on_huge(self, kind):
        block = {"line": b"x" * 65536, "document": b" " * 65536, "error": b"x" * 65536,
                 "events": b'data: {"choices":[{"index":0,"delta":{"content":"' + b"y" * 1000 + b'"}}]}\n\n'}[kind]
        self.send_response(500 if kind == "error" else 200)
        self.send_header("Content-Type", "application/json" if kind in ("document", "error") else "text/event-stream")
        self.send_header("Content-Length", str(1 << 30))
        self.end_headers()
        self.close_connection = True
        self.hit("huge")
        self.wfile.write({"line": b"data: ", "document": b"{"}.get(kind, b""))
        for _ in range((1 << 30) // len(block)):
            self.wfile.write(block)

    def on_busy(self, name, most):
        with LOCK:
            HITS[name] += 1
            RUNNING[name] += 1
            MOST[name] = max(MOST[name], RUNNING[name])
            is_over = RUNNING[name] > int(most)
        try:
            if is_over:
                self.send_whole(429, b'{"error": {"message": "Rate limit reached", "type": "requests"}}',
                                headers=[("retry-after-ms", "20")])
            else:
                time.sleep(0.02)
                self.on_ok()
        finally:
            with LOCK:
                RUNNING[name] -= 1

    def on_limits(self, name, most, milliseconds):
        now = time.monotonic()
        with LOCK:
            start, used = WINDOWS.get(name, (now, 0))
            if now - start >= int(milliseconds) / 1000:
                start, used = now, 0
            WINDOWS[name] = start, used + 1
            HITS[name] += 1
            MOST[name] += used >= int(most)
        left = max(0, int(start * 1000 + int(milliseconds) - now * 1000)) + 1
        headers = [("x-ratelimit-limit-requests", most), ("x-ratelimit-reset-requests", f"{left}ms"),
                   ("x-ratelimit-remaining-requests", str(max(0, int(most) - used - 1)))]
        if used >= int(most):
            self.send_whole(429, b"{}", headers=[*headers, ("retry-after-ms", str(left))])
        else:
            self.stream(self.answer(), headers)

    def on_drop(self, name, times):
        if self.hit(name) <= int(times):
            self.cut()
        else:
            self.on_ok()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # many tests close the connection early


def start(folder):
    """Serves in a thread; returns the server, whose shutdown() ends it."""
    global FOLDER
    FOLDER = pathlib.Path(folder)
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main():
    print(start(sys.argv[1]).server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
