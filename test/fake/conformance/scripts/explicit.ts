import type { Run, Script } from "../run";
import { add, edge, join, leave, update } from "./bodies";

const merging: Script = {
  name: "explicit subscriptions merge and stay as tombstones",
  async play(run: Run) {
    const shop = "conformance_merge";
    await run.tables(shop, ["dog", "cat"]);
    await run.ask("a", join("b", [{ ...edge(shop, "dog", true, true), extra: 1 }]));
    await run.connected("b", "a", shop);
    await run.look("a", "b");
    await run.flow("a", "b", shop, { dog: true, cat: false });
    await run.flow("b", "a", shop, { dog: true, cat: false });
    await run.ask("a", update("b", [{ schema: shop, table: "cat", subscribe: true, publish: false }]));
    await run.flow("a", "b", shop, { dog: true, cat: false });
    await run.flow("b", "a", shop, { dog: true, cat: false });
    await run.ask("a", add("b", [{ ...edge(shop, "dog", true, false), extra: 2 }]));
    await run.ask(
      "a",
      update("b", [{ database: shop, table: "bird" }, { table: 5 }, edge("no_such", "x", true, false)]),
    );
    await run.look("a", "b");
    await run.ask("a", leave("b"));
    await run.look("a", "b");
    await run.ask("a", leave("b"));
  },
};

const oneWay: Script = {
  name: "explicit subscriptions flow one way and name only what they name",
  async play(run: Run) {
    const shop = "conformance_one_way";
    await run.tables(shop, ["dog", "cat"]);
    await run.tables(shop, ["only_a"], ["a"]);
    for (const seat of ["a", "b"] as const) {
      await run.send(seat, { operation: "insert", database: shop, table: "dog", records: [{ id: `before-${seat}` }] });
    }
    const edges = [edge(shop, "dog", false, true), edge(shop, "only_a", false, true)];
    await run.ask("a", join("b", edges));
    await run.connected("b", "a", shop);
    await run.look("a", "b");
    await run.flow("a", "b", shop, { dog: true, cat: false, only_a: true });
    await run.flow("b", "a", shop, { dog: false, cat: false });
    await run.ask("b", {
      operation: "search_by_id",
      database: shop,
      table: "dog",
      ids: ["before-a"],
      get_attributes: ["id"],
    });
    await run.ask("b", leave("a"));
    await run.look("a", "b");
  },
};

const off: Script = {
  name: "all tables of a database off and on again",
  async play(run: Run) {
    const shop = "conformance_off";
    await run.tables(shop, ["dog", "cat"]);
    await run.ask("a", join("b", [edge(shop, "dog", true, true)]));
    await run.connected("b", "a", shop);
    await run.look("a", "b");
    await run.flow("a", "b", shop, { dog: true, cat: false });
    await run.ask("a", update("b", [edge(shop, "dog", false, false)]));
    await run.look("a", "b");
    await run.flow("b", "a", shop, { dog: false, cat: false });
    await run.ask("a", update("b", [edge(shop, "cat", true, true)]));
    // Whether anything comes back to a, who asked, is a race; to b nothing does.
    await run.pause(1000);
    await run.flow("a", "b", shop, { dog: false, cat: false });
    await run.look("b");
  },
};

const reconnected: Script = {
  name: "removed and added again",
  async play(run: Run) {
    const shop = "conformance_again";
    await run.tables(shop, ["dog", "cat", "bird"]);
    await run.ask("a", join("b", [edge(shop, "dog", true, true)]));
    await run.connected("b", "a", shop);
    await run.flow("a", "b", shop, { dog: true, cat: false });
    await run.flow("b", "a", shop, { dog: true, cat: false });
    await run.ask("a", leave("b"));
    await run.look("a", "b");
    await run.ask("a", join("b", [edge(shop, "cat", true, true)]));
    await run.connected("b", "a", shop);
    await run.connected("a", "b", shop);
    // To a, who asked, the old set may flow as well: a race.
    await run.flow("b", "a", shop, { cat: true });
    await run.flow("a", "b", shop, { dog: false, cat: true });
    await run.ask("a", update("b", [edge(shop, "cat", false, false), edge(shop, "bird", true, true)]));
    await run.flow("b", "a", shop, { bird: false });
    await run.restart("a", "b");
    await run.connected("b", "a", shop);
    await run.connected("a", "b", shop);
    await run.look("a", "b");
    await run.flow("b", "a", shop, { dog: false, cat: false, bird: true });
    await run.flow("a", "b", shop, { dog: false, cat: false, bird: true });
  },
};

const early: Script = {
  name: "rows written before the connection is up are lost",
  async play(run: Run) {
    const shop = "conformance_early";
    await run.tables(shop, ["dog"]);
    await run.ask("a", join("b", [edge(shop, "dog", true, true)]));
    const insert = { operation: "insert", database: shop, table: "dog", records: [{ id: "early" }] };
    await run.send("b", insert);
    await run.connected("a", "b", shop);
    await run.flow("b", "a", shop, { dog: true });
    await run.ask("a", {
      operation: "search_by_id",
      database: shop,
      table: "dog",
      ids: ["early"],
      get_attributes: ["id"],
    });
  },
};

const placeholders: Script = {
  name: "joined with nothing on",
  async play(run: Run) {
    const shop = "conformance_nothing";
    await run.tables(shop, ["dog"]);
    await run.ask("a", join("b", [edge("system", "hdb_nodes", false, false)]));
    await run.look("a", "b");
    await run.ask("a", update("b", [edge(shop, "dog", true, true)]));
    await run.connected("b", "a", shop);
    await run.flow("a", "b", shop, { dog: true });
    await run.flow("b", "a", shop, { dog: true });
    await run.ask("a", leave("b"));
    await run.look("a", "b");
    await run.ask("a", join("c", []));
    await run.look("a", "c");
    await run.ask("a", leave("c"));
    await run.look("a", "c");
    await run.ask("c", leave("a"));
    await run.ask("a", join("c", [edge("system", "hdb_nodes", false, false)]));
    await run.ask("a", leave("c"));
    run.showRemoved = true;
    await run.look("a", "c");
  },
};

export const explicit = [merging, oneWay, off, early, reconnected, placeholders];
