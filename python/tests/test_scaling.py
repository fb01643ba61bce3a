"""The program of docs/scaling.md: labels in shards."""

import re
from pathlib import Path

import numpy as np
import pytest
from saved import rows

from softmargin import optim
from softmargin.layers import Linear
from softmargin.model import Model
from softmargin.training import Objective, train
from softmargin.wasm import kernels

pytestmark = pytest.mark.spark


def program(name):
    text = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text()
    found = {}
    exec(re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)[0], found)
    return found[name]


def test_shards_of_labels_are_the_whole(spark):
    import pyarrow as pa

    x, y = rows()
    tags = pa.array([np.flatnonzero(row) for row in y], pa.list_(pa.int64()))
    df = spark.createDataFrame(pa.table({"features": pa.array(list(x), pa.list_(pa.float32())), "tags": tags})).repartition(2)
    found = program("fit_shards")(df, 37, 11, 4, lr=0.01, steps=5)
    zeros = Linear("", np.zeros((11, 37), "f4"), np.zeros(11, "f4"))
    objective = Objective(Model([zeros]), kernels())
    kept = objective.rows()
    kept.add(x, y)
    kept.finish()
    train(objective, kept, optim.Adam(lr=0.01), 5)
    # Steps of 0.01: Adam divides by the size of gradients, so that the number of labels in the mean matters to its eps alone.
    np.testing.assert_allclose(found.flat(), objective.model.flat(), rtol=0, atol=1e-4)
