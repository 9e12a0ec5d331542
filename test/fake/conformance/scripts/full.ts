import type { Run, Script } from "../run";
import { edge, join, leave, update } from "./bodies";

const everyone = ["a", "b", "c"] as const;

const mesh: Script = {
  name: "full replication",
  fresh: true,
  async play(run: Run) {
    const shop = "conformance_full";
    await run.tables(shop, ["dog", "cat"]);
    await run.send("b", { operation: "insert", database: shop, table: "dog", records: [{ id: "before" }] });
    await run.ask("a", join("b", [edge(shop, "dog", true, true)]));
    await run.connected("b", "a", shop);
    await run.look("a", "b");
    await run.ask("a", join("b"));
    await run.look("a", "b");
    await run.flow("b", "a", shop, { dog: true, cat: false });
    await run.ask("a", join("c"));
    await run.look(...everyone);
    await run.flow("b", "c", shop, { dog: true });
    await run.flow("a", "c", shop, { dog: true, cat: true });
    await run.ask("c", {
      operation: "search_by_id",
      database: shop,
      table: "dog",
      ids: ["before"],
      get_attributes: ["id"],
    });
    await run.ask("a", leave("c"));
    await run.look(...everyone);
    await run.flow("b", "c", shop, { dog: false, cat: false });
    await run.ask("c", leave("a"));
    await run.ask("c", leave("b"));
    await run.look("c");
    await run.ask("a", join("c"));
    await run.connected("a", "c", shop);
    await run.connected("c", "a", shop);
    await run.ask("a", update("c", [edge(shop, "dog", true, true)]));
    await run.look(...everyone);
    await run.flow("a", "c", shop, { dog: true, cat: true });
    await run.ask("a", leave("c"));
    await run.look(...everyone);
  },
};

export const full = [mesh];
