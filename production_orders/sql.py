"""What the query builder would render slowly: a list of values as one parameter."""

from collections.abc import Iterable
from typing import Any

from pypika.terms import Term


class Values(Term):
	"""The right-hand side of `isin`, sorted; pypika renders each value of a plain list by itself."""

	def __init__(self, values: Iterable[Any]) -> None:
		super().__init__()
		self.values = tuple(sorted(set(values)))

	def get_sql(self, param_wrapper: Any = None, **kwargs: Any) -> str:
		# An empty list is no SQL; no key of ours is an empty text.
		return param_wrapper.get_sql(param_value=self.values or ("",))
