"""The figures of Bicycle Works that the story counts on; `fixtures/bicycle.py` has the plant itself."""

ITEM = "BICYCLE"
QTY = 50
MATERIALS = (
	"WHEEL",
	"HUB",
	"FRAME",
	"RIM",
	"SPOKE",
	"TYRE",
	"AXLE",
	"BEARING",
	"TUBE",
	"PAINT-RED",
	"SADDLE",
	"BOLT-M5",
	"BRAKE-CABLE",
)
"""Everything below a bicycle."""
SHORTAGES = {"SPOKE": 285.0, "BEARING": 12.0, "TUBE": 55.0}
"""What 50 bicycles lack of the opening stock."""
ARRIVALS = (("SPOKE", 800, 0.13), ("BEARING", 60, 1.20), ("TUBE", 100, 4.45))
"""(item, quantity, rate) that arrives then, dearer than before."""
