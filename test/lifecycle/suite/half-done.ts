import { expect, test } from "vitest";
import { PartialFailure } from "../../../provider/ensure";
import type { Stage } from "../stage";

export function halfDone(stage: Stage) {
  test("half done: the object stays in state with the reason, and the next update completes it", async () => {
    const wrong = { ...stage.explicit(), authorization: { username: "nobody", password: "wrong" } };
    const failed = await stage.provider.node.create(wrong).catch((error: unknown) => error);
    if (!(failed instanceof PartialFailure)) throw new Error("the record is here and not there", { cause: failed });
    expect(failed.message).toMatch(/add_node on us: the record here is/);
    expect([await stage.names("us"), await stage.names("eu")]).toEqual([[stage.world.instances.eu.reports], []]);
    await stage.nextRun();
    const { state } = await stage.provider.node.update(failed.state as never, stage.explicit());
    expect(state.name).toBe(stage.world.instances.eu.reports);
    expect(await stage.names("eu")).toContain(stage.us());
  });
}
