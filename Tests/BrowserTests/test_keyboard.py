"""The core path by keyboard alone."""

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from installation import PASSWORD, wait_until

SYNC = "/tenants/acme/active-directory-sync"


def send(browser, *keys):
    ActionChains(browser.driver).send_keys(*keys).perform()


def focused(browser):
    return browser.driver.switch_to.active_element


def tab_to(browser, is_it, backwards: bool = False, most: int = 400):
    """Presses Tab until the focus is where it should be; each stop on the way must be visible."""
    for _ in range(most):
        if backwards:
            ActionChains(browser.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
        else:
            send(browser, Keys.TAB)
        element = focused(browser)
        if element.tag_name != "body":
            assert_visible(browser, element)
        if is_it(element):
            return element
    raise AssertionError(f"not reached with {most} presses of Tab")


def assert_visible(browser, element):
    """The focus shows, and nothing lies over it (WCAG 2.4.7 and 2.4.11)."""
    shows, is_hidden = browser.driver.execute_script("""
        const element = arguments[0], style = getComputedStyle(element), box = element.getBoundingClientRect();
        const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        const points = [0.1, 0.5, 0.9].flatMap((x) => [0.15, 0.5, 0.85].map((y) =>
            document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)));
        return [ring, points.every((found) => !found || !(found === element || element.contains(found) || found.contains(element)))];
        """, element)
    what = element.get_attribute("outerHTML")[:120]
    assert shows, f"no ring around {what}"
    assert not is_hidden, f"something lies over {what}"


def test_the_first_stop_skips_to_the_content(browser):
    browser.sign_in("acme", "maria")
    browser.open(SYNC)
    skip = tab_to(browser, lambda element: element.tag_name == "a")
    assert skip.text == "Skip to the content" and skip.location["y"] >= 0
    send(browser, Keys.ENTER)
    assert focused(browser).get_attribute("id") == "content"
    link = tab_to(browser, lambda element: element.tag_name in ("a", "button", "input"))
    assert browser.one("main").get_attribute("id") == "content" and link in browser.all("main *"), "not in the head again"


def test_sign_in_filter_unlink_and_sign_out_by_keyboard(browser):
    browser.open("/sign-in")
    tab_to(browser, lambda element: element.get_attribute("name") == "tenant")
    send(browser, "acme", Keys.TAB, "maria", Keys.TAB, PASSWORD)
    browser.leave(lambda: send(browser, Keys.ENTER))
    assert browser.path == SYNC

    # Arrow keys look through the choices, and nothing happens before Apply.
    tab_to(browser, lambda element: element.get_attribute("name") == "filter")
    send(browser, Keys.ARROW_DOWN)
    assert browser.query == ""
    tab_to(browser, lambda element: element.get_attribute("name") == "search")
    send(browser, "oevans")
    browser.leave(lambda: send(browser, Keys.ENTER))
    assert "filter=matched" in browser.query and browser.column("login") == ["oevans"]

    tab_to(browser, lambda element: element.get_attribute("name") == "row")
    send(browser, Keys.SPACE)
    tab_to(browser, lambda element: element.text == "Unlink selected…")
    browser.leave(lambda: send(browser, Keys.ENTER))
    tab_to(browser, lambda element: element.text == "Unlink")
    browser.leave(lambda: send(browser, Keys.ENTER))
    assert browser.told == "1 user is unlinked."

    tab_to(browser, lambda element: element.text == "Sign out")
    browser.leave(lambda: send(browser, Keys.ENTER))
    assert browser.path == "/sign-in"


def test_every_stop_of_a_full_table_is_visible_though_the_head_and_the_bar_stick(browser):
    browser.sign_in("acme", "maria")
    browser.open(SYNC)
    browser.set_screen(1280, 700)
    browser.tick(browser.one("tbody input[name=row]"))
    tab_to(browser, lambda element: element.text == "Unlink selected…")
    tab_to(browser, lambda element: element.get_attribute("name") == "filter", backwards=True)


def test_the_focus_stays_on_the_drop_down_that_filtered(browser):
    browser.sign_in("acme", "maria")
    field = browser.field("filter")
    field.click()
    send(browser, Keys.ESCAPE)
    browser.choose("filter", "Matched")
    wait_until(lambda: focused(browser).get_attribute("name") == "filter", "the focus is back")
