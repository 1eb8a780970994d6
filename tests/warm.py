"""A server that has Polars and Typer imported, and makes of itself the processes that the tests ask for.

Most of what a `pm` costs is importing those two, which is the same every time and none of pm's doing. So `pm(...)` of
conftest.py asks a server, one to a pytest worker, which forks: the child has its own descriptors, folder, environment
and arguments, and runs `python -m pmcli` from its first line, with every import of pm's own. What a warm process cannot
tell is tested by cold ones: start-up and what a command imports (test_budgets.py), locales and Python's own variables,
hashing (a server's children share a seed: "the same bytes twice" is asked of cold processes), and every case, session
and pipeline that goes through the shell.

Run as a program, this file is the server: it reads requests from the socket that is its standard input.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

AT_START = ("PYTHON", "LC_", "LANG", "TZ", "POLARS_")
"""Variables that count when Python and Polars start: with them a process has to start anew."""


class Server:
    """The client's side: the server as a process, started when it is first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def run(
        self, arguments: Sequence[str], stdin: bytes | None, cwd: Path | None, env: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[bytes]:
        """What `subprocess.run([python, "-m", "pmcli", *arguments], capture_output=True, ...)` gives."""
        line = self._connected()
        line.settimeout(timeout)
        out, err = os.pipe(), os.pipe()
        given = os.pipe() if stdin is not None else (os.open(os.devnull, os.O_RDONLY), -1)
        request = {"arguments": [*arguments], "cwd": str(cwd or Path.cwd()), "env": dict(env)}
        passed = (given[0], out[1], err[1])
        socket.send_fds(line, [json.dumps(request).encode()], passed)
        for descriptor in passed:
            os.close(descriptor)
        read: dict[str, bytes] = {}
        threads = [Thread(target=_drain, args=(read, "out", out[0])), Thread(target=_drain, args=(read, "err", err[0]))]
        if stdin is not None:
            threads.append(Thread(target=_feed, args=(given[1], stdin)))
        for thread in threads:
            thread.start()
        try:
            code = int(line.recv(64))
        except (TimeoutError, ValueError) as error:
            self.stop()
            raise subprocess.TimeoutExpired(["pm", *arguments], timeout) from error
        for thread in threads:
            thread.join()
        return subprocess.CompletedProcess(["pm", *arguments], code, read["out"], read["err"])

    def _connected(self) -> socket.socket:
        if self._socket is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
            self._process = subprocess.Popen([sys.executable, __file__], stdin=theirs, env=kept, start_new_session=True)
            theirs.close()
            self._socket = ours
            atexit.register(self.stop)
        return self._socket

    def stop(self) -> None:
        """End the server; a child that it still waits for ends with it."""
        if self._socket is not None and self._process is not None:
            self._socket.close()
            try:
                self._process.wait(1)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, 9)
                self._process.wait()
            self._socket = self._process = None


def _drain(into: dict[str, bytes], name: str, descriptor: int) -> None:
    with os.fdopen(descriptor, "rb") as stream:
        into[name] = stream.read()


def _feed(descriptor: int, data: bytes) -> None:
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
    except BrokenPipeError:  # pm does not have to read it
        pass


# ------------------------------------------------------------------------------------------------ the server's side
def serve(line: socket.socket) -> None:
    """Fork a child for every request, wait for it, and answer with its exit code as subprocess has it."""
    import polars
    import typer.main

    del polars, typer
    while True:
        data, descriptors, _, _ = socket.recv_fds(line, 1 << 20, 3)
        if not data:
            return
        child = os.fork()
        if child == 0:
            line.close()
            _become(json.loads(data), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: dict[str, Any], descriptors: Sequence[int]) -> None:
    """Be `python -m pmcli` with these arguments. Never returns."""
    import runpy

    code: object = 1
    try:
        for place, descriptor in enumerate(descriptors):
            os.dup2(descriptor, place)
            os.close(descriptor)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        sys.argv = ["pmcli", *request["arguments"]]
        sys.path[0] = str(Path.cwd())
        runpy.run_module("pmcli", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as left:
        code = left.code
    except BaseException:  # as Python itself would tell it
        traceback.print_exc()
    if isinstance(code, str):
        print(code, file=sys.stderr)
    sys.stdout.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    with socket.socket(fileno=os.dup(0)) as _line:
        serve(_line)
