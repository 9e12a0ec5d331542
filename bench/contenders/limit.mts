import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { membersOf } from "../cases.mts";
import type { Contender } from "./contender.mts";

/** As few calls as can be, by undici alone. It keeps no state, so all it does before a change is to look. */
export const limitContender = (work: string): Contender => ({
  name: "limit",
  about: "undici alone with the fewest calls: one write for all edges of an instance, and one read",
  async begin(one, { connections }) {
    const file = join(work, "limit.json");
    rmSync(file, { force: true });
    const write = (changed: boolean) =>
      writeFileSync(file, JSON.stringify({ members: membersOf(one), connections, changed }));
    write(false);
    return {
      async step(name) {
        if (name === "one-edge change") write(true);
        const args = [resolve(import.meta.dirname, "../limit/loop.mts"), name, file];
        const command = { file: process.execPath, args, cwd: work, env: process.env, role: "program" as const };
        return name === "drift preview" ? { command, sawDrift: ({ code }) => code === 2 } : { command };
      },
      stateBytes: async () => undefined,
    };
  },
});
