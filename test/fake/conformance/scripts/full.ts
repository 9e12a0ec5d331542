import { look } from "../look";
import { connected } from "../processes";
import { flow, tables } from "../rows";
import type { Run, Script } from "../run";
import { edge, join, leave, update } from "./bodies";

const everyone = ["a", "b", "c"] as const;

const mesh: Script = {
  name: "full replication",
  fresh: true,
  async play(run: Run) {
    const shop = "conformance_full";
    await tables(run, shop, ["dog", "cat"]);
    await run.send("b", { operation: "insert", database: shop, table: "dog", records: [{ id: "before" }] });
    await run.ask("a", join("b", [edge(shop, "dog", true, true)]));
    await connected(run, "b", "a", shop);
    await look(run, "a", "b");
    await run.ask("a", join("b"));
    await look(run, "a", "b");
    await flow(run, "b", "a", shop, { dog: true, cat: false });
    await run.ask("a", join("c"));
    await look(run, ...everyone);
    await flow(run, "b", "c", shop, { dog: true });
    await flow(run, "a", "c", shop, { dog: true, cat: true });
    await run.ask("c", {
      operation: "search_by_id",
      database: shop,
      table: "dog",
      ids: ["before"],
      get_attributes: ["id"],
    });
    await run.ask("a", leave("c"));
    await look(run, ...everyone);
    await flow(run, "b", "c", shop, { dog: false, cat: false });
    await run.ask("c", leave("a"));
    await run.ask("c", leave("b"));
    await look(run, "c");
    await run.ask("a", join("c"));
    await connected(run, "a", "c", shop);
    await connected(run, "c", "a", shop);
    await run.ask("a", update("c", [edge(shop, "dog", true, true)]));
    await look(run, ...everyone);
    await flow(run, "a", "c", shop, { dog: true, cat: true });
    await run.ask("a", leave("c"));
    await look(run, ...everyone);
  },
};

export const full = [mesh];
