# SPDX-License-Identifier: Apache-2.0
"""The domain is pure: beside itself and base/ it calls nothing but memory, text and mathematics."""
import os
import pathlib
import re
import subprocess
import sys
import unittest

BUILD = pathlib.Path(os.environ["ICA_TEST_PROGRAM"]).parent.parent
ALLOWED = re.compile(
    r"^(malloc|calloc|realloc|free|mem(cpy|set|cmp|chr|move)|str[a-z]+|v?snprintf|qsort|bsearch|"
    r"sqrtf?|fmaxf?|fminf?|expf?|logf?|log1p|pow|cbrtf?|atan2|log2|floorf?|lrintf?|nearbyint|nextafterf|round|"
    r"__(stack_chk_fail|[a-z]+_chk|cpu_model|cpu_indicator_init|cpu_features2|popcountdi2|assert_fail)|"
    r"__isoc\w+|_GLOBAL_OFFSET_TABLE_)$")


def symbols(library, *options):
    listing = subprocess.run(["nm", *options, library], check=True, capture_output=True, text=True)
    return {line.split()[-1].split("@")[0] for line in listing.stdout.splitlines()
            if line and not line.endswith(":")}


class Layers(unittest.TestCase):
    def test_domain_calls_nothing_impure(self):
        domain = BUILD / "src" / "libica_domain.a"
        base = BUILD / "src" / "libica_base.a"
        known = symbols(domain, "--defined-only") | symbols(base, "--defined-only")
        outside = {s for s in symbols(domain, "--undefined-only") - known if not ALLOWED.match(s)}
        self.assertEqual(outside, set())
        files = {s for s in symbols(domain, "--undefined-only") if s.startswith("ica_file_")}
        self.assertEqual(files, set())


if __name__ == "__main__":
    if os.environ.get("ICA_TEST_SANITIZE"):
        print("skipped: sanitizers add symbols of their own")
        sys.exit(77)
    unittest.main()
