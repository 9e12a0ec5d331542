import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Fault } from "../fake";
import { runCore } from "./core";
import { baitedInputs } from "./inputs";
import { faults, found, make, openScene, type Start, tryAll, ways } from "./scene";

const writes = ["add_node", "update_node", "remove_node", "set_configuration"];

/** What the core's own tests show, for what a front end makes of it: answers, failures, messages, and what it prints. */
export function frontEndSuite(name: string, start: Start): void {
  async function begin({ way = "password", inline = false, unverified = "keep" as "keep" | "fail" } = {}) {
    const printed: string[] = [];
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, "write").mockImplementation((text) => printed.push(String(text)) > 0);
    onTestFinished(() => void vi.restoreAllMocks());
    const scene = await openScene(way);
    onTestFinished(() => scene.fake.close());
    const first = await runCore({ instances: scene.instances, unverified: "keep" });
    const made = await make(first, scene, inline ? scene.instances.us : "us");
    await first.close();
    const run = await start({ instances: scene.instances, unverified });
    onTestFinished(() => run.close() as Promise<void>);
    return {
      scene,
      made,
      run,
      foundIn: (more = {}) => [...found(scene, run, more), ...found(scene, { ...run, said: printed }, more)],
    };
  }

  describe(`the ${name}`, { timeout: 30_000 }, () => {
    test.each([
      ["an error", undefined],
      ["an echo as 500", undefined],
      ["half", writes],
      ["truncate", writes],
      ["an echo as half a success", writes],
      ["an echo that is no HTTP", writes],
    ] as const)("no hook lets a secret out: %s, of %j", async (title, operations) => {
      const { scene, made, run, foundIn } = await begin();
      for (const operation of operations ?? [undefined])
        scene.fake.fail("us-1", { fault: faults[title] as Fault, ...(operation && { operation }) });
      await tryAll(run, scene, made);
      expect(run.said.length).toBeGreaterThan(20);
      expect(foundIn()).toEqual([]);
    });

    test.each(ways)("an instance that is reached with a %s, in the resource itself", async (way) => {
      for (const unverified of ["keep", "fail"] as const) {
        const { scene, made, run, foundIn } = await begin({ way, inline: true, unverified });
        scene.fake.fail("us-1", { fault: faults["an echo as 401"] as Fault });
        await tryAll(run, scene, made);
        expect(foundIn()).toEqual([]);
      }
    });

    test.each(baitedInputs("Node"))("$title", async ({ value, secrets }) => {
      const { scene, made, run, foundIn } = await begin();
      scene.fake.fail("us-1", { fault: faults["an echo as half a success"] as Fault, operation: "add_node" });
      await tryAll(run, scene, made, value);
      expect(foundIn(secrets)).toEqual([]);
    });

    test("settings that are wrong", async () => {
      const scene = await openScene();
      onTestFinished(() => scene.fake.close());
      const { us } = scene.instances as { us: { endpoint: string } };
      const url = us.endpoint.replace("//", `//admin:${scene.secrets.userinfo}@`);
      for (const wrong of [
        { endpoint: url },
        { pasword: scene.secrets["us.password"] },
        { token: scene.secrets.userinfo },
      ]) {
        const said: string[] = [];
        try {
          const run = await start({ instances: { us: { ...us, ...wrong } }, unverified: "keep" });
          onTestFinished(() => run.close() as Promise<void>);
          await run.of("Route").check({ hostname: "eu-1" });
          said.push(...run.said);
        } catch (error) {
          said.push(String(error), JSON.stringify(error));
        }
        expect(said.join()).toMatch(/instances\.us/);
        expect(found(scene, { said } as never)).toEqual([]);
      }
    });
  });
}
