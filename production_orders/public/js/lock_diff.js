// What distinguishes two locks, as a table: on a BOM Lock and before an order is relocked.
frappe.provide("production_orders");

production_orders.lock_diff = function ({ added, removed, changed }) {
	const rows = [
		...added.map((part) => [__("Added"), "green", part, "", amount(part)]),
		...removed.map((part) => [__("Removed"), "red", part, amount(part), ""]),
		...changed.map((change) => [fact(change), "orange", change, shown(change.from), shown(change.to)]),
	];
	if (!rows.length) {
		return `<p class="text-muted">${__("Nothing has changed.")}</p>`;
	}
	return `<div class="table-responsive"><table class="table table-bordered table-sm production-table">
		<thead><tr>
			<th>${__("Item")}</th><th>${__("In BOM")}</th><th>${__("Change")}</th><th>${__("Before")}</th><th>${__("After")}</th>
		</tr></thead>
		<tbody>${rows.map(row_html).join("")}</tbody>
	</table></div>`;
};

function row_html([label, colour, { item_code, item_name, parent_bom }, before, after]) {
	const { link, text } = production_orders;
	return `<tr>
		<td><b>${link("Item", item_code)}</b> <span class="text-muted">${text(item_name)}</span></td>
		<td class="small">${link("BOM", parent_bom)}</td>
		<td><span class="indicator-pill ${colour}">${label}</span></td>
		<td>${before}</td><td>${after}</td>
	</tr>`;
}

function amount({ stock_qty, stock_uom }) {
	return production_orders.qty(stock_qty, stock_uom);
}

// "Quantity", or "Time in mins of Cutting" for a fact of an operation or a scrap row.
function fact({ field, row }) {
	const docfield = frappe.meta.get_docfield("BOM Lock Line", field);
	const label = production_orders.text(__(docfield ? docfield.label : frappe.unscrub(field)));
	return row ? __("{0} of {1}", [label, production_orders.text(row)]) : label;
}

function shown(value) {
	if (value === null || value === "") {
		return "–";
	}
	if (typeof value === "object") {
		const facts = Object.entries(value).filter(([, one]) => one !== null && one !== "");
		return facts.map(([key, one]) => `${__(frappe.unscrub(key))}: ${production_orders.text(one)}`).join("<br>");
	}
	return typeof value === "number" ? production_orders.qty(value) : production_orders.text(value);
}
