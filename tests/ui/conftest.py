"""A headless browser on the site under test, logged in as the users of a sample plant."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.http import Server
from tests.ui.desk import Desk

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1440, "height": 900}


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
def desk(browser: Browser, server: Server) -> Iterator[Callable[[str], Desk]]:
	"""`desk("planner")` is that user's window; at the end none of them may have reported an error."""
	opened: list[Desk] = []

	def open_as(role: str, plant: str = "bicycle") -> Desk:
		user = server.plants[plant].users[role]
		context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
		opened.append(Desk.login(context, server.base_url, user.email, user.password))
		return opened[-1]

	yield open_as
	complaints = [complaint for window in opened for complaint in window.complaints]
	for window in opened:
		window.page.context.close()
	assert not complaints
