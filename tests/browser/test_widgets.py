"""What every widget owes its page: colours, sizes, keys, silence, and numbers without JavaScript."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.hands import numbers
from tests.widget_examples import EXAMPLES
from transformer_lib.widgets import SCRIPT, STYLES, QueryExplorer, SoftmaxExplorer

each_widget = pytest.mark.parametrize("name", EXAMPLES)


@each_widget
@pytest.mark.parametrize("theme", ["", 'data-theme="dark"'], ids=["light", "dark"])
@pytest.mark.parametrize("width", [900, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(show, axe, page, name, theme, width):
    page.set_viewport_size({"width": width, "height": 800})
    show(EXAMPLES[name].make(), theme=theme)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    spilt = "() => [...document.querySelectorAll('.tf-widget *')].filter(e => e.checkVisibility()"
    spilt += " && !e.closest('svg, .tf-status') && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)"
    assert page.evaluate(spilt) == []


@each_widget
def test_nothing_shifts_while_the_page_loads_and_the_first_drawing_is_quick(show, page, name):
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    show(EXAMPLES[name].make())
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") == 0
    assert page.locator("transformer-widget[live]").count() == 1
    expect(page.locator(".tf-fallback")).to_be_hidden()


def test_controls_do_not_move_the_page_below_them(show):
    page = show(EXAMPLES["query"].make(), EXAMPLES["softmax"].make())
    before = page.locator("#after").bounding_box()["y"]
    for name in ("Katze", "die"):
        page.get_by_role("button", name=name).click()
        assert page.locator("#after").bounding_box()["y"] == before
    for row in page.locator("tbody tr").all()[:3]:
        row.hover()
        assert page.locator("#after").bounding_box()["y"] == before


@each_widget
def test_handles_are_large_enough_for_a_finger(show, page, name):
    page.set_viewport_size({"width": 360, "height": 800})
    show(EXAMPLES[name].make())
    for handle in page.locator(".tf-handle .tf-hit").all():
        assert min(handle.bounding_box()["width"], handle.bounding_box()["height"]) >= 32
    for control in page.locator(".tf-widget :is(button, input[type=range], label.tf-check)").all():
        assert min(control.bounding_box()["width"], control.bounding_box()["height"]) >= 24


@each_widget
def test_the_status_says_the_state_once_the_hand_rests(show, name):
    page = show(EXAMPLES[name].make())
    status = page.get_by_role("status")
    expect(status).not_to_contain_text("not loaded yet")  # a trained model comes by itself
    first = status.inner_text()
    assert first
    role, called, key = EXAMPLES[name].change
    page.get_by_role(role, name=called).first.press(key)
    assert status.inner_text() == first
    expect(status).not_to_have_text(first)


def test_two_of_a_kind_keep_to_themselves(show):
    page = show(QueryExplorer([4, 3]), QueryExplorer([4, 3]))
    one, two = page.locator(".tf-widget").all()
    two.get_by_role("button", name="die").click()
    outputs = [numbers(widget.locator("tfoot td").last.inner_text()) for widget in (one, two)]
    assert outputs == [[4.5, 2.5], [-2.0, -3.99]]
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_a_widget_that_is_moved_in_the_page_keeps_its_state(show):
    page = show(QueryExplorer())
    page.get_by_role("button", name="Katze").click()
    page.evaluate(
        "() => { const w = document.querySelector('transformer-widget'); w.remove(); document.body.append(w) }"
    )
    assert page.locator(".tf-widget").count() == 1
    assert numbers(page.locator("tfoot td").last.inner_text()) == [4.5, 2.5]


def test_keys_pressed_in_a_widget_stay_there(show):
    page = show(SoftmaxExplorer())
    page.evaluate("() => { window.heard = 0; addEventListener('keydown', () => window.heard++) }")
    page.get_by_role("slider").first.press("ArrowRight")
    assert page.evaluate("window.heard") == 0


def test_a_widget_shown_twice_follows_its_one_model(show):
    """As in JupyterLab, where two outputs can show one model."""
    page = show(QueryExplorer())
    page.evaluate(
        """() => {
            const el = document.querySelector('main');
            const state = JSON.parse(el.querySelector('transformer-widget').getAttribute('state'));
            const heard = {};
            const tell = (name) => heard['change:' + name]?.forEach((f) => f());
            const model = {
                get: (name) => state[name],
                set: (all) => Object.keys(all).forEach(tell, Object.assign(state, all)),
                on: (name, f) => (heard[name] ??= []).push(f),
                off: (name, f) => (heard[name] = heard[name].filter((g) => g !== f)),
                save_changes() {},
            };
            el.replaceChildren();
            window.stops = [0, 1].map(() => TransformerWidgets.QueryExplorer.render({ model, el }));
            window.left = () => Object.values(heard).flat().length;
        }"""
    )
    one, two = page.locator(".tf-widget").all()
    one.get_by_role("button", name="Katze").click()
    assert numbers(two.locator("tfoot td").last.inner_text()) == [4.5, 2.5]
    page.evaluate("window.stops.forEach((stop) => stop())")
    assert page.evaluate("window.left()") == 0


def test_the_bundle_is_a_module_for_anywidget(show, tmp_path):
    page = show(SoftmaxExplorer())
    view = page.evaluate(
        "(esm) => import(URL.createObjectURL(new Blob([esm], {type: 'text/javascript'})))"
        ".then((module) => typeof module.default.render)",
        SoftmaxExplorer()._esm,
    )
    assert view == "function"


@pytest.mark.parametrize("damage", ["name", "state"])
def test_a_widget_that_cannot_be_drawn_says_so_and_shows_its_numbers(browser: Browser, tmp_path, damage):
    styles = "\n".join(path.read_text() for path in STYLES)
    markup = QueryExplorer().to_html()
    broken = markup.replace("QueryExplorer", "Nonsense", 1) if damage == "name" else markup.replace('"labels"', '"x"')
    path = tmp_path / "page.html"
    path.write_text(f'<meta charset="utf-8"><style>{styles}</style><script>{SCRIPT.read_text()}</script>{broken}')
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    assert page.get_by_text("This figure could not be drawn").is_visible()
    assert page.locator(".tf-fallback").is_visible()
    assert len(errors) == 1
    page.close()


def test_without_javascript_the_numbers_are_there(browser: Browser, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    (tmp_path / "page.html").write_text(f'<meta charset="utf-8">{QueryExplorer().to_html()}')
    page.goto((tmp_path / "page.html").as_uri())
    assert page.get_by_text("output (-2.00, -3.99)").is_visible()
    context.close()


@each_widget
def test_every_control_is_reached_by_tab_and_shows_that_it_is(show, name):
    page = show(EXAMPLES[name].make())
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('role') ?? document.activeElement.tagName"))
        ring = page.evaluate(
            "() => { const at = document.activeElement, hit = at.querySelector('.tf-hit');"
            " return at === document.body"
            " || parseFloat(getComputedStyle(hit ?? at)[hit ? 'strokeWidth' : 'outlineWidth']) }"
        )
        assert ring is True or ring >= 2
    assert reached >= EXAMPLES[name].roles


def test_a_change_is_drawn_within_a_frame(show):
    page = show(EXAMPLES["query"].make(), EXAMPLES["softmax"].make(), EXAMPLES["lines"].make())
    slowest = page.evaluate(
        """() => {
            const time = (act) => {
                const times = Array.from({ length: 21 }, (_, i) => {
                    const start = performance.now();
                    act(i);
                    document.body.getBoundingClientRect(); // and lay it out
                    return performance.now() - start;
                });
                return Math.min(...times); // whatever else the machine is doing
            };
            const handle = document.querySelector('.tf-handle:last-child');
            const range = document.querySelector('input[type=range]');
            const thumbs = document.querySelectorAll('.tf-thumb');
            const key = (i) => new KeyboardEvent('keydown', { key: i % 2 ? 'ArrowUp' : 'ArrowDown' });
            const slide = (i) => { range.value = i % 10; range.dispatchEvent(new Event('input')) };
            return [time((i) => handle.dispatchEvent(key(i))), time(slide), time((i) => thumbs[i].click())];
        }"""
    )
    assert max(slowest) < 16, slowest
