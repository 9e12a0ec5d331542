import { afterAll, beforeAll, describe, test } from "vitest";
import { createTables } from "../../scripts/demo/harper.mts";
import { frontEnds, harper } from "../e2e/stack";
import { Cli } from "./cli";
import type { Driver } from "./driver";
import { programsOf } from "./programs";
import { Site } from "./site";
import { SmallEngine } from "./small-engine";
import { type Fault, forCli, forSmallEngine, nameOf } from "./table";
import { Trial } from "./trial";

let site: Site;
beforeAll(async () => {
  await createTables(harper(), ["dog", "cat", "bird"]);
  site = await Site.open(harper(), process.env.PULUMI_HARPER_TEST_CLUSTER ?? "");
});
afterAll(() => site?.close());

/** Each begins where the one before ended, so they share a stack. */
function tryAll(faults: Fault[], open: () => Promise<Driver>): void {
  let trial: Trial;
  beforeAll(async () => {
    trial = new Trial(site, await open(), programsOf(harper()), secrets());
  });
  for (const fault of faults) test(nameOf(fault), () => trial.survive(fault));
}

/** The words that nobody is to see, as they are and as they go over the wire. */
function secrets(): string[] {
  return Object.values(harper()).flatMap(({ username, password }) => {
    const header = Buffer.from(`${username}:${password}`).toString("base64");
    return [password, encodeURIComponent(password), header];
  });
}

if (forSmallEngine.length > 0)
  describe("on the plugin, a stand-in for the engine", () => {
    tryAll(forSmallEngine, async () => new SmallEngine(site.reached));
  });

if (forCli.length > 0)
  describe.each(frontEnds)("on the $name, the real CLI", (frontEnd) => {
    tryAll(forCli, () => Cli.open(site.reached, frontEnd));
  });
