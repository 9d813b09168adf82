# SPDX-License-Identifier: Apache-2.0
"""The service of the .deb, run by systemd, which is booted in namespaces of its own."""
import contextlib
import os
import re
import subprocess
import tempfile
import time

from proof import roots
from proof.packages import NAME
from proof.report import WAIT_S, use_server, wait_until

# pivot_root rather than chroot: in a chroot the kernel refuses PrivateUsers=.
BOOT = """
mount -t tmpfs tmpfs run && mount -t tmpfs tmpfs tmp && mount -t sysfs -o ro sysfs sys &&
mount -t cgroup2 cgroup2 sys/fs/cgroup && mount --rbind /dev dev && mount -t proc proc proc &&
pivot_root . mnt && cd / && umount --lazy /mnt &&
exec env -i container=proof PATH="$PATH" /lib/systemd/systemd --unit=multi-user.target
"""


@contextlib.contextmanager
def booted(root):
    """systemd as process 1 of its own namespaces; yields a function that runs a command there."""
    boot = subprocess.Popen(["unshare", "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--fork",
                             "--kill-child", "sh", "-c", BOOT], cwd=root.path,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, env={"PATH": roots.PATH})
    try:
        init = []

        def inside(*command):
            return subprocess.run(["nsenter", "-t", init[0], "-a", "--root", "--wd=/", *command],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  check=False, env={"PATH": roots.PATH}, timeout=WAIT_S)

        def is_up():
            init[:] = subprocess.run(["pgrep", "-P", str(boot.pid)], capture_output=True,
                                     text=True, check=False).stdout.split()
            return init and inside("systemctl", "is-system-running").stdout.strip() in (
                "running", "degraded")
        wait_until(is_up, boot)
        yield inside
    finally:
        boot.kill()  # and with it, --kill-child, all that it started
        boot.wait()


def prove_service(report, store, layers):
    with tempfile.TemporaryDirectory(dir=store.folder) as upper:
        os.chmod(upper, 0o755)
        with store.mounted(layers, upper, network=False) as root:
            for mount in ("dev", "sys"):
                roots.call("umount", "--recursive", root.path / mount)
            try:
                with booted(root) as inside:
                    use_service(report, inside)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                report.check("systemd starts the service", False, str(error))


def use_service(report, inside):
    done = inside("systemd-analyze", "verify", "--man=no",
                  f"/usr/lib/systemd/system/{NAME}.service")
    report.check("systemd-analyze verify", done.returncode == 0 and not done.stderr, done.stderr)
    score = inside("systemd-analyze", "security", "--no-pager", f"{NAME}.service").stdout
    level = re.search(r"exposure level for \S+: ([\d.]+)", score)
    report.check("systemd-analyze security: at most 2.0", level and float(level[1]) <= 2,
                 level[1] if level else score)
    begin = time.monotonic()
    done = inside("systemctl", "start", NAME)
    with contextlib.suppress(RuntimeError):
        wait_until(lambda: inside("image-cluster-ai", "health").returncode == 0)
    taken = time.monotonic() - begin
    state = inside("systemctl", "show", NAME, "-p", "ActiveState,DynamicUser,MainPID").stdout
    active = "ActiveState=active" in state
    journal = "" if active else inside("journalctl", "-u", NAME, "-n", "15", "--no-pager").stdout
    report.check("systemd runs the service in its sandbox", active,
                 f"healthy after {taken:.2f} s" if active else done.stderr + journal)
    if active:
        use_server(report, (8001, 8082), "the service")
        pid = re.search(r"MainPID=(\d+)", state)[1]
        status = inside("cat", f"/proc/{pid}/status").stdout
        uid, caps, mode = (re.search(rf"{name}:\s+(\S+)", status)[1]
                           for name in ("Uid", "CapBnd", "Seccomp"))
        report.check("without root, capabilities and most system calls",
                     int(uid) > 0 and int(caps, 16) == 0 and mode == "2",
                     f"uid {uid}, capabilities {caps}, seccomp mode {mode}")
        cached = inside("sh", "-c", f"ls /var/cache/private/{NAME} | wc -l").stdout.strip()
        report.check("the compiled model is in its cache", cached not in ("", "0"))
        inside("systemctl", "stop", NAME)
        state = inside("systemctl", "show", NAME, "-p", "ActiveState,Result").stdout
        report.check("systemctl stop ends it in peace",
                     "ActiveState=inactive" in state and "Result=success" in state,
                     " ".join(state.split()))
