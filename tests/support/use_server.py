"""Runs a command with the environment of servers that run: use_server.py STATE COMMAND...

STATE is what a server.py wrote. It imports little, because it starts before each of about a hundred tests.
"""
import json
import os
import sys

try:
    with open(sys.argv[1], encoding="utf-8") as file:
        state = json.load(file)
except (OSError, ValueError) as error:
    sys.exit(f"use_server.py: there is no server: {error}")
os.environ.update(state["environment"])
if state.get("programs"):
    os.environ["PATH"] = f"{state['programs']}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
os.execvp(sys.argv[2], sys.argv[2:])
