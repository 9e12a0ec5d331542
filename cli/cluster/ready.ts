import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { Failure } from "../failure.js";
import { ask } from "./ask.js";
import { type Instance, logOf, ports } from "./cluster.js";
import { processesOf } from "./processes.js";

/** The version of an instance that answers operations and listens for its peers. */
export async function readVersion(instance: Instance): Promise<string> {
  // Not cluster_status: on Harper 4.7 a second one at the same time leaves the first without an answer.
  const { version } = (await ask(instance, { operation: "registration_info" })) as { version: string };
  await connect(instance.address, ports.replication);
  return version;
}

/** Polls until the instance is ready; fails with the end of its log when it ends or takes too long. */
export async function waitUntilReady(
  instance: Instance,
  { timeoutMs = 120_000 }: { timeoutMs?: number } = {},
): Promise<void> {
  const start = Date.now();
  let last: unknown;
  while (Date.now() - start < timeoutMs) {
    try {
      await readVersion(instance);
      return;
    } catch (error) {
      last = error;
    }
    if ((await processesOf(instance)).length === 0) throw failure(instance, "ended before it was ready", last);
    await pause(250);
  }
  throw failure(instance, `was not ready after ${timeoutMs / 1000} s`, last);
}

function failure(instance: Instance, what: string, cause: unknown): Failure {
  const lines = stripVTControlCharacters(readFileSync(logOf(instance), "utf8")).split("\n");
  // Not the picture that Harper prints when it starts.
  const end = lines.filter((line) => /[a-z]/i.test(line)).slice(-5);
  return new Failure(
    `${instance.name} (${instance.address}) ${what}; its log ${logOf(instance)} ends:\n${end.join("\n")}`,
    { cause },
  );
}

function connect(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, timeout: 2_000 });
    socket.once("connect", () => resolve());
    socket.once("timeout", () => reject(new Error(`no connection to ${host}:${port}`)));
    socket.once("error", reject);
    socket.once("connect", () => socket.destroy()).once("timeout", () => socket.destroy());
  });
}
