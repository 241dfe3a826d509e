"""SQLite for the tests of database drivers in JavaScript: one JSON request a line in, one answer a line out.
Usage: sqlite_server.py FILE"""
import base64
import json
import sqlite3
import sys

sessions = {}


def value(given):
    kind, content = given
    if kind == "int64":
        return int(content)
    return base64.b64decode(content) if kind == "blob" else content


def told(column):
    if isinstance(column, int):
        return ["int64", str(column)]
    if isinstance(column, bytes):
        return ["blob", base64.b64encode(column).decode()]
    return ["other", column]


def execute(request):
    connection = sessions[request["session"]]
    before = connection.total_changes
    values = {str(number): value(given) for number, given in enumerate(request["values"], 1)}
    cursor = connection.execute(request["sql"], values)
    rows = [[told(column) for column in row] for row in cursor]
    return {"rows": rows, "changes": connection.total_changes - before}


def answer(request):
    verb = request["do"]
    if verb == "open":
        connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
        connection.execute("PRAGMA foreign_keys = ON")
        sessions[request["session"]] = connection
    elif verb == "close":
        sessions.pop(request["session"]).close()
    elif verb == "execute":
        return execute(request)
    return {}


for line in sys.stdin:
    request = json.loads(line)
    try:
        result = answer(request)
    except sqlite3.Error as error:
        result = {"error": str(error), "native": getattr(error, "sqlite_errorname", "")}
    print(json.dumps({"id": request["id"], **result}), flush=True)
