"""Faults in the pictures: axes, heights, slopes, scales, descriptions."""

from tests.faults import Fault

PLOTTING, TESTS = "helpers/plotting.py", "tests/test_plotting.py"
FAULTS = [
    Fault(PLOTTING, "if is_crossed(legend, axes.lines)", "if not is_crossed(legend, axes.lines)", f"{TESTS} -k names_stand"),
    Fault(PLOTTING, "axes.bar([str(label) for label in labels], heights,", "axes.bar([str(label) for label in labels], heights[::-1],", TESTS),
    Fault(PLOTTING, "axes.bar([str(label) for label in labels]", "axes.bar([str(label) for label in labels][::-1]", TESTS),
    Fault(PLOTTING, "axes.plot(xs, ys, linestyle=styles", "axes.plot(ys, xs, linestyle=styles", TESTS),
    Fault(PLOTTING, "axes.plot(np.ravel(xs), np.ravel(ys)", "axes.plot(np.ravel(ys), np.ravel(xs)", TESTS),
    Fault(PLOTTING, "_squares(axes, full * values / top, role)", "_squares(axes, full * values.T / top, role)", TESTS),
    Fault(PLOTTING, "        axes.invert_yaxis()\n", "", TESTS),
    Fault(PLOTTING, 'yticklabels=["0", _number(top)]', 'yticklabels=[_number(top), "0"]', TESTS),
    Fault(PLOTTING, "slopes.setdefault((id(parent), key), []).append(slope)", "slopes.setdefault((id(parent), key), []).append(-slope)", TESTS),
    Fault(PLOTTING, "grad {values[key].grad:.3g}", "grad {values[key].data:.3g}", TESTS),
    Fault(PLOTTING, "places |= {key: (-column,", "places |= {key: (column,", TESTS),
    Fault(PLOTTING, 'Largest: {\', \'.join(named[:3])}. Smallest', 'Largest: {\', \'.join(named[-3:])}. Smallest', TESTS),
    Fault(PLOTTING, "lowest {_number(ys[low])}", "lowest {_number(ys[high])}", TESTS),
    Fault(PLOTTING, "        if isinstance(line, mpl.lines.AxLine):", "        if False:", TESTS),
    Fault(PLOTTING, "if _number(ys[low]) == _number(ys[high]):", "if False:", TESTS),
    Fault(PLOTTING, 'axes.set_xscale("log")', 'axes.set_yscale("log")', TESTS),
]
