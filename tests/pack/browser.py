"""A headless browser for the tests: opens a page from disk, runs axe-core on it, and asks it questions in JavaScript.

Chromium is spoken to over the pipe of its DevTools protocol, so that nothing but the browser itself is needed: no port,
no driver, no copy of the page. axe-core comes from the wheel of axe-playwright-python, of which nothing else is used.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--remote-debugging-pipe",
]  # fmt: skip
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OPEN_ALL = "[...document.querySelectorAll('details')].map(item => item.open = true).length"
SMALLEST = """[...document.querySelectorAll('svg text')].filter(item => item.checkVisibility()).map(item => {
    const svg = item.ownerSVGElement;
    return parseFloat(getComputedStyle(item).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  }).reduce((low, size) => Math.min(low, size), 99)"""
"""Questions for `Tab.ask`: open every disclosure and say how many; the smallest letters of any chart, in pixels."""

_RUN = """axe.run(document, {
  rules: {'color-contrast': {enabled: %s}},
  runOnly: {type: 'tag', values: %s}, resultTypes: ['violations', 'incomplete']
}).then(r => {
  const short = list => list.flatMap(rule => rule.nodes.map(node =>
    [rule.id, node.target.flat().join(' '), (node.failureSummary || '').replace(/\\s+/g, ' ').slice(0, 300)]));
  return {violations: short(r.violations), incomplete: short(r.incomplete), passes: r.passes.map(p => p.id)};
})"""
_LAUNCH = "import os,sys; r,w=map(int,sys.argv[1:3]); os.dup2(r,3); os.dup2(w,4); os.execvp(sys.argv[3],sys.argv[3:])"


@dataclass
class Audit:
    """What axe found: (rule, element, why) of each violation, and of each check that a person has to finish."""

    violations: list[tuple[str, str, str]]
    incomplete: list[tuple[str, str, str]]
    passes: list[str]


@dataclass
class Tab:
    """An open page. requests: every address that it asked for, its own included."""

    to: int
    answers: Any
    session: str = ""
    number: int = 0
    requests: list[str] = field(default_factory=list)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol and its answer; what happens meanwhile is looked through for requests."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data) :]
        while True:
            answer = self._read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])

    def _read(self) -> dict[str, Any]:
        text = bytearray()
        while (letter := self.answers.read(1)) != b"\0":
            if not letter:
                raise RuntimeError("the browser went away")
            text += letter
        answer = json.loads(text)
        if answer.get("method") == "Network.requestWillBeSent":
            self.requests.append(answer["params"]["request"]["url"])
        return dict(answer)

    def ask(self, script: str) -> Any:
        """The value of an expression in the page (a promise is waited for)."""
        got = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in got:
            raise RuntimeError(str(got["exceptionDetails"].get("exception", got["exceptionDetails"])))
        return got["result"].get("value")

    def open(self, path: Path, width: int = 1280, height: int = 900) -> Tab:
        """Load a file at a width in CSS pixels and wait until it is complete."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send("Page.navigate", url=path.resolve().as_uri())
        until = time.monotonic() + 120  # a machine with other work
        address = path.resolve().as_uri()
        while self.ask(f"document.readyState === 'complete' && location.href === {json.dumps(address)}") is not True:
            if time.monotonic() > until:
                raise RuntimeError(f"{path} does not load")
            time.sleep(0.05)
        return self

    def audit(self, *, contrast: bool = True) -> Audit:
        """axe-core's verdict on the page as it stands now. contrast: of every letter, too (half a minute on 2 MB)."""
        self.ask(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8") + ";0")
        found = self.ask(_RUN % (json.dumps(contrast), json.dumps(TAGS)))
        return Audit(*[[tuple(item) for item in found[name]] for name in ("violations", "incomplete")], found["passes"])

    def press(self, key: str, code: int) -> None:
        """Press a key as a person would: press("Tab", 9)."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)


@contextlib.contextmanager
def browser() -> Iterator[Tab]:
    """A headless browser with one blank tab, ended at the end; skips the test where no browser is installed."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.skip("no browser is installed here")
    with tempfile.TemporaryDirectory(prefix="pm-browser-", ignore_cleanup_errors=True) as profile:
        pipes = (*os.pipe(), *os.pipe())
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in pipes]  # 3 and 4 are for the browser's own
        for end in pipes:
            os.close(end)
        its_in, our_out, our_in, its_out = ends
        command = [
            sys.executable,
            "-c",
            _LAUNCH,
            str(its_in),
            str(its_out),
            found,
            *FLAGS,
            f"--user-data-dir={profile}",
        ]
        process = subprocess.Popen(
            [*command, "about:blank"], pass_fds=(its_in, its_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(its_in)
        os.close(its_out)
        with os.fdopen(our_in, "rb") as answers:
            tab = Tab(our_out, answers)
            try:
                targets = tab.send("Target.getTargets")["targetInfos"]
                target = next(item["targetId"] for item in targets if item["type"] == "page")
                tab.session = tab.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
                for domain in ("Page", "Runtime", "Network"):
                    tab.send(f"{domain}.enable")
                yield tab
            finally:
                tab.session = ""
                with contextlib.suppress(Exception):
                    tab.send("Browser.close")
                os.close(our_out)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
