"""What docs/scaling.md says, measured: rows per second of a linear model of 300 features and 30 labels.

    python bench/scaling.py one|local[1]|local[2]|cluster [--rows 200000] [--price 0.05] [--only pass|fit] [--exact]

``one`` is this process alone, without Spark; ``cluster`` a standalone master and two workers of one core each, on loopback.
``--price`` is what a core costs an hour, by which rates are costs of a billion rows.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

import logistic_regression as data  # noqa: E402
from softmargin import optim  # noqa: E402
from softmargin.layers import Linear  # noqa: E402
from softmargin.model import Model  # noqa: E402
from softmargin.training import Alone, Objective, train  # noqa: E402
from softmargin.wasm import kernels  # noqa: E402

STEPS = 16


class Timed(optim.Adam):
    """Adam that writes down when each step begins."""

    def __init__(self, log: Path):
        super().__init__(lr=0.01)
        self.log = log

    def step(self, k, flat, evaluate):
        with self.log.open("a") as log:
            log.write(f"{time.time()}\n")
        return super().step(k, flat, evaluate)


def step_of(run) -> tuple[float, float]:
    """Seconds of a step, and of all else."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "times")
        began = time.time()
        run(Timed(log))
        total = time.time() - began
        each = float(np.median(np.diff([float(line) for line in log.read_text().splitlines()])))
    # The loss in the end takes about a step.
    return each, total - (STEPS + 1) * each


class Rates:
    def __init__(self, given, cores: int):
        self.rows, self.price, self.cores = given.rows, given.price, cores

    def say(self, what: str, seconds: float) -> None:
        rate = self.rows / seconds
        # core hours of a billion rows, times what one costs
        cost = 1e9 / rate / 3600 * self.cores * self.price
        print(f"{what:34} {rate / 1e3:8.0f} thousand rows/s   {seconds:6.2f} s   {cost:7.3f} a billion rows", flush=True)


def timed(run, repeat: int = 2) -> float:
    """The shortest time of some."""
    best = float("inf")
    for _ in range(repeat):
        began = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - began)
    return best


class Counting(Alone):
    """Counts what one member would receive and send."""

    def __init__(self):
        self.down = self.up = 0

    def reduce(self, array, operation):
        self.up += array.nbytes
        return array

    def broadcast(self, message):
        self.down += len(message)
        return message


def model() -> Model:
    rng = np.random.default_rng(1)
    weight = rng.normal(0, 0.05, (data.LABELS, data.FEATURES)).astype("f4")
    return Model([Linear("", weight, np.zeros(data.LABELS, "f4"))])


def alone(given) -> None:
    parts = [data.part(min(5000, given.rows - at), at) for at in range(0, given.rows, 5000)]
    rates, tagger = Rates(given, 1), model()
    runner = tagger.runner()
    rates.say("score", timed(lambda: [runner.probabilities(x) for x, _ in parts]))
    objective = Objective(model(), kernels(), given.exact)
    kept = objective.rows()

    def load():
        for x, y in parts:
            kept.add(x, y)
        kept.finish()

    rates.say("rows to linear memory, once", timed(load, 1))
    each, _ = step_of(lambda optimizer: train(objective, kept, optimizer, STEPS))
    rates.say("a step of fit, rows resident", each)
    few, many = Counting(), Counting()
    for group, n in ((few, 1), (many, 3)):
        train(objective, kept, optim.Adam(lr=0.01), n, group)
    down, up = ((b - a) // 2 for a, b in ((few.down, many.down), (few.up, many.up)))
    print(f"{objective.size} parameters: {down} bytes to each task and {up} bytes from it, a step")


def on_spark(given, master: str) -> None:
    from pyspark.sql import SparkSession
    from softmargin.spark import fit, loss_and_gradient, score

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "3g",
        "spark.executor.memory": "2g",
        "spark.log.level": "OFF",
    }
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    builder = SparkSession.builder.master(master).appName("scaling")
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    # Cached rows come from the functions of that file.
    spark.sparkContext.addPyFile(data.__file__)
    try:
        cores = 1 if master == "local[1]" else 2
        df = data.table(spark, given.rows, cores, True)
        rates, tagger = Rates(given, cores), model()
        if given.only in (None, "pass"):
            rates.say("score", timed(lambda: score(df, tagger, keep=[]).write.format("noop").mode("overwrite").save(), 4))
            rates.say("loss_and_gradient", timed(lambda: loss_and_gradient(df, tagger, exact=given.exact), 4))
        if given.only in (None, "fit"):
            for _ in range(2):
                # The first one starts the workers.
                each, rest = step_of(lambda optimizer: fit(df, tagger, optimizer, STEPS, tasks=cores, exact=given.exact))
            rates.say("fit: rows to the tasks, once", rest)
            rates.say("fit: a step, rows resident", each)
    finally:
        spark.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("where", choices=["one", "local[1]", "local[2]", "cluster"])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--only", choices=["pass", "fit"], help="a part of what is measured on Spark")
    parser.add_argument("--labels", type=int, default=data.LABELS, help="with one")
    parser.add_argument("--price", type=float, default=0.05)
    parser.add_argument("--exact", action="store_true")
    given = parser.parse_args()
    data.LABELS = given.labels
    if given.where == "one":
        alone(given)
    elif given.where == "cluster":
        from cluster import Cluster

        with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder), workers=2, cores=1, memory="2g") as cluster:
            on_spark(given, cluster.url)
    else:
        on_spark(given, given.where)


if __name__ == "__main__":
    main()
