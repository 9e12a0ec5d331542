// How long until the plugin has said its port, beside a server of grpc-js that does nothing, started in turns.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const rounds = 25;
const serve = `const grpc = require("@grpc/grpc-js");
const server = new grpc.Server();
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => console.log(port));`;
const stubs = `require("@pulumi/pulumi/proto/provider_grpc_pb");\n`;

const starts = {
  "empty grpc-js server": ["node", "-e", serve],
  "the same with Pulumi's stubs": ["node", "-e", stubs + serve],
  "the plugin": [resolve("plugin/pulumi-resource-harper"), "127.0.0.1:1"],
} as const;

export type Startup = Record<keyof typeof starts, number>;

/** Milliseconds to the first line, in the middle of all rounds. */
export async function measureStartup(): Promise<Startup> {
  const times = Object.fromEntries(Object.keys(starts).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const [name, [command, ...args]] of Object.entries(starts)) times[name]?.push(await firstLine(command, args));
  const middle = (all: number[]) => all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? 0;
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, Math.round(middle(all))])) as Startup;
}

async function firstLine(command: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(createInterface({ input: child.stdout }), "line");
  const taken = performance.now() - start;
  child.kill("SIGKILL");
  await once(child, "close");
  return taken;
}
