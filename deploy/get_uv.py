"""Prints the path of uv, the tool that makes the environment; fetches the pinned release from PyPI if there is none.

Runs on any Python 3 with nothing installed: no pip, no venv. Called by the Makefile.
"""

import hashlib
import io
import json
import os
import platform
import shutil
import stat
import sys
import urllib.parse
import urllib.request
import zipfile

VERSION = "0.13.9"
HOME = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "var", "uv-" + VERSION)
NAME = "uv.exe" if os.name == "nt" else "uv"


def wheel_tag():
    """The part of the wheel's file name that says where it runs."""
    machine = {"AMD64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}[platform.machine()]
    if sys.platform == "darwin":
        return "macosx_1", "arm64" if machine == "aarch64" else "x86_64"
    return ("win", "amd64" if machine == "x86_64" else "arm64") if os.name == "nt" else ("manylinux", machine)


def find_wheel():
    """Address and SHA-256 of the wheel for this machine, from the package index (PEP 691)."""
    index = os.environ.get("UV_INDEX_URL") or os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
    page = index.rstrip("/") + "/uv/"
    request = urllib.request.Request(page, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    system, machine = wheel_tag()
    for file in files:
        name = file["filename"]
        if name.startswith("uv-%s-" % VERSION) and name.endswith(".whl") and system in name and machine in name:
            return urllib.parse.urljoin(page, file["url"]), file["hashes"]["sha256"]
    raise OSError("no uv %s for %s %s" % (VERSION, system, machine))


def fetch():
    """Unpacks uv from its wheel into var/, the checksum that the index gives checked."""
    url, checksum = find_wheel()
    with urllib.request.urlopen(url, timeout=300) as answer:
        data = answer.read()
    if hashlib.sha256(data).hexdigest() != checksum:
        sys.exit("uv: the download is damaged; try again")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = next(name for name in archive.namelist() if name.endswith("/scripts/" + NAME))
        os.makedirs(HOME, exist_ok=True)
        with open(os.path.join(HOME, NAME + ".part"), "wb") as file:
            file.write(archive.read(member))
    path = os.path.join(HOME, NAME)
    os.chmod(path + ".part", stat.S_IRWXU)
    os.replace(path + ".part", path)


def main():
    """An installed uv is used as it is."""
    path = shutil.which("uv") or os.path.join(HOME, NAME)
    if not os.path.exists(path):
        sys.stderr.write("Fetching uv %s …\n" % VERSION)
        try:
            fetch()
        except OSError as error:
            sys.exit("uv could not be fetched (%s). Check the network and run the command again." % error)
    print(path)


if __name__ == "__main__":
    main()
