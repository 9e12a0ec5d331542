import { engines } from "../package.json";
import { PluginServer } from "./frontends/grpc/server";
import { nodeProblem } from "./node-version";

// Where the engine listens; nothing where a developer starts the plugin and has an engine attach.
const [engineAddress] = process.argv.slice(2);
const server = new PluginServer();
/** What was begun on an instance is better done than broken off, whoever is still there. */
const graceMs = 120_000;
let release = async () => {};

async function main(): Promise<void> {
  const problem = nodeProblem(engines.node);
  if (problem) {
    process.stderr.write(`pulumi-resource-harper: ${problem}\n`);
    process.exit(1);
  }
  // The engine waits for the port, so nothing but gRPC is loaded before it is printed.
  const port = await server.listen(handlers);
  process.stdout.write(`${port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
  await handlers();
}

let loaded: ReturnType<typeof load> | undefined;
function handlers(): ReturnType<typeof load> {
  loaded ??= load();
  return loaded;
}

async function load() {
  const { setFlagsFromString } = await import("node:v8");
  // By default V8 lets the heap grow to four times what is alive before it looks.
  setFlagsFromString("--heap-growing-percent=50");
  const { resourceProvider } = await import("./frontends/grpc/service.js");
  const atEnd = (given: () => Promise<void>) => {
    release = given;
  };
  if (!engineAddress) return resourceProvider({ atEnd });
  return resourceProvider({ engineAddress, onCancel: () => void stop(), onGone: () => void stop(), atEnd });
}

async function stop(): Promise<void> {
  await server.close(graceMs);
  await release();
  process.exit(0);
}

void main();
