# SPDX-License-Identifier: Apache-2.0
"""Python packages that tests need, pinned with hashes and installed below deps/."""

import hashlib
import os
import shutil
import subprocess
import sys

import server as support

DEPS = os.path.normpath(os.path.join(support.HERE, "..", "..", "deps"))


def install(requirements, folder):
    """Install a file of requirements once, for this version of Python, into a folder. Returns why
    that failed, or None."""
    with open(requirements, "rb") as file:
        pin = hashlib.sha256(file.read() + sys.version.encode()).hexdigest()
    stamp = os.path.join(folder, ".pin")
    if os.path.exists(stamp) and support.read_file(stamp).decode() == pin:
        return None
    os.makedirs(os.path.dirname(folder), exist_ok=True)  # not there with an OpenVINO of one's own
    scratch = f"{folder}.{os.getpid()}"
    pip = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install",
         "--quiet", "--retries", "1", "--no-deps", "--only-binary", ":all:", "--require-hashes",
         "--target", scratch, "--requirement", requirements],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if pip.returncode != 0:
        shutil.rmtree(scratch, ignore_errors=True)
        return (pip.stdout.decode(errors="replace").splitlines() or ["pip failed."])[-1]
    with open(os.path.join(scratch, ".pin"), "w", encoding="ascii") as file:
        file.write(pin)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(scratch, folder)
    return None
