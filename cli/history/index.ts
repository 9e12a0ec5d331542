import type { Update } from "../../topology/history/applied.js";
import { readUpdates } from "../../topology/history/listed.js";
import type { Deployment } from "../../topology/program/state.js";
import { Failure } from "../failure.js";
import { pulumi } from "../pulumi.js";
import { cloudStates } from "./cloud.js";
import { fileStates } from "./files.js";

/** Where a backend keeps the state after each update. */
export interface States {
  /** `secrets: "shown"`: with what is secret in clear. */
  after(update: Update, secrets?: "shown"): Promise<Deployment>;
}

export interface History extends States {
  /** The oldest first. */
  updates: Update[];
}

/** All updates of a stack that its backend remembers. */
export async function readHistory(stack: string | undefined): Promise<History> {
  const { url } = JSON.parse(await pulumi("pulumi whoami", ["whoami", "--json"])) as { url: string };
  const states = await statesAt(url, stack);
  const all = ["stack", "history", "--json", "--page-size", "100000"];
  const updates = readUpdates(await pulumi("pulumi stack history", all, { stack }));
  return { updates, after: states.after };
}

async function statesAt(url: string, stack: string | undefined): Promise<States> {
  const [, scheme = ""] = /^([a-z0-9+]+):\/\//.exec(url) ?? [];
  if (scheme === "file") return fileStates(url, stack);
  if (scheme === "https" || scheme === "http") return cloudStates(stack);
  throw new Failure(
    `the stack is kept at ${scheme || url}: former states are read of Pulumi Cloud and of file:// backends only. Copy the bucket into a folder, and set PULUMI_BACKEND_URL to it`,
  );
}

/** What `pulumi stack export` prints. */
export function deploymentIn(text: string): Deployment {
  return (JSON.parse(text) as { deployment?: Deployment }).deployment ?? {};
}
