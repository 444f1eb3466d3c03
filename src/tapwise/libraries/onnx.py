"""ONNX: a model of one operator, run by ONNX Runtime on one sample and one channel."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.libraries.library import Array, Call, Library, each, found

_OPSET, _IR = 17, 9  # old enough for every runtime of these years


def _operator(name: str) -> Call:
    def call(x: Array, h: Array, **options: Any) -> Array:
        attributes = {
            option: each(value, x.ndim) if option in ("strides", "dilations", "output_padding") else value
            for option, value in options.items()
            if value is not None
        }
        settings = found("onnxruntime.SessionOptions")()
        settings.log_severity_level = 4
        settings.intra_op_num_threads = 1
        session = found("onnxruntime.InferenceSession")(
            _model(name, x, h, attributes), settings, providers=["CPUExecutionProvider"]
        )
        return np.asarray(session.run(None, {"x": x[None, None], "w": h[None, None]})[0][0, 0])

    return call


def _model(name: str, x: Array, h: Array, attributes: dict[str, Any]) -> bytes:
    helper = found("onnx.helper")

    def value(label: str, dtype: Any, shape: Any) -> Any:
        return helper.make_tensor_value_info(label, helper.np_dtype_to_tensor_dtype(dtype), shape)

    graph = helper.make_graph(
        [helper.make_node(name, ["x", "w"], ["y"], **attributes)],
        name,
        [value("x", x.dtype, (1, 1, *x.shape)), value("w", h.dtype, (1, 1, *h.shape))],
        [value("y", x.dtype, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
    serialized: bytes = model.SerializeToString()
    return serialized


LIBRARY = Library(
    {"onnxruntime": "onnxruntime", "onnx": "onnx"},
    {f"onnx.{name}": _operator(name) for name in ("Conv", "ConvTranspose")},
)
