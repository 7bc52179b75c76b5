/** Bundles the widgets into the Python package. The same sources give the same bytes. */
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../../planning_kit/forms/static");
mkdirSync(out, { recursive: true });

const common = {
  absWorkingDir: here,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};
const result = await build({
  ...common,
  entryPoints: { widgets: "src/index.ts" },
  bundle: true,
  format: "esm",
  outdir: out,
  write: false,
  metafile: true,
});
const hash = createHash("sha256");
for (const file of result.outputFiles) {
  writeFileSync(join(out, file.path.endsWith(".css") ? "widgets.css" : "widgets.js"), file.contents);
  hash.update(file.contents);
}
const shim = readFileSync(join(here, "src/shim.js"), "utf8").replace("__BUNDLE__", hash.digest("hex").slice(0, 16));
writeFileSync(join(out, "shim.js"), shim);

/** The licences of everything that went into the bundle. */
const inside = new Set();
for (const [file, used] of Object.entries(
  Object.values(result.metafile.outputs).reduce((all, o) => ({ ...all, ...o.inputs }), {}),
)) {
  const name = file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (name && used.bytesInOutput) inside.add(name);
}
const texts = [...inside].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder)
    .sort()
    .find((f) => /^(licen[cs]e|copying)/i.test(f));
  const text =
    file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8").trim() : `Licence: ${license}`;
  return `${name} ${version} (${license})\n\n${text}`;
});
writeFileSync(
  join(out, "LICENSES.txt"),
  `widgets.js contains these packages:\n\n${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`,
);
for (const file of result.outputFiles)
  console.log(file.path.replace(/.*\//, ""), (file.contents.length / 1024).toFixed(0), "kB");
