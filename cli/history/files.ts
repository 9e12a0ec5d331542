import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import type { Deployment } from "../../topology/program/state.js";
import { Failure } from "../failure.js";
import { pulumi } from "../pulumi.js";
import { deploymentIn, type States } from "./index.js";
import { stackName } from "./name.js";

/** A backend of files keeps a checkpoint of each update beside its history. */
export async function fileStates(url: string, stack?: string): Promise<States> {
  const { project, name } = await stackName(stack);
  const folder = join(folderOf(url), ".pulumi", "history", project, name);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => isCheckpoint.test(file)) : [];
  const checkpoints = files.sort().map((file) => join(folder, file));
  return {
    async after({ number }, secrets) {
      const file = checkpoints[number - 1];
      if (!file) throw new Failure(`${folder} has no checkpoint of update ${number}`);
      const text = contentOf(file);
      if (secrets) return decrypted(text, project, name);
      const { checkpoint } = JSON.parse(text) as { checkpoint?: { latest?: Deployment } };
      return checkpoint?.latest ?? {};
    },
  };
}

const isCheckpoint = /\.checkpoint\.json(\.gz)?$/;

function contentOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** Pulumi decrypts it: a checkpoint is what a stack's state is kept as, so it is the state of a stack in a backend of its own. */
async function decrypted(checkpoint: string, project: string, stack: string): Promise<Deployment> {
  const backend = mkdtempSync(join(tmpdir(), "pulumi-harper-"));
  try {
    const stacks = join(backend, ".pulumi", "stacks", project);
    mkdirSync(stacks, { recursive: true });
    writeFileSync(join(backend, ".pulumi", "meta.yaml"), "version: 1\n");
    writeFileSync(join(stacks, `${stack}.json`), checkpoint);
    const env = { PULUMI_BACKEND_URL: pathToFileURL(backend).href };
    const read = (...flags: string[]) =>
      pulumi("pulumi stack export", ["stack", "export", ...flags], { env, stack: `organization/${project}/${stack}` });
    // Where the passphrase is another one by now, what is secret stays so.
    return deploymentIn(await read("--show-secrets").catch(() => read()));
  } finally {
    rmSync(backend, { recursive: true });
  }
}

/** `file://~`, `file://./state` and `file:///srv/state`. */
function folderOf(url: string): string {
  const path = decodeURIComponent(url.slice("file://".length));
  return resolve(path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path);
}
