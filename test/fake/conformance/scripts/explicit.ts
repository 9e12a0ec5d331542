import { look } from "../look";
import { connected, restart } from "../processes";
import { flow, tables } from "../rows";
import type { Run, Script } from "../run";
import { add, edge, join, leave, update } from "./bodies";

const merging: Script = {
  name: "explicit subscriptions merge and stay as tombstones",
  async play(run: Run) {
    const shop = "conformance_merge";
    await tables(run, shop, ["dog", "cat"]);
    await run.ask("a", join("b", [{ ...edge(shop, "dog", true, true), extra: 1 }]));
    await connected(run, "b", "a", shop);
    await look(run, "a", "b");
    await flow(run, "a", "b", shop, { dog: true, cat: false });
    await flow(run, "b", "a", shop, { dog: true, cat: false });
    await run.ask("a", update("b", [{ schema: shop, table: "cat", subscribe: true, publish: false }]));
    await flow(run, "a", "b", shop, { dog: true, cat: false });
    await flow(run, "b", "a", shop, { dog: true, cat: false });
    await run.ask("a", add("b", [{ ...edge(shop, "dog", true, false), extra: 2 }]));
    await run.ask(
      "a",
      update("b", [{ database: shop, table: "bird" }, { table: 5 }, edge("no_such", "x", true, false)]),
    );
    await look(run, "a", "b");
    await run.ask("a", leave("b"));
    await look(run, "a", "b");
    await run.ask("a", leave("b"));
  },
};

const oneWay: Script = {
  name: "explicit subscriptions flow one way and name only what they name",
  async play(run: Run) {
    const shop = "conformance_one_way";
    await tables(run, shop, ["dog", "cat"]);
    await tables(run, shop, ["only_a"], ["a"]);
    for (const seat of ["a", "b"] as const) {
      await run.send(seat, { operation: "insert", database: shop, table: "dog", records: [{ id: `before-${seat}` }] });
    }
    const edges = [edge(shop, "dog", false, true), edge(shop, "only_a", false, true)];
    await run.ask("a", join("b", edges));
    await connected(run, "b", "a", shop);
    await look(run, "a", "b");
    await flow(run, "a", "b", shop, { dog: true, cat: false, only_a: true });
    await flow(run, "b", "a", shop, { dog: false, cat: false });
    await run.ask("b", {
      operation: "search_by_id",
      database: shop,
      table: "dog",
      ids: ["before-a"],
      get_attributes: ["id"],
    });
    await run.ask("b", leave("a"));
    await look(run, "a", "b");
  },
};

const off: Script = {
  name: "all tables of a database off and on again",
  async play(run: Run) {
    const shop = "conformance_off";
    await tables(run, shop, ["dog", "cat"]);
    await run.ask("a", join("b", [edge(shop, "dog", true, true)]));
    await connected(run, "b", "a", shop);
    await look(run, "a", "b");
    await flow(run, "a", "b", shop, { dog: true, cat: false });
    await run.ask("a", update("b", [edge(shop, "dog", false, false)]));
    await look(run, "a", "b");
    await flow(run, "b", "a", shop, { dog: false, cat: false });
    await run.ask("a", update("b", [edge(shop, "cat", true, true)]));
    // Whether anything comes back to a, who asked, is a race; to b nothing does.
    await run.pause(1000);
    await flow(run, "a", "b", shop, { dog: false, cat: false });
    await look(run, "b");
  },
};

const reconnected: Script = {
  name: "removed and added again",
  async play(run: Run) {
    const shop = "conformance_again";
    await tables(run, shop, ["dog", "cat", "bird"]);
    await run.ask("a", join("b", [edge(shop, "dog", true, true)]));
    await connected(run, "b", "a", shop);
    await flow(run, "a", "b", shop, { dog: true, cat: false });
    await flow(run, "b", "a", shop, { dog: true, cat: false });
    await run.ask("a", leave("b"));
    await look(run, "a", "b");
    await run.ask("a", join("b", [edge(shop, "cat", true, true)]));
    await connected(run, "b", "a", shop);
    await connected(run, "a", "b", shop);
    // To a, who asked, the old set may flow as well: a race.
    await flow(run, "b", "a", shop, { cat: true });
    await flow(run, "a", "b", shop, { dog: false, cat: true });
    await run.ask("a", update("b", [edge(shop, "cat", false, false), edge(shop, "bird", true, true)]));
    await flow(run, "b", "a", shop, { bird: false });
    await restart(run, "a", "b");
    await connected(run, "b", "a", shop);
    await connected(run, "a", "b", shop);
    await look(run, "a", "b");
    await flow(run, "b", "a", shop, { dog: false, cat: false, bird: true });
    await flow(run, "a", "b", shop, { dog: false, cat: false, bird: true });
  },
};

const early: Script = {
  name: "rows written before the connection is up are lost",
  async play(run: Run) {
    const shop = "conformance_early";
    await tables(run, shop, ["dog"]);
    await run.ask("a", join("b", [edge(shop, "dog", true, true)]));
    const insert = { operation: "insert", database: shop, table: "dog", records: [{ id: "early" }] };
    await run.send("b", insert);
    await connected(run, "a", "b", shop);
    await flow(run, "b", "a", shop, { dog: true });
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
    await tables(run, shop, ["dog"]);
    await run.ask("a", join("b", [edge("system", "hdb_nodes", false, false)]));
    await look(run, "a", "b");
    await run.ask("a", update("b", [edge(shop, "dog", true, true)]));
    await connected(run, "b", "a", shop);
    await flow(run, "a", "b", shop, { dog: true });
    await flow(run, "b", "a", shop, { dog: true });
    await run.ask("a", leave("b"));
    await look(run, "a", "b");
    await run.ask("a", join("c", []));
    await look(run, "a", "c");
    await run.ask("a", leave("c"));
    await look(run, "a", "c");
    await run.ask("c", leave("a"));
    await run.ask("a", join("c", [edge("system", "hdb_nodes", false, false)]));
    await run.ask("a", leave("c"));
    run.showRemoved = true;
    await look(run, "a", "c");
  },
};

export const explicit = [merging, oneWay, off, early, reconnected, placeholders];
