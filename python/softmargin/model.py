"""Multi-label models in Python: what ``torch.save`` or safetensors hold, scored with the kernels of JavaScript.

``load(path, architecture)`` reads linear and Sequential models without torch. Scores have the bits that the npm package
gives to two rows or more with its plain kernels (those of browsers without relaxed SIMD), whatever rows are scored together.
"""

from __future__ import annotations

import json

import numpy as np

from . import checkpoint
from .architecture import parse
from .layers import Activation, Layer, LayerNorm, Linear
from .wasm import Array, Kernels, kernels

#: Rows of a call, and the most elements of a layer's rows: 16 MB, which the caches of a core mostly hold.
BLOCK_ROWS, BLOCK_ELEMENTS = 4096, 2**22

#: A product of a single row adds in another order, so that one is computed beside a row of zeros.
LEAST_ROWS = 2

_STATES = ("model", "state_dict", "model_state_dict")
_NAMES = ("tags", "labels", "label_names")


class Model:
    """Layers that run one after another, with a threshold for each label. Without any state of an instance: it can be pickled.

    ``thresholds`` is a number or one for each label, 0.5 by default; a label is given where its probability is at least that.
    """

    def __init__(self, layers: list[Layer], thresholds=0.5, label_names: list[str] | None = None):
        if not layers:
            raise ValueError("Model: layers must have at least one layer, but got none")
        for before, after in zip(layers, layers[1:]):
            if before.outputs != after.inputs:
                raise ValueError(
                    f"Model: {before.name or 'the layer'} gives rows of {before.outputs} numbers, "
                    f"but {after.name} takes {after.inputs}"
                )
        self.layers = layers
        self.thresholds = _thresholds(thresholds, self.num_labels)
        if label_names is not None and len(label_names) != self.num_labels:
            raise ValueError(f"Model: label_names must have {self.num_labels} names, but got {len(label_names)}")
        self.label_names = label_names

    @property
    def num_features(self) -> int:
        return self.layers[0].inputs

    @property
    def num_labels(self) -> int:
        return self.layers[-1].outputs

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of the parameters by torch's names."""
        return {name: value.copy() for name, value in self._named()}

    def flat(self) -> np.ndarray:
        """All parameters one after another, float32."""
        values = [value.reshape(-1) for _, value in self._named()]
        return np.concatenate(values) if values else np.empty(0, "f4")

    def set_flat(self, flat: np.ndarray) -> None:
        """The reverse of ``flat``."""
        sizes = sum(value.size for _, value in self._named())
        if flat.shape != (sizes,):
            raise ValueError(f"set_flat: flat must have {sizes} numbers, but has shape {flat.shape}")
        at = 0
        for layer in self.layers:
            for name, value in layer.parameters():
                part = flat[at : at + value.size]
                setattr(layer, name, np.array(part, "f4").reshape(value.shape))
                at += value.size

    def copy(self) -> Model:
        """The same model; ``set_flat`` of one does not change the other."""
        layers = []
        for layer in self.layers:
            same = object.__new__(type(layer))
            same.__dict__.update(layer.__dict__)
            layers.append(same)
        return Model(layers, self.thresholds, self.label_names)

    def logits(self, rows) -> np.ndarray:
        """[rows, labels] of rows [rows, features], float32."""
        return self.runner().logits(rows)

    def probabilities(self, rows) -> np.ndarray:
        """``sigmoid(logits)``."""
        return self.runner().probabilities(rows)

    def labels(self, rows) -> np.ndarray:
        """Whether each label's probability reaches its threshold, bool."""
        return self.runner().probabilities(rows) >= self.thresholds

    def runner(self, rows: int | None = None) -> Runner:
        """The model in this process's linear memory: keep it, if calls are many and small."""
        return Runner(self, kernels(), rows)

    def _named(self):
        for layer in self.layers:
            for name, value in layer.parameters():
                yield (f"{layer.name}.{name}" if layer.name else name), value


class Runner:
    """A model in one instance's memory, with room for a block of rows. ``block`` is how many."""

    def __init__(self, model: Model, k: Kernels, rows: int | None = None):
        self.model, self.k = model, k
        widest = max([model.num_features, *(layer.outputs for layer in model.layers)])
        most = max(LEAST_ROWS, min(BLOCK_ROWS, BLOCK_ELEMENTS // max(widest, 1)))
        self.block = most if rows is None else max(LEAST_ROWS, min(rows, most))
        self.x = k.empty((self.block, model.num_features))
        self.placed = [layer.place(k, self.block) for layer in model.layers]
        self._scores = k.empty((self.block, model.num_labels))

    def load(self) -> None:
        """Takes the model's parameters anew."""
        for layer, placed in zip(self.model.layers, self.placed):
            for (_, value), array in zip(layer.parameters(), placed.parameters):
                np.copyto(array.view(), value)

    def forward(self, x: Array, rows: int) -> Array:
        """The logits of the first rows of an array in linear memory, as ``put`` filled it."""
        for placed in self.placed:
            x = placed.forward(x, max(rows, LEAST_ROWS))
        return x

    def sigmoid(self, logits: Array, rows: int) -> Array:
        self.k.call("sigmoid", x=logits, out=self._scores, length=rows * self.model.num_labels)
        return self._scores

    def logits(self, rows) -> np.ndarray:
        return self._each_block(rows, lambda logits, _: logits)

    def probabilities(self, rows) -> np.ndarray:
        return self._each_block(rows, self.sigmoid)

    def _each_block(self, rows, finish) -> np.ndarray:
        x = checked_rows("rows", rows, self.model.num_features)
        out = np.empty((len(x), self.model.num_labels), "f4")
        for at in range(0, len(x), self.block):
            n = min(self.block, len(x) - at)
            put(self.x, x[at : at + n])
            out[at : at + n] = finish(self.forward(self.x, n), n).view()[:n]
        return out


def put(into: Array, rows: np.ndarray) -> None:
    """Writes rows, and zeros up to the least number of them."""
    view, n = into.view(), len(rows)
    np.copyto(view[:n], rows, casting="unsafe")
    view[n : max(n, LEAST_ROWS)] = 0


def checked_rows(name: str, rows, width: int) -> np.ndarray:
    """A matrix of so many columns that float32 holds: numbers or bools."""
    try:
        x = np.asarray(rows)
    except ValueError:
        raise ValueError(f"{name} must have {width} numbers each, but their lengths differ") from None
    if x.dtype.kind not in "fiub":
        raise TypeError(f"{name} must be numbers, but got {x.dtype}")
    if x.ndim == 1 and x.size == 0:
        x = x.reshape(0, width)
    if x.ndim != 2 or x.shape[1] != width:
        raise ValueError(f"{name} must have shape [rows, {width}], but got {list(x.shape)}")
    return x


def load(path, architecture=None) -> Model:
    """A model from a safetensors file, or a ``.pt`` of ``torch.save`` (torch's or the npm package's).

    The file holds a ``state_dict``, alone or as ``model``, ``state_dict`` or ``model_state_dict`` of a dict; then its
    ``thresholds`` and its ``tags``, ``labels`` or ``label_names`` are the model's. A safetensors file has these as JSON in
    its metadata. ``architecture`` says which layers there are: ``repr(model)``, or a list such as
    ``['Linear', 'LayerNorm', 'GELU', 'Linear']``, where an argument that is not torch's default is written: ``'LayerNorm(32, eps=1e-6)'``.
    The file may name it as ``architecture``; without any it is one Linear.

    CheckpointError for a file that is no such; ValueError for weights that are not those of the architecture.
    """
    content, metadata = checkpoint.read(path)
    state, extra = _parts(content)
    for name in ("architecture", "thresholds", *_NAMES):
        if name in metadata:
            extra[name] = metadata[name]
            if name != "architecture" or metadata[name].lstrip().startswith("["):
                try:
                    extra[name] = json.loads(metadata[name])
                except ValueError:
                    raise checkpoint.CheckpointError(f"the metadata {name} must be JSON, but is {metadata[name]!r}") from None
    if architecture is None:
        architecture = extra.get("architecture")
    layers = _layers(state, architecture)
    names = next((extra[name] for name in _NAMES if isinstance(extra.get(name), (list, tuple))), None)
    thresholds = extra.get("thresholds")
    return Model(layers, 0.5 if thresholds is None else thresholds, None if names is None else [str(name) for name in names])


def _is_state(value) -> bool:
    return isinstance(value, dict) and len(value) > 0 and all(isinstance(each, np.ndarray) for each in value.values())


def _parts(content) -> tuple[dict, dict]:
    if isinstance(content, dict):
        for name in _STATES:
            if _is_state(content.get(name)):
                return dict(content[name]), {str(key): value for key, value in content.items() if key != name}
        if _is_state(content):
            return dict(content), {}
    raise checkpoint.CheckpointError(f"the file holds no state_dict, alone or as {', '.join(_STATES)}")


def _layers(state: dict, architecture) -> list[Layer]:
    modules = list(dict.fromkeys(key.rpartition(".")[0] for key in state))
    if architecture is None:
        if len(modules) != 1 or state.get(f"{modules[0]}.weight".lstrip("."), np.empty(0)).ndim != 2:
            raise ValueError(
                f"load: the file has weights of {', '.join(modules) or 'one layer'}, but not what is between them: "
                "architecture must be repr(model) or a list such as ['Linear', 'ReLU', 'Linear']"
            )
        described = [(modules[0], "Linear", {})]
    else:
        described = parse(architecture)
        described = _with_prefix(described, state)
    left = dict(state)
    layers: list[Layer] = []
    for name, kind, arguments in described:
        width = layers[-1].outputs if layers else None
        layer = _layer(name, kind, arguments, width, left)
        if layer is not None:
            layers.append(layer)
    if left:
        raise ValueError(f"load: the file has {next(iter(left))}, which no layer of the architecture has")
    return layers


def _with_prefix(described, state):
    """A Sequential that is a part of a module has the part's name before its layers' names."""
    own = {name for name, kind, _ in described if kind in ("Linear", "LayerNorm")}
    prefixes = {key[: -len(end)] for key in state for name in own if key.endswith(end := f"{name}.weight".lstrip("."))}
    if any(f"{name}.weight".lstrip(".") in state for name in own):
        return described
    for prefix in sorted(prefixes, key=len):
        if all(key.startswith(prefix) for key in state):
            return [(prefix + name if name else prefix.rstrip("."), kind, given) for name, kind, given in described]
    return described


def _layer(name: str, kind: str, arguments: dict, width: int | None, left: dict) -> Layer | None:
    def take(part: str, needed: bool, dimensions: int) -> np.ndarray | None:
        key = f"{name}.{part}" if name else part
        if key not in left:
            if needed:
                raise ValueError(f"load: the file has no {key}, which {kind} needs")
            return None
        value = left.pop(key)
        if value.dtype.kind not in "f" or value.ndim != dimensions:
            raise ValueError(f"load: {key} must have {dimensions} dimensions of floats, but is {value.dtype}{list(value.shape)}")
        return np.ascontiguousarray(value, "f4")

    if kind == "Linear":
        weight = take("weight", True, 2)
        bias = take("bias", arguments.get("bias") is True, 1)
        said = [arguments.get("out_features", weight.shape[0]), arguments.get("in_features", weight.shape[1])]
        if list(weight.shape) != said:
            raise ValueError(f"load: {name or 'Linear'} has a weight of {list(weight.shape)}, but its architecture says {said}")
        if bias is not None and bias.shape != weight.shape[:1]:
            raise ValueError(f"load: {name or 'Linear'} has {weight.shape[0]} outputs, but its bias has {bias.size} numbers")
        return Linear(name, weight, bias)
    if kind == "LayerNorm":
        weight, bias = take("weight", False, 1), take("bias", False, 1)
        shape = arguments.get("normalized_shape")
        size = (shape[0] if len(shape) == 1 else None) if isinstance(shape, (tuple, list)) else shape
        size = size or (weight.size if weight is not None else width)
        eps = arguments.get("eps", 1e-5)
        if not isinstance(size, int) or not isinstance(eps, (int, float)):
            raise ValueError(f"load: {name or 'LayerNorm'} must be over the last dimension alone, with a number as eps")
        for value in (weight, bias):
            if value is not None and value.size != size:
                raise ValueError(f"load: {name or 'LayerNorm'} is over {size} numbers, but has {value.size} weights")
        return LayerNorm(name, size, float(eps), weight, bias)
    if kind in ("Dropout", "Identity"):
        # In eval mode they change nothing.
        return None
    if width is None:
        raise ValueError(f"load: the first layer must be a Linear or a LayerNorm, which know their width, but is {kind}")
    if kind == "GELU" and arguments.get("approximate", "none") not in ("none", "tanh"):
        raise ValueError(f"load: GELU must have approximate 'none' or 'tanh', but has {arguments['approximate']!r}")
    return Activation(name, width, "GELU tanh" if arguments.get("approximate") == "tanh" else kind)


def _thresholds(given, labels: int) -> np.ndarray:
    values = np.asarray(given, "f4")
    if values.ndim > 1 or (values.ndim == 1 and values.size != labels) or np.isnan(values).any():
        raise ValueError(f"thresholds must be a number or {labels} numbers, but got {given!r}")
    return np.broadcast_to(values, (labels,)).copy()
