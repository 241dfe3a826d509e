"""Makes the database contextpack_template, migrated to today's schema by the command itself.

Usage: use_server.py STATE template.py PROGRAM
"""
import os
import subprocess
import sys

NAME = "contextpack_template"
URI = os.environ["CONTEXTPACK_TEST_POSTGRES"]

subprocess.run(["psql", "-X", "-q", URI, "-c", f"CREATE DATABASE {NAME}"], check=True)
subprocess.run([sys.argv[1], "migrate"], check=True,
               env={**os.environ, "CONTEXTPACK_DATABASE": f"{URI.rpartition('/')[0]}/{NAME}"})
