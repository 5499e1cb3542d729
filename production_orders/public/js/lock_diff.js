// What distinguishes two locks, as a table: on a BOM Lock and before an order is relocked.
frappe.provide("production_orders");

// `known` rows tell the names and units of the items that have changed.
production_orders.lock_diff = function ({ added, removed, changed }, known) {
	const items = Object.fromEntries(known.map((row) => [row.item_code, row]));
	const rows = [
		...added.map((part) => [__("Added"), "green", part, "", amount(part)]),
		...removed.map((part) => [__("Removed"), "red", part, amount(part), ""]),
		...changed.map((change) => changed_row({ ...items[change.item_code], ...change })),
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

function changed_row(change) {
	return [fact(change), "orange", change, shown(change, change.from), shown(change, change.to)];
}

function amount({ stock_qty, stock_uom }) {
	return production_orders.qty(stock_qty, stock_uom);
}

const FACTS = { bom_no: __("BOM"), stock_qty: __("Quantity"), qty_per_unit: __("Quantity per Unit"), stock_uom: __("UOM") };

// "Quantity", or "Time in mins of Cutting" for a fact of an operation or a scrap row.
function fact({ field, row }) {
	const label = production_orders.text(FACTS[field] || __(frappe.unscrub(field)));
	return row ? __("{0} of {1}", [label, production_orders.text(row)]) : label;
}

function shown({ field, stock_uom }, value) {
	if (value === null || value === "") {
		return "–";
	}
	if (field === "stock_qty") {
		return production_orders.qty(value, stock_uom);
	}
	if (typeof value === "object") {
		const facts = Object.entries(value).filter(([, one]) => one !== null && one !== "");
		return facts.map(([key, one]) => `${__(frappe.unscrub(key))}: ${production_orders.text(one)}`).join("<br>");
	}
	return typeof value === "number" ? production_orders.qty(value) : production_orders.text(value);
}
