"""A headless browser on the site under test, logged in as the users of a sample plant."""

import shutil
from collections.abc import Callable, Iterator

import frappe
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.http import Server
from tests.support.scratch import Scratch
from tests.ui.desk import Desk

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1440, "height": 900}
PASSWORD = "sells-and-plans-2"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
	path = next(filter(None, map(shutil.which, BROWSERS)), None)
	if not path:
		pytest.fail("The tests of the Desk need Chromium. On Debian: apt-get install chromium")
	with sync_playwright() as playwright:
		running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
		yield running
		running.close()


@pytest.fixture
def window(browser: Browser, server: Server) -> Iterator[Callable[[str, str], Desk]]:
	"""`window(email, password)`; at the end none of them may have reported an error."""
	opened: list[Desk] = []

	def open_as(email: str, password: str) -> Desk:
		context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
		opened.append(Desk.login(context, server.base_url, email, password))
		return opened[-1]

	yield open_as
	complaints = [complaint for one in opened for complaint in one.complaints]
	for one in opened:
		one.page.context.close()
	assert not complaints


@pytest.fixture
def desk(window: Callable[[str, str], Desk], server: Server) -> Callable[[str], Desk]:
	"""`desk("planner")` is the window of that user of a plant."""

	def open_as(role: str, plant: str = "bicycle") -> Desk:
		user = server.plants[plant].users[role]
		return window(user.email, user.password)

	return open_as


@pytest.fixture
def desk_with(window: Callable[[str, str], Desk], scratch: Scratch) -> Callable[..., Desk]:
	"""`desk_with("Stock User", …)` is the window of somebody new with these roles."""

	def open_as(*roles: str) -> Desk:
		email = scratch.user(*roles)
		frappe.get_doc("User", email).update({"new_password": PASSWORD}).save()
		frappe.db.commit()
		return window(email, PASSWORD)

	return open_as
