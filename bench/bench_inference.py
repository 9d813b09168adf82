#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Images/s of one model under OpenVINO by precision, streams and batch.

GRAPH is a model.xml as tools/setup.sh makes it (input u8, NHWC). Each configuration keeps all its
streams busy with random pixels for --seconds; configurations take turns, --rounds times. "default"
leaves the precision to OpenVINO; batch "any" compiles for batches of any size and sends single
images. Needs Python's openvino and numpy.
"""
import argparse
import os
import time

import numpy
import openvino

from measure import machine, spread


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", metavar="GRAPH")
    parser.add_argument("--precisions", default="default,bf16")
    parser.add_argument("--batches", default="any,1,4,16")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def open_queue(core, graph, precision, streams, threads, batch):
    """A queue of as many inferences as streams, the pixels for one of them, the precision used."""
    model = core.read_model(graph)
    image = [dimension.get_length() for dimension in list(model.input(0).partial_shape)[1:]]
    n_images = 1 if batch == "any" else int(batch)
    model.reshape([-1 if batch == "any" else n_images, *image])
    settings = {"NUM_STREAMS": str(streams), "INFERENCE_NUM_THREADS": str(threads),
                "PERFORMANCE_HINT": "THROUGHPUT", "ENABLE_CPU_PINNING": "NO"}
    if precision != "default":
        settings["INFERENCE_PRECISION_HINT"] = precision
    compiled = core.compile_model(model, "CPU", settings)
    pixels = numpy.random.default_rng(1).integers(0, 256, [n_images, *image], numpy.uint8)
    used = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
    return openvino.AsyncInferQueue(compiled, streams), pixels, used


def images_per_second(queue, pixels, seconds):
    start = time.monotonic()
    count = 0
    while time.monotonic() - start < seconds:
        queue.start_async([pixels])  # waits for a free stream
        count += len(pixels)
    queue.wait_all()
    return count / (time.monotonic() - start)


def main():
    arguments = parse_arguments()
    threads = len(os.sched_getaffinity(0))
    print("machine  " + machine())
    core = openvino.Core()
    print("OpenVINO %s: %s" % (openvino.__version__,
                               " ".join(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))))
    rates = {}
    configurations = [(precision, streams, batch)
                      for precision in arguments.precisions.split(",")
                      for streams in sorted({1, threads})
                      for batch in arguments.batches.split(",")]
    for _ in range(arguments.rounds):
        for configuration in configurations:
            precision, streams, batch = configuration
            queue, pixels, used = open_queue(core, arguments.graph, precision, streams, threads,
                                             batch)
            images_per_second(queue, pixels, arguments.seconds / 4)  # warm
            rates.setdefault((*configuration, used), []).append(
                images_per_second(queue, pixels, arguments.seconds))
    for (precision, streams, batch, used), of_one in rates.items():
        print("%-7s (computes in %s) %d streams, batch %-3s %s images/s" % (
            precision, used, streams, batch, spread(of_one, "%.1f")))


if __name__ == "__main__":
    main()
