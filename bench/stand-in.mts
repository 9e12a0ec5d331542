import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(import.meta.url);
export const latencyMs = 20;

/** How the fake is loaded: it is CommonJS in TypeScript, which only the compiler understands. */
export function compileFake(work: string): typeof import("../test/fake/index.ts") {
  execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "bench"], { stdio: "inherit" });
  return require(resolve(work, "js/test/fake/index.js"));
}

export type StandIn = Awaited<ReturnType<typeof startStandIn>>;

/** An instance, `us`, and its peer, `eu`, that answer in 20 ms and count what they are asked. */
export async function startStandIn({ startFakeCluster }: ReturnType<typeof compileFake>, tables: readonly string[]) {
  const fake = await startFakeCluster({ nodes: ["us-1", "eu-1"], latencyMs, tables: { shop: tables } });
  const at = (name: string) => {
    const instance = fake.instances[name];
    if (!instance) throw new Error(`the fake has no ${name}`);
    return instance;
  };
  const connection = (name: string) => {
    const { endpoint, username, password } = at(name);
    return { endpoint, username, password };
  };
  return {
    /** As in harper:instances. */
    connections: { us: connection("us-1"), eu: connection("eu-1") },
    /** Calls since the last time, by operation: on the instance, and on its peer. */
    takeCalls: () => ({ us: counted(at("us-1").calls), eu: counted(at("eu-1").calls) }),
    close: () => fake.close(),
  };
}

function counted(calls: { operation: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation } of calls.splice(0)) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}
