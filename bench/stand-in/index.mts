import { fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { type Case, membersOf } from "../cases.mts";
import type { Calls } from "./counts.mts";
import type { Answer, Ask, Connection } from "./process.mts";

export const latencyMs = 20;

export interface StandIn {
  connections: Record<string, Connection>;
  /** Calls since the last time. */
  takeCalls(): Promise<Calls>;
  /** What somebody else does, which is not counted. */
  ask(instance: string, body: object): Promise<void>;
  close(): Promise<void>;
}

/** All instances of a case and their hubs, which answer in 20 ms and count what they are asked. */
export async function startStandIn(compiled: string, one: Case): Promise<StandIn> {
  const members = membersOf(one);
  const nodes = [...new Set(members.flatMap(({ name, hub }) => [name, hub]))];
  const child = fork(resolve(import.meta.dirname, "process.mts"), [compiled]);
  const gone = new AbortController();
  child.once("exit", () => gone.abort(new Error("the stand-in ended")));
  const send = async (ask: Ask): Promise<Answer> => {
    child.send(ask);
    const [answer] = await once(child, "message", { signal: gone.signal });
    return answer;
  };
  const options = { nodes, latencyMs, tables: { shop: members[0]?.tables ?? [] } };
  const { connections } = (await send({ start: { options } })) as { connections: Record<string, Connection> };
  const takeCalls = async () => ((await send({ take: true })) as { calls: Calls }).calls;
  return {
    connections,
    takeCalls,
    async ask(instance, body) {
      const { endpoint, username, password } = connections[instance] as Connection;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { authorization },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`the stand-in answered ${response.status}: ${await response.text()}`);
      await takeCalls();
    },
    async close() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}
