import { expect, test } from "vitest";
import { PartialFailure } from "../../../provider/lifecycle";
import type { Stage } from "../stage";

export function halfDone(stage: Stage) {
  test("half done: the object stays in state with the reason, and the next update completes it", async () => {
    const wrong = { ...stage.explicit(), authorization: { username: "nobody", password: "wrong" } };
    const failed = await stage.provider.node.create(wrong).catch((error: unknown) => error);
    if (failed instanceof PartialFailure) {
      await stage.nextRun();
      const { state } = await stage.provider.node.update(failed.state, stage.explicit());
      expect(state.name).toBe(stage.world.instances.eu.reports);
      expect(await stage.names("eu")).toContain(stage.us());
    } else {
      expect(failed).toMatchObject({ code: expect.any(String), message: expect.stringContaining("add_node on us") });
    }
  });
}
