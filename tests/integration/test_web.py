# SPDX-License-Identifier: Apache-2.0
"""The web client in a real browser against the real program."""

import os
import shutil
import sys
import tempfile
import unittest

import chromium
import server as support
from server import Server

SHOTS = os.environ.get("ICA_TEST_SCREENSHOTS")  # a folder for pictures of the page, if wanted


class WebClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--max-images", "30", "--max-file-size", "200K")
        cls.addClassCleanup(cls.server.__exit__)
        cls.page = chromium.Page()
        cls.addClassCleanup(cls.page.__exit__)
        cls.url = f"http://127.0.0.1:{cls.server.web_port}/"
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def setUp(self):
        self.page.resize(1440, 900)
        self.page.prefer("light")
        self.page.console.clear()
        self.page.requests.clear()
        self.page.open(self.url)

    def tearDown(self):
        """No script failed, nothing was blocked, and nobody else was asked for anything."""
        self.assertEqual(self.page.console, [])
        for url in self.page.requests:
            self.assertTrue(url.startswith((self.url, f"blob:{self.url}")), url)

    def file(self, name, content):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def samples(self, limit=None):
        names = [name for name, _ in support.samples(limit)]
        return [os.path.join(support.SAMPLES, name) for name in names]

    def choose(self, paths):
        before = self.count("#previews li")
        self.page.choose("#files", paths)
        self.page.wait_for(f"document.querySelectorAll('#previews li').length > {before}")

    def count(self, selector):
        return self.page.evaluate(f"document.querySelectorAll({selector!r}).length")

    def text(self, selector):
        return self.page.evaluate(f"document.querySelector({selector!r}).innerText")

    def visible(self, selector):
        return self.page.evaluate(f"document.querySelector({selector!r}).checkVisibility()")

    def cluster(self):
        self.page.click("#start")
        self.page.wait_for("!document.querySelector('#results').hidden",
                           support.ANSWER_TIMEOUT_S)

    def assert_pictures_shown(self, selector, count):
        self.page.wait_for(f"document.querySelectorAll('{selector} img.ready').length === {count}")

    def shoot(self, name):
        """Pictures at the width of a phone and of a desk, in both schemes."""
        if not SHOTS:
            return
        for width in (360, 1440):
            for scheme in ("light", "dark"):
                self.page.resize(width, 900)
                self.page.prefer(scheme)
                self.page.evaluate("new Promise((done) => setTimeout(done, 400))")
                self.page.screenshot(os.path.join(SHOTS, f"{name}-{width}-{scheme}.png"), True)

    def test_images_become_groups(self):
        paths = self.samples()
        self.shoot("empty")
        self.choose(paths)
        self.assertIn(f"{len(paths)} images", self.text("#chosen-title"))
        self.assert_pictures_shown("#previews", len(paths))
        self.shoot("chosen")
        self.cluster()
        cards = self.count("#clusters .card")
        self.assertGreaterEqual(cards, 2)
        self.assertLess(cards, len(paths))
        self.assertIn(f"{cards} groups", self.text("#results-title"))
        shown = self.page.evaluate(
            "[...document.querySelectorAll('.card .hint')]"
            ".reduce((sum, hint) => sum + parseInt(hint.textContent), 0)")
        self.assertEqual(shown + self.count("#singles li"), len(paths))
        for title in self.page.evaluate(
                "[...document.querySelectorAll('.card h3')].map((h) => h.textContent)"):
            self.assertRegex(title, r"^[A-Z]")
        self.shoot("results")
        self.page.click("#restart")
        self.assertTrue(self.visible("#choose"))
        self.assertEqual(self.count("#previews li"), 0)
        self.assertEqual(self.count(".card"), 0)

    def test_files_and_folders_can_be_dropped(self):
        image = support.samples(1)[0][1]
        for name in ("dropped/a.jpg", "dropped/deeper/a.jpg", "dropped/deeper/notes.txt"):
            path = self.file(name, image)
        folder = os.path.dirname(os.path.dirname(path))
        self.page.drop("#drop", [folder, *self.samples(2)])
        self.page.wait_for("document.querySelectorAll('#previews li').length === 4")
        self.assertIn("1 file left out", self.text("#alert"))
        titles = self.page.evaluate(
            "[...document.querySelectorAll('#previews .picture')].map((node) => node.title)")
        self.assertEqual(sorted(titles), sorted(
            ["dropped/a.jpg", "dropped/deeper/a.jpg", *map(os.path.basename, self.samples(2))]))
        self.cluster()

    def test_large_groups_unfold(self):
        paths = [self.file(f"{i}/same.jpg", support.samples(1)[0][1]) for i in range(8)]
        self.choose(paths)
        self.cluster()
        self.assertEqual(self.count(".card .picture"), 5)
        self.assertEqual(self.text(".card .more"), "+4")
        self.page.click(".card .more")
        self.assert_pictures_shown(".card", 8)

    def test_errors_stand_beside_their_files(self):
        self.choose([*self.samples(2), self.file("text.jpg", b"no image"),
                     self.file("photo.heic", b"no image"),
                     self.file("large.jpg", bytes(300 << 10))])
        self.page.wait_for("document.querySelectorAll('#previews .tile').length === 3")
        self.cluster()
        rows = self.page.evaluate(
            "[...document.querySelectorAll('.errors li')].map((row) => row.innerText)")
        self.assertEqual(len(rows), 3)
        for name, row in zip(("text.jpg", "photo.heic", "large.jpg"), rows):
            self.assertIn(name, row)
            self.assertIn(".", row.split(name)[1])
        self.assertIn("limit", rows[2])
        self.shoot("errors")

    def test_same_and_strange_names(self):
        image = support.samples(1)[0][1]
        names = ["a/x.jpg", "b/x.jpg", "x (2).jpg", 'quo"te.jpg', "100%22.jpg", "new\nline.jpg",
                 "\U0001F34E.jpg", "back\\slash.jpg"]
        self.choose([self.file(name, image) for name in names])
        self.cluster()
        total = self.count("#singles li") + self.page.evaluate(
            "[...document.querySelectorAll('.card .hint')]"
            ".reduce((sum, hint) => sum + parseInt(hint.textContent), 0)")
        self.assertEqual(total, len(names))

    def test_previews_can_be_removed(self):
        self.choose(self.samples(3))
        self.page.click("#previews .remove")
        self.assertEqual(self.count("#previews li"), 2)
        self.assertIn("2 images", self.text("#chosen-title"))
        focused = self.page.evaluate("document.activeElement.className")
        self.assertEqual(focused, "remove")
        self.choose(self.samples(1))
        self.assertIn("3 images", self.text("#chosen-title"))
        self.page.click("#clear")
        self.assertFalse(self.visible("#chosen"))

    def test_what_is_no_image_is_left_out(self):
        self.choose([*self.samples(1), self.file("notes.txt", b"x")])
        self.assertEqual(self.count("#previews li"), 1)
        self.assertIn("1 file left out", self.text("#alert"))

    def test_refusals_are_shown(self):
        image = support.samples(1)[0][1]
        self.choose([self.file(f"many/{i}.jpg", image) for i in range(31)])
        self.page.click("#start")
        self.page.wait_for("!document.querySelector('#alert').hidden", support.ANSWER_TIMEOUT_S)
        self.assertIn("30", self.text("#alert"))
        self.assertEqual(self.count("#previews li"), 31)
        self.shoot("refused")
        self.page.console.clear()  # the browser notes the status 400

    def test_cancel(self):
        self.choose(self.samples())
        self.page.evaluate(
            "document.querySelector('#start').click(), document.querySelector('#cancel').click()")
        self.page.wait_for("!document.querySelector('#chosen').hidden")
        self.assertFalse(self.visible("#alert"))
        self.cluster()

    def test_keyboard(self):
        focused = []
        for _ in range(2):
            self.page.press("Tab")
            focused.append(self.page.evaluate("document.activeElement.id"))
        self.assertEqual(focused, ["choose-files", "choose-folder"])
        self.choose(self.samples(2))
        self.page.evaluate("document.querySelector('#start').focus()")
        self.page.press("Enter", text="\r")
        self.page.wait_for("!document.querySelector('#results').hidden",
                           support.ANSWER_TIMEOUT_S)
        self.assertEqual(self.page.evaluate("document.activeElement.id"), "results-title")

    def test_nothing_is_wider_than_the_page(self):
        self.choose([*self.samples(20), self.file("a" * 200 + ".heic", b"no image")])
        for width in (320, 360, 768, 1440):
            self.page.resize(width, 800)
            self.assertLessEqual(
                self.page.evaluate("document.documentElement.scrollWidth"), width)
        self.cluster()
        for width in (320, 360, 768, 1440):
            self.page.resize(width, 800)
            self.assertLessEqual(
                self.page.evaluate("document.documentElement.scrollWidth"), width)


if __name__ == "__main__":
    if not chromium.find() or not shutil.which("bash"):
        print("skipped: no Chromium to open the web client in")
        sys.exit(77)
    support.main()
