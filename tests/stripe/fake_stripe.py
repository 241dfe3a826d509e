"""A fake of the part of Stripe's API that the library uses, on loopback, following the published behaviour: prints its port on
standard output, and ends with its standard input.

Usage: fake_stripe.py FOLDER

It knows POST of /v1/checkout/sessions, /v1/customers, /v1/billing_portal/sessions and /v1/refunds, with the key
sk_test_fake. Forms are nested by brackets; a parameter that the endpoint does not have, or one that it must have and
is not there, is 400 with Stripe's error body. An Idempotency-Key is kept with its answer, also of a 500: the same form
again gets the same answer and Idempotent-Replayed, another form is 400 idempotency_error, and one that is at work at
this moment 409. https://docs.stripe.com/api/idempotent_requests https://docs.stripe.com/api/errors

FOLDER/next       what happens to the next requests instead, a line each, the first is taken:
                  STATUS [NAME=VALUE ...]  is answered, with should_retry=true|false and retry_after=SECONDS as headers,
                                           body=TEXT instead of an error body, and code=, message= in it
                  DROP                     the connection ends without an answer, before anything was done
                  LOST                     it is done, and the answer gets lost
FOLDER/requests   a line of JSON for each request that came: path, headers that matter, form or query
FOLDER/events     the events of the account, a line of JSON each, in the order in which they were made

GET of /v1/events lists those, the newest first, by limit, created[gte] and the like, type, types (at most 20),
starting_after and ending_before. https://docs.stripe.com/api/events/list https://docs.stripe.com/api/pagination
Here they are kept for ever, since tests have clocks of their own.
"""
import copy
import http.server
import json
import operator
import pathlib
import sys
import threading
import time
import urllib.parse

FOLDER = pathlib.Path(sys.argv[1])
LOCK = threading.Lock()
KEY = "sk_test_fake"
KEPT = {}  # by idempotency key: form, status and body; None while it is at work
NUMBERS = {}

# True: required. "*" matches any name, "0" any number.
METADATA = {"metadata": {"*": False}}
ENDPOINTS = {
    "/v1/checkout/sessions": {
        "mode": True, "success_url": False, "cancel_url": False, "client_reference_id": False, "customer": False,
        "customer_email": False, "customer_creation": False, **METADATA, "payment_intent_data": METADATA,
        "subscription_data": METADATA,
        "line_items": {"0": {"quantity": False, "price": False, "price_data": {
            "currency": True, "unit_amount": False, "product_data": {"name": True}, "recurring": {"interval": True}}}},
    },
    "/v1/customers": {"email": False, "name": False, **METADATA},
    "/v1/billing_portal/sessions": {"customer": True, "return_url": False},
    "/v1/refunds": {"payment_intent": True, "amount": False, "reason": False},
}


class Refused(Exception):
    def __init__(self, status, **error):
        super().__init__(status)
        self.status = status
        self.error = error


def decode(body):
    """A form, nested: "a[b][0]=c" is {"a": {"b": {"0": "c"}}}."""
    form = {}
    for name, value in urllib.parse.parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body)):
        path = name.replace("]", "").split("[")
        at = form
        for part in path[:-1]:
            at = at.setdefault(part, {})
        if path[-1] in at:
            raise Refused(400, type="invalid_request_error", message=f"Twice: {name}", param=name)
        at[path[-1]] = value
    return form


def check(form, known, prefix=""):
    for name, value in form.items():
        whole = f"{prefix}[{name}]" if prefix else name
        rule = known.get(name, known.get("0" if name.isdigit() else "*"))
        if rule is None or isinstance(rule, dict) != isinstance(value, dict):
            raise Refused(400, type="invalid_request_error", code="parameter_unknown", param=whole,
                          message=f"Received unknown parameter: {whole}")
        if isinstance(value, dict):
            check(value, rule, whole)
        elif value == "":
            raise Refused(400, type="invalid_request_error", code="parameter_invalid_empty", param=whole,
                          message=f"You passed an empty string for '{whole}'.")
    for name, rule in known.items():
        if rule is True and name not in form:
            raise Refused(400, type="invalid_request_error", code="parameter_missing", param=name,
                          message=f"Missing required param: {name}.")


def number(prefix):
    NUMBERS[prefix] = NUMBERS.get(prefix, 0) + 1
    return f"{prefix}_test_{NUMBERS[prefix]}"


def make_session(form):
    mode = form["mode"]
    items = form.get("line_items", {})
    for name, rule in (("customer_creation", "payment"), ("payment_intent_data", "payment"),
                       ("subscription_data", "subscription")):
        if name in form and mode != rule:
            raise Refused(400, type="invalid_request_error", param=name,
                          message=f"`{name}` can only be used in `{rule}` mode.")
    if "customer" in form and "customer_email" in form:
        raise Refused(400, type="invalid_request_error", message="You may only specify one of these parameters: "
                      "customer, customer_email.")
    total = 0
    for item in items.values():
        data = item.get("price_data")
        if data is None:
            if not item["price"].startswith("price_"):
                raise Refused(400, type="invalid_request_error", code="resource_missing",
                              param="line_items[0][price]", message=f"No such price: '{item['price']}'")
            total += 1500
            continue
        if (mode == "subscription") != ("recurring" in data):
            raise Refused(400, type="invalid_request_error", message="The price does not fit the mode.")
        total += int(data["unit_amount"]) * int(item["quantity"])
    session = number("cs")
    return {"id": session, "object": "checkout.session", "amount_total": total, "mode": mode, "livemode": False,
            "currency": "usd", "customer": form.get("customer"), "payment_intent": None, "payment_status": "unpaid",
            "status": "open", "expires_at": int(time.time()) + 86400, "metadata": form.get("metadata", {}),
            "url": f"https://checkout.stripe.com/c/pay/{session}#fid"}


def make_customer(form):
    return {"id": number("cus"), "object": "customer", "email": form.get("email"), "livemode": False}


def make_portal(form):
    session = number("bps")
    return {"id": session, "object": "billing_portal.session", "customer": form["customer"], "livemode": False,
            "url": f"https://billing.stripe.com/p/session/{session}"}


def make_refund(form):
    if form["payment_intent"] == "pi_unknown":
        raise Refused(404, type="invalid_request_error", code="resource_missing", param="payment_intent",
                      message="No such payment_intent: 'pi_unknown'")
    return {"id": number("re"), "object": "refund", "amount": int(form.get("amount", 1000)), "currency": "usd",
            "payment_intent": form["payment_intent"], "status": "succeeded"}


MAKERS = {"/v1/checkout/sessions": make_session, "/v1/customers": make_customer,
          "/v1/billing_portal/sessions": make_portal, "/v1/refunds": make_refund}


EVENT_FILTERS = {"limit": False, "created": {"gt": False, "gte": False, "lt": False, "lte": False}, "type": False,
                 "types": {"0": False}, "starting_after": False, "ending_before": False, "delivery_success": False}
COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def position_of(events, name, event_id):
    for index, event in enumerate(events):
        if event["id"] == event_id:
            return index
    raise Refused(400, type="invalid_request_error", code="resource_missing", param=name,
                  message=f"No such event: '{event_id}'")


def list_events(query):
    check(query, copy.deepcopy(EVENT_FILTERS))
    limit = int(query.get("limit", 10))
    types = list(query.get("types", {}).values())
    if not 1 <= limit <= 100 or len(types) > 20:
        raise Refused(400, type="invalid_request_error", param="limit" if len(types) <= 20 else "types",
                      message="This value must be between 1 and 100 (20 types).")
    if "starting_after" in query and "ending_before" in query:
        raise Refused(400, type="invalid_request_error", message="You cannot use both `starting_after` and "
                      "`ending_before`.")
    path = FOLDER / "events"
    made = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    events = sorted(reversed(made), key=lambda event: event["created"], reverse=True)
    backwards = "ending_before" in query
    if backwards:
        events = events[:position_of(events, "ending_before", query["ending_before"])]
    elif "starting_after" in query:
        events = events[position_of(events, "starting_after", query["starting_after"]) + 1:]
    events = [event for event in events
              if all(COMPARE[name](event["created"], int(value)) for name, value in query.get("created", {}).items())
              and (not types or event["type"] in types) and event["type"] == query.get("type", event["type"])]
    page = events[-limit:] if backwards else events[:limit]
    return {"object": "list", "url": "/v1/events", "has_more": len(events) > len(page), "data": page}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body, indent=2).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Request-Id", number("req"))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def drop(self):
        self.close_connection = True
        self.connection.close()

    def take_next(self):
        with LOCK:
            path = FOLDER / "next"
            lines = path.read_text().splitlines() if path.exists() else []
            if not lines:
                return []
            path.write_text("".join(line + "\n" for line in lines[1:]))
            return lines[0].split(" ")

    def note(self, body):
        with LOCK, open(FOLDER / "requests", "a") as log:
            headers = {name: self.headers.get(name) for name in
                       ("Idempotency-Key", "Stripe-Version", "Content-Type", "User-Agent")}
            print(json.dumps({"path": self.path.split("?")[0], "headers": headers, "form": dict(urllib.parse.parse_qsl(body))},
                             sort_keys=True), file=log)

    def instead(self, words):
        """The line of FOLDER/next, used once."""
        options = dict(word.split("=", 1) for word in words[1:])
        headers = {header: options[name] for name, header in
                   (("should_retry", "Stripe_Should_Retry"), ("retry_after", "Retry_After")) if name in options}
        if "body" in options:
            self.answer(int(words[0]), options["body"].encode(), **headers)
            return
        status = int(words[0])
        kinds = {401: "invalid_request_error", 402: "card_error", 409: "idempotency_error", 429: "rate_limit_error"}
        self.answer(status, {"error": {"type": kinds.get(status, "api_error"), "code": options.get("code", "some_code"),
                                       "message": options.get("message", "it_is_so").replace("_", " ")
                                       if "sk_" not in options.get("message", "") else options["message"]}}, **headers)

    def make(self, body):
        try:
            form = decode(body)
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                raise Refused(401, type="invalid_request_error",
                              message=f"Invalid API Key provided: {self.headers.get('Authorization', '')[7:]}")
            if self.path not in ENDPOINTS:
                raise Refused(404, type="invalid_request_error", message=f"Unrecognized request URL ({self.path}).")
            check(form, copy.deepcopy(ENDPOINTS[self.path]))
            with LOCK:
                return 200, MAKERS[self.path](form)
        except Refused as refused:
            return refused.status, {"error": {name: value for name, value in refused.error.items() if value}}

    def perform(self, body):
        """Status, body and whether it was made before; None where the same is at work."""
        key = self.headers.get("Idempotency-Key")
        with LOCK:
            if key in KEPT:
                kept = KEPT[key]
                if kept is None:
                    return 409, {"error": {"type": "idempotency_error", "message": "There is currently another "
                                           "in-progress request using this Idempotent Key"}}, {}
                if kept[0] != (self.path, body):
                    return 400, {"error": {"type": "idempotency_error", "message": "Keys for idempotent requests can "
                                           "only be used with the same parameters they were first used with."}}, {}
                return kept[1], kept[2], {"Idempotent_Replayed": "true"}
            if key is not None:
                KEPT[key] = None
        status, answer = self.make(body)
        with LOCK:
            if key is not None:
                if status in (400, 401, 404):  # nothing began: the key is free
                    del KEPT[key]
                else:
                    KEPT[key] = ((self.path, body), status, answer)
        return status, answer, {}

    def list(self, query):
        try:
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                raise Refused(401, type="invalid_request_error",
                              message=f"Invalid API Key provided: {self.headers.get('Authorization', '')[7:]}")
            if self.path.split("?")[0] != "/v1/events":
                raise Refused(404, type="invalid_request_error", message="Unrecognized request URL.")
            with LOCK:
                return 200, list_events(decode(query))
        except Refused as refused:
            return refused.status, {"error": {name: value for name, value in refused.error.items() if value}}

    def do_GET(self):
        query = self.path.partition("?")[2]
        self.note(query)
        words = self.take_next()
        if words and words[0] in ("DROP", "LOST"):
            self.drop()
        elif words:
            self.instead(words)
        else:
            self.answer(*self.list(query))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.note(body)
        words = self.take_next()
        if words == ["DROP"]:
            self.drop()
            return
        if words and words != ["LOST"]:
            self.instead(words)
            return
        status, answer, headers = self.perform(body)
        if words == ["LOST"]:
            self.drop()
        else:
            self.answer(status, answer, **headers)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # some tests close the connection early


def main():
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
