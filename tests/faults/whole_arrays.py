"""Faults in the engine of arrays, its drawings and the checks of its exercises."""

from tests.faults import Fault

TENSOR, DRAWINGS, CHECKS = "helpers/tensor.py", "helpers/drawings/whole_arrays.py", "helpers/checks/whole_arrays.py"
BOTH = (TENSOR, "chapters/05_whole_arrays.ipynb")
ENGINE, PICTURES = "tests/test_tensor.py tests/test_training.py", "tests/test_drawings_whole_arrays.py"
FORMS = "tests/test_checks_whole_arrays.py"
FAULTS = [
    Fault(TENSOR, "    if np.shape(share) != tensor.shape:", "    if np.size(share) != tensor.data.size:", ENGINE),
    Fault(TENSOR, "got {np.shape(share)}", "got {tensor.shape}", ENGINE),
    Fault(BOTH, "tensor.grad = tensor.grad + share ", "tensor.grad += share ", ENGINE),
    Fault(BOTH, "share if tensor.parents else np.array(share)", "share", ENGINE),
    Fault(BOTH, "            tensor.grad = None   # a leaf", "            pass   # a leaf", ENGINE),
    Fault(BOTH, "grad * (1 - out * out)", "grad * (1 - out)", ENGINE),
    Fault(BOTH, "one_hot.T @ grad.reshape(-1, C)", "(one_hot > 0).T @ grad.reshape(-1, C) / ids.size", ENGINE),
    Fault(BOTH, "(ids < 0) | (ids >= size)", "ids >= size", ENGINE),
    Fault(BOTH, "lambda grad: grad @ y.T)", "lambda grad: (y @ grad.T))", ENGINE),
    Fault(BOTH, "return grad / n * share ", "return grad * share ", ENGINE),
    Fault(BOTH, "share[np.arange(n), targets] -= 1", "share[np.arange(n), targets] -= grad", ENGINE),
    Fault(BOTH, "(*range(n_new), *stretched)", "tuple(range(n_new))", ENGINE),
    Fault(BOTH, "return add(self, -other)", "return add(-self, other)", ENGINE),
    Fault(BOTH, "return np.asarray(a, dtype=b.data.dtype), b.data", "return np.asarray(a), b.data", ENGINE),
    Fault(DRAWINGS, '("B.T", (N, K)), ("gradient of A", (M, K))', '("B.T", (K, N)), ("gradient of A", (M, K))', PICTURES),
    Fault(DRAWINGS, "width, height = columns * side, rows * side", "width, height = rows * side, columns * side", PICTURES),
    Fault(DRAWINGS, "str(columns), ha=", "str(rows), ha=", PICTURES),
    Fault(DRAWINGS, "axes.bar(places + shift, numbers,", "axes.bar(places - shift, numbers,", PICTURES),
    Fault(DRAWINGS, "np.argmin(numbers), np.argmax(numbers)", "np.argmax(numbers), np.argmin(numbers)", PICTURES),
    Fault(CHECKS, "isinstance(answer, np.ndarray) and answer.dtype.kind == \"f\"", "isinstance(answer, np.ndarray)", FORMS),
    Fault(CHECKS, "getattr(each, \"__name__\", each)", "each", FORMS),
]
