# SPDX-License-Identifier: Apache-2.0
"""llama.cpp's server with the files of caption_model.py, until it is killed: FOLDER KEY SIGHT. Without
SIGHT ("blind") it is given no image encoder."""

import os
import sys
import time

import xllamacpp


def main(folder, key, sight):
    settings = xllamacpp.CommonParams()
    settings.model.path = os.path.join(folder, "model.gguf")
    if sight != "blind":
        settings.mmproj.path = os.path.join(folder, "mmproj.gguf")
    settings.mmproj_use_gpu = False
    settings.n_gpu_layers = 0
    settings.cpuparams.n_threads = 1
    settings.n_parallel = 2
    settings.n_ctx = 4096
    settings.warmup = False
    settings.api_keys = [key]
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:4])
