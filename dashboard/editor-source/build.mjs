// Builds the editor into the folder that the dashboard serves, and says there from what it was built.

import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, version as esbuild } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const [into] = process.argv.slice(2);
if (!into) throw new Error("Say the folder to build into: node build.mjs FOLDER");
const monaco = path.join(here, "node_modules", "monaco-editor");

const common = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: into,
  logLevel: "warning",
  legalComments: "none",
  absWorkingDir: here,
};

await rm(into, { recursive: true, force: true });
await mkdir(into, { recursive: true });
await build({
  ...common,
  entryPoints: { editor: "src/main.ts", "editor.worker": "src/worker.ts" },
  loader: { ".ttf": "file" },
  assetNames: "[name]",
});
// Monaco's own words; they have to be there before it is imported.
await build({ ...common, entryPoints: { "words.zh": "monaco-editor/nls/lang/zh-cn" } });
await copyFile(path.join(monaco, "LICENSE"), path.join(into, "LICENSE"));
await copyFile(path.join(monaco, "ThirdPartyNotices.txt"), path.join(into, "ThirdPartyNotices.txt"));
await writeFile(path.join(into, "built-from.json"), `${JSON.stringify(await stamp(), null, 2)}\n`);

async function stamp() {
  const { version } = JSON.parse(await readFile(path.join(monaco, "package.json"), "utf8"));
  const sources = ["package-lock.json", "build.mjs", ...(await readdir(path.join(here, "src"))).map((name) => `src/${name}`)];
  const files = await readdir(into);
  return {
    "monaco-editor": version,
    esbuild,
    sources: await digests(here, sources),
    files: await digests(into, files),
  };
}

async function digests(folder, names) {
  const rows = names.sort().map(async (name) => {
    const bytes = await readFile(path.join(folder, name));
    return [name, createHash("sha256").update(bytes).digest("hex")];
  });
  return Object.fromEntries(await Promise.all(rows));
}
