"""The kernels in Python against numpy, and calls that the contract forbids."""

import numpy as np
import pytest
import wasmtime

from softmargin.contract import DTYPES, contract_of
from softmargin.wasm import Kernels, kernels, module_bytes


@pytest.fixture
def k():
    return kernels()


def reference_loss(x, y):
    x = x.astype("f8")
    return (np.logaddexp(0, -x) * y + np.logaddexp(0, x) * (1 - y)).mean()


@pytest.mark.parametrize("rows, classes", [(1, 1), (3, 5), (17, 13), (200, 101)])
def test_loss_and_gradient_are_right(k, rows, classes):
    rng = np.random.default_rng(rows)
    x = rng.normal(0, 5, (rows, classes)).astype("f4")
    y = rng.random((rows, classes)) < 0.3
    gradient, out = k.empty((rows, classes)), k.empty(1)
    k.call(
        "multilabel_soft_margin",
        logits=k.array(x),
        targets=k.array(y),
        targets_are_bytes=True,
        gradient=gradient,
        out=out,
        rows=rows,
        classes=classes,
        reduction="mean",
        ignored=float("inf"),
    )
    assert out.view()[0] == pytest.approx(reference_loss(x, y), rel=2e-7)
    expected = (1 / (1 + np.exp(-x.astype("f8"))) - y) / x.size
    np.testing.assert_allclose(gradient.view(), expected, rtol=3e-6, atol=1e-12)


def test_products_are_right(k):
    a, b = (np.random.default_rng(i).normal(size=size).astype("f4") for i, size in enumerate([(37, 70), (21, 70)]))
    out = k.empty((37, 21))
    k.call(
        "gemm", a=k.array(a), b=k.array(b), out=out, workspace=k.workspace(), threads=1, m=37, n=21, k=70, b_transposed=True
    )
    np.testing.assert_allclose(out.view(), a.astype("f8") @ b.T.astype("f8"), rtol=1e-5, atol=1e-5)


def test_every_export_is_in_the_contract():
    module = wasmtime.Module(wasmtime.Engine(), module_bytes())
    assert module.imports == []
    exports = {export.name for export in module.exports}
    assert exports == {"memory", *contract_of(module_bytes())["functions"]}


def test_an_array_that_is_too_short_is_refused(k):
    with pytest.raises(ValueError, match=r"sigmoid: out must have 10 elements \(length\), but has 9"):
        k.call("sigmoid", x=k.array(np.zeros(10, "f4")), out=k.empty(9), length=10)


@pytest.mark.parametrize(
    "arguments, error, sentence",
    [
        ({}, TypeError, r"sigmoid\(\) missing array x"),
        ({"x": 3}, TypeError, "x must be an Array of these kernels, but got int"),
        ({"x": "doubles"}, TypeError, "x must be of float32, but is of float64"),
        ({"x": "floats", "out": "floats", "y": 1}, TypeError, "unexpected argument y"),
        ({"x": "floats", "out": "floats", "length": -1}, ValueError, "length must be from 0 to 4294967295, but got -1"),
        ({"x": "floats", "out": "floats", "length": 0.5}, TypeError, "length must be a whole number, but got 0.5"),
        ({"x": "floats", "out": "floats", "length": 2**32}, ValueError, "length must be from 0"),
        ({"x": "floats", "out": "floats", "length": 2**31}, ValueError, "must have 2147483648 elements"),
        ({"x": "floats", "out": "floats", "length": 4}, ValueError, "out is written, so it must not be x too"),
    ],
)
def test_calls_are_checked_before_they_run(k, arguments, error, sentence):
    arrays = {"floats": k.zeros(4), "doubles": k.zeros(4, "float64")}
    given = {name: arrays.get(value, value) if isinstance(value, str) else value for name, value in arguments.items()}
    with pytest.raises(error, match=sentence):
        k.call("sigmoid", **given)


def test_names_are_checked(k):
    with pytest.raises(AttributeError, match="no kernel nothing"):
        k.call("nothing")
    with pytest.raises(ValueError, match="reduction must be one of none, mean, sum, but got 'max'"):
        k.call("multilabel_soft_margin", reduction="max")
    with pytest.raises(TypeError, match="must be an Array of these kernels"):
        k.call("sigmoid", x=Kernels().zeros(4), out=k.empty(4), length=4)


def test_memory_that_is_not_there_is_refused_and_nothing_is_lost(k):
    kept = k.array(np.arange(5, dtype="f4"))
    for size in (2**30, 2**32, 2**40):
        with pytest.raises(MemoryError, match="linear memory cannot hold"):
            arrays = [k.empty(size) for _ in range(2)]
            del arrays
    np.testing.assert_array_equal(kept.view(), np.arange(5))


def test_memory_is_given_back(k):
    k.zeros(1_000_000)
    before = k._memory.data_len(k._store)
    for _ in range(50):
        k.zeros(1_000_000)
    assert k._memory.data_len(k._store) == before


def test_the_collector_calls_nothing():
    one = Kernels()
    array, raw, calls = one.zeros(1000), one.raw, []
    one.raw = lambda name, *values: calls.append(name) or raw(name, *values)
    # It may come in the middle of another call, or when the instance is gone already.
    del array
    assert calls == []
    one.zeros(1000)
    assert calls == ["free", "allocate"]


def test_a_trap_is_an_error(k):
    one = Kernels()
    with pytest.raises(wasmtime.Trap):
        one.raw("multilabel_soft_margin", *[0] * 9, 99, *[0] * 4)


def test_another_module_is_refused():
    with pytest.raises(ValueError, match="no section softmargin.abi"):
        Kernels(wasmtime.wat2wasm("(module)"))


SIZES = [0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 8, 16, 17, 33, 2**16, 2**31 - 1, 2**31, 2**32 - 1]
NUMBERS = [0, 1, -1, 0.5, 2.5, float("nan"), float("inf"), 1e30, -7, 3]


def hostile(k, rng, name):
    """Arguments of a kernel: arrays mostly as long as they must be, sizes that fit nothing, any contents."""
    arguments, scalars = {}, {}
    for parameter in k.contract["functions"][name]["parameters"]:
        if "array" in parameter or "struct" in parameter:
            continue
        kind = parameter.get("scalar")
        if "code" in parameter:
            codes = len(k.contract["codes"][parameter["code"]]["values"])
            value = int(rng.choice([*range(codes), codes, -1]))
        elif kind in ("f32", "f64"):
            value = float(rng.choice(NUMBERS))
        elif kind == "i32":
            value = int(rng.choice([0, 1, -1, 5, 2**31 - 1, -(2**31)]))
        else:
            value = int(rng.choice(2 if kind == "bool" else SIZES[: 18 if rng.random() < 0.1 else 14]))
        arguments[parameter["name"]] = scalars[parameter["name"]] = value
    for parameter in k.contract["functions"][name]["parameters"]:
        declared = parameter.get("array")
        if declared is None or (declared.get("nullable") and rng.random() < 0.3):
            continue
        factors = k._lengths.factors(name, parameter["name"], declared["shape"], scalars | {"cell": 0})
        length = int(rng.choice(SIZES[:14])) if factors is None else min(int(np.prod(factors, dtype=object)), 100_000)
        length = max(0, length - int(rng.random() < 0.1))
        bytes_of, dtype = k.contract["elements"][declared["element"]][0], DTYPES.get(declared["element"])
        if declared["shape"] is None and rng.random() < 0.5:
            bytes_of, dtype = 4, np.dtype("f4")
        values = np.frombuffer(rng.bytes(length * bytes_of), "u1") if rng.random() < 0.5 else np.zeros(length * bytes_of, "u1")
        arguments[parameter["name"]] = k.array(values if dtype is None else values.view(dtype))
    return arguments


@pytest.mark.parametrize("seed", range(4))
def test_no_call_traps_or_writes_elsewhere_whatever_it_is_given(seed):
    one, rng = Kernels(), np.random.default_rng(seed)
    before, ran = one.array(rng.random(1000)), 0
    kept = before.numpy()
    for name in one.contract["functions"]:
        for _ in range(8):
            try:
                one.call(name, **hostile(one, rng, name))
                ran += 1
            except (ValueError, TypeError, MemoryError) as error:
                assert str(error)
            assert np.array_equal(before.view(), kept), name
    assert ran > 400


@pytest.mark.parametrize(
    "name, arguments, sentence",
    [
        ("add", {"a": 6, "b": 5, "out": 6, "rows": 2, "columns": 3, "a_row_stride": 3, "b_row_stride": 3}, None),
        ("add", {"a": 6, "b": 1, "out": 5, "rows": 2, "columns": 3}, "out must have 6 elements, but has 5"),
        ("add", {"a": 6, "b": 1, "out": 6, "rows": 2, "columns": 3, "a_row_stride": 4, "a_column_stride": 1}, "a must have 7 elements"),
        ("add", {"a": 1, "b": 1, "out": 1, "rows": 1, "columns": 2**31, "a_column_stride": 2}, "a must have 4294967295 elements"),
        ("mse_loss", {"x": 4, "targets": 3, "out": 1, "length": 4, "reduction": "sum"}, "targets must have 4 elements, but has 3"),
        ("mse_loss", {"x": 4, "targets": 4, "out": 3, "length": 4}, "out must have 4 elements"),
        ("gemm", {"a": 4, "b": 4, "out": 4, "workspace": 4, "threads": 1, "m": 2, "n": 2, "k": 2}, "workspace must have"),
        ("gemm", {"a": 4, "b": 4, "out": 4, "workspace": 4, "threads": 2, "m": 2, "n": 2, "k": 2}, "threads must be 1, but got 2"),
        ("multilabel_soft_margin", {"logits": 4, "targets": 4, "reduction": 7}, "reduction must be from 0 to 2, but got 7"),
        ("multilabel_soft_margin", {"logits": 4, "targets_are_bytes": 2}, "targets_are_bytes must be from 0 to 1, but got 2"),
        (
            "multilabel_soft_margin",
            {"logits": 6, "targets": 6, "weight": 4, "weight_rows": 2, "out": 1, "rows": 3, "classes": 2, "reduction": "sum"},
            "weight_rows must be 1 or rows, 3, but got 2",
        ),
        ("sum_axis", {"x": 0, "out": 2, "outer": 2, "axis": 0, "inner": 2**32 - 1}, "sizes 2 x 0 x 4294967295, more than memory holds"),
        ("sigmoid", {"x": 4, "out": 4, "length": float("nan")}, "length must be a whole number, but got nan"),
        ("sigmoid", {"x": 4, "out": 4, "length": float("inf")}, "length must be a whole number, but got inf"),
        ("max_axis", {"x": 0, "out": 2, "outer": 2, "inner": 1}, "axis must be at least 1"),
        ("gather", {"x": 4, "out": 4}, "the length of x cannot be checked here"),
        ("free", {"pointer": 16, "bytes": 4}, "pointer cannot be checked here"),
        ("avg_pool2d", {"x": 4, "out": 4, "dims": 4}, "dims cannot be checked here"),
    ],
)
def test_lengths_and_numbers_that_the_contract_writes_as_formulas(k, name, arguments, sentence):
    arrays = {each["name"] for each in k.contract["functions"][name]["parameters"] if "array" in each}
    given = {key: k.zeros(value) if key in arrays else value for key, value in arguments.items()}
    if sentence is None:
        k.call(name, **given)
        return
    with pytest.raises((ValueError, TypeError), match=sentence):
        k.call(name, **given)


def test_contents_that_are_indices_are_checked(k):
    given = {"x": k.zeros((3, 2)), "out": k.empty(1), "rows": 3, "classes": 2, "reduction": "sum", "ignored": -1}
    k.call("nll_loss", targets=k.array(np.int32([0, 1, -1])), **given)
    with pytest.raises(ValueError, match="targets must be from 0 to below 2, but got 2"):
        k.call("nll_loss", targets=k.array(np.int32([0, 2, 1])), **given)
    codes = {"scores": k.zeros(4), "thresholds": k.zeros(2), "state": k.zeros((2, 4), "float64"), "rows": 2, "labels": 2}
    with pytest.raises(ValueError, match="codes must be from 0 to 2, but got 9"):
        k.call("stat_scores_update", codes=k.array(np.uint8([0, 1, 9, 2])), **codes)
    with pytest.raises(TypeError, match="what state holds cannot be checked here"):
        k.call("random_uniform", state=k.zeros(k.raw("random_state_bytes") // 4, "uint32"), out=k.empty(4), length=4)


def test_an_array_is_one_block_of_its_instance(k):
    import copy
    import pickle

    array = k.zeros(4)
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="an Array is a place in memory"):
            copied(array)
    moved = k.zeros(4)
    address = moved.address
    moved.address += 16
    with pytest.raises(ValueError, match="x is no longer the Array that these kernels made"):
        k.call("sigmoid", x=moved, out=k.zeros(4), length=4)
    moved.address = address
