"""Layers of a model in linear memory: forward in eval mode, and gradients as sums over rows.

The products, their order and their rounding are those of the npm package, so that rows have the bits that they have there.
"""

from __future__ import annotations

import numpy as np

from .wasm import Array, Kernels


class Layer:
    """A layer without parameters. ``width`` is that of its rows."""

    def __init__(self, name: str, width: int):
        self.name, self.inputs, self.outputs = name, width, width

    #: [name, array] of each parameter.
    def parameters(self) -> list[tuple[str, np.ndarray]]:
        return []

    def place(self, k: Kernels, rows: int) -> Placed:
        return Placed(self, k, rows)


class Placed:
    """A layer with its parameters and room for so many rows, in one instance."""

    def __init__(self, layer: Layer, k: Kernels, rows: int):
        self.layer, self.k = layer, k
        self.parameters = [k.array(np.ascontiguousarray(value, "f4")) for _, value in layer.parameters()]
        self.out = k.empty((rows, layer.outputs))
        self.x: Array | None = None
        self._delta: Array | None = None
        self._rows = rows

    @property
    def delta(self) -> Array:
        """The gradient towards the input."""
        if self._delta is None:
            self._delta = self.k.empty((self._rows, self.layer.inputs))
        return self._delta

    def forward(self, x: Array, rows: int) -> Array:
        raise NotImplementedError

    def backward(self, upstream: Array, rows: int, is_first: bool) -> Array | None:
        """The gradient towards the input (None for the first layer, which needs none)."""
        raise NotImplementedError

    def gradients(self, upstream: Array, rows: int) -> list[np.ndarray]:
        """Of each parameter: the sum over rows, as float32 that the kernels added."""
        return []

    def factors(self, upstream: Array, rows: int) -> list[tuple[np.ndarray, np.ndarray | None]]:
        """Of each parameter: the factors whose product its gradient is, [rows, a] and [rows, b]; None for ones."""
        return []


class Linear(Layer):
    """``y = x weightᵀ + bias``."""

    def __init__(self, name: str, weight: np.ndarray, bias: np.ndarray | None):
        self.name, self.weight, self.bias = name, weight, bias
        self.outputs, self.inputs = weight.shape

    def parameters(self):
        return [("weight", self.weight)] + ([] if self.bias is None else [("bias", self.bias)])

    def place(self, k, rows):
        return _Linear(self, k, rows)


class _Linear(Placed):
    def forward(self, x, rows):
        weight, *bias = self.parameters
        self.x = x
        sizes = {"m": rows, "n": self.layer.outputs, "k": self.layer.inputs}
        given = {"a": x, "b": weight, "out": self.out, "bias": bias[0] if bias else None}
        self.k.call("gemm", **given, workspace=self.k.workspace(), threads=1, b_transposed=True, **sizes)
        return self.out

    def backward(self, upstream, rows, is_first):
        if is_first:
            return None
        sizes = {"m": rows, "n": self.layer.inputs, "k": self.layer.outputs}
        given = {"a": upstream, "b": self.parameters[0], "out": self.delta}
        self.k.call("gemm", **given, workspace=self.k.workspace(), threads=1, **sizes)
        return self.delta

    def gradients(self, upstream, rows):
        k, outputs, inputs = self.k, self.layer.outputs, self.layer.inputs
        weight = k.empty((outputs, inputs))
        sizes = {"m": outputs, "n": inputs, "k": rows}
        given = {"a": upstream, "b": self.x, "out": weight}
        k.call("gemm", **given, workspace=k.workspace(), threads=1, a_transposed=True, **sizes)
        if self.layer.bias is None:
            return [weight.numpy()]
        bias = k.empty(outputs)
        k.call("sum_axis", x=upstream, scale=1.0, out=bias, outer=1, axis=rows, inner=outputs)
        return [weight.numpy(), bias.numpy()]

    def factors(self, upstream, rows):
        g = upstream.view()[:rows]
        return [(g, self.x.view()[:rows])] + ([] if self.layer.bias is None else [(g, None)])


class LayerNorm(Layer):
    """Over the last dimension."""

    def __init__(self, name: str, width: int, eps: float, weight: np.ndarray | None, bias: np.ndarray | None):
        super().__init__(name, width)
        self.eps, self.weight, self.bias = eps, weight, bias

    def parameters(self):
        named = [("weight", self.weight), ("bias", self.bias)]
        return [(name, value) for name, value in named if value is not None]

    def place(self, k, rows):
        return _LayerNorm(self, k, rows)


class _LayerNorm(Placed):
    def __init__(self, layer, k, rows):
        super().__init__(layer, k, rows)
        self.statistics = k.empty((rows, k.raw("layer_norm_fields")))
        placed = dict(zip([name for name, _ in layer.parameters()], self.parameters))
        self.weight, self.bias = placed.get("weight"), placed.get("bias")

    def forward(self, x, rows):
        self.x = x
        given = {"x": x, "weight": self.weight, "bias": self.bias, "out": self.out, "statistics": self.statistics}
        self.k.call("layer_norm", **given, eps=self.layer.eps, rows=rows, length=self.layer.inputs)
        return self.out

    def backward(self, upstream, rows, is_first):
        if is_first:
            return None
        given = {"upstream": upstream, "x": self.x, "weight": self.weight, "statistics": self.statistics}
        self.k.call("layer_norm_backward", **given, gradient=self.delta, rows=rows, length=self.layer.inputs)
        return self.delta

    def gradients(self, upstream, rows):
        if self.weight is None:
            return []
        length = self.layer.inputs
        weight, bias = self.k.empty(length), self.k.empty(length)
        given = {"upstream": upstream, "x": self.x, "statistics": self.statistics}
        into = {"weight_gradient": weight, "bias_gradient": bias}
        self.k.call("layer_norm_backward_affine", **given, **into, rows=rows, length=length)
        return [weight.numpy()] + ([] if self.bias is None else [bias.numpy()])

    def factors(self, upstream, rows):
        if self.weight is None:
            return []
        # The normalised rows: by themselves, element by element, so that they do not depend on other rows.
        mean, low, inverse = self.statistics.view()[:rows].astype("f8").T[:, :, None]
        normalised = (self.x.view()[:rows] - mean - low) * inverse
        product = upstream.view()[:rows] * normalised
        return [(product, None)] + ([] if self.bias is None else [(upstream.view()[:rows], None)])


class Activation(Layer):
    """An elementwise function."""

    #: Kernels forward and backward, and whether the gradient is computed from the input or the output.
    KERNELS = {
        "ReLU": ("relu", "relu_backward", "output"),
        "Tanh": ("tanh", "tanh_backward", "output"),
        "Sigmoid": ("sigmoid", "sigmoid_backward", "output"),
        "GELU": ("gelu", "gelu_backward", "input"),
        "GELU tanh": ("gelu_tanh", "gelu_tanh_backward", "input"),
    }

    def __init__(self, name: str, width: int, kind: str):
        super().__init__(name, width)
        self.kind = kind

    def place(self, k, rows):
        return _Activation(self, k, rows)


class _Activation(Placed):
    def forward(self, x, rows):
        self.x = x
        kernel = Activation.KERNELS[self.layer.kind][0]
        self.k.call(kernel, x=x, out=self.out, length=rows * self.layer.inputs)
        return self.out

    def backward(self, upstream, rows, is_first):
        if is_first:
            return None
        _, kernel, saves = Activation.KERNELS[self.layer.kind]
        saved = self.x if saves == "input" else self.out
        length = rows * self.layer.inputs
        self.k.call(kernel, upstream=upstream, saved=saved, gradient=self.delta, length=length)
        return self.delta
