# SPDX-License-Identifier: MIT
"""Walks a Keras model's configuration (Sequential, functional, nested, shared) and calls the layer
table for each layer call; knows nothing of archives, leaves each layer to keras_layers.
"""

from ..errors import ModelError, Reason, UnsupportedError
from . import keras_layers
from .builder import Builder
from .keras_layers import operations

CONSTANT = "_CONSTANT_VALUE"  # Keras 2's name for a number in the place of a tensor


def read(config, weights, where, version=""):
    """The Graph of a whole model; config is Keras's serialised model object, version that of the Keras that wrote it."""
    if not isinstance(config, dict) or "class_name" not in config or "config" not in config:
        raise ModelError(f"{where}: configuration has no class_name and config; save the whole model, not its weights")
    if not isinstance(config["config"], (dict, list)):
        raise ModelError(
            f"{where}: configuration is {type(config['config']).__name__}, needs layers; save the model again"
        )
    if version[:2] in ("1.", "2."):
        config = _of_keras_2(config)
    name = config["config"].get("name") if isinstance(config["config"], dict) else None
    walker = _Walker(str(name or "model"), where)
    try:
        outputs = walker.model(config, weights, None)
    except ModelError:  # what follows a layer that is refused need not fit
        if not walker.reasons:
            raise
    if walker.reasons:
        raise UnsupportedError(where, walker.reasons)
    for name, tensor in outputs:
        walker.builder.output(tensor, name)
    return walker.builder.graph


def _of_keras_2(value):
    """The configuration with the activation spelled out that has another meaning since Keras 3."""
    if isinstance(value, dict):
        renamed = {k: _of_keras_2(v) for k, v in value.items()}
        for key in ("activation", "recurrent_activation"):
            if renamed.get(key) == "hard_sigmoid":
                renamed[key] = "hard_sigmoid_of_keras_2"
        return renamed
    return [_of_keras_2(v) for v in value] if isinstance(value, list) else value


class _Walker:
    def __init__(self, name, where):
        self.builder, self.where, self.reasons = Builder(name), where, []
        self.builder.nested = self.model

    def model(self, config, weights, inputs):
        """[(output name, tensor)] of a model called on `inputs` (None: make the graph's inputs)."""
        if config["class_name"] == "Sequential":
            return self._sequential(config["config"], weights, inputs)
        if config["class_name"] in ("Functional", "Model"):
            return self._functional(config["config"], weights, inputs)
        self.reasons.append(
            Reason(
                f"model '{config['config'].get('name')}'",
                f"class {config['class_name']}",
                "needs a Sequential or functional model; rebuild it with the functional API",
            )
        )
        return []

    def _sequential(self, config, weights, inputs):
        layers = config["layers"] if isinstance(config, dict) else config
        x, counts, name = (inputs[0] if inputs else None), {}, "output"
        if x is None:
            x = self._first_input(layers, config)
        for layer in layers:
            if layer["class_name"] == "InputLayer":
                continue
            name = layer["config"]["name"]
            x = self._call(layer, self._weights(weights, layer, counts), [x], {}, name)[0]
        return [(name, x)]

    def _first_input(self, layers, config):
        if not layers:
            raise ModelError(f"{self.where}: the model has no layers, needs at least one")
        first = layers[0]["config"]
        shape = (
            first.get("batch_shape")
            or first.get("batch_input_shape")
            or (config.get("build_input_shape") if isinstance(config, dict) else None)
        )
        if shape is None:
            raise ModelError(f"{self.where}: the first layer has no input shape; build the model before saving")
        name = first["name"] if layers[0]["class_name"] == "InputLayer" else f"{first['name']}_input"
        return self._input(name, shape, first.get("dtype", "float32"))

    def _input(self, name, shape, dtype):
        if isinstance(dtype, dict):
            dtype = dtype["config"]["name"]
        if not dtype.startswith(("float", "mixed", "bfloat")):
            self.reasons.append(
                Reason(f"input '{name}'", f"dtype {dtype}", "needs float32; give the model numbers, not indices")
            )
        if any(n is None for n in shape[1:]):
            raise ModelError(
                f"{self.where}: input '{name}' has shape {tuple(shape)}, needs every size but the batch; fix it in keras.Input"
            )
        if any(not isinstance(n, int) or n < 1 for n in shape[1:]):
            raise ModelError(
                f"{self.where}: input '{name}' has shape {tuple(shape)}, needs whole numbers above 0; save it again"
            )
        return self.builder.input(name, (1, *shape[1:]))

    def _weights(self, weights, layer, counts):
        kind = layer["class_name"]
        index = counts.get(kind, 0)
        counts[kind] = index + 1
        return weights.layer(layer["config"].get("name", layer.get("name")), kind, index)

    def _functional(self, config, weights, inputs):
        layers, counts, known = {}, {}, {}
        for layer in config["layers"]:
            layers[layer["name"]] = (layer, self._weights(weights, layer, counts))
        names = [history[0] for history in _histories(config["input_layers"])]
        for position, name in enumerate(names):
            source = layers[name][0]["config"]
            if inputs is None:
                shape = source.get("batch_shape") or source.get("batch_input_shape")
                known[name, 0, 0] = self._input(name, shape, source.get("dtype", "float32"))
            else:
                known[name, 0, 0] = inputs[position]
        outputs = _histories(config["output_layers"])
        if isinstance(config["output_layers"], dict):
            titles = list(config["output_layers"])
        else:
            titles = [history[0] for history in outputs]
        shift = _call_shifts(layers, outputs)
        self._calls(layers, known, shift)
        return [(t, known[_key(h, shift)]) for t, h in zip(titles, outputs) if _key(h, shift) in known]

    def _calls(self, layers, known, shift):
        """Runs every layer call whose inputs are known until none is left."""
        waiting = [
            (name, index, *_arguments(call))
            for name, (layer, _) in layers.items()
            if layer["class_name"] != "InputLayer"
            for index, call in enumerate(layer.get("inbound_nodes", []))
        ]
        while waiting:
            ready = [w for w in waiting if all(_key(h, shift) in known for h in w[2])]
            if not ready:
                if not self.reasons:
                    raise ModelError(
                        f"{self.where}: layer '{waiting[0][0]}' has inputs that no layer makes; save the model again"
                    )
                return
            for name, index, histories, options in ready:
                layer, weights = layers[name]
                inputs = [known[_key(h, shift)] for h in histories]
                if operations.is_operation(layer):
                    call = _filled(layer["inbound_nodes"][index], lambda h: known[_key(h, shift)])
                    outputs = self._operation(layer, call, inputs, name)
                else:
                    outputs = self._call(layer, weights, inputs, options, name)
                known.update({(name, index, i): tensor for i, tensor in enumerate(outputs)})
            done = {(name, index) for name, index, _, _ in ready}
            waiting = [w for w in waiting if w[:2] not in done]

    def _operation(self, layer, call, inputs, name):
        try:
            return operations.run(self.builder, name, layer, *call)
        except keras_layers.Refused as refused:
            self.reasons.append(refused.reason)
            return inputs[:1]

    def _call(self, layer, weights, inputs, options, name):
        kind = layer["class_name"]
        if kind in ("Sequential", "Functional", "Model"):
            return [tensor for _, tensor in self.model(layer, weights, inputs)]
        if kind not in keras_layers.LAYERS:
            self.reasons.append(keras_layers.refusal(kind, name))
            return [inputs[0]]
        try:
            result = keras_layers.LAYERS[kind](
                self.builder, keras_layers.Layer(name, layer["config"], weights, options), inputs
            )
        except keras_layers.Refused as refused:
            self.reasons.append(refused.reason)
            return [inputs[0]]
        return result if isinstance(result, list) else [result]


def _call_shifts(layers, outputs):
    """{layer: number to subtract from call indices}: a nested model counts its own making as call 0."""
    highest = {}
    histories = [h for layer, _ in layers.values() for c in layer.get("inbound_nodes", []) for h in _arguments(c)[0]]
    for name, index, _ in (tuple(h[:3]) for h in (*histories, *outputs)):
        highest[name] = max(highest.get(name, 0), index)
    calls = {name: len(layer.get("inbound_nodes", [])) or 1 for name, (layer, _) in layers.items()}
    return {name: max(index - calls[name] + 1, 0) for name, index in highest.items()}


def _key(history, shift):
    name, index, tensor = history[:3]
    return name, index - shift.get(name, 0), tensor


def _filled(call, tensor_of):
    """(positional, named) arguments of one inbound node, a tensor in the place of each history."""
    if isinstance(call, dict):  # Keras 3
        return _with_tensors(call.get("args", []), tensor_of), _with_tensors(call.get("kwargs", {}), tensor_of)
    entries = call if isinstance(call[0], (list, tuple)) else [call]
    values = [e[2] if e[0] == CONSTANT else tensor_of(tuple(e[:3])) for e in entries]
    named = {key: _with_histories(value, tensor_of) for key, value in entries[0][3].items() if key != "name"}
    return values if len(values) == 1 else [values], named


def _with_tensors(value, tensor_of):
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return tensor_of(tuple(value["config"]["keras_history"]))
        return {key: _with_tensors(inner, tensor_of) for key, inner in value.items()}
    return [_with_tensors(inner, tensor_of) for inner in value] if isinstance(value, (list, tuple)) else value


def _with_histories(value, tensor_of):
    """Keras 2 writes a tensor among the named arguments as its bare history."""
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        return tensor_of(tuple(value))
    return value


def _histories(value):
    """Keras writes one history bare, several as a list, or a dictionary by name."""
    if isinstance(value, dict):
        return list(value.values())
    return [value] if value and isinstance(value[0], str) else list(value)


def _arguments(call):
    """([keras_history of every tensor argument], call options) of one inbound node."""
    if isinstance(call, dict):  # Keras 3
        found = []
        _collect(call.get("args", []), found)
        options = {k: v for k, v in call.get("kwargs", {}).items() if not _has_tensor(v)}
        _collect([v for v in call.get("kwargs", {}).values() if _has_tensor(v)], found)
        return found, options
    if call and isinstance(call[0], str):  # Keras 2, one input written bare
        call = [call]
    options = call[0][3] if call and len(call[0]) > 3 else {}
    more = [tuple(v) for v in options.values() if isinstance(v, list) and len(v) == 3 and isinstance(v[0], str)]
    return [tuple(entry[:3]) for entry in call if entry[0] != CONSTANT] + more, options


def _has_tensor(value):
    found = []
    _collect(value, found)
    return bool(found)


def _collect(value, found):
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            found.append(tuple(value["config"]["keras_history"]))
            return
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            _collect(item, found)
