import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeWorld } from "../lifecycle/fake-world";
import { topologyOf } from "./notation";
import { livesThrough, meshesThatChange } from "./properties";
import { Stage } from "./stage";

// What random runs have found, shrunk, in the words in which they print it.

let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
let stage: Stage;
beforeEach(async () => {
  const faked = await fakeWorld({ connectMs: 1 });
  fake = faked.fake;
  stage = new Stage(faked.world, { frontEnd: "plugin", haste: 50 });
});
afterEach(() => fake.close());
vi.setConfig({ testTimeout: 60_000 });

const lives = (...programs: string[]) => livesThrough(stage, programs);

test("an instance has another name in harper:instances, and a resource of it is taken away or replaced", async () => {
  await lives("route us wss://127.0.0.98:9933", "us is us-1");
  await lives("us joins eu explicit (shop.dog <->)", "us joins eu explicit; us is us-1");
  await lives("us joins eu full", "us joins eu explicit; us is us-1; eu is eu-2");
});

test("a Node takes over no edges: those of its Subscriptions are turned off", async () => {
  await lives("us joins ap explicit (shop.dog <->)", "us joins ap inline");
  await lives("us joins ap explicit (shop.dog <->, shop.cat ->)", "us joins ap inline (shop.cat ->)");
  await lives("us joins ap explicit (shop.dog <->)", "us joins ap inline (shop.dog <->)");
});

test("what is declared from its other end, in one up: it stays", async () => {
  await lives("us joins eu full", "eu joins us full");
  await lives("us joins eu explicit (shop.dog ->)", "eu joins us explicit (shop.dog <-)");
  await lives("us joins eu inline (shop.dog ->)", "eu joins us inline (shop.dog <-)");
});

test("every pair of a mesh, and explicit joins instead, and back", async () => {
  await lives("us joins eu full; eu joins ap full");
  await lives("us joins eu full; us joins ap full", "us joins eu explicit; us joins ap explicit");
  await lives("us joins eu explicit; us joins ap explicit", "us joins eu full; us joins ap full");
});

test.each(meshesThatChange)("a mesh that changes: %s, then %s", (...programs) => lives(...programs));

/** What does not hold yet, each seen on real instances of 4.7.29, too: generators leave it out. Whoever mends it moves it up. */
describe("not so yet", () => {
  // While us still replicates everything with ap, it tells ap of eu, and ap keeps that. To remove it there would be a removal
  // that the next full join brings back to us.
  test("us joins ap full, then us joins eu explicit: ap has heard of eu", async () => {
    await expect(lives("us joins ap full", "us joins eu explicit")).rejects.toThrow("there is");
  });

  // eu's certificate is signed by ap then, and us knows eu's own authority only. On 4.7.29 so it is where the joins are 1.5 s
  // apart or more, and not where they are half a second apart.
  test("us joins eu, which joins ap: us is trusted by eu, and eu no more by us", async () => {
    await stage.up(topologyOf("us joins eu explicit"));
    await stage.up(topologyOf("us joins eu explicit; eu joins ap explicit"));
    const edge = stage.up(topologyOf("us joins eu explicit (shop.dog <->); eu joins ap explicit"));
    await expect(edge).rejects.toThrow("self-signed certificate in certificate chain");
  });
});
