import type { Body, Run, Seat } from "./run";

export interface Connection {
  name: string;
  database_sockets: { database: string; connected?: boolean }[];
}

export const allNodes: Body = {
  operation: "search_by_value",
  database: "system",
  table: "hdb_nodes",
  attribute: "name",
  value: "*",
  get_attributes: ["*"],
};

export async function connections(run: Run, seat: Seat): Promise<Connection[]> {
  const { answer } = await run.send(seat, { operation: "cluster_status" });
  return (answer as { connections: Connection[] }).connections;
}

/** Waits until the instances' records and sockets stand still, and writes them down. */
export async function look(run: Run, ...seats: Seat[]): Promise<void> {
  await run.pause(500);
  let before = "";
  for (let turn = 0; turn < 20; turn += 1) {
    const now = JSON.stringify(run.normalised(await Promise.all(seats.map((seat) => state(run, seat)))));
    if (now === before) break;
    before = now;
    await run.pause(250);
  }
  const states = JSON.parse(before) as unknown[];
  for (const [index, seat] of seats.entries()) run.notes.push({ step: `${seat} looks`, seen: states[index] });
}

async function state(run: Run, seat: Seat) {
  const { answer } = await run.send(seat, allNodes);
  const { answer: status } = await run.send(seat, { operation: "cluster_status" });
  const nodes = answer as Body[];
  const { connections, ...rest } = status as { connections: Connection[] };
  return { nodes, status: { ...rest, connections: relevant(run, nodes, connections) } };
}

/** Without databases of others, and without peers that earlier scripts removed and cluster_status keeps. */
function relevant(run: Run, nodes: readonly Body[], connections: readonly Connection[]): Connection[] {
  const databases = new Set(["system", ...[...run.databases].map((database) => run.fullName(database))]);
  const seen = connections.filter(({ name }) => run.showRemoved || nodes.some((node) => node.name === name));
  return seen.map(({ database_sockets, ...rest }) => ({
    ...rest,
    database_sockets: database_sockets
      .filter(({ database }) => databases.has(database))
      .map((socket) => ({ ...socket, connected: socket.connected === true })),
  }));
}
