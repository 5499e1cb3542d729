"""The Desk's JavaScript and styles: bundled from Frappe's sources with npm packages pinned by a lock file."""

import shutil

from sandbox.host.files import link
from sandbox.host.frappe import FRAPPE_PART
from sandbox.host.layout import APPS, FRAPPE, HOST, SITES
from sandbox.host.parts import Part
from sandbox.host.steps import run

RECIPE = HOST / "assets"
PACKAGES = (RECIPE / "package.json", RECIPE / "package-lock.json")
BUNDLER = RECIPE / "build.mjs"
ASSETS = SITES / "assets"
NODE_MODULES = FRAPPE / "node_modules"


def _install_packages() -> None:
	for file in PACKAGES:
		shutil.copy(file, FRAPPE)
	run(
		"npm",
		"ci",
		"--no-audit",
		"--no-fund",
		"--legacy-peer-deps",
		"--ignore-scripts",
		log="npm",
		cwd=FRAPPE,
	)


def _bundle() -> None:
	shutil.copy(BUNDLER, FRAPPE)
	ASSETS.mkdir(parents=True, exist_ok=True)
	link_public("frappe")
	link(FRAPPE / "frappe" / "public" / "node_modules", NODE_MODULES)
	run("node", BUNDLER.name, log="assets", cwd=FRAPPE)


def link_public(app: str) -> None:
	"""Let the web server deliver an app's public files."""
	link(ASSETS / app, APPS / app / app / "public")


PACKAGES_PART = Part(
	name="packages",
	title="npm packages, by lock file",
	made_from=lambda: PACKAGES,
	outputs=(NODE_MODULES,),
	build=_install_packages,
)

ASSETS_PART = Part(
	name="assets",
	title="Desk assets",
	made_from=lambda: (FRAPPE_PART, PACKAGES_PART, BUNDLER),
	outputs=(ASSETS, FRAPPE / "frappe" / "public" / "dist"),
	build=_bundle,
)
