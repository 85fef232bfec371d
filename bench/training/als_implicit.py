"""Trains the ALS of `implicit` once on the matrix in a folder; see als-against-implicit.ts.

usage: als_implicit.py FOLDER '{"factors": 128, "iterations": 15, "regularization": 10, "alpha": 200, "seed": 1, "threads": 2}'

Writes the item factors beside the matrix and prints seconds (by the clock and of processors), peak memory and versions as JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

import implicit
import numpy
import scipy
from implicit.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

folder, settings = Path(sys.argv[1]), json.loads(sys.argv[2])
row_starts = numpy.fromfile(folder / "row_starts.u32", dtype=numpy.uint32).astype(numpy.int32)
columns = numpy.fromfile(folder / "columns.u32", dtype=numpy.uint32).astype(numpy.int32)
values = numpy.fromfile(folder / "values.f32", dtype=numpy.float32)
matrix = csr_matrix((values, columns, row_starts), shape=(len(row_starts) - 1, int(columns.max()) + 1))

model = AlternatingLeastSquares(
    factors=settings["factors"],
    iterations=settings["iterations"],
    regularization=settings["regularization"],
    alpha=settings["alpha"],
    random_state=settings["seed"],
    num_threads=settings["threads"],
)
start, cpu_start = time.perf_counter(), time.process_time()
model.fit(matrix, show_progress=False)
seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
model.item_factors.astype(numpy.float32).tofile(folder / "implicit.f32")
versions = f"implicit {implicit.__version__}, numpy {numpy.__version__}, scipy {scipy.__version__}"
print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": peak_mb, "versions": versions}))
