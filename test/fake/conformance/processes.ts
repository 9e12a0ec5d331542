import { connections } from "./look";
import type { Run, Seat } from "./run";

interface Information {
  harperdb_processes: { core: { pid: number }[] };
  time: { current: number };
}

async function information(run: Run, seat: Seat): Promise<Information> {
  const ask = { operation: "system_information", attributes: ["harperdb_processes", "time"] };
  return (await run.send(seat, ask)).answer as Information;
}

const pidOf = async (run: Run, seat: Seat) => (await information(run, seat)).harperdb_processes.core[0]?.pid;

/** By the instance's own clock. */
export const now = async (run: Run, seat: Seat) => (await information(run, seat)).time.current;

/** Ends the processes, and waits for new ones. */
export async function restart(run: Run, ...seats: Seat[]): Promise<void> {
  await Promise.all(
    seats.map(async (seat) => {
      const before = await pidOf(run, seat);
      await run.send(seat, { operation: "restart" });
      for (let turn = 0; turn < 200; turn += 1) {
        await run.pause(150);
        const after = await pidOf(run, seat).catch(() => undefined);
        if (after !== undefined && after !== before) return;
      }
      throw new Error(`${seat} did not come back`);
    }),
  );
}

/** Waits until the subscriber's socket to a database of the peer is open. */
export async function connected(run: Run, subscriber: Seat, peer: Seat, database: string): Promise<void> {
  const { address } = run.venue.places[peer];
  // A socket that is refused shows as connected for a moment.
  let steady = 0;
  for (let turn = 0; turn < 60 && steady < 4; turn += 1) {
    await run.pause(150);
    const connection = (await connections(run, subscriber)).find(({ name }) => name === address);
    const socket = connection?.database_sockets.find((one) => one.database === run.fullName(database));
    steady = socket?.connected ? steady + 1 : 0;
  }
  if (steady < 4) throw new Error(`${subscriber} did not connect to ${peer}`);
}
