# SPDX-License-Identifier: Apache-2.0
"""The installed program: a folder that works wherever it is moved, and needs nothing beside it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(os.environ.get("ICA_TEST_PROGRAM", ""))
SANITIZED = bool(os.environ.get("ICA_TEST_SANITIZE"))
ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT_S = 240


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ica-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        first = cls.folder / "first place"
        subprocess.run(["cmake", "--install", PROGRAM.parents[1], "--prefix", first], check=True,
                       stdout=subprocess.DEVNULL, timeout=TIMEOUT_S)
        cls.moved = first.rename(cls.folder / "moved [here]*")

    def run_moved(self, *arguments):
        """Run the moved program with next to no environment."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        done = subprocess.run([self.moved / "bin" / "image-cluster-ai", *arguments], cwd=home,
                              env={"HOME": os.fspath(home)}, capture_output=True, check=False,
                              timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_its_models_are_its_own(self):
        self.assertRegex(self.run_moved("models").decode(), r"efficientnet-lite2 .* yes ")

    def test_it_finds_groups(self):
        document = json.loads(self.run_moved("cluster", ROOT / "samples", "--format", "json"))
        self.assertEqual(document["errors"], [])
        sizes = [c["size"] for c in document["clusters"] if not c["unclustered"]]
        self.assertGreater(len(sizes), 1)
        self.assertGreater(max(sizes), 1)
        self.assertIn("concepts", document["describer"])
        self.assertTrue(all(c["description"] for c in document["clusters"]))

    def test_its_files_lead_nowhere_else(self):
        for path in self.moved.rglob("*"):
            if path.is_symlink():
                self.assertTrue(path.resolve().is_relative_to(self.moved), path)


def missing():
    """What these tests need and do not have; None when all is there."""
    if SANITIZED:
        return "an instrumented program is not one to install"
    if not os.access(PROGRAM, os.X_OK):
        return "ICA_TEST_PROGRAM names no program"
    if not shutil.which("cmake"):
        return "no cmake"
    if not list((ROOT / "samples").glob("*.jpg")):
        return "samples/ has no images"
    models = subprocess.run([PROGRAM, "models"], capture_output=True, check=False).stdout
    if b" yes " not in models:
        return "no model is installed"
    return None


if __name__ == "__main__":
    REASON = missing()
    if REASON:
        print(f"skipped: {REASON}")
        sys.exit(77)
    unittest.main(verbosity=2)
