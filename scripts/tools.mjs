// What the tests use beside npm packages: real servers, clients and a real browser, from Debian.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Program to find on the path, and the Debian package that brings it. */
export const TOOLS = {
  chromium: "chromium",
  influxd: "influxdb",
  mosquitto: "mosquitto",
  mosquitto_pub: "mosquitto-clients",
  socat: "socat",
};

export const isInstalled = (program) =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

export const missingTools = () => Object.keys(TOOLS).filter((program) => !isInstalled(program));

const packagesOf = (programs) => [...new Set(programs.map((program) => TOOLS[program]))];

export const installCommand = (programs) =>
  `apt-get install --no-install-recommends ${packagesOf(programs).join(" ")}`;

/**
 * Installs what is missing where that surprises nobody: in CI, and as root in a container. On a
 * machine run by systemd Debian would start servers that listen to the whole network, so there the
 * person at the keyboard decides.
 */
export function installTools(programs) {
  const mayInstall =
    process.getuid?.() === 0 &&
    isInstalled("apt-get") &&
    (process.env.CI === "true" || !existsSync("/run/systemd/system"));
  if (!mayInstall || programs.length === 0) return false;
  console.log(`Installing from Debian for the tests: ${packagesOf(programs).join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (...args) =>
    spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] });
  run("update", "-q");
  const packages = packagesOf(programs);
  return run("install", "-y", "-q", "--no-install-recommends", ...packages).status === 0;
}
