import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { PartialFailure } from "../../provider/ensure";
import { partialFailure } from "../../provider/frontends/grpc/failure";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import { type Connection, HarperClient, HarperError } from "../../provider/operations-api";
import { Secrets } from "../../provider/operations-api/redaction";
import { canary, Search } from "./canaries";
import { atOnce } from "./core";
import { everythingOf, openScene, ways } from "./scene";

/** What a log, a debugger's console or the end of a crashed process shows of an object. */
const printed = (value: unknown) => `${everythingOf(value)}\n${JSON.stringify(value)}`;

test.each(ways)("whoever prints a client or its instance prints no %s, whatever it is doing", async (way) => {
  const scene = await openScene(way);
  onTestFinished(() => scene.fake.close());
  const instances = new Instances(
    { instances: scene.instances as Record<string, Connection>, unverified: "keep" },
    atOnce,
  );
  onTestFinished(() => instances.close());
  const lifecycle = new Lifecycle({ instances, unverified: "keep", tell: () => {} });
  const { client } = instances.at("us");
  const inline = new HarperClient("us", scene.us.value as Connection);
  onTestFinished(() => inline.close());
  scene.fake.fail("us-1", { operation: "add_node", fault: { kind: "hang" } });
  const password = canary();
  const adding = client.addNode({ hostname: "eu-1", authorization: { username: "admin", password } }).catch(String);
  const waiting = instances
    .at("us")
    .burst(async () => [])
    .submit({ authorization: { username: "admin", password } });
  const search = new Search({ ...scene.secrets, password });
  await expect.poll(() => scene.fake.instances["us-1"]?.calls.length).toBeGreaterThan(0);
  for (const one of [
    client,
    inline,
    instances,
    instances.at("us"),
    instances.at(scene.instances.us as Connection),
    lifecycle,
  ])
    expect(search.in(printed(one))).toEqual([]);
  instances.cancel();
  await Promise.all([adding, waiting]);
});

test("nor with the error of an object that is made in part, in whose state the connection is", () => {
  const password = canary();
  const state = { target: { endpoint: "https://us", username: "admin", password } };
  const error = new PartialFailure(
    "us/eu",
    state,
    new HarperError("failed", { operation: "o", instance: "i", problem: "p" }),
  );
  expect(error.state).toBe(state);
  const search = new Search({ password });
  expect(search.in(printed(error))).toEqual([]);
  expect(search.in(printed(new AggregateError([new Error("outer", { cause: error })])))).toEqual([]);
  expect(search.in(printed(partialFailure({ id: "us/eu", properties: state, reason: "r" })))).toEqual([]);
});

test("what is known of secrets is not to be printed, either", () => {
  const secrets = new Secrets();
  const password = canary();
  secrets.add([password]);
  expect(new Search({ password }).in(inspect(secrets, { showHidden: true, depth: 9 }))).toEqual([]);
});
