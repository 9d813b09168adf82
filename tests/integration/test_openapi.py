# SPDX-License-Identifier: Apache-2.0
"""The description of the HTTP API: that it is valid, and that the real program keeps to it. An
independent tool, schemathesis, makes thousands of requests from it."""

import collections
import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import pinned_tools
import server as support
from server import Server, form_of_parts, part

ROOT = os.path.normpath(os.path.join(support.HERE, "..", ".."))
REQUIREMENTS = os.path.join(support.HERE, "..", "requirements.txt")
TOOLS = os.path.join(pinned_tools.DEPS, "test-tools")
METHODS = ("get", "head", "post", "put", "patch", "delete")

# Cases per operation of the tool's random phase; what it derives from the schemas comes on top.
N_CASES = 25 if support.SANITIZED else 500
MIN_REQUESTS = 200 if support.SANITIZED else 2000
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_headers_conformance", "response_schema_conformance",
          "positive_data_acceptance", "negative_data_rejection", "unsupported_method",
          "allow_header_conformance")

program = None  # a server with default settings
document = None  # its description


def setUpModule():
    global program, document
    program = Server("--log-level", "info")
    document = program.request("GET", "/openapi.json").json


def tearDownModule():
    status = program.stop()
    log = program.read_log()
    program.log.close()
    if status != 0:
        raise AssertionError(f"the server ended with status {status}: {log[-4000:]}")


def resolved(value):
    """What a reference of the document stands for."""
    while "$ref" in value:
        target = document
        for key in value["$ref"][2:].split("/"):
            target = target[key]
        value = target
    return value


def every(value, path="#"):
    """(path, object) of all objects of the document."""
    if isinstance(value, dict):
        yield path, value
        for key, member in value.items():
            yield from every(member, f"{path}/{key}")
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from every(member, f"{path}/{i}")


def strict(schema, is_part=False):
    """The schema in one piece, not allowing members that it does not describe."""
    whole = copy.copy(resolved(schema))
    for key in {"items", "contentSchema"} & whole.keys():
        if isinstance(whole[key], dict):
            whole[key] = strict(whole[key])
    for key in {"prefixItems", "oneOf", "allOf"} & whole.keys():
        whole[key] = [strict(member, key == "allOf") for member in whole[key]]
    if "properties" in whole:
        whole["properties"] = {name: strict(member) for name, member in whole["properties"].items()}
    if not is_part and {"properties", "allOf"} & whole.keys():
        whole["unevaluatedProperties"] = False
    return whole


def answer_schema(path, method="get", status="200", media_type="application/json"):
    answer = resolved(document["paths"][path][method]["responses"][status])
    return strict(answer["content"][media_type]["schema"])


def events_of(body):
    """[(name, data)] of an event stream."""
    blocks = body.decode().split("\n\n")
    if blocks.pop():
        raise AssertionError("the stream ends within an event")
    events = []
    for block in blocks:
        lines = [line for line in block.split("\n") if not line.startswith(":")]
        if lines:
            name, data = lines
            events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


class TestCase(unittest.TestCase):
    def assert_valid(self, value, schema):
        import jsonschema
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(value))
        self.assertEqual([f"{error.json_path}: {error.message[:500]}" for error in errors], [])

    def cluster(self, files, options=(), path="/v1/cluster", accept="application/json"):
        """POST of (name, content) pairs and (name, value) pairs."""
        parts = [part(f'name="files"; filename="{name}"', content) for name, content in files]
        parts += [part(f'name="{name}"', value.encode()) for name, value in options]
        body, content_type = form_of_parts(parts)
        headers = {"Content-Type": content_type, "Accept": accept}
        return program.request("POST", path, body, headers)


class Document(TestCase):
    def test_is_valid(self):
        from openapi_spec_validator import OpenAPIV31SpecValidator, validate
        validate(document, cls=OpenAPIV31SpecValidator)

    def test_is_of_this_program(self):
        info = program.request("GET", "/v1/info").json
        self.assertEqual(document["info"]["title"], info["name"])
        self.assertEqual(document["info"]["version"], info["version"])

    def test_examples_are_valid(self):
        count = 0
        for path, value in every(document):
            if "schema" not in value or path.endswith("/properties"):
                continue
            examples = [one["value"] for one in value.get("examples", {}).values()]
            if "example" in value:
                examples.append(value["example"])
            for example in examples:
                with self.subTest(path=path):
                    self.assert_valid(example, strict(value["schema"]))
                    count += 1
        self.assertGreater(count, 15)

    def test_defaults_and_samples_of_schemas_are_valid(self):
        for path, schema in every(document["components"]["schemas"]):
            samples = schema.get("examples", [])
            samples = samples if isinstance(samples, list) else []  # a member may have that name
            for sample in samples + ([schema["default"]] if "default" in schema else []):
                with self.subTest(path=path):
                    self.assert_valid(sample, schema)

    def test_events_of_examples_are_valid(self):
        media = document["paths"]["/v1/cluster"]["post"]["responses"]["200"]["content"]
        for example in media["text/event-stream"]["examples"].values():
            event = example["value"]
            self.assert_valid(json.loads(event["data"]), event_schemas()[event["event"]])

    def test_everything_is_explained(self):
        for path, value in every(document["components"]["schemas"]):
            for name, member in value.get("properties", {}).items() if "type" in value else ():
                if name not in ("event", "data"):
                    self.assertIn("description", resolved(member), f"{path}/{name}")
        for path, item in document["paths"].items():
            for operation in item.values():
                self.assertTrue(operation["summary"] and operation["description"], path)

    def test_lists_are_those_of_the_server(self):
        info = program.request("GET", "/v1/info").json
        fields = document["components"]["schemas"]["ClusterForm"]["properties"]
        self.assertEqual(fields["strategy"]["enum"], info["strategies"])
        self.assertEqual(fields["noise"]["enum"], info["noise"])
        # Some describers are there only where they were set up.
        self.assertEqual(set(info["describers"]) - set(fields["describer"]["enum"]), set())
        self.assertEqual(fields["language"]["enum"], info["languages"])
        formats = document["components"]["schemas"]["Image"]["properties"]["format"]["enum"]
        self.assertEqual(set(info["formats"]) - set(formats), set())


    def test_options_are_those_of_the_server(self):
        source = support.read_file(os.path.join(ROOT, "src", "http", "option_fields.c")).decode()
        table = source[source.index("fields[] = {"):]
        rows = table[:table.index("};")]
        names = re.findall(r'^    \{(?:\.name = )?"(\w+)"', rows, re.MULTILINE)
        fields = document["components"]["schemas"]["ClusterForm"]["properties"]
        self.assertEqual(set(fields), {"files", *names})


class Addresses(TestCase):
    def test_are_those_that_the_server_names(self):
        detail = program.request("GET", "/nothing").json["detail"]
        named = set(re.findall(r"\b(GET|POST) (/[a-z0-9./-]*[a-z])", detail))
        self.assertEqual(named, {(method.upper(), path) for path, item in document["paths"].items()
                                 for method in item})

    def test_methods(self):
        for path, item in document["paths"].items():
            known = set(item) | ({"head"} if "get" in item else set())
            for web in (False, True):
                for method in METHODS:
                    answer = program.request(method.upper(), path, web=web)
                    with self.subTest(method=method, path=path, web=web):
                        self.assertNotEqual(answer.status, 404)
                        self.assertEqual(answer.status != 405, method in known)
                        if answer.status == 405:
                            allowed = {one.lower() for one in answer.headers["Allow"].split(", ")}
                            self.assertEqual(allowed, known | {"options"})

    def test_what_is_known_is_not_sent_again(self):
        for path in ("/docs", "/openapi.json"):
            tag = program.request("GET", path).headers["ETag"]
            answer = program.request("GET", path, headers={"If-None-Match": tag})
            self.assertEqual((answer.status, answer.body), (304, b""))

    def test_reference_is_complete(self):
        page = program.request("GET", "/docs")
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        links = re.findall(rb'(?:src|href)="(?!#|data:)([^"]+)"', page.body)
        script = program.request("GET", "/docs/docs.js").body
        links += [b"docs/" + name for name in re.findall(rb'from "\./([^"]+)"', script)]
        self.assertGreater(len(set(links)), 4)
        for web in (False, True):
            for link in links:
                answer = program.request("GET", "/" + link.decode(), web=web)
                self.assertEqual(answer.status, 200, link)
                self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])


def event_schemas():
    """The schema of the data of each event."""
    media = document["paths"]["/v1/cluster"]["post"]["responses"]["200"]["content"]
    events = (one["properties"] for one in resolved(media["text/event-stream"]["schema"])["oneOf"])
    return {event["event"]["const"]: strict(event["data"]["contentSchema"]) for event in events}


class Answers(TestCase):
    def setUp(self):
        self.files = support.samples() + [("notes.txt", b"no image")]

    def test_documents(self):
        for path in ("/v1/info", "/health"):
            answer = program.request("GET", path)
            self.assertEqual(answer.status, 200)
            self.assert_valid(answer.json, answer_schema(path))

    def test_groups(self):
        answer = self.cluster(self.files, path="/cluster-images")
        self.assert_valid(answer.json, answer_schema("/cluster-images", "post"))

    def test_results(self):
        foreign = ("leaf.heic", support.test_image("colour.heic"))
        for options in ((), (("strategy", "hdbscan"), ("min_cluster_size", "2")),
                        (("strategy", "kmeans"), ("clusters", "2")),
                        (("strategy", "agglomerative"), ("distance_threshold", "0.2")),
                        (("strategy", "poc"), ("noise", "group")), (("cluster_name", "text"),),
                        (("granularity", "1"), ("describer", "none")), (("granularity", "-1"),),
                        (("thumbnails", "foreign"), ("noise", "assign")), (("thumbnails", "all"),)):
            with self.subTest(options=options):
                answer = self.cluster(self.files + [foreign], options)
                self.assertEqual(answer.status, 200, answer.body[:500])
                self.assert_valid(answer.json, answer_schema("/v1/cluster", "post"))
                self.assertIsNotNone(answer.json["hierarchy"])

    def test_events(self):
        answer = self.cluster(self.files, accept="text/event-stream")
        self.assertEqual(answer.status, 200)
        events = events_of(answer.body)
        for name, data in events:
            self.assert_valid(data, event_schemas()[name])
        self.assertEqual({name for name, _ in events[:-1]}, {"progress"})
        self.assertEqual(events[-1][0], "result")
        stages = [data["stage"] for _, data in events[:-1]]
        self.assertEqual(list(dict.fromkeys(stages)), ["embedding", "clustering", "describing"])
        last = {data["stage"]: data for _, data in events[:-1]}
        for data in last.values():
            self.assertEqual(data["done"], data["total"])
        plain = self.cluster(self.files).json
        self.assertEqual({**events[-1][1], "timings": None}, {**plain, "timings": None})

    def test_event_of_a_failure(self):
        answer = self.cluster([("notes.txt", b"no image")], accept="text/event-stream")
        name, data = events_of(answer.body)[-1]
        self.assertEqual((name, data["status"]), ("error", 400))
        self.assert_valid(data, event_schemas()["error"])

    def test_problems(self):
        image = self.files[:1]
        for status, answer in (
                ("400", self.cluster([])), ("400", self.cluster([("notes.txt", b"no image")])),
                ("413", self.cluster([("big.png", support.test_image("60000x60000.png"))])),
                ("415", self.cluster([("float.tiff", support.test_image("float.tiff"))])),
                ("415", program.request("POST", "/v1/cluster", b"{}",
                                        {"Content-Type": "application/json"})),
                ("422", self.cluster(image, [("granularity", "2")])),
                ("422", self.cluster(image, [("noise", "group"), ("noise", "group")])),
                ("422", self.cluster(image, [("nonsense", "1")])),
                ("422", self.cluster(image, [("model", "m" * 1025)]))):
            with self.subTest(status=status):
                self.assertEqual(str(answer.status), status, answer.body)
                self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
                self.assertEqual("field" in answer.json, status == "422")
                self.assert_valid(answer.json, answer_schema("/v1/cluster", "post", status,
                                                             "application/problem+json"))


class Generated(TestCase):
    MAX_IMAGES = 3  # in a request: enough to find faults, and leaves time for more requests

    def write_document(self, folder):
        """The document, with what is particular to this server: its model, its describers and its
        limit."""
        described = copy.deepcopy(document)
        schemas = described["components"]["schemas"]
        info = program.request("GET", "/v1/info").json
        model = info["model"]
        options = schemas["ClusterForm"]["properties"]
        options["model"]["enum"] = [model["name"], model["id"]]
        options["describer"]["enum"] = info["describers"]
        for name in ("ClusterForm", "ClusterImagesForm"):
            schemas[name]["properties"]["files"]["maxItems"] = self.MAX_IMAGES
        path = os.path.join(folder, "openapi.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(described, file)
        return path

    def test_no_request_finds_a_fault(self):
        limit = ("--max-images", str(self.MAX_IMAGES))
        with tempfile.TemporaryDirectory() as folder, \
                Server("--log-level", "info", *limit) as server:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join((TOOLS, support.HERE)),
                           "SCHEMATHESIS_HOOKS": "openapi_hooks", "PYTHONDONTWRITEBYTECODE": "1"}
            tool = subprocess.run(
                [sys.executable, "-m", "schemathesis.cli", "run", self.write_document(folder),
                 "--url", f"http://127.0.0.1:{server.port}", "--phases",
                 "examples,coverage,fuzzing", "--checks", ",".join(CHECKS), "--max-examples",
                 str(N_CASES), "--seed", "1", "--generation-database", "none", "--workers", "2",
                 "--request-timeout", str(support.ANSWER_TIMEOUT_S), "--continue-on-failure",
                 "--warnings", "off", "--no-color", "--suppress-health-check", "all"],
                cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                check=False)
            log = server.read_log()
            self.assertEqual(server.stop(), 0, log[-4000:])
        self.assertEqual(tool.returncode, 0, tool.stdout.decode(errors="replace"))
        statuses = collections.Counter(re.findall(r"http: \S+ \S+ (\d{3}) ", log))
        print(f"{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}", end=" ... ")
        self.assertGreater(sum(statuses.values()), MIN_REQUESTS)
        self.assertEqual([status for status in statuses if status >= "499"], [])


if __name__ == "__main__":
    failure = pinned_tools.install(REQUIREMENTS, TOOLS) if support.PROGRAM else None
    if failure:
        print(f"skipped: the tools of tests/requirements.txt cannot be installed: {failure}")
        raise SystemExit(77)
    sys.path.insert(0, TOOLS)
    support.main()
