# SPDX-License-Identifier: Apache-2.0
"""The .deb and the tar.gz: built, installed and used, each on a clean Debian."""
import os
import pwd
import re
import shutil
import tempfile

from proof import roots
from proof.report import ROOT, groups_of

NAME = "image-cluster-ai"
NOBODY = pwd.getpwnam("nobody").pw_uid
SAMPLES = ("--bind", "-o", "ro", ROOT / "samples", "/samples")


def build_packages(report, store, builder, stages):
    """Run deploy/package.sh where the image was built; the layer that holds build/packages."""
    layers = builder.stages[stages[0].name]
    folder = stages[0].last("WORKDIR").text
    files = sorted(path for path in (ROOT / "deploy").rglob("*")
                   if path.is_file() and "proof" not in path.parts and path.suffix != ".pyc")

    def add_tools(root):
        root.run(["apt-get", "update", "-q"])
        root.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "dpkg-dev", "file"])

    def build(root):
        shutil.copytree(ROOT / "deploy", root.path / folder.lstrip("/") / "deploy")
        root.run(["deploy/package.sh"], folder=folder)
    report.say("deploy/package.sh")
    layers = store.step(layers, "package tools", add_tools)
    key = store.key("packages", *[f"{path.name}{path.stat().st_mode}{path.read_text()}"
                                  for path in files])
    layers = store.step(layers, key, build)
    return layers[-1] / folder.lstrip("/") / "build/packages"


def only(folder, pattern):
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise RuntimeError(f"{folder} has {len(found)} files {pattern}")
    return found[0]


def install_deb(store, tag, deb):
    """A clean Debian with the .deb, and the same with systemd."""
    def add_systemd(root):
        root.run(["apt-get", "update", "-q"])
        root.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "systemd", "dbus"])

    def install(root):
        shutil.copy(deb, root.path / "tmp")
        root.run(["apt-get", "update", "-q"])
        root.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", f"/tmp/{deb.name}"],
                 {"DEBIAN_FRONTEND": "noninteractive"})
        (root.path / "tmp" / deb.name).unlink()
        (root.path / "samples").mkdir()
    key = store.key("install", deb.name, roots.call("sha256sum", deb).split()[0])
    base = store.debian(tag)
    plain = store.step(base, key, install)
    booted = store.step(store.step(base, "systemd", add_systemd), key, install)
    return plain, booted


def cluster_samples(report, root, program, where, **options):
    output = root.run([program, "cluster", "/samples"], user=NOBODY, **options)
    images, groups = groups_of(output)
    report.check(f"{where} groups samples/ as nobody", groups > 1,
                 f"{images} images in {groups} groups")


def check_packages_of_image(report, stage, deb):
    """The image installs by name what the .deb finds that the program is linked with."""
    depends = roots.call("dpkg-deb", "-f", deb, "Depends")
    wanted = {word.split()[0] for word in depends.split(",")}
    wanted -= {"libc6", "libgcc-s1", "libstdc++6"}  # part of every Debian
    listed = {word for step in stage.instructions if step.keyword == "RUN"
              for word in step.text.split() if re.fullmatch(r"lib[\w.+-]+", word)}
    report.check("the image has the packages that the program is linked with", listed == wanted,
                 " ".join(sorted(listed ^ wanted)))


def prove_deb(report, store, plain, deb):
    report.say(f"{deb.name}: {deb.stat().st_size / 1e6:.1f} MB")
    with store.mounted(plain, network=False, mounts=[SAMPLES]) as root:
        # A slim Debian leaves documents out while it unpacks.
        changed = [line for line in root.run(["dpkg", "--verify", NAME]).splitlines()
                   if not line.split()[-1].lstrip("/").startswith(roots.SLIM)]
        report.check("dpkg finds it as it was packed", not changed, " ".join(changed))
        wanted = root.path / "etc/systemd/system/multi-user.target.wants" / f"{NAME}.service"
        report.check("the service is not enabled by itself", not os.path.lexists(wanted))
        cluster_samples(report, root, NAME, "the .deb")
    with tempfile.TemporaryDirectory(dir=store.folder) as upper:
        os.chmod(upper, 0o755)
        with store.mounted(plain, upper, network=False) as root:
            root.run(["apt-get", "purge", "-y", NAME])
            left = [folder for folder in ("etc", "usr/lib", "usr/share", "usr/share/doc")
                    if (root.path / folder / NAME).exists()]
            report.check("apt purge leaves nothing", not left, " ".join(left))


def prove_tar(report, store, tag, tar):
    report.say(f"{tar.name}: {tar.stat().st_size / 1e6:.1f} MB")

    def unpack(root):
        (root.path / "samples").mkdir()
        place = root.path / "opt"
        roots.call("tar", "-xzf", tar, "-C", place)
        only(place, f"{NAME}-*").rename(place / "a folder")
    key = store.key("unpack", roots.call("sha256sum", tar).split()[0])
    layers = store.step(store.debian(tag), key, unpack, network=False)
    with store.mounted(layers, network=False, mounts=[SAMPLES]) as root:
        program = f"/opt/a folder/bin/{NAME}"
        linked = root.run(["/lib64/ld-linux-x86-64.so.2", "--list", program]) \
            if (root.path / "lib64/ld-linux-x86-64.so.2").exists() else root.run(["ldd", program])
        outside = re.findall(r"=> /(?!opt/)\S*/(lib[^/]*?)\.so", linked)
        report.check("of the system it uses the C and C++ run-time libraries only",
                     "not found" not in linked
                     and set(outside) <= {"libc", "libm", "libdl", "libpthread", "librt",
                                          "libresolv", "libstdc++", "libgcc_s"},
                     " ".join(sorted(set(outside))))
        cluster_samples(report, root, program, "the tar.gz")
