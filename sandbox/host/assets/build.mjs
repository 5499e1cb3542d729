// Bundles Frappe's Desk: every `*.bundle.*` file below its public folder, hashed by content, listed in assets.json.
// Run inside apps/frappe of a bench.
import esbuild from "esbuild";
import fs from "fs";
import path from "path";
import * as sass from "sass";
import { pathToFileURL } from "url";
import vue from "esbuild-plugin-vue3";

const APP = path.resolve("frappe");
const MODULES = path.resolve("node_modules");
const ASSETS = path.resolve("../../sites/assets");
const LOAD_PATHS = [MODULES, path.dirname(APP)];
const INLINE = [".png", ".svg", ".woff", ".woff2", ".ttf", ".eot", ".gif"];

// An HTML file is a client-side template, registered under its name.
const templates = {
	name: "templates",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, ({ path: file }) => {
			const name = path.basename(file).split(".")[0];
			const markup = JSON.stringify(fs.readFileSync(file, "utf8"));
			return { contents: `frappe.templates["${name}"] = ${markup};` };
		});
	},
};

// What the web server delivers stays a reference; `~` means a package from node_modules.
const references = {
	name: "references",
	setup(build) {
		build.onResolve({ filter: /^\/assets\// }, ({ path: url }) => ({ path: url, external: true }));
		build.onResolve({ filter: /^~/ }, ({ path: url, resolveDir, kind }) =>
			build.resolve(url.slice(1), { resolveDir, kind })
		);
	},
};

const styles = {
	name: "styles",
	setup(build) {
		build.onLoad({ filter: /\.scss$/ }, ({ path: file }) => ({
			contents: compileStyle(file),
			loader: "css",
			resolveDir: path.dirname(file),
		}));
	},
};

function compileStyle(file) {
	const findFileUrl = (url) =>
		url.startsWith("~") ? pathToFileURL(path.join(MODULES, url.slice(1))) : null;
	return sass.compile(file, {
		loadPaths: LOAD_PATHS,
		importers: [{ findFileUrl }],
		quietDeps: true,
		logger: sass.Logger.silent,
	}).css;
}

function findBundles() {
	return fs
		.readdirSync(APP, { recursive: true })
		.filter((file) => /\.bundle\.(js|ts|scss|css)$/.test(file))
		.map((file) => path.join(APP, file));
}

// js/desk.bundle, css/desk.bundle: the folder and name a bundle is delivered under, without its hash.
function targetOf(file) {
	const folder = /\.s?css$/.test(file) ? "css" : "js";
	return `${folder}/${path.basename(file).replace(/\.\w+$/, "")}`;
}

function list(outputs) {
	const urls = {};
	for (const [output, { entryPoint, cssBundle }] of Object.entries(outputs)) {
		if (!entryPoint) continue;
		const target = path.basename(targetOf(entryPoint));
		const url = (file) => "/assets/" + path.relative(ASSETS, path.resolve(file));
		urls[target + path.extname(output)] = url(output);
		if (cssBundle) urls[target + ".css"] ??= url(cssBundle);
	}
	return urls;
}

const { metafile } = await esbuild.build({
	entryPoints: Object.fromEntries(findBundles().map((file) => [targetOf(file), file])),
	outdir: path.join(ASSETS, "frappe/dist"),
	entryNames: "[dir]/[name].[hash]",
	bundle: true,
	minify: true,
	metafile: true,
	target: "es2018",
	logLevel: "error",
	nodePaths: LOAD_PATHS,
	define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
	loader: Object.fromEntries(INLINE.map((extension) => [extension, "dataurl"])),
	plugins: [templates, references, styles, vue()],
});
fs.writeFileSync(path.join(ASSETS, "assets.json"), JSON.stringify(list(metafile.outputs), null, "\t"));
fs.writeFileSync(path.join(ASSETS, "assets-rtl.json"), "{}");
