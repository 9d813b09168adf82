#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves the deployment on this machine, without a container engine:

  - builds the image on clean Debian roots by carrying out what Dockerfile says, starts it as
    docker-compose.yml says (read-only, without privileges, offline), and uses it;
  - builds the packages, installs the .deb on a clean Debian, where systemd starts the service in
    its sandbox, and unpacks the tar.gz on one that has none of the libraries.

    sudo deploy/prove.py [image | packages]

Layers and downloads stay in build/deploy, so that a second run takes a minute or two. Exit status
77: something is missing here, and nothing was proved. ICA_DEBIAN_MIRROR names a mirror where apt
does not.
"""
import os
import pathlib
import shutil
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.fspath(pathlib.Path(__file__).resolve().parent))
from proof import compose, container, dockerfile, image, packages, roots, service  # noqa: E402
from proof.report import ROOT, Report  # noqa: E402

INSIDE = "ICA_PROVE_INSIDE"  # set in the mount namespace


def check_machine():
    if os.geteuid() != 0:
        raise roots.CannotProve("this needs root: namespaces, chroot and overlayfs")
    for tool in ("debootstrap", "unshare", "nsenter", "setpriv", "mount", "apt-get", "pgrep",
                 "tar"):
        if not shutil.which(tool):
            raise roots.CannotProve(f"{tool} is missing")


def prove(log, what):
    check_machine()
    store = roots.Store(ROOT / "build/deploy")
    stages = dockerfile.parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    tag = stages[-1].base.partition(":")[2]
    log.title("building the image as Dockerfile says")
    begin = time.monotonic()
    builder = image.Builder(store, image.Context(ROOT), log.say)
    layers = builder.build(stages)
    with store.mounted(layers[:1], network=False) as root:
        version = (root.path / "etc/debian_version").read_text().strip()
    log.check("the image builds", True, f"on Debian {version}, {time.monotonic() - begin:.0f} s")
    if "packages" in what:
        log.title("building the packages and installing them")
        folder = packages.build_packages(log, store, builder, stages)
        deb, tar = packages.only(folder, "*.deb"), packages.only(folder, "*.tar.gz")
        packages.check_packages_of_image(log, stages[-1], deb)
        plain, with_systemd = packages.install_deb(store, tag, deb)
    roots.leave_network()
    log.say("from here on without a network")
    if "image" in what:
        log.title("the image")
        container.prove_image(log, store, stages, layers)
    if "packages" in what:
        log.title("the .deb")
        packages.prove_deb(log, store, plain, deb)
        log.title("the tar.gz")
        packages.prove_tar(log, store, tag, tar)
        log.title("the service under systemd")
        service.prove_service(log, store, with_systemd)
    if len(what) > 1:
        store.tidy()


def main():
    what = sys.argv[1:] or ["image", "packages"]
    if set(what) - {"image", "packages"}:
        sys.exit(__doc__)
    if INSIDE not in os.environ and os.geteuid() == 0 and shutil.which("unshare"):
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable,
                              *sys.argv])
    log = Report()
    try:
        prove(log, what)
    except roots.CannotProve as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    except (RuntimeError, dockerfile.DockerfileError, compose.ComposeError) as error:
        log.check("the proof went through", False, str(error))
    print(f"\n{log.passed} passed, {log.failed} failed, {log.skipped} skipped")
    sys.exit(log.failed > 0)


if __name__ == "__main__":
    main()
