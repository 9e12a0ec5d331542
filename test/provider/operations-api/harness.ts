// What the tests of the client share: importing it gives each test two stand-ins, and a client of the first.
import { afterEach, beforeEach, expect } from "vitest";
import { HarperClient, type HarperError, type Surroundings } from "../../../provider/operations-api";
import { type FakeCluster, startFakeCluster } from "../../fake";

/** The password, which is to be in no message. */
export const canary = "pw-canary-7f3a";
export let fake: FakeCluster;
export let client: HarperClient;
export let pauses: number[];

export const connect = (rest: object = {}, given: Partial<Surroundings> = {}) => {
  const { endpoint, username, password } = fake.instances["us-1"] ?? { endpoint: "", username: "", password: "" };
  const surroundings = { random: () => 0.5, sleep: async (ms: number) => void pauses.push(ms), ...given };
  client = new HarperClient("us", { endpoint, username, password, timeoutSeconds: 2, ...rest }, surroundings);
  return client;
};
export const calls = (operation?: string) =>
  (fake.instances["us-1"]?.calls ?? []).filter((call) => !operation || call.operation === operation);
export const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable("it succeeded"),
    (error: HarperError) => error,
  );

beforeEach(async () => {
  pauses = [];
  fake = await startFakeCluster({ nodes: ["us-1", "eu-1"], password: canary, tables: { shop: ["dog"] } });
  connect();
});
afterEach(async () => {
  await client.close();
  await fake.close();
});
