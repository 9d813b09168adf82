# SPDX-License-Identifier: Apache-2.0
"""The files of the deployment agree with the program, with one another and with what their readers
accept. That they work is what deploy/prove.py shows, which takes minutes."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from server import PROGRAM, SANITIZED, Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "image-cluster-ai.service"
MAX_EXPOSURE = "20"  # tenths
sys.dont_write_bytecode = True
sys.path.insert(0, os.fspath(DEPLOY))
from proof import compose, dockerfile, image  # noqa: E402


def run(*command, **options):
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60,
                          **options)


def default_of(option):
    """The default that `serve --help` tells."""
    text = " ".join(run(PROGRAM, "serve", "--help").stdout.split())
    return re.search(rf"--{option} [A-Z]+ .*?default ([^\]]+)\]", text)[1]


class DockerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stages = dockerfile.parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
        cls.stage = cls.stages[-1]
        cls.service = compose.parse((ROOT / "docker-compose.yml").read_text(encoding="utf-8"),
                                    {})["services"]["app"]

    def test_the_ports_are_the_programs(self):
        ports = [int(default_of("port")), int(default_of("web-port"))]
        self.assertEqual(self.stage.ports(), ports)
        self.assertEqual(self.service["ports"], [f"127.0.0.1:{port}:{port}" for port in ports])

    def test_the_commands_are_the_programs(self):
        self.assertEqual(self.stage.start_command(), ["image-cluster-ai", "serve"])
        self.assertEqual(self.stage.start_command("cluster", "x"),
                         ["image-cluster-ai", "cluster", "x"])
        self.assertEqual(self.stage.health_command(), ["image-cluster-ai", "health"])

    def test_the_variables_are_the_programs(self):
        options = run(PROGRAM, "serve", "--help").stdout
        for name in self.stage.environment():
            option = "--" + name.removeprefix("ICA_").lower().replace("_", "-")
            self.assertIn(option + " ", options, name)

    def test_it_runs_without_privileges(self):
        self.assertRegex(self.stage.last("USER").text, r"^[1-9]\d+:[1-9]\d+$")
        self.assertEqual(self.service["read_only"], "true")
        self.assertEqual(self.service["cap_drop"], ["ALL"])
        self.assertIn("no-new-privileges:true", self.service["security_opt"])

    def test_what_is_copied_is_in_the_context(self):
        context = image.Context(ROOT)
        for stage in self.stages:
            for step in stage.instructions:
                if step.keyword == "COPY" and "from" not in step.flags:
                    for source in step.words()[:-1]:
                        self.assertTrue(context.files(source), source)
        for path in ("deps/openvino/lib/libtbb.so.12", "build/x", ".git/HEAD", "samples/a.jpg"):
            self.assertTrue(context.ignore.ignores(path), path)

    def test_compose_mounts_the_samples_and_the_cache(self):
        cache = self.stage.environment()["ICA_CACHE_DIR"]
        self.assertEqual(self.service["volumes"], ["./samples:/samples:ro", f"cache:{cache}"])

    def test_the_version_is_the_programs(self):
        version = self.stage.last("LABEL").pairs()["org.opencontainers.image.version"]
        self.assertEqual(run(PROGRAM, "version").stdout.split()[-1], version)

    def test_a_real_yaml_reader_reads_the_same(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("no PyYAML")
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
        theirs = yaml.safe_load(text)["services"]["app"]
        self.assertEqual(list(theirs), list(self.service))
        self.assertEqual(theirs["tmpfs"], self.service["tmpfs"])

    def test_readers_refuse_what_they_do_not_know(self):
        with self.assertRaises(dockerfile.DockerfileError):
            dockerfile.parse("FROM debian:12\nONBUILD RUN x\n")
        with self.assertRaises(compose.ComposeError):
            compose.parse("services: {app: 1}\n")


class ServiceTest(unittest.TestCase):
    def test_the_config_file_is_the_programs(self):
        text = (DEPLOY / "image-cluster-ai.conf").read_text(encoding="utf-8")
        settings = dict(re.findall(r"^#?([a-z-]+) = (.*)$", text, re.MULTILINE))
        self.assertGreater(len(settings), 5)
        for option, value in settings.items():
            self.assertEqual(default_of(option), value, option)
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(re.sub(r"^#(?=[a-z-]+ = )", "", text, flags=re.MULTILINE))
            file.flush()
            with Server("--config", file.name) as server:
                self.assertEqual(server.request("GET", "/health").status, 200)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
    def test_the_unit_is_sound(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / UNIT.name
            unit.write_text(UNIT.read_text().replace("/usr/bin/image-cluster-ai", PROGRAM))
            done = run("systemd-analyze", "verify", "--man=no", unit)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = run("systemd-analyze", "security", "--offline=yes", "--no-pager",
                   f"--threshold={MAX_EXPOSURE}", UNIT)
        self.assertEqual(done.returncode, 0, done.stdout)


class PackageTest(unittest.TestCase):
    def test_config_files_are_declared(self):
        listed = (DEPLOY / "debian/conffiles").read_text().split()
        self.assertEqual(listed, ["/etc/image-cluster-ai/image-cluster-ai.conf"])
        rules = (ROOT / "cmake/Package.cmake").read_text()
        self.assertEqual(re.findall(r"DESTINATION (/etc/\S+)", rules),
                         [os.path.dirname(name) for name in listed])
        self.assertIn(f"--config {listed[0]}", UNIT.read_text())

    def test_scripts_parse(self):
        for path in [*DEPLOY.glob("*.sh"), *DEPLOY.glob("debian/p*")]:
            shell = path.read_text().splitlines()[0].rpartition("/")[2].split()[-1]
            self.assertEqual(run(shell, "-n", path).stderr, "", path)
            self.assertTrue(os.access(path, os.X_OK), path)

    def test_the_parts_are_what_is_packed(self):
        with tempfile.TemporaryDirectory() as folder:
            build = pathlib.Path(PROGRAM).parents[1]
            run("cmake", "--install", build, "--component", "debian",
                env={**os.environ, "DESTDIR": folder})
            installed = {os.fspath(path.relative_to(folder))
                         for path in pathlib.Path(folder).rglob("*") if path.is_file()}
        self.assertIn("usr/lib/systemd/system/image-cluster-ai.service", installed)
        self.assertIn("etc/image-cluster-ai/image-cluster-ai.conf", installed)


def missing():
    """What these tests need and do not have; None when all is there."""
    if not PROGRAM:
        return "ICA_TEST_PROGRAM names no program"
    if SANITIZED:
        return "the program is not what these tests are about"
    models = subprocess.run([PROGRAM, "models"], capture_output=True, check=False).stdout
    return None if b" yes " in models else "no model is installed"


if __name__ == "__main__":
    REASON = missing()
    if REASON:
        print(f"skipped: {REASON}")
        sys.exit(77)
    unittest.main(verbosity=2)
