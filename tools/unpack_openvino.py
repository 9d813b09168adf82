#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Take from OpenVINO's wheel what a C program needs: headers, the run-time libraries, the licences.

    unpack_openvino.py WHEEL OUT_DIR

OUT_DIR gets include/, lib/ and licenses/. Of the libraries only those for models in IR and ONNX on
the CPU are taken (93 of 190 MB), and libopenvino_c gets the plain name that a linker looks for
beside it.
"""

import fnmatch
import os
import re
import shutil
import sys
import zipfile

# Pattern of names inside the wheel, the prefix to drop from them, the folder to put them in.
WANTED = (
    ("openvino/include/openvino/c/*", r"^openvino/include/", "include"),
    ("openvino/libs/libopenvino.so.*", r"^openvino/libs/", "lib"),
    ("openvino/libs/libopenvino_c.so.*", r"^openvino/libs/", "lib"),
    ("openvino/libs/libopenvino_ir_frontend.so.*", r"^openvino/libs/", "lib"),
    ("openvino/libs/libopenvino_onnx_frontend.so.*", r"^openvino/libs/", "lib"),
    ("openvino/libs/libopenvino_*_cpu_plugin.so", r"^openvino/libs/", "lib"),
    ("openvino/libs/libtbb.so.*", r"^openvino/libs/", "lib"),
    ("openvino/libs/libtbbmalloc.so.*", r"^openvino/libs/", "lib"),
    ("openvino/libs/libtbbbind_*.so.*", r"^openvino/libs/", "lib"),
    ("openvino/libs/libhwloc.so.*", r"^openvino/libs/", "lib"),
    ("openvino-*.dist-info/licenses/*", r"^openvino-[^/]*/licenses/", "licenses"),
)


def target(name):
    """Return where a member of the wheel goes, relative to OUT_DIR, or None."""
    for pattern, prefix, folder in WANTED:
        if fnmatch.fnmatchcase(name, pattern) and ".." not in name.split("/"):
            return os.path.join(folder, re.sub(prefix, "", name))
    return None


def unpack(wheel_path, out):
    found = set()
    with zipfile.ZipFile(wheel_path) as wheel:
        for name in wheel.namelist():
            path = target(name)
            if path is None or name.endswith("/"):
                continue
            found.add(path.split("/")[0])
            path = os.path.join(out, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with wheel.open(name) as source, open(path, "wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
    if found != {"include", "lib", "licenses"}:
        sys.exit(f"unpack_openvino: {wheel_path} is not laid out as expected")
    for name in os.listdir(os.path.join(out, "lib")):
        if name.startswith("libopenvino_c.so."):
            os.symlink(name, os.path.join(out, "lib", "libopenvino_c.so"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        unpack(*sys.argv[1:])
    except (OSError, zipfile.BadZipFile) as error:
        sys.exit(f"unpack_openvino: {error}")
