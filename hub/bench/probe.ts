import { setTimeout as sleep } from "node:timers/promises";
import type { BoardId, BootId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import { milliseconds } from "@battant/protocol/vocabulary/units";
import { encodeReadings } from "@battant/protocol/wire/readings";
import { leaseTopic, readingsTopic } from "@battant/protocol/wire/topics";
import { type Board, type BoardSocket, connectBoard, type SocketOptions } from "./board-socket.ts";
import { isPublish, publishPacket } from "./packets.ts";

/** Whether several processes are ready together: they are when a dark reading is answered. */

export type Probe = { readonly port: number; readonly light: Board; readonly relay: Board };

const READY_MS_MAX = 60_000;
const EVERY_MS = 50;

export async function untilItAnswers({ port, light, relay }: Probe): Promise<void> {
  const began = performance.now();
  let answered = false;
  const onPackets: SocketOptions["onPackets"] = (packets) => {
    answered ||= packets.some(isPublish);
  };
  const listener = await untilConnected({ port, board: relay, onPackets });
  await listener.subscribe(leaseTopic(relay.id as BoardId, "main" as RelayId));
  const sensor = await connectBoard({ port, board: light, onPackets: () => {} });
  const topic = readingsTopic(light.id as BoardId);
  // What is sent before anybody subscribes is acknowledged and gone.
  for (let id = 1; !answered; id++) {
    if (performance.now() - began > READY_MS_MAX) {
      throw new Error(`a dark reading was not answered within ${READY_MS_MAX / 1000} s`);
    }
    sensor.write(publishPacket({ id, topic, payload: darkReading(id) }));
    await sleep(EVERY_MS);
  }
  sensor.close();
  listener.close();
}

async function untilConnected(options: SocketOptions): Promise<BoardSocket> {
  const began = performance.now();
  for (;;) {
    try {
      return await connectBoard(options);
    } catch (error) {
      if (performance.now() - began > READY_MS_MAX) throw error;
      await sleep(EVERY_MS);
    }
  }
}

function darkReading(sequence: number): string {
  const sensor = "light" as SensorId;
  const time = { kind: "age", age: milliseconds(0) } as const;
  const reading = { sequence, sensor, quantity: "illuminance", value: 5, time } as const;
  return encodeReadings("probe" as BootId, [reading]);
}
