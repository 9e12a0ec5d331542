import { afterEach, beforeEach } from "vitest";
import { fakeWorld } from "./fake-world";
import { Stage } from "./stage";

/** Each test of the file that calls this has three stand-ins of its own, and a provider that was just started. */
export function standIns() {
  const on = {} as { stage: Stage; fake: Awaited<ReturnType<typeof fakeWorld>>["fake"] };
  beforeEach(async () => {
    const { fake, world } = await fakeWorld();
    Object.assign(on, { fake, stage: new Stage(async () => world) });
    await on.stage.begin();
  });
  afterEach(async () => {
    await on.stage.end();
    await on.fake.close();
  });
  return on;
}
