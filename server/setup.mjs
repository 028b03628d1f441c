#!/usr/bin/env node
// Makes sure that this machine has what the project needs, then builds what is generated. Plain Node without packages,
// since it runs before there are any. `--browser` also looks for what only the tests need: Chromium and strace.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stampFile = join(root, "node_modules", ".aftersale-installed");
const started = Date.now();

checkNode();
await installPackages();
if (process.argv.includes("--browser")) await installTools();
await build();

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(
    `Node ${process.versions.node} is too old: install Node 20.19 or newer (nodejs.org, or your system's packages).`,
  );
}

/** `npm ci`, unless the lock file is the one that was installed last and this Node can load what was compiled. */
async function installPackages() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const stamp = createHash("sha256").update(lock).update(process.versions.modules).digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  needCompiler();
  const env = {
    ...process.env,
    // onnxruntime-node's own install script only fetches GPU files from elsewhere; its CPU files are in the package.
    ONNXRUNTIME_NODE_INSTALL: "skip",
    ONNXRUNTIME_NODE_INSTALL_CUDA: "skip",
    npm_config_audit: "false",
    npm_config_fund: "false",
    NODE_ENV: "development",
  };
  // node-gyp would download Node's headers; they are beside the node binary already.
  const prefix = join(dirname(process.execPath), "..");
  if (existsSync(join(prefix, "include", "node", "node.h"))) env.npm_config_nodedir = prefix;
  await step("Installing packages (SQLite and the search index are compiled; 1 to 3 minutes)", "npm", ["ci"], env);
  writeFileSync(stampFile, stamp);
}

function needCompiler() {
  const missing = [
    ["python3", ["--version"]],
    ["make", ["--version"]],
    ["g++", ["--version"]],
  ].filter(([command, args]) => spawnSync(command, args, { stdio: "ignore" }).status !== 0);
  if (missing.length === 0) return;
  const names = missing.map(([command]) => command).join(", ");
  stop(
    `Two packages are compiled on this machine, and it lacks: ${names}. ` +
      "Install python3, make and g++ (Debian, Ubuntu: apt-get install -y python3 make g++; macOS: xcode-select --install).",
  );
}

/** Chromium, which the browser tests drive, and strace, by which one test sees what reaches the disk. */
async function installTools() {
  const isRoot = process.getuid?.() === 0;
  const canInstall = isRoot && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
  const packages = [];
  if (!hasBrowser()) packages.push("chromium", "fonts-dejavu-core");
  // Without it that one test fails, and says why.
  if (canInstall && spawnSync("strace", ["-V"], { stdio: "ignore" }).status !== 0) packages.push("strace");
  if (packages.length === 0) return;
  if (!canInstall) {
    stop(
      "The browser tests need Chromium: install the package `chromium`, or set CHROMIUM_PATH to a Chromium or Chrome.",
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await step("Looking up packages of the system", "apt-get", ["update", "-qq"], env);
  const args = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  await step(`Installing ${packages.join(", ")} for the tests (about 1 minute)`, "apt-get", args, env);
}

function hasBrowser() {
  const found = [
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].find((path) => path !== undefined && existsSync(path));
  return found !== undefined;
}

async function build() {
  mkdirSync(join(root, ".aftersale"), { recursive: true });
  await step(undefined, process.execPath, [join(root, "server", "aftersale.mjs"), "build"], process.env);
}

/** Runs a command, says what it is doing, and shows its output only when it fails (or when it has no title). */
async function step(title, command, args, env) {
  const begun = Date.now();
  if (title !== undefined) process.stderr.write(`… ${title}\n`);
  const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => (title === undefined ? process.stderr.write(chunk) : output.push(chunk)));
  }
  const code = await new Promise((resolve) => {
    child.on("error", (error) => {
      output.push(Buffer.from(String(error)));
      resolve(1);
    });
    child.on("close", resolve);
  });
  if (code !== 0) {
    process.stderr.write(Buffer.concat(output.map((chunk) => Buffer.from(chunk))));
    stop(`${title ?? `${command} ${args.join(" ")}`}: failed with exit code ${code}. The output above says why.`);
  }
  if (title !== undefined) process.stderr.write(`  done in ${((Date.now() - begun) / 1000).toFixed(0)} s\n`);
}

function stop(sentence) {
  process.stderr.write(`\n${sentence}\n(after ${((Date.now() - started) / 1000).toFixed(0)} s)\n`);
  process.exit(1);
}
