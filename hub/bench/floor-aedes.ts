import { createServer } from "node:net";
import { Aedes } from "aedes";
import { answer, listenForOrders } from "./instrument.ts";

/**
 * A floor, in a process of its own: the broker library with nothing around it. Anybody may publish
 * anything, nothing is checked, nothing is kept. It answers each line with how much it received.
 */
const broker = await Aedes.createBroker({ concurrency: 1000 });
let received = 0;
broker.on("publish", (_packet, client) => {
  if (client !== null) received += 1;
});

const server = createServer({ noDelay: true }, (socket) => broker.handle(socket));
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const address = server.address();
if (typeof address !== "object" || address === null) throw new Error("the bare broker has no port");
answer({ port: address.port });

const orders = listenForOrders();
for (;;) {
  await orders.next();
  answer({ received });
}
