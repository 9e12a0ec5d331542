import { text as readText } from "node:stream/consumers";
import { readSettings, type Settings, settingsFrom } from "../../provider/config.js";
import type { Connection } from "../../provider/operations-api/index.js";
import { fromFile, fromProject } from "../connections.js";
import { Failure, Misuse } from "../failure.js";
import { askPassword } from "../terminal.js";
import { crawl } from "./crawl.js";

/** Where the members are learnt from. */
export interface SourceFlags {
  from?: string[];
  username?: string;
  passwordStdin?: boolean;
  tryPeers?: boolean;
  instances?: string;
  stack?: string;
  yes?: boolean;
}

export interface Source {
  settings: Settings;
  /** They are in the stack's configuration already. */
  isConfigured: boolean;
}

export async function sourceOf(flags: SourceFlags, folder: string): Promise<Source> {
  if (flags.from) return { settings: await crawl(await connectionsOf(flags), flags), isConfigured: false };
  if (flags.tryPeers) throw new Misuse("--try-peers sends the credentials of --from to its peers: say --from URL");
  if (flags.instances !== undefined) return { settings: fromFile(flags.instances), isConfigured: false };
  const settings = await fromProject(flags.stack, folder).catch((error: Error) => error);
  if (settings instanceof Error || Object.keys(settings.instances).length === 0)
    throw new Failure(
      `no instances are known: say --from URL or --instances FILE (${settings instanceof Error ? settings.message : "the project's stack configures no harper:instances"})`,
    );
  return { settings, isConfigured: true };
}

/** What is said of the one is taken for all; the environment has the rest, as for the provider. */
async function connectionsOf({ from = [], username, passwordStdin }: SourceFlags): Promise<Connection[]> {
  const { HARPER_INSTANCES, HARPER_ENDPOINT, ...environment } = process.env;
  const user = username ?? environment.HARPER_USERNAME;
  const password = user === undefined ? undefined : await passwordOf(user, passwordStdin, environment.HARPER_PASSWORD);
  const connections = from.map((endpoint) => {
    const given: Record<string, string | undefined> = { endpoint, username: user, password };
    const { instances } = readSettings(settingsFrom((name) => given[name], environment));
    return Object.values(instances);
  });
  return connections.flat();
}

async function passwordOf(user: string, isPiped = false, known?: string): Promise<string> {
  if (isPiped) return (await readText(process.stdin)).replace(/\r?\n$/, "");
  return known ?? (await askPassword(`Password of ${user}: `));
}
