/** Where boards could find this hub: its IPv4 addresses, the likeliest first. */

/** As `networkInterfaces()` of `node:os` tells them. */
export type Interfaces = {
  readonly [name: string]:
    | readonly { readonly address: string; readonly family: string; readonly internal: boolean }[]
    | undefined;
};

/** Bridges of containers and virtual machines, tunnels: a board on the Wi-Fi is behind none of them. */
const VIRTUAL =
  /^(br-|cni|docker|flannel|lxc|podman|tailscale|tap|tun|utun|vbox|veth|virbr|vmnet|wg|zt)/;

/** RFC 1918 §3: a home or a workshop has one of these. */
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;

/** RFC 3927 §2.1: nobody gave the machine an address, so it made one up. */
const MADE_UP = /^169\.254\./;

export const addressesOf = (interfaces: Interfaces): readonly string[] => {
  const found = Object.entries(interfaces).flatMap(([name, entries]) =>
    (entries ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal)
      .map(({ address }) => ({ address, doubts: doubtsOn(name, address) })),
  );
  const sorted = found.toSorted((a, b) => a.doubts - b.doubts);
  return [...new Set(sorted.map(({ address }) => address))];
};

const doubtsOn = (name: string, address: string): number =>
  (VIRTUAL.test(name) ? 4 : 0) + (MADE_UP.test(address) ? 2 : 0) + (PRIVATE.test(address) ? 0 : 1);
