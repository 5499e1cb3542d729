"""The Desk as a user sees it: what stands there is found by its text, never by its place."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

PATIENCE = 30_000
"""Milliseconds a loaded machine may need for one answer of the server."""
NOISE = (
	"socket.io",  # no realtime server runs beside the tests
	"document.activeElement.select",  # Frappe's grid selects a cell's text a moment after it was left
)
OFFERS_OR_HOLDS = """([field, value]) => field.value === value
	|| [...document.querySelectorAll("[role=listbox] > *")].some((suggestion) => suggestion.offsetParent)"""
"""A link field: suggestions for it are on the screen, or the value stands in it already."""


@dataclass
class Desk:
	"""One user's browser window."""

	page: Page
	base_url: str
	complaints: list[str] = field(default_factory=list)
	"""What the console reported as error."""

	@classmethod
	def login(cls, context: BrowserContext, base_url: str, email: str, password: str) -> "Desk":
		answer = context.request.post(
			f"{base_url}/api/method/login", form={"usr": email, "pwd": password}, timeout=PATIENCE
		)
		assert answer.ok, answer.text()
		context.set_default_timeout(PATIENCE)
		desk = cls(context.new_page(), base_url)
		desk.page.on("console", desk._listen)
		desk.page.on("pageerror", lambda error: desk._note(str(error)))
		return desk

	def _listen(self, message: ConsoleMessage) -> None:
		if message.type == "error":
			self._note(f"{message.text} {message.location.get('url', '')}")

	def _note(self, complaint: str) -> None:
		if not any(noise in complaint for noise in NOISE):
			self.complaints.append(complaint)

	def open(self, doctype: str, name: str = "") -> None:
		"""The form of a document, or the list without a name."""
		self.visit(f"{doctype.lower().replace(' ', '-')}/{name}".rstrip("/"))

	def visit(self, path: str) -> None:
		self.page.goto(f"{self.base_url}/app/{path}")
		self.page.wait_for_load_state("networkidle")

	@property
	def name(self) -> str:
		"""Of the document in the form, once it is saved."""
		self.page.wait_for_function("!location.pathname.includes('/new-')")
		return self.page.evaluate("decodeURIComponent(location.pathname.split('/').pop())")

	@property
	def dialog(self) -> Locator:
		return self.page.locator(".modal.show")

	def button(self, label: str) -> Locator:
		return self.page.get_by_role("button", name=label, exact=True)

	def click(self, label: str) -> None:
		"""A button of the form."""
		self.button(label).click()

	def choose(self, action: str) -> None:
		"""An entry of the form's Actions group, as soon as it is offered."""
		entry = self.page.locator(".inner-group-button:visible .dropdown-item", has_text=action)
		expect(entry).to_be_attached(timeout=PATIENCE)
		self.page.locator(".inner-group-button:visible > button", has_text="Actions").click()
		entry.click()

	def answer(self, label: str) -> None:
		"""A button of the dialog."""
		self.dialog.get_by_role("button", name=label, exact=True).click()

	def tab(self, label: str) -> None:
		self.page.get_by_role("tab", name=label, exact=True).click()

	def fill(self, fieldname: str, value: str, within: Locator | None = None) -> None:
		field = (within or self.page).locator(f"input[data-fieldname={fieldname}]:visible").first
		self._type(field, value)
		field.press("Tab")

	def _type(self, field: Locator, value: str) -> None:
		"""Until it stands there: the Desk selects or renders a field anew some time after it got the focus, maybe between two keys."""
		while field.input_value() != value:
			field.select_text()
			self.page.keyboard.type(value)

	def pick(self, fieldname: str, value: str) -> None:
		"""A document in a link field of the form."""
		self._pick(self.page.locator(f"input[data-fieldname={fieldname}]:visible").first, value)
		self.page.wait_for_function(
			"([field, value]) => cur_frm.doc[field] === value", arg=[fieldname, value]
		)

	def pick_in_dialog(self, fieldname: str, value: str) -> None:
		self._pick(self.dialog.locator(f"input[data-fieldname={fieldname}]"), value)

	def pick_in_row(self, row: Locator, fieldname: str, value: str) -> None:
		row.locator(f"[data-fieldname={fieldname}]").first.click()
		self._pick(row.locator(f"input[data-fieldname={fieldname}]"), value)

	def _pick(self, field: Locator, value: str) -> None:
		"""The first suggestions come before a name is typed; none come where the form has proposed it."""
		suggestions = self.page.locator("[role=listbox]:visible > *")
		field.click()
		self.page.wait_for_function(OFFERS_OR_HOLDS, arg=[field.element_handle(), value])
		if field.input_value() != value:
			field.fill(value)
			suggestions.filter(has_text=value).first.click()

	def add_row(self, table: str) -> Locator:
		"""A new row at the end of one of the dialog's tables."""
		grid = self.dialog.locator(f"[data-fieldname={table}]")
		rows = grid.locator(".grid-body .grid-row")
		before = rows.count()
		grid.get_by_role("button", name="Add Row").click()
		expect(rows).to_have_count(before + 1)
		return rows.last

	def type_in_row(self, row: Locator | str, fieldname: str, value: str) -> None:
		"""One cell of the dialog's tables, as a person fills it by keyboard; a row is found by its item."""
		if isinstance(row, str):
			row = self.dialog.locator(".grid-row", has_text=row).first
		cell, field = (
			row.locator(f"[data-fieldname={fieldname}]").first,
			row.locator(f"input[data-fieldname={fieldname}]"),
		)
		cell.click()
		self.page.wait_for_timeout(500)
		if not field.is_visible():  # the plan came from the server and the table was drawn anew
			cell.click()
		self._type(field, value)
		left = field.element_handle()
		self.page.keyboard.press("Tab")
		self.page.wait_for_function(
			"(left) => document.activeElement !== left && document.activeElement.matches('input, select, textarea, button')",
			arg=left,
		)

	def choose_in_row(self, row: Locator, fieldname: str, value: str) -> None:
		"""One of the answers a cell offers."""
		row.locator(f"[data-fieldname={fieldname}]").first.click()
		row.locator(f"select[data-fieldname={fieldname}]").select_option(value)

	def expect_status(self, status: str) -> None:
		expect(self.page.locator(".page-head:visible .indicator-pill")).to_have_text(status, timeout=PATIENCE)

	def expect_numbers(self, item_code: str, *numbers: str, within: Locator | None = None) -> Locator:
		"""The row of an item in a table of figures, which begin with these."""
		row = (within or self.page).locator("tr:visible", has_text=item_code)
		for position, number in enumerate(numbers):
			expect(row.locator("td.text-right").nth(position)).to_have_text(number, timeout=PATIENCE)
		return row

	def expect_actions(self, *labels: str) -> None:
		"""Exactly these can be chosen from the Actions group."""
		items = self.page.locator(".inner-group-button .dropdown-item:not([aria-disabled])")
		expect(items).to_have_text(list(labels), timeout=PATIENCE)
