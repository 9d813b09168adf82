# SPDX-License-Identifier: Apache-2.0
"""The image, started and used as docker-compose.yml says."""
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

from proof import compose, roots
from proof.report import ROOT, WAIT_S, groups_of, use_server, wait_until

MAX_ROOT_MB = 250
MAX_START_S = 1.0
STARTS = 5


def check_size(report, store, layers):
    with store.mounted(layers, network=False) as root:
        for mount in ("dev", "sys"):
            roots.call("umount", "--recursive", root.path / mount)
        used = int(roots.call("du", "-sx", "-B1", root.path).split()[0]) / 1e6
        apparent = int(roots.call("du", "-sx", "-b", root.path).split()[0]) / 1e6
    report.check(f"root file system under {MAX_ROOT_MB} MB", max(used, apparent) < MAX_ROOT_MB,
                 f"{used:.0f} MB on disk, {apparent:.0f} MB of bytes")
    sizes = [int(roots.call("du", "-sx", "-b", path).split()[0]) / 1e6 for path in layers]
    report.say("its layers: " + ", ".join(f"{size:.1f}" for size in sizes if size > 0.1) + " MB")


def volume_mounts(store, layers, service):
    """What docker-compose.yml mounts, as `mount` commands. As Docker does it, a named volume begins
    as a copy of the folder of the image, owner included."""
    mounts = [("-t", "tmpfs", "-o", options or "defaults", "tmpfs", target)
              for target, _, options in (entry.partition(":") for entry in service["tmpfs"])]
    for entry in service["volumes"]:
        source, target, *mode = entry.split(":")
        if source.startswith("."):
            place = (ROOT / source).resolve()
        else:
            place = pathlib.Path(tempfile.mkdtemp(prefix="volume-", dir=store.folder))
            with store.mounted(layers, network=False) as root:
                owner = (root.path / target.lstrip("/")).stat()
            os.chown(place, owner.st_uid, owner.st_gid)
        mounts.append(("--bind", "-o", mode[0] if mode else "rw", place, target))
    return mounts


def mount_points(store, layers, mounts):
    """A layer with the folders to mount on, which an engine makes when it starts a container."""
    def make(root):
        for mount in mounts:
            (root.path / mount[-1].lstrip("/")).mkdir(parents=True, exist_ok=True)
    return store.step(layers, store.key("mount points", *[mount[-1] for mount in mounts]), make,
                      network=False)


def prove_image(report, store, stages, layers):
    stage = stages[-1]
    service = compose.parse((ROOT / "docker-compose.yml").read_text(encoding="utf-8"),
                            os.environ)["services"]["app"]
    user = stage.last("USER").text.partition(":")[0]
    ports = stage.ports()
    published = [int(entry.rpartition(":")[2]) for entry in service["ports"]]
    report.check("compose publishes the ports of the image", published == ports, f"{ports}")
    report.check("the user is not root", user.isdigit() and int(user) > 0, f"uid {user}")
    check_size(report, store, layers)

    mounts = volume_mounts(store, layers, service)
    volumes = [mount[-2] for mount in mounts if "/volume-" in os.fspath(mount[-2])]
    layers = mount_points(store, layers, mounts)
    try:
        with store.mounted(layers, network=False, mounts=mounts) as root:
            start_and_use(report, root, stage, user, ports)
            output = root.run(stage.start_command("cluster", "/samples"), stage.environment(),
                              user=user)
            images, groups = groups_of(output)
            report.check("`docker run IMAGE cluster /samples`", groups > 1,
                         f"{images} images in {groups} groups")
    finally:
        for volume in volumes:
            shutil.rmtree(volume)


def start_and_use(report, root, stage, user, ports):
    try:
        (root.path / "proof").touch()
        writable = True
    except OSError:
        writable = False
    report.check("the root file system is read-only", not writable)

    def healthy():
        return subprocess.run(root.command(stage.health_command(), user=user), check=False,
                              env={**root.environment, **stage.environment()},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    report.check("the health check fails before the start", not healthy())
    taken = []
    for count in range(STARTS):
        begin = time.monotonic()
        process = root.start(stage.start_command(), stage.environment(), user=user)
        wait_until(healthy, process)
        taken.append(time.monotonic() - begin)
        if count == STARTS - 1:
            use_server(report, ports, "the container")
        # The process that started here is `unshare`; the server is its child, process 1 inside.
        server = int(roots.call("pgrep", "-P", str(process.pid)))
        os.kill(server, signal.SIGTERM)
        status = process.wait(timeout=WAIT_S)
        if count == STARTS - 1:
            report.check("SIGTERM ends it in peace", status == 0, f"exit status {status}")
    report.timing(f"from exec to healthy under {MAX_START_S} s", min(taken) < MAX_START_S,
                  f"first start {taken[0]:.2f} s, then {statistics.median(taken[1:]):.2f} s "
                  f"({min(taken[1:]):.2f}-{max(taken[1:]):.2f})")
