import io
import sys
from types import SimpleNamespace

import pytest

from transformer_lib import progress
from transformer_lib.progress import LossPlot, ProgressBar, in_notebook


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def notebook(monkeypatch):
    """What IPython shows in a kernel, as a list: a figure that is replaced stands there once."""
    shown = []

    def display(figure, display_id):
        place = len(shown)
        shown.append(figure)
        return SimpleNamespace(update=lambda new: shown.__setitem__(place, new))

    shell = SimpleNamespace(has_trait=lambda name: name == "kernel")
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell, version_info=(9, 0)))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    return shown


def test_a_plain_python_is_no_notebook_and_a_terminals_ipython_is_none(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not in_notebook()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert not in_notebook()
    shell = SimpleNamespace(has_trait=lambda name: False)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert not in_notebook()


def test_a_kernel_is_a_notebook(notebook):
    assert in_notebook()


def test_the_bar_counts_on_from_where_a_run_was_resumed(monkeypatch):
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    bar = ProgressBar(7)
    for step in range(3, 7):
        bar(step, 2.0 - step / 8)
    last = screen.getvalue().split("\r")[-1]
    assert "7/7" in last
    assert "loss 1.250" in last
    assert screen.getvalue().index("\n") == len(screen.getvalue()) - 1, "closed at the end alone"


@pytest.mark.usefixtures("notebook")
def test_a_notebook_has_a_bar_though_it_is_no_terminal(capsys):
    bar = ProgressBar(2)
    for run in (1, 2):
        for step in range(2):
            bar(step, 1.0)
        written = capsys.readouterr().err
        assert "2/2" in written.split("\r")[-1]
        assert written.count("100%") == 1, f"run {run} has a bar of its own"


def test_the_bar_writes_nothing_into_a_file(capsys):
    bar = ProgressBar(2)
    bar(0, 1.0)
    bar(1, 1.0)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("watch", [ProgressBar, LossPlot])
def test_only_the_first_process_shows_anything(watch, monkeypatch, notebook):
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    monkeypatch.setattr(progress, "processes", lambda: (1, 2))
    watch(1)(0, 1.0)
    assert screen.getvalue() == ""
    assert notebook == []


@pytest.mark.slow
def test_the_plot_is_redrawn_in_place_when_it_is_time_and_at_the_end(notebook, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    plot, drawn = LossPlot(5), []  # two seconds between two drawings
    for step, now[0] in enumerate([10.0, 11.9, 12.0, 12.1, 12.2]):
        plot(step, 3.0 - step / 4)
        drawn.append(repr(notebook[0]))
    assert len(notebook) == 1
    assert [int(text.split()[-1].rstrip(".")) for text in drawn] == [0, 0, 2, 2, 4]
    assert drawn[-1] == "Figure: Loss in nats per token: 3.00 in step 0, 2.00 in step 4."


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(("n", "marker", "last"), [(1, ".", 1), (3, "", 2)], ids=["one step", "more"])
def test_the_plot_has_room_for_all_steps_and_a_dot_where_there_is_no_line(n, marker, last, monkeypatch):
    monkeypatch.setattr(progress, "ThemedFigure", lambda drawing, alt: drawing)
    plot = LossPlot(n)
    for step in range(n):
        plot(step, 2.0)
    (axes,) = plot.figure().axes
    assert axes.lines[0].get_marker() == marker
    assert axes.get_xlim() == (0, last)
    assert axes.get_ylim()[0] == 0


def test_without_a_notebook_the_plot_keeps_the_losses_and_can_be_asked_for():
    plot = LossPlot(3)
    with pytest.raises(ValueError, match="losses must hold at least one step"):
        plot.figure()
    for step, loss in enumerate([2.0, 1.5, 1.0]):
        plot(step, loss)
    assert plot.losses == [(0, 2.0), (1, 1.5), (2, 1.0)]
    figure = plot.figure()
    assert ">loss (nats per token)</text>" in figure.svg
    assert repr(figure) == "Figure: Loss in nats per token: 2.00 in step 0, 1.00 in step 2."
