"""`make scan`: wapiti on the service on this machine, bandit on the code, pip-audit on what it stands on.

What was found, and what became of it, is in docs/security.md. Modules of wapiti that call others are left out.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.soak.town import free_port

MODULES = (
    *("backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "ldap", "methods"),
    *("permanentxss", "redirect", "shellshock", "sql", "timesql", "upload", "xss"),
)
#: No link leads from the citizens' page to these.
STARTS = {
    "stranger": ("/login", "/embed", "/start/1.001193", "/api/v1/openapi.json", "/desk", "/admin", "/health/ready"),
    "admin": ("/desk", "/desk/counter", "/desk/me", "/admin", "/admin/settings", "/admin/people", "/admin/words"),
}
#: Seconds for a whole scan of wapiti, and for one module; links that are followed of one page, files of one folder.
_WHOLE, _MODULE, _LINKS, _FILES = 600, 60, 40, 12


def main(uv: str) -> None:
    """Prints what each finds; the reports lie under var/scan."""
    reports = Path("var/scan")
    reports.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (site, cookie):
        for name, more in (("stranger", []), ("admin", ["-H", f"Cookie: {cookie}"])):
            starts = [part for path in STARTS[name] for part in ("-s", site + path)]
            _wapiti(uv, site, reports / f"wapiti-{name}.json", [*starts, *more])
    _bandit(uv, reports / "bandit.json")
    _pip_audit(uv, reports)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """Address of a service of its own, and the cookies of its admin."""
    port = free_port()
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "tests.scan.target", str(folder), str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        site = f"http://127.0.0.1:{port}"
        try:
            _until_up(site, process, folder / "log")
            yield site, (folder / "cookie").read_text()
        finally:
            process.terminate()
            process.wait(20)
    failed = [line for line in (folder / "log").read_text().splitlines() if "request_failed" in line]
    print(f"server errors: {len(failed)}", *failed[:10], sep="\n")


def _until_up(site: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"{site}/health/live", timeout=2).raise_for_status()
            return
        time.sleep(0.5)
    raise TimeoutError(f"the service does not start: {log.read_text()[-2000:]}")


def _wapiti(uv: str, site: str, report: Path, more: list[str]) -> None:
    bounds = ["--max-scan-time", str(_WHOLE), "--max-attack-time", str(_MODULE), "-d", "4"]
    bounds += ["--max-links-per-page", str(_LINKS), "--max-files-per-dir", str(_FILES)]
    # Whoever signs out, or ends themselves, sees nothing more. A stream has no end.
    apart = [part for path in ("/logout", "/desk/events", "/events", "/embed/events") for part in ("-x", site + path)]
    told = ["-f", "json", "-o", str(report), "--flush-session", "--no-bugreport", "-v", "0", "-m", ",".join(MODULES)]
    _run([uv, "tool", "run", "--from", "wapiti3", "wapiti", "-u", f"{site}/", *bounds, *apart, *told, *more])
    found: dict[str, Any] = json.loads(report.read_text())
    print(report.stem, found["infos"]["crawled_pages_nbr"], "pages")
    for kind in ("vulnerabilities", "anomalies", "additionals"):
        for name, cases in found[kind].items():
            _show(kind, name, cases)


def _show(kind: str, name: str, cases: list[dict[str, Any]]) -> None:
    for (level, info), count in Counter((case["level"], case["info"][:160]) for case in cases).most_common(10):
        paths = sorted({case["path"] for case in cases if case["info"][:160] == info})
        print(f"  {kind} {name} (level {level}) x{count}: {info} {paths[:5]}")


def _bandit(uv: str, report: Path) -> None:
    packages = ["bot", "nlu", "actions", "procedures", "-x", "bot/migrations"]
    _run([uv, "tool", "run", "bandit", "-q", "-r", *packages, "-f", "json", "-o", str(report)])
    for one in json.loads(report.read_text())["results"]:
        place = f"{one['filename']}:{one['line_number']}"
        print(f"  {place} {one['test_id']} {one['issue_severity']} {one['issue_text'][:90]}")


def _pip_audit(uv: str, reports: Path) -> None:
    needed, report = reports / "requirements.txt", reports / "pip-audit.json"
    _run([uv, "export", "--no-dev", "--frozen", "--no-emit-project", "--no-hashes", "-q", "-o", str(needed)])
    _run(
        [
            uv,
            "tool",
            "run",
            "pip-audit",
            "--no-deps",
            "--disable-pip",
            "-r",
            str(needed),
            "-f",
            "json",
            "-o",
            str(report),
        ]
    )
    told = json.loads(report.read_text())["dependencies"]
    unknown = [one["name"] for one in told if "skip_reason" in one]
    print(f"  {len(told)} packages, {len(unknown)} of them not looked at: {told and told[0].get('skip_reason')}")
    for one in told:
        for known in one.get("vulns", []):
            print(
                f"  {one['name']} {one['version']} {known['id']} {known['aliases']} mended in {known['fix_versions']}"
            )


def _run(command: list[str]) -> None:
    # They end with 1 where they find something.
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


if __name__ == "__main__":
    main(sys.argv[1])
