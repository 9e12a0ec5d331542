import { engines } from "../package.json";
import { PluginServer } from "./frontends/grpc/server";

// The engine waits for the port, so nothing but gRPC is loaded before it is printed.
const [engineAddress] = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const server = new PluginServer();

/** Loaded once, while the engine connects. */
let handlers: Promise<Awaited<ReturnType<typeof load>>> | undefined;
async function load() {
  const [{ resourceProvider }, { whenGone }] = await Promise.all([
    import("./frontends/grpc/service.js"),
    import("./frontends/grpc/engine-watch.js"),
  ]);
  if (!engineAddress) return resourceProvider();
  whenGone(engineAddress, () => void stop());
  return resourceProvider({ engineAddress, onCancel: () => void stop() });
}

async function stop(): Promise<void> {
  await server.close();
  process.exit(0);
}

async function main(): Promise<void> {
  const port = await server.listen(() => {
    handlers ??= load();
    return handlers;
  });
  process.stdout.write(`${port}\n`);
  handlers ??= load();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
  await handlers;
}

/** Said here, as what fails on an old one fails with a riddle. */
function requireNode(wanted: string): void {
  const [needed = [], here = []] = [wanted, process.versions.node].map((text) =>
    text.replace(/^>=/, "").split(".").map(Number),
  );
  const [major = 0, minor = 0] = here;
  if (major > (needed[0] ?? 0) || (major === needed[0] && minor >= (needed[1] ?? 0))) return;
  process.stderr.write(`pulumi-resource-harper: Node ${wanted} is needed, and ${process.versions.node} is on PATH\n`);
  process.exit(1);
}

requireNode(engines.node);
void main();
