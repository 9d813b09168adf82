# SPDX-License-Identifier: Apache-2.0
"""GET /v1/models and the field `model` of POST /v1/cluster: several models beside one another, which
are loaded when they are wanted and unloaded when their place is."""
import pathlib
import shutil
import tempfile
import time

import api
import server as support
from api import BLUE, RED
from server import Server, form_of_parts, part

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "models"
DEFAULT = "efficientnet-lite2"
TINY = "dinov2-tiny"
HASH = "0a783a234237364a90d9907fc161f5e2b25be3114c46e564996563f6507afd15"
MODEL_BYTES = 24_400_000  # more than either model, less than both

store = tempfile.TemporaryDirectory()


def setUpModule():
    folder = pathlib.Path(store.name) / TINY
    folder.mkdir()
    for name in ("manifest.json", "model.onnx"):
        shutil.copy(DATA / TINY / name, folder)


def tearDownModule():
    store.cleanup()


def option(name, value):
    return part(f'name="{name}"', value.encode())


def files(*pairs):
    return [part(f'name="files"; filename="{name}"', content) for name, content in pairs]


def cluster(server, *parts):
    body, content_type = form_of_parts(parts)
    return server.request("POST", "/v1/cluster", body, {"Content-Type": content_type})


def models(server):
    answer = server.request("GET", "/v1/models").json
    assert answer["object"] == "list", answer
    return {model["name"]: model for model in answer["data"]}


class Models(api.TestCase):
    def test_requests_choose(self):
        with Server("--models-dir", store.name) as server:
            first = server.request("GET", "/v1/models").json["data"][0]
            self.assertEqual((first["name"], first["default"]), (DEFAULT, True))
            listed = models(server)[TINY]
            self.assertEqual((listed["id"], listed["weights_sha256"], listed["dimension"],
                              listed["input_size"], listed["reads_words"], listed["default"]),
                             (f"{TINY}@1", HASH, 24, 42, False, False))
            self.assertFalse(listed["loaded"])
            samples = files(*support.samples(6))
            for name in (TINY, f"{TINY}@1"):
                answer = cluster(server, option("model", name), *samples)
                self.assertEqual(answer.status, 200, answer.body)
                self.assertEqual(answer.json["model"], {"id": f"{TINY}@1", "name": TINY,
                                                        "version": "1", "weights_sha256": HASH})
                # the other model looks at the representatives: these are photos of things
                self.assertTrue(all(group["description"] for group in answer.json["clusters"]))
            self.assertTrue(models(server)[TINY]["loaded"])
            self.assertEqual(cluster(server, *samples).json["model"]["name"], DEFAULT)

    def test_a_choice_comes_first_and_is_known(self):
        with Server("--models-dir", store.name) as server:
            for parts, words in (
                    ([*files(RED), option("model", TINY)], ["before the first image"]),
                    ([option("model", "nobody"), *files(RED)], [DEFAULT, TINY]),
                    ([option("model", f"{TINY}@2"), *files(RED)], [TINY])):
                problem = self.assert_problem(cluster(server, *parts), 422, *words)
                self.assertEqual(problem["field"], "model")
            answer = cluster(server, *files(RED), option("model", DEFAULT))
            self.assertEqual(answer.status, 200, answer.body)

    def test_little_memory_is_shared(self):
        with Server("--models-dir", store.name, "--model-memory", str(MODEL_BYTES)) as server:
            self.assertTrue(models(server)[DEFAULT]["loaded"])
            for name in (TINY, DEFAULT, TINY):
                answer = cluster(server, option("model", name), option("describer", "none"),
                                 *files(RED, BLUE))
                self.assertEqual(answer.json["model"]["name"], name)
                loaded = [n for n, model in models(server).items() if model["loaded"]]
                self.assertEqual(loaded, [name])

    def test_an_idle_model_is_unloaded_and_comes_back(self):
        with Server("--models-dir", store.name, "--model-idle", "1") as server:
            while models(server)[DEFAULT]["loaded"]:
                time.sleep(0.2)
            self.assert_healthy(server)
            self.assert_clustered(server.cluster([RED, BLUE]), ["red.png", "blue.png"])
            self.assertTrue(models(server)[DEFAULT]["loaded"])

    def test_a_model_that_is_too_large_is_told_of(self):
        with self.assertRaises(RuntimeError) as caught:
            Server("--model-memory", "1M")
        self.assertIn("--model-memory", str(caught.exception))


if __name__ == "__main__":
    support.main()
