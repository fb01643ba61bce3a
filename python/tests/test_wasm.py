"""The kernels in Python against numpy, and calls that the contract forbids."""

import numpy as np
import pytest
import wasmtime

from softmargin.contract import contract_of
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
