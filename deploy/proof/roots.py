# SPDX-License-Identifier: Apache-2.0
"""Clean Debian roots and what is stacked on them, as a container engine does it: a root is a pile
of layers (overlayfs), each step of a build adds one, and a step that was done before is taken from the
store. Everything lies in one folder; the mounts are in this process's own mount namespace."""
import contextlib
import ctypes
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import tempfile

SUITES = {"12": "bookworm", "13": "trixie"}
HOST = "/run/host"  # where a root finds what it needs of this machine to reach the network
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DEVICES = ("null", "zero", "full", "random", "urandom")
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
# What Debian's images leave out: apt's caches and, those called -slim, what nobody reads in there.
APT_CONFIG = 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\nAcquire::Languages "none";\n'
SLIM = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/groff",
        "usr/share/lintian", "usr/share/linda")
SLIM_CONFIG = "".join(f"path-exclude=/{folder}/*\n" for folder in SLIM) + \
    "path-include=/usr/share/doc/*/copyright\n"


class CannotProve(Exception):
    """This machine lacks something; nothing is known of the deployment."""


def call(*command, **options):
    """Run; what it said is shown only if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          **options)
    if done.returncode:
        tail = done.stdout.decode(errors="replace")[-3000:]
        raise RuntimeError(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{tail}")
    return done.stdout.decode(errors="replace")


class Host:
    """What a root borrows of this machine, at run time only: package mirror, certificates, DNS."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "archives/partial").mkdir(parents=True, exist_ok=True)
        settings = call("apt-config", "dump")
        wanted = re.findall(r"^Acquire::(?:https?|Check-|Retries).*$", settings, re.MULTILINE)
        wanted.append(f'Dir::Cache::archives "{HOST}/archives";')
        wanted.append('APT::Keep-Downloaded-Packages "true";')
        wanted.append('APT::Sandbox::User "root";')
        (folder / "apt.conf").write_text("\n".join(wanted) + "\n", encoding="utf-8")
        self.environment = {"APT_CONFIG": f"{HOST}/apt.conf"}
        for name, value in os.environ.items():
            if re.fullmatch(r"PIP_.*|(https?|no|all)_proxy", name, re.IGNORECASE):
                if not value.startswith("/"):  # files of this machine are not there
                    self.environment[name] = value
        certificates = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
        if certificates.exists():
            shutil.copy(certificates, folder / "certificates.pem")
            for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
                self.environment[name] = f"{HOST}/certificates.pem"
        self.environment["PIP_CACHE_DIR"] = f"{HOST}/pip"
        if os.path.exists("/etc/pip.conf"):
            shutil.copy("/etc/pip.conf", folder / "pip.conf")
            self.environment["PIP_CONFIG_FILE"] = f"{HOST}/pip.conf"

    @staticmethod
    def mirror():
        """Where this machine's own packages come from, if it is a Debian."""
        if os.environ.get("ICA_DEBIAN_MIRROR"):
            return os.environ["ICA_DEBIAN_MIRROR"]
        listed = call("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)")
        for line in listed.splitlines():
            uri, _, release = line.partition(" ")
            if release in SUITES.values():
                return uri
        raise CannotProve("no Debian mirror in apt's sources: name one with ICA_DEBIAN_MIRROR")

    @staticmethod
    def sources(suite):
        """apt's sources for `suite`, from the same servers."""
        listed = call("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)")
        lines = {line for line in listed.splitlines() if line.partition(" ")[2].startswith(suite)}
        lines.add(f"{Host.mirror()} {suite}")
        return "".join(f"deb {line} main\n" for line in sorted(lines))


class Store:
    """The layers that were made, each named by all that went into it."""

    def __init__(self, folder):
        self.folder = folder
        self.host = Host(folder / "host")
        self.used = set()
        (folder / "layers").mkdir(parents=True, exist_ok=True)

    @staticmethod
    def key(*parts):
        return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]

    def path(self, key):
        return self.folder / "layers" / key

    def layer(self, key, make):
        """The folder of this name; `make(folder)` fills it if it is not there yet."""
        path = self.path(key)
        self.used.add(path)
        if not path.exists():
            fresh = pathlib.Path(tempfile.mkdtemp(prefix="new-", dir=self.folder / "layers"))
            os.chmod(fresh, 0o755)
            try:
                make(fresh)
                fresh.rename(path)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
        return path

    def tidy(self):
        """Forget the layers that this run had no use for."""
        for path in (self.folder / "layers").iterdir():
            if path not in self.used:
                shutil.rmtree(path)

    def debian(self, tag):
        """The layers of debian:TAG, made with debootstrap; slimmed as Debian does it if asked."""
        suite = SUITES.get(tag.partition(".")[0], tag.partition("-")[0])

        def bootstrap(folder):
            cache = self.folder / "debootstrap"
            cache.mkdir(exist_ok=True)
            call("debootstrap", "--variant=minbase", f"--cache-dir={cache}", suite, folder,
                 self.host.mirror())
            for name in ("var/cache/apt", "var/lib/apt/lists", "var/log"):
                shutil.rmtree(folder / name)
                (folder / name).mkdir()
            (folder / "var/lib/apt/lists/partial").mkdir()
            (folder / "etc/resolv.conf").write_text("")
            (folder / "etc/apt/sources.list").write_text(self.host.sources(suite))
            (folder / "etc/apt/apt.conf.d/docker-clean").write_text(APT_CONFIG)
            if tag.endswith("-slim"):
                slim(folder)
        return [self.layer(self.key("debian", tag, APT_CONFIG, SLIM_CONFIG), bootstrap)]

    def step(self, below, key, action, **options):
        """`below` and one layer more: what `action(root)` does to the root."""
        def make(folder):
            with self.mounted(below, folder, **options) as root:
                action(root)
        return below + [self.layer(self.key(*[path.name for path in below], key), make)]

    @contextlib.contextmanager
    def mounted(self, layers, upper=None, network=True, mounts=()):
        """The root of these layers; read-only, or with changes going to `upper`."""
        work = pathlib.Path(tempfile.mkdtemp(prefix="work-", dir=self.folder))
        target = work / "root"
        target.mkdir()
        empty = self.folder / "empty"  # read-only, an overlay has two layers or more
        empty.mkdir(exist_ok=True)
        lower = ":".join(os.fspath(layer) for layer in reversed([empty, *layers]))
        options = f"lowerdir={lower}"
        if upper:
            (work / "overlay").mkdir()
            options += f",upperdir={upper},workdir={work / 'overlay'}"
        call("mount", "-t", "overlay", "overlay", "-o", options, target)
        try:
            yield Root(target, self.host, network, mounts)
        finally:
            call("umount", "--recursive", "--lazy", target)
            shutil.rmtree(work)


def slim(folder):
    """Drop what Debian's -slim images drop, now and for packages to come."""
    (folder / "etc/dpkg/dpkg.cfg.d/slim").write_text(SLIM_CONFIG)
    for name in SLIM:
        for path in sorted((folder / name).rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif not (name.endswith("/doc") and path.name == "copyright"):
                path.unlink()


class Root:
    """A mounted root, and processes in it."""

    def __init__(self, path, host, network, mounts):
        self.path = path
        self.host = host
        self.environment = {"PATH": PATH}
        call("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", path / "dev")
        for device in DEVICES:
            (path / "dev" / device).touch()
            call("mount", "--bind", f"/dev/{device}", path / "dev" / device)
        (path / "dev/shm").mkdir()
        (path / "dev/fd").symlink_to("/proc/self/fd")
        call("mount", "-t", "sysfs", "-o", "ro", "sysfs", path / "sys")
        if network:
            call("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", path / "run")
            (path / "run/host").mkdir()
            call("mount", "--bind", host.folder, path / "run/host")
            call("mount", "--bind", "/etc/resolv.conf", path / "etc/resolv.conf")
            self.environment.update(host.environment)
        for mount in mounts:
            call("mount", *mount[:-1], path / mount[-1].lstrip("/"))

    def command(self, argv, user=None, folder="/"):
        """`argv` in this root with namespaces of its own; as `user` (uid) without any privilege."""
        drop = [] if user is None else ["setpriv", f"--reuid={user}", f"--regid={user}",
                                        "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
                                        "--no-new-privs", "--"]
        return ["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child",
                "--mount-proc", f"--root={self.path}", f"--wd={folder}", "--", *drop, *argv]

    def run(self, argv, environment=None, **options):
        """Run to the end and return what it said."""
        return call(*self.command(argv, **options), env={**self.environment, **(environment or {})},
                    stdin=subprocess.DEVNULL)

    def start(self, argv, environment=None, log=subprocess.DEVNULL, **options):
        """Start and return the process."""
        return subprocess.Popen(self.command(argv, **options), stdin=subprocess.DEVNULL, stdout=log,
                                stderr=log, env={**self.environment, **(environment or {})})


def leave_network():
    """From here on this process and its children have a network of their own, with nothing in it
    but 127.0.0.1: all ports are free, and whatever works does so offline."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        raise CannotProve(f"no network namespace ({os.strerror(ctypes.get_errno())})")
    # The loopback interface of a new namespace is down.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sh14x", b"lo", IFF_UP)
        fcntl.ioctl(sock, SIOCSIFFLAGS, request)
